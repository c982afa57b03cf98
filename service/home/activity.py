"""What happened lately around a convening, in words; and the mail that will go out by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.convenings import reminders
from service.db import Connection
from service.home.seen import Seen
from service.web.templating import many

NEWEST = 15
OFFERS = 10
"""So many of the offers that end are told one by one, the first to end first; of more it is said how many they are."""
WORDS: Mapping[str, str] = {
    "convening_created": "The draft was made.",
    "convening_published": "It was published.",
    "convening_changed": "Its facts or its agenda changed.",
    "convening_cancelled": "It was cancelled.",
    "convening_completed": "It took place.",
    "registration_held": "{name} asked for a seat; the address is not confirmed.",
    "registration_confirmed": "{name} has a seat.",
    "registration_waitlisted": "{name} waits for a seat.",
    "registration_offered": "{name} was offered a seat.",
    "registration_declined": "{name} passed a seat on.",
    "registration_withdrawn": "{name} does not come.",
    "hold_expired": "{name} did not confirm the address in time.",
    "offer_expired": "{name} did not answer the offer in time.",
    "registration_changed": "{name} changed sessions or details.",
    "registration_address_changed": "{name} has another mail address.",
    "reminder_due": "Everybody with a seat was reminded.",
}
"""By the kind of fact; `{name}` is where the person's name stands. Kinds that are not here are not told."""


class HappenedRow(Struct, frozen=True):
    """One fact, and the registration that it is about."""

    kind: str
    at: datetime
    registration_id: UUID | None
    name: str


class Happened(Struct, frozen=True):
    """One fact in words: what stands before and behind the name, which is a link."""

    at: datetime
    before: str
    name: str
    behind: str
    registration_id: UUID | None


class Outgoing(Struct, frozen=True):
    """A mail that goes out by itself: when, what, to whom; `done` where its time has come."""

    at: datetime
    title: str
    words: str
    done: bool = False


async def newest(conn: Connection, convening_id: UUID, limit: int = NEWEST) -> list[Happened]:
    """The last facts about a convening, the newest first."""
    return [in_words(row) for row in await _facts(conn, convening_id, list(WORDS), limit)]


async def _facts(conn: Connection, convening_id: UUID, kinds: Sequence[str], limit: int) -> list[HappenedRow]:
    return await db.many(
        conn,
        HappenedRow,
        """select e.kind, e.created_at as at, r.id as registration_id, coalesce(r.name, '') as name
             from event e left join registration r on r.id = (e.payload ->> 'registration_id')::uuid
            where e.payload ->> 'convening_id' = $1::uuid::text and e.kind = any($2::text[])
            order by e.ordinal desc limit $3""",
        convening_id,
        kinds,
        limit,
    )


def in_words(row: HappenedRow) -> Happened:
    """A fact as a sentence around a name."""
    before, _, behind = WORDS[row.kind].partition("{name}")
    return Happened(row.at, before, row.name, behind, row.registration_id)


def outgoing(seen: Seen) -> list[Outgoing]:
    """What we will write to people of a published convening without anybody asking us, in order of time."""
    if not seen.coming_up:
        return []
    people = many(seen.figures.seated, "person", "people")
    found = [
        Outgoing(at, _reminder(days), f"To everybody with a seat then, {people} today.", done=at <= seen.now)
        for days in reminders.DAYS
        for at in [reminders.due(seen.row, days)]
    ]
    found += [
        Outgoing(until, "An offer ends", "If it is not answered, the next in line gets the seat offered.")
        for until in seen.offers[:OFFERS]
    ]
    if further := seen.offers[OFFERS:]:
        title = f"{many(len(further), 'more offer ends', 'more offers end')}, from then on"
        found.append(Outgoing(further[0], title, "If they are not answered, the next in line get the seats offered."))
    return sorted(found, key=lambda one: one.at)


def _reminder(days: int) -> str:
    return "It is tomorrow" if days == 1 else f"{many(days, 'day', 'days')} to go"
