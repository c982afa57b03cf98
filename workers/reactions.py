"""Event → what we do about it: the system's behaviour on one page. A reaction reads today's facts and owes messages."""

from typing import Any
from uuid import UUID

from emails.messages import (
    AddressMoved,
    Cancelled,
    ConfirmAddress,
    Offer,
    OfferExpired,
    Waitlisted,
    Withdrawn,
    YourRegistration,
)
from service import events
from service.db import Connection
from service.deliveries import queries as deliveries
from service.deliveries.facts import Facts, facts
from service.events import RegistrationEvent
from service.registrations import history
from service.registrations import queries as registrations
from workers import (
    address_reactions,
    bulk_reactions,
    calendar_reactions,
    coaching_reactions,
    door_reactions,
    entries,
    family_changes,
    invitations,
    material_reactions,
    office,
    public_calendar,
    reminding,
    student_reactions,
    survey_reactions,
)
from workers.post import Desk, Reaction, owe


async def ask_to_confirm(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """A held place → please confirm your address."""
    known = await facts(conn, event.registration_id)
    until = known.registration.held_until
    if known.registration.state == "held" and until is not None:
        message = ConfirmAddress(
            name="",
            gathering=known.gathering,
            reader_zone=known.reader_zone,
            held_until=until,
            seat_kept=known.registration.seated,
        )
        await owe(conn, desk, known, message, event_id=event_id, not_after=until)


async def send_page_again(conn: Connection, desk: Desk, event_id: UUID, event: events.RegistrationRepeated) -> None:
    """The form came twice → the confirmation again, or the way to the registration that is there."""
    known = await facts(conn, event.registration_id)
    match known.registration.state:
        case "held":
            await ask_to_confirm(conn, desk, event_id, event)
        case "confirmed" | "waitlisted" | "offered" as state:
            message = YourRegistration(**_common(known), state=state, position=known.registration.position)
            await owe(conn, desk, known, message, event_id=event_id)
        case _:
            return


async def send_invite(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """A seat → the invite, once, with the calendar entry."""
    known = await facts(conn, event.registration_id)
    if known.registration.state == "confirmed" and known.convening.state == "published":
        await entries.begin(conn, desk, known, event_id)


async def tell_position(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """On the list → the position and what happens next."""
    known = await facts(conn, event.registration_id)
    if known.registration.state == "waitlisted" and known.registration.position is not None:
        message = Waitlisted(**_common(known), position=known.registration.position, capacity=known.convening.capacity)
        await owe(conn, desk, known, message, event_id=event_id)


async def send_offer(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """A freed seat → it is yours until …"""
    known = await facts(conn, event.registration_id)
    until = known.registration.offered_until
    if known.registration.state == "offered" and until is not None:
        await owe(conn, desk, known, Offer(**_common(known), offered_until=until), event_id=event_id, not_after=until)


async def tell_offer_over(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """An offer ran out → we say so."""
    known = await facts(conn, event.registration_id)
    until = known.registration.offered_until
    if known.registration.state == "expired" and until is not None:
        await owe(conn, desk, known, OfferExpired(**_common(known), offered_until=until), event_id=event_id)


async def confirm_withdrawal(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """Withdrawn → a CANCEL, or a plain notice where no invite was begun; nothing to an address that was never confirmed."""
    known = await facts(conn, event.registration_id)
    left_from = known.registration.left_from
    if left_from == "held":
        return
    revision, recipient = await entries.finish(conn, desk, known)
    waited = left_from in ("waitlisted", "offered")
    by = await history.ended_by(conn, event.registration_id)
    message = Withdrawn(**_common(known), was_waiting=waited, by=by, revision=revision)
    await owe(conn, desk, known, message, event_id=event_id, revision=revision, recipient=recipient)


async def follow_person(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """The person's sessions, or the convening, changed → the entry follows where a calendar cares."""
    known = await facts(conn, event.registration_id)
    if known.registration.state == "confirmed" and known.convening.state == "published":
        await entries.revise(conn, desk, known, event_id)


async def move_address(conn: Connection, desk: Desk, event_id: UUID, event: RegistrationEvent) -> None:
    """Another address → CANCEL to the old one, and to the new one what the state owes, unless it is owed there already."""
    known = await facts(conn, event.registration_id)
    revision, old = await entries.finish(conn, desk, known, unless_at=known.registration.email)
    if revision is not None:
        message = AddressMoved(**_common(known), revision=revision)
        await owe(conn, desk, known, message, event_id=event_id, revision=revision, recipient=old)
    by_state: dict[str, tuple[str, Reaction]] = {
        "held": ("confirm_address", ask_to_confirm),
        "waitlisted": ("waitlisted", tell_position),
        "offered": ("offer", send_offer),
    }
    kind, react_now = by_state.get(known.registration.state, ("", None))
    if known.registration.state == "confirmed":
        await send_invite(conn, desk, event_id, event)  # begun once; what that address had before was cancelled there
    elif react_now and not await deliveries.is_owed(conn, known.registration.id, kind, known.registration.email, event_id):
        await react_now(conn, desk, event_id, event)


async def reach_all(conn: Connection, desk: Desk, _: UUID, event: events.ConveningChanged) -> None:
    """The convening changed → the change reaches each person with a seat, one by one, so that nobody waits for a crowd."""
    concerned = await registrations.ids_in_states(conn, event.convening_id, ["confirmed"])
    reached = [events.ConveningChangeReached(event.convening_id, one) for one in concerned]
    await events.record(conn, desk.now, reached)


async def call_off_all(conn: Connection, desk: Desk, _: UUID, event: events.ConveningCancelled) -> None:
    """It does not take place → that reaches everybody who has a seat, an offer or a place on the list."""
    concerned = await registrations.ids_in_states(conn, event.convening_id, ["confirmed", "waitlisted", "offered"])
    await events.record(conn, desk.now, [events.CancellationReached(event.convening_id, one) for one in concerned])


async def tell_cancelled(conn: Connection, desk: Desk, event_id: UUID, event: events.CancellationReached) -> None:
    """A cancellation reached somebody → CANCEL to those with an entry, a notice to those who wait."""
    known = await facts(conn, event.registration_id)
    revision, recipient = await entries.finish(conn, desk, known)
    if revision is not None or known.registration.state in ("confirmed", "waitlisted", "offered"):
        message = Cancelled(**_common(known), revision=revision)
        await owe(conn, desk, known, message, event_id=event_id, revision=revision, recipient=recipient)


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.ConveningCreated: (),
    events.ConveningPublished: (public_calendar.follow,),
    events.ConveningRemoved: (),
    events.ConveningChanged: (
        reach_all,
        public_calendar.follow,
        family_changes.follow_day,
        family_changes.tell_changed,
        coaching_reactions.follow_convening,
    ),
    events.ConveningChangeReached: (follow_person,),
    events.ConveningCancelled: (call_off_all, public_calendar.follow, family_changes.call_off, coaching_reactions.end_all),
    events.CancellationReached: (tell_cancelled,),
    events.ConveningCompleted: (door_reactions.certify_all,),
    events.RegistrationHeld: (ask_to_confirm,),
    events.RegistrationRepeated: (send_page_again,),
    events.RegistrationConfirmed: (send_invite,),
    events.RegistrationWaitlisted: (tell_position,),
    events.RegistrationOffered: (send_offer,),
    events.RegistrationDeclined: (),
    events.RegistrationWithdrawn: (confirm_withdrawal, coaching_reactions.leave),
    events.HoldExpired: (),
    events.OfferExpired: (tell_offer_over,),
    events.RegistrationChanged: (follow_person,),
    events.RegistrationAddressChanged: (move_address, coaching_reactions.leave),
    events.ReminderDue: (reminding.remind_all,),
    events.ReminderReached: (reminding.remind,),
    events.PersonInvited: (invitations.invite,),
    events.InvitationRepeated: (invitations.ask_again,),
    events.InvitationDeclined: (),
    events.InvitationEnded: (),
    **calendar_reactions.REACTIONS,
    **student_reactions.REACTIONS,
    **door_reactions.REACTIONS,
    **survey_reactions.REACTIONS,
    **bulk_reactions.REACTIONS,
    **coaching_reactions.REACTIONS,
    **material_reactions.REACTIONS,
    events.PersonAddressChanged: (
        address_reactions.tell_old_address,
        coaching_reactions.move_address,
        survey_reactions.ask_at_new_address,
    ),
    events.SignInAsked: (address_reactions.send_sign_in,),
    events.DeliveryRepeated: (office.send_copy,),
    events.DeliveryDecided: (),
    events.TestMailAsked: (office.send_test,),
    events.WebhookTested: (),
}


def _common(known: Facts) -> dict[str, Any]:
    return {"name": known.registration.name, "gathering": known.gathering, "reader_zone": known.reader_zone}
