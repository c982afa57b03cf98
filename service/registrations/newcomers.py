"""People whom nobody knows yet are made before the convening's row is held: whoever holds it keeps everybody else waiting.

So whoever makes people does it first. Nobody who holds a convening then waits for somebody who waits for that convening.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.errors import Refused
from service.members import queries as members
from service.registrations import queries
from service.registrations.queries import LiveRow
from service.registrations.rules import Register
from service.text import email_address


class Met(Struct, frozen=True):
    """Whose addresses (in small letters) requests name; who is among `made` was unknown, and nobody else sees them yet."""

    people: Mapping[str, UUID]
    made: frozenset[UUID] = frozenset()


class Standing(Struct, frozen=True):
    """Whose they are behind the convening's lock, and who is registered there."""

    people: Mapping[str, UUID]
    live: dict[UUID, LiveRow]


async def meet(conn: Connection, requests: Sequence[Register], now: datetime) -> Met:
    """Look everybody up, and make who is unknown; of a bad address nothing is said yet."""
    firsts: dict[str, tuple[str, Register]] = {}
    for request in requests:
        try:
            address = email_address(request.email)
        except Refused:
            continue  # it is refused when it is decided
        firsts.setdefault(address.lower(), (address, request))
    new = [db.new_id(now) for _ in firsts]
    known = await members.upsert_by_address(
        conn,
        new,
        [one.name.strip() for _, one in firsts.values()],
        [address for address, _ in firsts.values()],
        [one.title.strip() for _, one in firsts.values()],
        now,
    )
    people = {one.email_key: one.id for one in known}
    return Met(people, frozenset(new).intersection(people.values()))


async def standing(
    conn: Connection, convening_id: UUID, met: Met, requests: Mapping[str, Register], now: datetime
) -> Standing:
    """How they stand at a convening, by address; call behind its lock.

    Somebody's address may be another one, or somebody else's, since they were met: these are looked up once more.
    """
    new = {key: met.people[key] for key in requests if met.people.get(key) in met.made}
    known = {key: met.people[key] for key in requests if key in met.people and key not in new}
    found = await queries.standing(conn, convening_id, list(known.values()), list(known)) if known else []
    people = new | {one.email_key: one.person_id for one in found}
    live = {
        one.person_id: LiveRow(one.person_id, one.registration_id, one.state)
        for one in found
        if one.registration_id and one.state
    }
    if moved := [request for key, request in requests.items() if key not in people]:
        again = await meet(conn, moved, now)
        people |= again.people
        live |= {one.person_id: one for one in await queries.live_among(conn, convening_id, list(again.people.values()))}
    return Standing(people, live)


async def unmake(conn: Connection, met: Met) -> None:
    """Whoever was made, and is not registered now, was made for nothing."""
    if met.made:
        await db.run(
            conn,
            """delete from person p where p.id = any($1::uuid[])
                  and not exists (select from registration where person_id = p.id offset 0)""",
            list(met.made),
        )
