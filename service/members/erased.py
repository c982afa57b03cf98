"""People who were erased by order: what is known of that, and whether an address was one of theirs.

Whoever takes people in asks `known` first and says `sentence`, so that nobody who asked to be forgotten comes back unseen.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection

NAME = "Erased person"
"""What stands in place of the name, where others' records point to somebody."""


class TombstoneRow(Struct, frozen=True):
    """Whose erasure was ordered, by whom, and what went; without `done_at` mails to their calendar are on their way."""

    person_id: UUID
    by: str
    ordered_at: datetime
    done_at: datetime | None
    what: list[str]


class MarkRow(Struct, frozen=True):
    """An address of somebody who was erased, as we know it."""

    mark: bytes
    ordered_at: datetime


def mark(secret: str, address: str) -> bytes:
    """What we keep of an address: the same for the same one, and no way back without our secret."""
    return hmac.digest(secret.encode(), b"erased\0" + address.strip().lower().encode(), hashlib.sha256)


async def known(conn: Connection, secret: str, addresses: Iterable[str]) -> Mapping[str, datetime]:
    """Which of these addresses (in lower case) were of people who were erased, and when the last of them was."""
    marks = {mark(secret, address): address.strip().lower() for address in addresses}
    rows = await db.many(
        conn,
        MarkRow,
        """select given.mark, max(e.ordered_at) as ordered_at
             from unnest($1::bytea[]) as given (mark) join person_erasure e on e.address_marks @> array[given.mark]
            group by given.mark""",
        list(marks),
    )
    return {marks[row.mark]: row.ordered_at for row in rows}


def sentence(erased_at: datetime) -> str:
    """What whoever brings the address back reads."""
    day = f"{erased_at:%B} {erased_at.day}, {erased_at.year}"
    return f"This person was erased on {day}. Take them in only if they asked for it."


async def tombstone(conn: Connection, person_id: UUID) -> TombstoneRow | None:
    """None of somebody whom nobody erased."""
    return await db.maybe(
        conn,
        TombstoneRow,
        """select e.person_id, coalesce(p.name, '') as by, e.ordered_at, e.done_at, e.what
             from person_erasure e left join merged_person m on m.former_id = e.ordered_by
             left join person p on p.id = coalesce(m.person_id, e.ordered_by) where e.person_id = $1""",
        person_id,
    )
