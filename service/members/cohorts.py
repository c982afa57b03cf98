"""Cohorts: members who joined in the same year, counted so far as a page needs it."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.members.directory import of_year
from service.web.paging import MOST_LEFT

MOST_LISTED = 50
"""So many of a cohort are looked up in the directory to count them; of more the pages say that they are more."""


class Cohort(Struct, frozen=True):
    """Members who joined in one year, and how many of them are in the directory.

    One more than `MOST_LEFT` members, or than `MOST_LISTED` of them in the directory, stands for any number above it.
    """

    year: int
    members: int
    listed: int


async def cohorts(conn: Connection) -> Sequence[Cohort]:
    """All of them, the youngest first: an index leaps from year to year, and each is counted so far and no further.

    `offset 0` has each member looked up by themselves: otherwise all people would be read.
    """
    return await db.many(
        conn,
        Cohort,
        """with recursive joined as (
             select max(joined_year) as year from membership
             union all select (select max(m.joined_year) from membership m where m.joined_year < j.year)
                         from joined j where j.year is not null)
           select year, (select count(*) from (select from membership where joined_year = year limit $1) m) as members,
                  (select count(*)
                     from (select from membership m
                            cross join lateral (select from person where id = m.person_id and listed offset 0) p
                            where m.joined_year = year limit $2) l) as listed
             from joined where year is not null order by year desc""",
        MOST_LEFT + 1,
        MOST_LISTED + 1,
    )


async def cohort(conn: Connection, year: int) -> Cohort | None:
    """One of them; None where nobody joined."""
    return await db.maybe(
        conn,
        Cohort,
        """select $1::int as year, n.members,
                  (select count(*)
                     from (select from membership m
                            cross join lateral (select from person where id = m.person_id and listed offset 0) p
                            where m.joined_year = $1 limit $3) l) as listed
             from (select count(*) as members from (select from membership where joined_year = $1 limit $2) m) n
            where n.members > 0""",
        year,
        MOST_LEFT + 1,
        MOST_LISTED + 1,
    )


class UnlistedRow(Struct, frozen=True):
    """A member who is not in the directory, as organizers see them."""

    id: UUID
    name: str
    district_name: str


async def unlisted(conn: Connection, year: int, limit: int) -> Sequence[UnlistedRow]:
    """The first of those of a cohort, by name."""
    found = await of_year(conn, year)
    return await unlisted_by_name(conn, year, found if len(found) <= MOST_LEFT else None, limit)


async def unlisted_by_name(conn: Connection, year: int, only: Sequence[UUID] | None, limit: int) -> Sequence[UnlistedRow]:
    """The same; where its members are known already, of these."""
    return await db.many(
        conn,
        UnlistedRow,
        """select p.id, p.name, coalesce((select name from district where id = p.district_id), '') as district_name
             from person p
            where not p.listed and ($2::uuid[] is null or p.id = any($2))
              and exists (select from membership where person_id = p.id and joined_year = $1 offset 0)
            order by p.name_key, p.name, p.id limit $3""",
        year,
        only,
        limit,
    )
