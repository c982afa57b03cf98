"""Two hundred members who came to a convening, are asked, and answer in an order that everybody could watch."""

import random
import re
import string
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct
from msgspec.structs import replace

from service import db
from service.attendance import checking_in
from service.attendance.checking_in import Batch
from service.attendance.rules import Scan
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection, Pool
from service.field_cipher import ring
from service.registrations import actions as registrations
from service.registrations.rules import Register, Registered
from service.settings import Settings
from service.surveys import answering, closing, creating, opening, set_files
from service.surveys.office_pages import USUAL
from service.surveys.rules import Definition
from service.surveys.sealing import Keys
from tests import make

MANY = 200
AGAIN = 30
"""So many answer twice."""
SESSIONS = 10
CORE = ("m1", "m2", "m3", "m4", "m5", "m6a", "m6b", "m7a", "m7b", "m8", "m9")
"""What makes an opened answer recognisable to us, who know what each person said."""
TEXTS = ("m1why", "m10")
CHANCE = random.Random(20261016)
"""What people are called and say; the product's own chance is the system's."""
WORD = re.compile(rb"zq[a-z]{10}")
"""What is in names, addresses and texts is unmistakable, so that whoever searches finds it."""

Given = dict[str, Any]
Send = Callable[[UUID, Given], Awaitable[None]]


class Respondent(Struct, frozen=True):
    """Somebody who answers; `marks` stand in their texts, and nobody else writes them."""

    number: int
    person_id: UUID
    registration_id: UUID
    invitation_id: UUID
    name: str
    email: str
    sessions: frozenset[str]
    has_coach: bool
    marks: dict[str, str]
    given: Given

    @property
    def core(self) -> tuple[Any, ...]:
        """What they said to the questions that everybody is asked."""
        return tuple(self.given[one] for one in CORE)


class Known(Struct, frozen=True):
    """What the database says of somebody who is asked, whoever reads it."""

    invitation_id: UUID
    person_id: UUID
    registration_id: UUID
    name: str
    email: str
    sessions: list[str]
    has_coach: bool


async def gather(conn: Connection, settings: Settings, now: datetime) -> ConveningRow:
    """A convening that is over, with everybody who came and the sessions in which the door saw them."""
    half_hour = timedelta(minutes=30)
    starts = now + make.AHEAD
    agenda = [
        make.session_draft(
            now, signup=False, title=f"Session {n}", starts_at=starts + n * half_hour, ends_at=starts + (n + 1) * half_hour
        )
        for n in range(SESSIONS)
    ]
    place = await make.convening(conn, now, capacity=MANY + 50, sessions=agenda)
    requests = [Register(name=f"Val {_word()}", email=f"{_word()}@cedar-harbor.example") for _ in range(MANY)]
    async with conn.transaction():
        outcomes = await registrations.register(conn, place.id, requests, source="organizer", now=now)
    came = [one.id for one in outcomes if isinstance(one, Registered)]
    await _see(conn, settings, place, came)
    await _coach_half(conn, now)
    return place


async def _see(conn: Connection, settings: Settings, place: ConveningRow, came: Sequence[UUID]) -> None:
    scans: list[Scan] = []
    agenda = await convenings.sessions(conn, place.id)
    for one in CHANCE.sample(came, len(came)):
        scans.append(_scan(one, None, place.starts_at - timedelta(minutes=CHANCE.randrange(50))))
        scans += [_scan(one, session.id, session.starts_at) for session in agenda if CHANCE.random() < 0.5]
    async with conn.transaction():
        await checking_in.check_in(conn, ring(settings.field_keys), Batch(place.id, scans), place.ends_at)


def _scan(registration_id: UUID, session_id: UUID | None, at: datetime) -> Scan:
    return Scan(
        scan_id=uuid4(), registration_id=registration_id, session_id=session_id, direction="in", at=at, device="tablet 1"
    )


async def _coach_half(conn: Connection, now: datetime) -> None:
    coach = db.new_id(now)
    await db.run(
        conn,
        "insert into person (id, name, email, created_at) values ($1, 'Coach', 'coach@coaches.example', $2)",
        coach,
        now,
    )
    await db.run(conn, "insert into coach (person_id) values ($1)", coach)
    await db.run(
        conn,
        """insert into membership (person_id, joined_year, coach_id)
           select id, 2020, case when hashtext(email) % 2 = 0 then $1::uuid end from person where id <> $1
           on conflict (person_id) do update set coach_id = excluded.coach_id""",
        coach,
    )


