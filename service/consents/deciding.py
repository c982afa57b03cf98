"""What schools, organizers and the clock say about an answer: confirmed, extended, of age."""

from datetime import date, datetime, timedelta
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta

from service import db, events
from service.consents import (
    age_writes,
    answer_writes,
    answering,
    closing,
    deadlines,
    evidence,
    interpreting,
    queries,
    signing_up,
    writes,
)
from service.consents.answer_rules import Interpreter, Lapsed, NothingToConfirm, NotYetExtended, WhoseSignature
from service.consents.queries import ConsentRow, Frame, SignupRow
from service.consents.rules import Signer
from service.consents.said import Word
from service.db import Connection
from service.errors import Invalid, NotFound
from service.panels import queries as panels
from service.text import Line, Name

Reason: TypeAlias = Annotated[str, Meta(min_length=3, max_length=1000)]


class ExtendedTooFar(Invalid):
    """The roster is locked three days before the convening, so a family can have time only until then."""

    code = "extended-too-far"


async def confirm(
    conn: Connection,
    signup_id: UUID,
    name: Name,
    way: Line,
    now: datetime,
    interpreter: Interpreter | None = None,
    signer: Signer | None = None,
    *,
    knows_address: bool = False,
) -> None:
    """The school knows who signed on the slip: it called a number that it had before. One call confirms one signer.

    `knows_address`: they said as well that the mail address on the form is theirs; only then a code sent there shows later
    who signs. Without `signer` it is the only one who waits.

    Raises NothingToConfirm, WhoseSignature, Lapsed, StudentInterprets.
    """
    _, signup = await hold(conn, signup_id, now)
    if signup.lapsed_at is not None:
        raise Lapsed
    await interpreting.require_adult(conn, signup_id, interpreter)
    found = await queries.consents(conn, [signup_id])
    waiting = [one for one in found if one.state == "signed_unverified" and signer in (None, one.signer)]
    if not waiting:
        raise NothingToConfirm
    if len(waiting) > 1:
        raise WhoseSignature(pointer="/signer")
    held = await answering.hold(conn, waiting[0].id, now)
    await answer_writes.set_state(conn, held.consent.id, "signed", now)
    if knows_address:
        await answer_writes.know_address(conn, held.consent.id, now)
    body = Word(what="confirmed", name=name.strip(), at=now, way=way, interpreter=interpreter, knows_address=knows_address)
    await evidence.append(conn, signup_id, "confirmed", body, now, consent_id=held.consent.id)
    await events.record(conn, now, [events.ConsentConfirmed(held.frame.convening_id, signup_id, held.consent.id)])
    await signing_up.fill_seats(conn, held.signup.panel_id, now)


async def extend(conn: Connection, signup_id: UUID, until: date, reason: Reason, by: UUID | None, now: datetime) -> datetime:
    """More time for one family, to the end of a day of theirs, between T-14 and T-3; it never stands for a yes.

    Raises NotYetExtended, ExtendedTooFar. The new deadline.
    """
    frame, signup = await hold(conn, signup_id, now)
    [school] = await queries.schools(conn, [signup.school_id])
    lock = deadlines.lock_at(frame.starts_at, frame.time_zone)
    last_day = deadlines.first_day(frame.starts_at, frame.time_zone) - timedelta(days=deadlines.DEADLINE)
    begins = deadlines.end_of(last_day - timedelta(days=1), school.time_zone)
    if not begins <= now < lock or frame.convening_state != "published" or signup.withdrawn_at is not None:
        raise NotYetExtended
    deadline = min(deadlines.end_of(until, school.time_zone), lock)
    if deadline <= max(now, signup.deadline_at) or until > last_day + timedelta(
        days=deadlines.DEADLINE - deadlines.LOCK - 1
    ):
        raise ExtendedTooFar(pointer="/until")
    if await answer_writes.extend(conn, db.new_id(now), signup_id, deadline, reason.strip(), by, now):
        await events.record(conn, now, [events.ConsentAsked(frame.convening_id, signup_id)])
    return deadline


async def come_of_age(conn: Connection, signup_id: UUID, now: datetime) -> None:
    """The birthday from which the student signs: guardians' open items lapse, their links end, the student is asked (F8)."""
    frame, signup = await hold(conn, signup_id, now)
    guardians = await queries.consents(conn, [signup_id])
    [school] = await queries.schools(conn, [signup.school_id])
    deadline = deadlines.deadline_at(frame.starts_at, frame.time_zone, school.time_zone, now)
    if not await age_writes.sign_for_self(conn, signup_id, deadline):
        return
    await age_writes.end_guardians(conn, signup_id, now)
    language = next((one.language for one in guardians if one.signer == "guardian"), "en")
    await writes.ask_student(conn, signup_id)
    await age_writes.ask_student(conn, db.new_id(now), signup_id, language, now)
    asked = events.ConsentAsked(frame.convening_id, signup_id)
    await events.record(conn, now, [asked, events.StudentOfAge(frame.convening_id, signup_id)])
    await signing_up.fill_seats(conn, signup.panel_id, now)


async def pending_signer(conn: Connection, signup_id: UUID, signer: Signer | None, now: datetime) -> ConsentRow:
    """Whose paper it is: the signer named, else the first who signs for this student; raises NotFound."""
    found = {one.signer: one for one in await _signers(conn, signup_id, now)}
    consent = found.get(signer) if signer else found.get("student") or found.get("guardian")
    if consent is None:
        raise NotFound
    return consent


async def _signers(conn: Connection, signup_id: UUID, now: datetime) -> list[ConsentRow]:
    """Behind the locks of panel and sign-up."""
    await hold(conn, signup_id, now)
    return await queries.consents(conn, [signup_id])


async def hold(conn: Connection, signup_id: UUID, now: datetime) -> tuple[Frame, SignupRow]:
    """Lock and look, in the order of locks: panel, sign-up; raises NotFound."""
    panel_id = await queries.panel_of(conn, signup_id)
    await panels.lock(conn, panel_id)
    await queries.lock(conn, signup_id)
    frame = await queries.frame(conn, panel_id)
    await closing.settle(conn, frame, now)
    return frame, await queries.signup(conn, signup_id)
