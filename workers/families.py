"""What follows for families: mail in their language, by day where we ask, at once where they did something."""

from datetime import datetime, timedelta
from uuid import UUID

from emails.messages import ConsentCode
from emails.messages.families import FamilyMessage
from service import events
from service.access.rules import SIGN_IN_LIFE
from service.consents import cadence, codes, copies, documents, family_letters, queries
from service.consents.family_letters import Known
from service.consents.rules import AWAITED
from service.db import Connection
from service.deliveries import family_mail
from service.deliveries.queries import ClaimRow
from workers.post import Desk, Subject, owe


async def send_code(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentCodeAsked) -> None:
    """Somebody is about to sign → six digits to the address that the school gave us; worth nothing once they are over."""
    known = await codes.addressee(conn, event.code_id)
    if known is not None and known.expires_at > desk.now:
        subject = Subject(event.code_id, None, None, known.email, signup_id=known.signup_id)
        spoken = await documents.written_in(conn, known.language)
        message = ConsentCode(minutes=SIGN_IN_LIFE // timedelta(minutes=1), language=spoken.code)
        await owe(conn, desk, subject, message, event_id=event_id, not_after=known.expires_at)


async def send_form(
    conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentAsked | events.SecondGuardianAsked
) -> None:
    """The form is out → it goes to each signer who does not have it, or who is asked anew, by day."""
    for one in await _asked(conn, event.signup_id, desk.now):
        asked = await family_mail.asked(conn, one.consent.id)
        asking = cadence.asking(one.consent.state, asked, one.mail.extended_at)
        if asking is not None:
            await _ask(conn, desk, event_id, one, family_letters.form(one, asking), one.about.deadline_at)


async def send_form_again(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentAskedAgain) -> None:
    """The school wants the form sent again → it goes to who has not answered, by day."""
    for one in await _asked(conn, event.signup_id, desk.now):
        await _ask(conn, desk, event_id, one, family_letters.form(one, "again"), one.about.deadline_at)


async def remind(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentReminderDue) -> None:
    """A reminder is due → the mail, if nobody has answered and we have not asked too often; worth nothing the next day."""
    [one] = [one for one in await _asked(conn, event.signup_id, desk.now) if one.consent.id == event.consent_id] or [None]
    if one is not None and cadence.may_remind(await family_mail.asked(conn, event.consent_id), desk.now):
        until = min(one.about.deadline_at, event.due_at + cadence.STALE)
        await _ask(conn, desk, event_id, one, family_letters.reminder(one, event.reminding), until)


async def tell_logistics(conn: Connection, desk: Desk, event_id: UUID, event: events.LogisticsDue) -> None:
    """It is a week away → times, place and whom to call, to the signers of a student with a seat, by day."""
    one = await family_letters.known(conn, event.consent_id)
    if one.mail.is_seated and one.mail.convening_state == "published" and one.consent.email:
        await _ask(conn, desk, event_id, one, family_letters.logistics(one), one.about.convening_starts_at)


async def make_copy(
    conn: Connection, desk: Desk, _event_id: UUID, event: events.ConsentSigned | events.ConsentConfirmed
) -> None:
    """A form is signed, on paper too, or its signature confirmed → a PDF of it is owed; the same one twice is one (E5)."""
    await copies.owe(conn, event.consent_id, desk.now)


async def send_copy(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentSigned) -> None:
    """Somebody signed → at once the link to their copy (E5)."""
    one = await family_letters.known(conn, event.consent_id)
    match one.consent.state:
        case "signed":
            await _answer(conn, desk, event_id, one, family_letters.copy(one, "signed"))
        case "signed_paper":
            await _answer(conn, desk, event_id, one, family_letters.copy(one, "paper"))
        case "signed_unverified":
            await _answer(conn, desk, event_id, one, family_letters.copy(one, "waiting"))
        case _:
            return


async def tell_confirmed(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentConfirmed) -> None:
    """The school knows who signed on the slip → the copy counts now."""
    one = await family_letters.known(conn, event.consent_id)
    if one.consent.state == "signed":
        await _answer(conn, desk, event_id, one, family_letters.copy(one, "confirmed"))


async def send_receipt(
    conn: Connection,
    desk: Desk,
    event_id: UUID,
    event: events.ConsentWithdrawn | events.ConsentRefused | events.ConsentObjected,
) -> None:
    """A no of any kind → at once a receipt to who said it, and to nobody else."""
    one = await family_letters.known(conn, event.consent_id)
    match event:
        case events.ConsentWithdrawn():
            receiving = "withdrawn"
        case events.ConsentRefused():
            receiving = "refused"
        case events.ConsentObjected():
            receiving = "objected"
    await _answer(conn, desk, event_id, one, family_letters.receipt(one, receiving, desk.now))


async def is_theirs(conn: Connection, claimed: ClaimRow, _now: datetime) -> bool:
    """Whether a copy or a receipt may go, at the last moment: its link opens what its reader signed, and nobody else's."""
    return await family_mail.is_theirs(conn, claimed.subject_id, claimed.recipient)


async def _asked(conn: Connection, signup_id: UUID, now: datetime) -> list[Known]:
    """The signers of a sign-up whom mail reaches and whose answer is still to come."""
    ids = [one.id for one in await queries.consents(conn, [signup_id]) if one.email]
    found = [await family_letters.known(conn, one) for one in ids]
    return [
        one
        for one in found
        if one.mail.state in AWAITED and one.mail.convening_state == "published" and now < one.about.deadline_at
    ]


async def _ask(
    conn: Connection, desk: Desk, event_id: UUID, one: Known, message: FamilyMessage, not_after: datetime
) -> None:
    """Between eight and eight of the family's day."""
    await owe(conn, desk, _subject(one, one.about.family_zone), message, event_id=event_id, not_after=not_after)


async def _answer(conn: Connection, desk: Desk, event_id: UUID, one: Known, message: FamilyMessage) -> None:
    """At once, at any hour: the family did something just now."""
    if one.consent.email:
        await owe(conn, desk, _subject(one), message, event_id=event_id)


def _subject(one: Known, quiet_zone: str | None = None) -> Subject:
    return Subject(one.consent.id, one.signup.convening_id, None, one.consent.email, quiet_zone, one.signup.id)
