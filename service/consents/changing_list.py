"""What a school does with one of its sign-ups: send the form, a new slip, another student in the place."""

from datetime import datetime
from uuid import UUID

from service import events
from service.consents import asking, queries, rules, signing_up, writes
from service.consents.queries import SignupRow
from service.consents.rules import OPEN, Basis, Student
from service.consents.signing_up import Caller, SignedUp
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels


async def send_form(conn: Connection, signup_id: UUID, now: datetime, *, again: bool = False) -> bool:
    """Ask who was named and not asked yet, or who has not answered `again`; false where that was done already.

    Raises TooLate, OffTheList, NotOpen, NoAddress, SentToday.
    """
    row = await _held(conn, signup_id)
    await _require_open(conn, row, now)
    if (await queries.frame(conn, row.panel_id)).convening_state != "published":
        raise rules.NotOpen("The convening is not published yet, so no form goes out.")
    if again:
        await require_unanswered(conn, signup_id)
        return await asking.ask_again(conn, signup_id, row.convening_id, now)
    if not await writes.ask(conn, signup_id, now):
        return False
    await events.record(conn, now, [events.ConsentAsked(row.convening_id, signup_id)])
    return True


async def renew_slip(conn: Connection, signup_id: UUID, generation: int, now: datetime) -> bool:
    """End the slip of this generation; false where that was done before. Raises TooLate, OffTheList, NotOpen."""
    row = await _held(conn, signup_id)
    await _require_open(conn, row, now)
    await require_unanswered(conn, signup_id)
    return bool(await writes.raise_slip(conn, signup_id, generation))


async def substitute(
    conn: Connection, signup_id: UUID, basis: Basis | None, student: Student, caller: Caller, now: datetime
) -> SignedUp:
    """Take one student off and put another in the very place, so that no alternate passes; raises what a sign-up is refused
    with, OffTheList, AnotherSchool.
    """
    row = await _held(conn, signup_id)
    await _require_open(conn, row, now)
    if student.school_id != row.school_id:
        raise rules.AnotherSchool(pointer="/school_id")
    [outcome] = await signing_up.sign_up(conn, row.panel_id, basis, [student], caller, now)
    if isinstance(outcome, Refused):
        raise outcome
    await writes.take_place(conn, outcome.id, signup_id)
    await writes.withdraw_signup(conn, signup_id, now)
    await events.record(conn, now, [events.SignupWithdrawn(row.convening_id, signup_id)])
    await signing_up.fill_seats(conn, row.panel_id, now)
    return outcome


async def require_unanswered(conn: Connection, signup_id: UUID) -> None:
    """Raise NotOpen where an answer is there already, or none can come any more."""
    signers = await queries.consents(conn, [signup_id])
    if not any(one.state in OPEN and one.signer != "second_guardian" for one in signers):
        raise rules.NotOpen


async def _held(conn: Connection, signup_id: UUID) -> SignupRow:
    """The sign-up behind the locks of its panel and itself."""
    await panels.lock(conn, await queries.panel_of(conn, signup_id))
    await queries.lock(conn, signup_id)
    return await queries.signup(conn, signup_id)


async def _require_open(conn: Connection, row: SignupRow, now: datetime) -> None:
    signing_up.require_open(await queries.frame(conn, row.panel_id), now)
    if row.withdrawn_at is not None:
        raise rules.OffTheList
