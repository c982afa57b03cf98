"""Who may be in the network twice, as it was found, and who was said to be two."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging.likeness import Known, Why

CROWD = 300
"""In a district with more people only those are compared who share a word of their name."""


async def known(conn: Connection, ids: Sequence[UUID]) -> list[Known]:
    """These people, in this order; who was erased is nobody."""
    return await db.many(
        conn,
        Known,
        """select p.id, p.name, p.name_key as folded, p.email, p.district_id, coalesce(d.name, '') as district,
                  p.created_at
             from unnest($1::uuid[]) with ordinality as given (id, place) join person p on p.id = given.id
             left join district d on d.id = p.district_id where p.email not like 'erased:%' order by given.place""",
        ids,
    )


async def near(conn: Connection, me: Known, limit: int) -> list[UUID]:
    """Whose name has the two longest words of somebody's; or one of them, at the same mail domain or in a large district;
    or who is in the same small district. Those with the likest names."""
    return await db.many(
        conn,
        UUID,
        """select p.id from person p
            where p.id <> $1 and p.email not like 'erased:%'
              and (p.words like (sought($2))[1]
                     and p.words like coalesce((sought($2))[2], '%')
                   or p.words like (sought($2))[1]
                     and p.words like (sought(split_part($4, '@', 2)))[1]
                   or p.words like (sought($2))[2]
                     and p.words like (sought(split_part($4, '@', 2)))[1]
                   or p.district_id = $3::uuid
                     and p.words like (sought($2))[1]
                   or p.district_id = $3 and p.words like (sought($2))[2]
                   or p.id = any(array(
                        select id from person
                         where district_id = $3
                           and (select count(*) from (select from person where district_id = $3 limit $6 + 1) crowd) <= $6)))
            order by similarity(p.name_key, folded($2)) desc, p.id limit $5""",
        me.id,
        " ".join(me.words),
        me.district_id,
        me.email,
        limit,
        CROWD,
    )


class Pair(Struct, frozen=True):
    """Two who may be one."""

    one_id: UUID
    other_id: UUID
    why: Why
    weight: float


async def likeliest(conn: Connection, limit: int) -> list[Pair]:
    """As they were found, the likeliest first; not those of whom somebody said that they are two."""
    return await db.many(
        conn,
        Pair,
        """select l.one_id, l.other_id, l.why, l.weight from likeness l
            where not exists (select from told_apart t where t.one_id = l.one_id and t.other_id = l.other_id)
            order by l.weight desc, l.one_id, l.other_id limit $1""",
        limit,
    )


async def due(conn: Connection, limit: int) -> list[UUID]:
    """Whose second entry is still to be looked for."""
    return await db.many(conn, UUID, "select person_id from likeness_due order by person_id limit $1", limit)


async def how_many_are_due(conn: Connection, most: int) -> int:
    """How many that are; counted so far."""
    return await db.one(conn, int, "select count(*) from (select from likeness_due limit $1) d", most)


class Apart(Struct, frozen=True):
    """Two who are two."""

    one_id: UUID
    other_id: UUID


async def told_apart(conn: Connection, ids: Sequence[UUID]) -> list[Apart]:
    """Pairs with one of these, of whom an organizer said so."""
    return await db.many(
        conn,
        Apart,
        """select one_id, other_id from told_apart where one_id = any($1::uuid[])
            union select one_id, other_id from told_apart where other_id = any($1)""",
        ids,
    )


async def claim_due(conn: Connection, limit: int) -> list[UUID]:
    """Some whose second entry is looked for now: they are compared in this transaction, or stay due."""
    return await db.many(
        conn,
        UUID,
        """delete from likeness_due where person_id = any(array(
             select person_id from likeness_due order by person_id limit $1 for update skip locked))
           returning person_id""",
        limit,
    )


async def forget_pairs(conn: Connection, person_id: UUID) -> int:
    """What was found of somebody before."""
    return await db.run(conn, "delete from likeness where one_id = $1 or other_id = $1", person_id)


async def insert_pairs(conn: Connection, pairs: Sequence[Pair]) -> int:
    """What is found now; not of somebody who went meanwhile."""
    return await db.run(
        conn,
        """insert into likeness (one_id, other_id, why, weight)
           select one_id, other_id, why, weight
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[]) as given (one_id, other_id, why, weight)
            where (select count(*) from person p where p.id in (given.one_id, given.other_id)) = 2
            order by one_id, other_id
           on conflict (one_id, other_id) do update set why = excluded.why, weight = excluded.weight""",
        [pair.one_id for pair in pairs],
        [pair.other_id for pair in pairs],
        [pair.why for pair in pairs],
        [pair.weight for pair in pairs],
    )
