"""Who may be in the network twice, and who was said to be two."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging.likeness import Known
from service.merging.rules import Entry


async def everybody(conn: Connection) -> list[Known]:
    """All people, as they are compared; who was erased is nobody."""
    return await db.many(
        conn,
        Known,
        """select p.id, p.name, p.name_key as folded, p.email, p.district_id, coalesce(d.name, '') as district
             from person p left join district d on d.id = p.district_id where p.email not like 'erased:%' order by p.id""",
    )


async def known(conn: Connection, ids: Sequence[UUID]) -> list[Known]:
    """These people, in this order."""
    return await db.many(
        conn,
        Known,
        """select p.id, p.name, p.name_key as folded, p.email, p.district_id, coalesce(d.name, '') as district
             from unnest($1::uuid[]) with ordinality as given (id, place) join person p on p.id = given.id
             left join district d on d.id = p.district_id order by given.place""",
        ids,
    )


async def near(conn: Connection, entry: Entry, limit: int) -> list[UUID]:
    """Who shares one of the two longest words of a name with somebody, or their district; those with the likest names."""
    return await db.many(
        conn,
        UUID,
        """select p.id from person p
            where p.id <> $1 and p.email not like 'erased:%'
              and (p.words like (sought($2))[1]
                   or p.words like (sought($2))[2]
                   or p.district_id = $3::uuid)
            order by similarity(p.name_key, folded($2)) desc, p.id limit $4""",
        entry.id,
        entry.name,
        entry.district_id,
        limit,
    )


class Apart(Struct, frozen=True):
    """Two who are two."""

    one_id: UUID
    other_id: UUID


async def told_apart(conn: Connection) -> list[Apart]:
    """All pairs of whom an organizer said so."""
    return await db.many(conn, Apart, "select one_id, other_id from told_apart")
