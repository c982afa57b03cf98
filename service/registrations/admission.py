"""Deciding a set of requests for one convening behind its lock: addresses, places, sessions, rows, events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service import db, events
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.members import queries as members
from service.registrations import queries, rules, writes
from service.registrations.rules import Admission, Register, Registered, Seats, Slot, Source
from service.registrations.writes import NewRegistration
from service.text import email_address


@dataclass
class Candidate:
    """One request on its way: either `refusal` is set in the end, or everything else."""

    id: UUID
    request: Register
    email: str = ""
    person_id: UUID | None = None
    held: UUID | None = None
    """The place that a stranger asked for in this person's name; it gives way."""
    admission: Admission | None = None
    refusal: Refused | None = None


def require_open(convening: ConveningRow, now: datetime, *, window: bool = True) -> None:
    """Refuse where nobody can be let in; `window=False` for those who asked while it was open."""
    opens, closes = convening.registration_opens_at, convening.registration_closes_at or convening.starts_at
    if convening.state != "published" or (window and not ((opens is None or opens <= now) and now < closes)):
        raise rules.RegistrationClosed
    if now >= convening.ends_at:
        raise rules.RegistrationClosed


def require_standing(convening: ConveningRow) -> None:
    """Refuse where the convening's end has ended its registrations."""
    if convening.state == "cancelled":
        raise rules.NotLive("This convening was cancelled, and with it this registration.")
    if convening.state == "completed":
        raise rules.NotLive("This convening has taken place, and with it this registration has ended.")


async def admit_requests(
    conn: Connection, convening: ConveningRow, requests: Sequence[Register], source: Source, now: datetime
) -> list[Registered | Refused]:
    """Outcomes in the order of the requests; the convening's counts are those behind its lock."""
    ids = sorted(db.new_id(now) for _ in requests)
    candidates = [Candidate(one, request) for one, request in zip(ids, requests, strict=True)]
    await _find_people(conn, convening.id, candidates, source, now)
    seats = await _seats(conn, convening, candidates, now)
    slots = await _slots(conn, convening.id, candidates)
    _decide(candidates, rules.admit(seats, source, len(candidates)), slots)
    await _write(conn, convening.id, [one for one in candidates if one.admission], source, now)
    await _settle_held(conn, convening.id, candidates, now)
    return _outcomes(candidates, seats.waiting)


def _decide(candidates: list[Candidate], admissions: Sequence[Admission], slots: dict[UUID, Slot]) -> None:
    """One after another; who asks for a person whom one before them was refused has their turn, and what gave way for it."""
    coming = iter(admissions)
    upcoming = next(coming, None)
    turns: dict[UUID | None, Candidate] = {}
    for candidate in candidates:
        if candidate.refusal is not None or upcoming is None:
            continue
        before, turns[candidate.person_id] = turns.get(candidate.person_id), candidate
        if before is not None and (before.admission or isinstance(before.refusal, rules.AlreadyRegistered)):
            candidate.refusal = rules.AlreadyRegistered(pointer="/email")
            continue
        if before is not None:
            candidate.held, before.held = before.held, None
        if _choose(candidate, slots, seated=upcoming.state == "confirmed"):
            candidate.admission, upcoming = upcoming, next(coming, None)


async def _find_people(
    conn: Connection, convening_id: UUID, candidates: list[Candidate], source: Source, now: datetime
) -> None:
    """Set each candidate's person, or the refusal: a bad address, registered already."""
    firsts: dict[str, Candidate] = {}
    for candidate in candidates:
        try:
            candidate.email = email_address(candidate.request.email)
        except Refused as refusal:
            candidate.refusal = refusal
            continue
        firsts.setdefault(candidate.email.lower(), candidate)
    new = [db.new_id(now) for _ in firsts]
    known = await members.upsert_by_address(
        conn,
        new,
        [one.request.name.strip() for one in firsts.values()],
        [one.email for one in firsts.values()],
        [one.request.title.strip() for one in firsts.values()],
        now,
    )
    people = {one.email_key: one.id for one in known}
    were_known = list({*people.values()}.difference(new))  # who is new is registered nowhere
    live = {one.person_id: one for one in await queries.live_among(conn, convening_id, were_known)} if were_known else {}
    for candidate in candidates:
        if candidate.refusal is not None:
            continue
        candidate.person_id = people[candidate.email.lower()]
        standing = live.get(candidate.person_id)
        if standing and standing.state == "held" and source != "public":
            candidate.held = standing.registration_id
            del live[candidate.person_id]
        elif standing:
            candidate.refusal = rules.AlreadyRegistered(pointer="/email")
            candidate.refusal.registration_id = standing.registration_id


