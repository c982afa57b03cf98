"""What a school does with its list: students signed up, each with an outcome of its own, and taken off again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db, events
from service.consents import deadlines, placing, queries, rules, writes
from service.consents.queries import Frame, SchoolRow, SignupRow
from service.consents.rules import Basis, Student
from service.consents.writes import NewConsent, NewSignup
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels
from service.text import email_address


class SignedUp(Struct, frozen=True):
    """A student is on the list."""

    id: UUID


class Caller(Struct, frozen=True):
    """Who signs up: a person, for one school alone or (an organizer) for any."""

    person_id: UUID | None
    school_ids: frozenset[UUID] | None = None
    """None: any school."""


async def sign_up(
    conn: Connection, panel_id: UUID, basis: Basis | None, students: Sequence[Student], caller: Caller, now: datetime
) -> list[SignedUp | Refused]:
    """Sign students up in order; a refused one never hurts its neighbours. Raises NotFound, and TooLate for all of them."""
    await panels.lock(conn, panel_id)
    frame = await queries.frame(conn, panel_id)
    require_open(frame, now)
    asked = [student.school_id for student in students]
    await panels.schools_among(conn, asked)  # they stay: one that is being merged into another is waited for
    found = await queries.schools(conn, asked)
    schools = {row.id: row for row in found if caller.school_ids is None or row.id in caller.school_ids}
    outcomes = [prepared(student, basis, schools, frame, now) for student in students]
    made = [one for one in outcomes if not isinstance(one, Refused)]
    if made:
        await writes.insert_signups(conn, panel_id, [signup for signup, _ in made], caller.person_id, now)
        await writes.insert_consents(conn, [consent for _, consent in made], now)
        await events.record(conn, now, facts(frame.convening_id, made))
        await fill_seats(conn, panel_id, now, just_named={signup.id for signup, _ in made})
    return [one if isinstance(one, Refused) else SignedUp(one[0].id) for one in outcomes]


async def withdraw(conn: Connection, signup_id: UUID, now: datetime) -> SignupRow:
    """Take a student off the list, at once and everywhere; the next one gets the seat. A second click changes nothing."""
    panel_id = await queries.panel_of(conn, signup_id)
    await panels.lock(conn, panel_id)
    await queries.lock(conn, signup_id)
    found = await queries.signup(conn, signup_id)
    if await writes.withdraw_signup(conn, signup_id, now):
        await events.record(conn, now, [events.SignupWithdrawn(found.convening_id, signup_id)])
        await fill_seats(conn, panel_id, now)
    return await queries.signup(conn, signup_id)


async def fill_seats(
    conn: Connection, panel_id: UUID, now: datetime, *, just_named: Collection[UUID] = ()
) -> Sequence[UUID]:
    """Give places to whom they belong, and seats to the cleared among them; call behind the panel's lock, after anything
    that clears or frees. Whoever waited for the place, and was not named this moment, has moved up. Who got a seat.
    """
    frame = await queries.frame(conn, panel_id)
    line = await queries.line(conn, panel_id, now)
    placed = placing.placed(line, frame.seats, await panels.holds(conn, [panel_id]), now)
    await writes.put_places(conn, panel_id, placed, now)
    by_id = {one.id: one for one in line}
    moved = [one for one in placed if by_id[one].placed_at is None and one not in just_named]
    seated = [one for one in placed if by_id[one].is_ready and not by_id[one].is_seated]
    await writes.give_seats(conn, panel_id, seated, now)
    facts: list[events.AnyEvent] = [events.AlternateMovedUp(frame.convening_id, one) for one in moved]
    facts += [events.SeatGiven(frame.convening_id, one) for one in seated]
    await events.record(conn, now, facts)
    return seated


def require_open(frame: Frame, now: datetime) -> None:
    """Raise TooLate where nobody can be signed up any more."""
    if frame.convening_state not in ("draft", "published") or now >= deadlines.lock_at(frame.starts_at, frame.time_zone):
        raise rules.TooLate


def prepared(
    student: Student, basis: Basis | None, schools: dict[UUID, SchoolRow], frame: Frame, now: datetime
) -> tuple[NewSignup, NewConsent] | Refused:
    """The rows of one student, or why there are none; call behind the panel's lock."""
    try:
        rules.check_student(student, basis)
        school = schools.get(student.school_id)
        if school is None:
            raise rules.NotYours(pointer="/school_id")
        guardian = student.guardian
        email = email_address(guardian.email, "/guardian/email") if guardian and guardian.email else ""
    except Refused as refusal:
        return refusal
    signup_id = db.new_id(now)
    is_slip = student.name is None
    asked = is_slip or _is_time_to_ask(frame, now)
    signup = NewSignup(
        id=signup_id,
        school_id=school.id,
        label=(student.name or student.label).strip(),
        name=(student.name or "").strip(),
        grade=student.grade,
        basis=None if is_slip else basis,
        signs_for_self=student.signs_for_self,
        deadline_at=deadlines.deadline_at(frame.starts_at, frame.time_zone, school.time_zone, now),
        is_asked=asked,
    )
    consent = NewConsent(
        id=db.new_id(now),
        signup_id=signup_id,
        signer="student" if student.signs_for_self else "guardian",
        name=guardian.name.strip() if guardian else "",
        email=email,
        phone=(guardian.phone or "").strip() if guardian else "",
        language=guardian.language if guardian else "en",
        state="asked" if asked else "draft",
    )
    return signup, consent


def _is_time_to_ask(frame: Frame, now: datetime) -> bool:
    """From T-42 on; who is signed up before waits until then."""
    return frame.convening_state == "published" and now >= deadlines.ask_at(frame.starts_at, frame.time_zone)


def facts(convening_id: UUID, made: Sequence[tuple[NewSignup, NewConsent]]) -> list[events.AnyEvent]:
    """What happened: who is on the list, and whose form is out."""
    facts: list[events.AnyEvent] = [events.StudentSignedUp(convening_id, signup.id) for signup, _ in made]
    facts += [events.ConsentAsked(convening_id, signup.id) for signup, consent in made if consent.state == "asked"]
    return facts
