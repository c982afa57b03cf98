"""Event → what we do about it, where surveys are concerned."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from emails.messages import ReportDue, SurveyAsk
from service import events
from service.attendance import clock as doors
from service.consents import family_letters
from service.convenings import queries as convenings
from service.convenings.views import gathering
from service.db import Connection
from service.deliveries import former_addresses
from service.deliveries.queries import ClaimRow
from service.errors import NotFound
from service.surveys import addressees, answering, asked_queries, audiences, queries, rules
from service.surveys.answering import Seat
from service.surveys.asked_queries import InvitationRow
from workers.post import Desk, Reaction, Subject, owe


async def reach_all(conn: Connection, desk: Desk, _: UUID, event: events.SurveyMailDue) -> None:
    """A mail is due → it reaches each who belongs to the audience today and has not answered, one by one."""
    row = await queries.survey(conn, event.survey_id)
    if row.state != "open":
        return
    today = await audiences.audience(conn, row.convening_id, row.audience, row.asked_versions, desk.now)
    asked = {one.id for one in today}
    reached = [
        events.SurveyMailReached(row.convening_id, row.id, one.id, event.number, event.due_at)
        for one in await asked_queries.unanswered(conn, row.id)
        if (one.person_id or one.signup_id or one.consent_id) in asked
    ]
    await events.record(conn, desk.now, reached)


async def ask(conn: Connection, desk: Desk, event_id: UUID, event: events.SurveyMailReached) -> None:
    """A mail reached somebody → it goes by day where they are, unless they have answered meanwhile."""
    there = await _wanted(conn, event.invitation_id, desk.now)
    if there is None:
        return
    if there.invitation.person_id is not None:
        await _ask_adult(conn, desk, event_id, there, event.number)
    else:
        whose = "guardian" if there.invitation.signup_id is None else "student"
        signers = await _signers(conn, there.invitation)
        await _ask_family(conn, desk, event_id, there, event.number, signers, whose)


async def is_wanted(conn: Connection, claimed: ClaimRow, now: datetime) -> bool:
    """Whether a mail that asks is still wanted at the last moment before it goes, and read by who is asked."""
    there = await _wanted(conn, claimed.subject_id, now)
    if there is None:
        return False
    who = await addressees.adult(conn, there.invitation, there.convening.id)
    return who.email.lower() == claimed.recipient.lower()


async def ask_at_new_address(conn: Connection, desk: Desk, event_id: UUID, event: events.PersonAddressChanged) -> None:
    """Another address → who was asked at the former one is asked here: the link that went there opens nothing any more."""
    for invitation_id in await former_addresses.asked_elsewhere(conn, event.person_id):
        there = await _wanted(conn, invitation_id, desk.now)
        if there is not None:
            await _ask_adult(conn, desk, event_id, there, 1)


async def family_is_wanted(conn: Connection, claimed: ClaimRow, now: datetime) -> bool:
    """The same of one to a family, and whether who reads it has signed: it names the student."""
    there = await _wanted(conn, claimed.subject_id, now)
    return there is not None and await addressees.is_signed_at(
        conn, await _signers(conn, there.invitation), claimed.recipient
    )


async def report_is_wanted(conn: Connection, claimed: ClaimRow, _now: datetime) -> bool:
    """Whether who reads what was done with a student's words has signed, at the last moment before it goes."""
    return await addressees.is_signed_at(conn, [claimed.subject_id], claimed.recipient)


async def _signers(conn: Connection, invitation: InvitationRow) -> list[UUID]:
    """The consents whose signers are asked in a family."""
    if invitation.signup_id is not None:
        return await addressees.signers(conn, invitation.signup_id)
    return [invitation.consent_id] if invitation.consent_id is not None else []


async def _wanted(conn: Connection, invitation_id: UUID, now: datetime) -> Seat | None:
    """Who is asked; None once they have answered, it is over, or they do not belong to the audience any more."""
    try:
        there = await answering.seat_of(conn, invitation_id, now)
    except NotFound:
        return None
    is_due = there.is_open(now) and there.convening.state in rules.ASKED_ABOUT
    return there if is_due and not there.invitation.answered else None


async def _ask_adult(conn: Connection, desk: Desk, event_id: UUID, there: Seat, number: int) -> None:
    who = await addressees.adult(conn, there.invitation, there.convening.id)
    later = rules.is_follow_up(there.definition.cadence)
    message = SurveyAsk(
        name=who.name,
        gathering=gathering(there.convening, []),
        reader_zone=who.zone,
        round=_round(there, number),
        minutes=there.definition.minutes,
        closes_at=_closes(there),
        anonymous=there.row.privacy == "anonymous",
        later=later,
    )
    subject = Subject(there.invitation.id, there.convening.id, who.person_id, who.email, who.zone)
    await owe(conn, desk, subject, message, event_id=event_id, not_after=_closes(there))


async def _ask_family(
    conn: Connection,
    desk: Desk,
    event_id: UUID,
    there: Seat,
    number: int,
    consent_ids: list[UUID],
    whose: Literal["guardian", "student"],
) -> None:
    later = rules.is_follow_up(there.definition.cadence)
    which = "later" if later else "again" if number > 1 else "first"
    named = there.row.privacy == "confidential"
    for consent_id in consent_ids:
        one = await family_letters.known(conn, consent_id)
        if not one.consent.email:
            continue
        message = family_letters.survey(one, whose, which, there.definition.minutes, _closes(there), is_named=named)
        subject = Subject(
            there.invitation.id, there.convening.id, None, one.consent.email, one.about.family_zone, one.signup.id
        )
        await owe(conn, desk, subject, message, event_id=event_id, not_after=_closes(there))


async def remind_organizers(conn: Connection, desk: Desk, event_id: UUID, event: events.ReportBackDue) -> None:
    """Students still wait → who organizes the convening hears."""
    convening = await convenings.convening(conn, event.convening_id)
    page = f"/office/convenings/{convening.id}/report-back"
    message = ReportDue(convening=convening.title, page=page, by=event.due_at, time_zone=convening.time_zone)
    for organizer in await doors.keepers(conn, convening.id, ["organizer"]):
        subject = Subject(convening.id, convening.id, organizer.person_id, organizer.email)
        await owe(conn, desk, subject, message, event_id=event_id)


async def report_back(conn: Connection, desk: Desk, event_id: UUID, event: events.ReportBackPublished) -> None:
    """What was done can be read → the families of the students hear, by day."""
    for consent_id in await addressees.seated_signers(conn, event.convening_id):
        one = await family_letters.known(conn, consent_id)
        subject = Subject(consent_id, event.convening_id, None, one.consent.email, one.about.family_zone, one.signup.id)
        await owe(conn, desk, subject, family_letters.report(one), event_id=event_id)


def _round(there: Seat, number: int) -> Literal["first", "again", "last"]:
    if number == 1:
        return "first"
    return "last" if number == len(there.definition.cadence.mails) else "again"


def _closes(there: Seat) -> datetime:
    assert there.row.closes_at is not None
    return there.row.closes_at


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.SurveyOpened: (),
    events.SurveyClosed: (),
    events.SurveyPublished: (),
    events.SurveyMailDue: (reach_all,),
    events.SurveyMailReached: (ask,),
    events.ReportBackDue: (remind_organizers,),
    events.ReportBackPublished: (report_back,),
}
