"""Who may be in the network twice, as it was found, and who was said to be two."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging.likeness import ALIKE, Known, Why

CROWD = 300
"""In a district with more people nobody is compared only because both are in it."""


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


async def near(conn: Connection, me: Known, limit: int) -> list[Known]:
    """Who shares most of the groups of three letters in somebody's name, and a district or mail domain; or all of them, and
    no district tells the two apart, or what stands before the @ is the same. The likeliest.

    The index of what is searched knows the groups: `<%` is true where so many of them are in any part of it. It may know
    none of letters that are not Latin: of such a name also whose begins with its first or last word, and who is in the same
    small district.
    """
    return await db.many(
        conn,
        Known,
        """select p.id, p.name, p.name_key as folded, p.email, p.district_id, coalesce(d.name, '') as district, p.created_at
             from person p left join district d on d.id = p.district_id
             cross join lateral (
               select similarity(p.name_key, $2) as share, p.district_id = $3::uuid as neighbours, split_part($4, '@', 1)
                        = replace(split_part(split_part(p.email_key, '@', 1), '+', 1), '.', '') as called_alike) how
            where p.id <> $1 and p.email not like 'erased:%'
              and p.id = any(array(
                    select id from person
                     where show_trgm($2) <> '{}' and $2 <% words and similarity(name_key, $2) >= $5::float8
                     union all
                    select id from person
                     where $7::boolean
                       and (name_key like beginning(split_part($2, ' ', 1))
                            or name_key like beginning(split_part($2, ' ', -1)) or district_id = $3 and $8::int >= (
                              select count(*) from (select from person where district_id = $3 limit $8 + 1) crowd))))
              and (neighbours or split_part(p.email_key, '@', -1) = split_part($4, '@', 2)
                   or (share = 1 or $7) and (called_alike or neighbours is null))
            order by share desc, neighbours desc nulls last, called_alike desc, p.created_at, p.id limit $6""",
        me.id,
        me.folded,
        me.district_id,
        f"{me.local}@{me.domain}",
        ALIKE,
        limit,
        not me.folded.isascii(),
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


class Two(Struct, frozen=True):
    """Two, by their ids in order."""

    one_id: UUID
    other_id: UUID


async def told_apart(conn: Connection, ids: Sequence[UUID]) -> list[Two]:
    """Pairs with one of these, of whom an organizer said so."""
    return await db.many(
        conn,
        Two,
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


async def stored(conn: Connection, ids: Sequence[UUID]) -> list[Two]:
    """Pairs with one of these that were found before, from whichever side."""
    return await db.many(
        conn,
        Two,
        """select one_id, other_id from likeness where one_id = any($1::uuid[])
            union select one_id, other_id from likeness where other_id = any($1)""",
        ids,
    )


async def forget_pairs(conn: Connection, pairs: Sequence[tuple[UUID, UUID]]) -> int:
    """What is so no more."""
    return await db.run(
        conn,
        """delete from likeness l using unnest($1::uuid[], $2::uuid[]) as given (one_id, other_id)
            where l.one_id = given.one_id and l.other_id = given.other_id""",
        [one_id for one_id, _ in pairs],
        [other_id for _, other_id in pairs],
    )


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