async def _seats(conn: Connection, convening: ConveningRow, candidates: list[Candidate], now: datetime) -> Seats:
    """The seats, once held places that give way are free."""
    if held := [one.held for one in candidates if one.held]:
        await writes.end(conn, held, "expired", now)
        return await queries.seats(conn, convening.id)
    return Seats(convening.capacity, convening.taken, convening.waiting, convening.held)


async def _settle_held(conn: Connection, convening_id: UUID, candidates: list[Candidate], now: datetime) -> None:
    """Record which held places ended; who was refused for another reason still has the mailed link, though no seat."""
    ended = [one.held for one in candidates if one.held and one.admission]
    await events.record(conn, now, [events.HoldExpired(convening_id, one) for one in ended])
    if back := [one.held for one in candidates if one.held and not one.admission]:
        await writes.hold_again(conn, back, now)


async def slots_of(conn: Connection, convening_id: UUID) -> dict[UUID, Slot]:
    """What a choice needs to know of the agenda; meaningful behind the sessions' locks."""
    agenda = await convenings.sessions(conn, convening_id)
    return {
        one.id: Slot(
            one.id,
            one.title,
            one.starts_at,
            one.ends_at,
            one.signup,
            None if one.capacity is None else max(0, one.capacity - one.taken),
        )
        for one in agenda
    }


async def _slots(conn: Connection, convening_id: UUID, candidates: list[Candidate]) -> dict[UUID, Slot]:
    if not any(one.request.sessions for one in candidates):
        return {}
    await convenings.lock_sessions(conn, convening_id)
    return await slots_of(conn, convening_id)


def _choose(candidate: Candidate, slots: dict[UUID, Slot], *, seated: bool) -> bool:
    """Whether the candidate's sessions can be had; takes the places from `slots` for the next candidate."""
    chosen = candidate.request.sessions
    try:
        rules.check_choice(chosen, list(slots.values()), placed=seated)
    except Refused as refusal:
        candidate.refusal = refusal
        return False
    for session_id in chosen if seated else ():
        slot = slots[session_id]
        if slot.left is not None:
            slots[session_id] = Slot(slot.id, slot.title, slot.starts_at, slot.ends_at, slot.signup, slot.left - 1)
    return True


async def _write(conn: Connection, convening_id: UUID, admitted: list[Candidate], source: Source, now: datetime) -> None:
    rows = [_row(one, one.admission) for one in admitted if one.admission]
    if not rows:
        return
    await writes.insert_registrations(conn, convening_id, source, rows, held_until=now + rules.HOLD, now=now)
    placed = {row.id: row.state == "confirmed" for row in rows}  # what strangers wish for is no place before they confirm
    choices = [(one.id, session_id) for one in admitted for session_id in one.request.sessions]
    if choices:
        await writes.add_choices(
            conn, [one for one, _ in choices], [session for _, session in choices], [placed[one] for one, _ in choices]
        )
    kinds = {
        "held": events.RegistrationHeld,
        "confirmed": events.RegistrationConfirmed,
        "waitlisted": events.RegistrationWaitlisted,
    }
    await events.record(conn, now, [kinds[row.state](convening_id, row.id) for row in rows])


def _row(candidate: Candidate, admission: Admission) -> NewRegistration:
    request = candidate.request
    if candidate.person_id is None:
        raise AssertionError("an admitted candidate has a person")
    return NewRegistration(
        candidate.id,
        candidate.person_id,
        admission.state,
        admission.seated,
        request.name.strip(),
        request.title.strip(),
        request.district.strip(),
        request.dietary.strip(),
        request.access_needs.strip(),
    )


def _outcomes(candidates: list[Candidate], waiting: int) -> list[Registered | Refused]:
    outcomes: list[Registered | Refused] = []
    for one in candidates:
        if one.admission is None:
            outcomes.append(one.refusal or Refused())
            continue
        if one.admission.state == "waitlisted":
            waiting += 1
        outcomes.append(Registered(one.id, one.admission.state, waiting if one.admission.state == "waitlisted" else None))
    return outcomes