@cache
def definition() -> Definition:
    """The members' own questions without the long text, and one that only those are asked who have a coach."""
    usual = {one.code: one for one in set_files.read(USUAL.read_bytes())}
    of_members = [one for one in usual["member_post"].questions if one.id != "m11"]
    of_coaches = [one for one in usual["member_followup"].questions if one.id == "f6"]
    return replace(usual["member_post"], questions=[*of_members, *of_coaches])


async def ask(conn: Connection, keys: Keys, place: ConveningRow) -> UUID:
    """Open the survey on the evening after."""
    [survey_id] = await creating.add(conn, place.id, [definition()], place.ends_at)
    async with conn.transaction():
        await opening.open_survey(conn, keys, survey_id, place.ends_at)
    return survey_id


async def respondents(conn: Connection, survey_id: UUID) -> list[Respondent]:
    """Everybody who is asked, with what they will say."""
    asked = await db.many(
        conn,
        Known,
        """select i.id as invitation_id, p.id as person_id, r.id as registration_id, p.name, p.email,
                  coalesce((select array_agg('s-' || replace(c.session_id::text, '-', '')) from scan c
                             where c.registration_id = r.id and c.session_id is not null), '{}') as sessions,
                  exists (select from membership m where m.person_id = p.id and m.coach_id is not null) as has_coach
             from survey_invitation i join person p on p.id = i.person_id join registration r on r.person_id = p.id
            where i.survey_id = $1 order by p.email""",
        survey_id,
    )
    lengths = CHANCE.sample(range(len(asked)), len(asked))
    said: set[tuple[Any, ...]] = set()
    found: list[Respondent] = []
    while len(found) < len(asked):
        one = _respondent(len(found), asked[len(found)], lengths[len(found)])
        if one.core not in said:
            said.add(one.core)
            found.append(one)
    return found


def _respondent(number: int, known: Known, longer: int) -> Respondent:
    marks = {one: _word() for one in TEXTS}
    given: Given = {one: CHANCE.choice([1, 2, 3, 4, 5]) for one in CORE} | {"m1": CHANCE.randrange(11)} | marks
    given["m10"] += " " + "e" * longer
    given |= {"m12": sorted(known.sessions), "m13": "without_name"}
    if known.has_coach:
        given["f6"] = CHANCE.randrange(1, 6)
    return Respondent(
        number=number,
        person_id=known.person_id,
        registration_id=known.registration_id,
        invitation_id=known.invitation_id,
        name=known.name,
        email=known.email,
        sessions=frozenset(known.sessions),
        has_coach=known.has_coach,
        marks=marks,
        given=given,
    )


def turns(asked: Sequence[Respondent]) -> list[tuple[Respondent, Given]]:
    """Who answers when; some think again, and what they say last counts."""
    again = CHANCE.sample(asked, AGAIN)
    order = CHANCE.sample([*asked, *again], len(asked) + AGAIN)
    first = {one.number for one in again}
    found: list[tuple[Respondent, Given]] = []
    for one in order:
        early = one.number in first
        first.discard(one.number)
        found.append((one, {"m1": 5, "m2": 3} if early else one.given))
    return found


def straight(pool: Pool, now: datetime) -> Send:
    """One request's transaction after the other, by the code behind page and API."""

    async def send(invitation_id: UUID, given: Given) -> None:
        async with db.transaction(pool) as conn:
            there = await answering.seat_of(conn, invitation_id, now)
            await answering.answer(conn, there, given, now)

    return send


async def end(pool: Pool, keys: Keys, survey_id: UUID, now: datetime) -> None:
    """The worker closes it, and a moment later destroys the key."""
    async with db.transaction(pool) as conn:
        await closing.close(conn, keys, survey_id, now)
    async with db.transaction(pool) as conn:
        assert await closing.destroy_keys(conn, keys) == []


def _word() -> str:
    return "zq" + "".join(CHANCE.choices(string.ascii_lowercase, k=10))
