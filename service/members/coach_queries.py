"""Coaches page by page, and to choose from: gathered where they are few, else found along the names of all people."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.members.places import MOST_OFFERED
from service.web.paging import NamePlace, most


class CoachRow(Struct, frozen=True):
    """A coach, and how many members they have."""

    id: UUID
    name: str
    title: str
    members: int


async def listed(conn: Connection, words: str, after: NamePlace | None, limit: int) -> list[CoachRow]:
    """By name, behind `after`: coaches in whose name and title each of the words is."""
    found = await gathered(conn, words)
    return await in_order(conn, words, found if len(found) <= most(words) else None, after, limit)


async def gathered(conn: Connection, words: str) -> list[UUID]:
    """Those whom the longest of the words leaves, in no order; one more than `most` stands for any number above it."""
    return await db.many(
        conn,
        UUID,
        """select person_id from coach
            where $1 = ''
               or person_id = any(array(select id from person
                                         where words like (sought($1))[1]))
            limit $2""",
        words,
        most(words) + 1,
    )


async def in_order(
    conn: Connection, words: str, only: Sequence[UUID] | None, after: NamePlace | None, limit: int
) -> list[CoachRow]:
    """The same by name; where they are known already, of these.

    `offset 0` has each person looked up by themselves: otherwise all coaches would be read for one page.
    """
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        CoachRow,
        """select c.id, c.name, c.title, (select count(*) from membership m where m.coach_id = c.id) as members
             from (select p.id, p.name, p.title from person p
                    where exists (select from coach where person_id = p.id offset 0)
                      and ($1 = '' or searchable(concat_ws(' ', p.name, p.title)) like all(sought($1)))
                      and ($2::uuid[] is null or p.id = any($2))
                      and ($3::text is null or (p.name_key, p.name, p.id) > (folded($3), $3, $4::uuid))
                    order by p.name_key, p.name, p.id limit $5) c
            order by folded(c.name) collate "C", c.name, c.id""",
        words,
        only,
        name,
        last_id,
        limit,
    )


async def offered(conn: Connection, chosen: Sequence[UUID]) -> list[CoachRow]:
    """Coaches to choose from, by name; where they are too many for that, the chosen ones alone."""
    return await db.many(
        conn,
        CoachRow,
        """select p.id, p.name, p.title, (select count(*) from membership m where m.coach_id = p.id) as members
             from coach c join person p on p.id = c.person_id
            where c.person_id = any($1::uuid[] || array(
                    select person_id from coach
                     where (select count(*) from (select from coach limit $2 + 1) o) <= $2))
            order by p.name_key, p.id""",
        chosen,
        MOST_OFFERED,
    )


async def are_too_many(conn: Connection) -> bool:
    """Whether there are more coaches than one can choose from."""
    number = await db.one(conn, int, "select count(*) as n from (select from coach limit $1) c", MOST_OFFERED + 1)
    return number > MOST_OFFERED
