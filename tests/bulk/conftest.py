"""Organizers who write to many, and those who get it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from service import db
from service.bulk import actions, audiences, queries
from service.bulk.rules import Wanted
from service.db import Connection, Pool
from tests import make
from tests.access.conftest import another, browser, person, tamsin
from tests.members.conftest import network, office
from tests.workers.conftest import office as post

__all__ = ["another", "browser", "network", "office", "person", "post", "tamsin"]


def wanted(**changes: Any) -> Wanted:
    """A message to who has a seat."""
    plain = {
        "audience": "seated",
        "district_id": None,
        "joined_from": None,
        "joined_until": None,
        "subject": "What to bring to {convening}",
        "words": "Dear {name},\n\nbring a policy. See https://plenary.example/bring.",
    }
    return Wanted(**plain | changes)


async def seen(conn: Connection, message_id: UUID, now: datetime) -> str:
    """What the form with the button carries."""
    row = await queries.message(conn, message_id)
    return (await audiences.reached(conn, row, now)).mark(row.version)


async def released(pool: Pool, message_id: UUID, by: UUID, now: datetime) -> int:
    """Looked at, and sent off."""
    async with db.transaction(pool) as conn:
        return await actions.release(conn, message_id, await seen(conn, message_id, now), by, now)


async def seats(conn: Connection, convening_id: UUID, count: int, now: datetime) -> list[str]:
    """People with a seat; their addresses, by the alphabet."""
    rows = [await make.registered(conn, convening_id, n, now=now) for n in range(count)]
    return sorted(row.email for row in rows)


async def network_of(conn: Connection, count: int, now: datetime) -> None:
    """Members, in one statement."""
    await db.run(
        conn,
        """with made as (
             insert into person (id, name, email, created_at)
             select gen_random_uuid(), 'Member ' || n, 'm' || n || '@d' || n % 50 || '.example', $2
               from generate_series(1, $1::int) n returning id)
           insert into membership (person_id, joined_year) select id, 2020 from made""",
        count,
        now,
    )
