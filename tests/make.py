"""Plausible rows, made through the real actions, and a look at what became of them."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from service import db, events
from service.convenings import actions, queries
from service.convenings.queries import ConveningRow
from service.convenings.rules import Draft, SessionDraft, Venue
from service.db import Connection, Pool
from service.errors import Refused
from service.events import AnyEvent
from service.registrations import actions as registrations
from service.registrations import asking
from service.registrations import queries as registration_queries
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Register, Registered, Source

ResultT = TypeVar("ResultT")

HOUR = timedelta(hours=1)
AHEAD = timedelta(days=90)
"""From the tests' now to the start of a convening."""
NAMES = (
    "Tamsin Birchwell",
    "Ignacio Ferreira",
    "Wren Okonkwo",
    "Solveig Lindqvist",
    "Desmond Achterberg",
    "Priya Raghunathan",
)


def draft(now: datetime, **changes: Any) -> Draft:
    """A convening of seven hours in New York, three months ahead, with 50 seats."""
    plain = Draft(
        title="Fall Convening",
        timezone="America/New_York",
        starts_at=now + AHEAD,
        ends_at=now + AHEAD + timedelta(hours=7),
        capacity=50,
        summary="A day of schools learning from one another.",
        venue=Venue("Cedar Harbor High School", "12 Quay Street, Cedar Harbor, NY 10999", 40.7, -73.9),
    )
    return msgspec.structs.replace(plain, **changes)


def session_draft(now: datetime, hour: float = 1, **changes: Any) -> SessionDraft:
    """A workshop of an hour that people choose, `hour` hours after the start of `draft(now)`."""
    starts_at = now + AHEAD + timedelta(hours=hour)
    plain = SessionDraft(
        title=f"Workshop at {hour}", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), room="B12", signup=True
    )
    return msgspec.structs.replace(plain, **changes)


async def convening(conn: Connection, now: datetime, *, published: bool = True, **changes: Any) -> ConveningRow:
    """A convening that people can register for; `changes` are fields of its draft; one of the past was published in time."""
    wanted = draft(now, **changes)
    convening_id = await actions.create(conn, wanted, now)
    if published:
        await actions.publish(conn, convening_id, min(now, wanted.starts_at))
    return await queries.convening(conn, convening_id)


async def session_ids(conn: Connection, convening_id: UUID) -> list[UUID]:
    """The sessions of a convening in the order of its agenda."""
    return [session.id for session in await queries.sessions(conn, convening_id)]


def request(n: int = 1, **changes: Any) -> Register:
    """What the n-th person asks for."""
    name = NAMES[n % len(NAMES)]
    plain = Register(
        name=name,
        email=f"{name.split()[0].lower()}.{n}@cedar-harbor.example",
        title="Teacher",
        district="Cedar Harbor Unified",
    )
    return msgspec.structs.replace(plain, **changes)


async def registered(
    conn: Connection, convening_id: UUID, n: int = 1, *, now: datetime, source: Source = "organizer", **changes: Any
) -> RegistrationRow:
    """The n-th person's registration as it stands; raises what the request is refused with."""
    async with conn.transaction():
        [outcome] = await registrations.register(conn, convening_id, [request(n, **changes)], source=source, now=now)
    if isinstance(outcome, Refused):
        raise outcome
    return await registration_queries.registration(conn, outcome.id)


async def stranger(conn: Connection, convening_id: UUID, wanted: Register, *, now: datetime) -> None:
    """Somebody fills in the public form; raises what they are refused with."""
    await queries.lock_for_many(conn, convening_id)
    [refusal] = await asking.ask_publicly(conn, convening_id, [wanted], now)
    if refusal:
        raise refusal


async def crowd(
    conn: Connection, convening_id: UUID, numbers: Iterable[int], *, now: datetime, source: Source = "organizer"
) -> list[Registered]:
    """Many people at once, in order, none of them refused."""
    requests = [request(n) for n in numbers]
    async with conn.transaction():
        outcomes = await registrations.register(conn, convening_id, requests, source=source, now=now)
    return [outcome for outcome in outcomes if isinstance(outcome, Registered)]


def nobody(now: datetime) -> UUID:
    """An id that no row has."""
    return db.new_id(now)


async def alone(pool: Pool, action: Callable[[Connection], Awaitable[ResultT]]) -> ResultT:
    """What one request does: an action in a transaction of its own, on a connection of its own."""
    async with db.transaction(pool) as conn:
        return await action(conn)


@asynccontextmanager
async def statements(conn: Connection) -> AsyncGenerator[list[str]]:
    """The SQL that a pool's connection sends meanwhile."""
    asked: list[str] = []

    def note(record: Any) -> None:
        asked.append(record.query)

    raw: Any = conn._con  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage]
    raw.add_query_logger(note)
    yield asked
    raw.remove_query_logger(note)


async def standing(conn: Connection, convening_id: UUID) -> dict[str, int]:
    """How many registrations of a convening are in each state."""
    rows = await registration_queries.listed(conn, convening_id, None, None, 10_000)
    return dict(Counter(row.state for row in rows))


async def positions(conn: Connection, convening_id: UUID) -> list[int | None]:
    """The positions of those who wait, sorted."""
    rows = await registration_queries.listed(conn, convening_id, "waitlisted", None, 10_000)
    return sorted((row.position for row in rows), key=lambda position: position or 0)


async def recorded(conn: Connection) -> list[AnyEvent]:
    """Every fact so far, in the public order."""
    async with conn.transaction():
        await events.number(conn)
        found = await events.after(conn, 0, 100_000)
    return [events.load(one.payload) for one in found]


async def recorded_about(conn: Connection, registration_id: UUID) -> list[str]:
    """The kinds of the facts about one registration, in the public order."""
    facts = await recorded(conn)
    return [type(one).__name__ for one in facts if getattr(one, "registration_id", None) == registration_id]
