"""The directory of those who wish to be found."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service import db
from service.db import Connection
from service.members.places import MOST_OFFERED
from service.members.rules import FIRST_YEAR, LAST_YEAR
from service.text import Line
from service.web.paging import MOST_LEFT, NamePlace, most


class Search(Struct, frozen=True):
    """What the directory is searched for."""

    q: Line = ""
    district: UUID | None = None
    state: Line = ""
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    coach: UUID | None = None

    @property
    def any(self) -> bool:
        """Whether anything is looked for."""
        return self != Search()


class Entry(Struct, frozen=True):
    """Somebody in the directory; `email` is empty unless they chose to show it, and so is a coach who is not listed."""

    id: UUID
    name: str
    title: str
    district_name: str
    state: str
    about: str
    email: str
    joined_year: int | None
    coach_id: UUID | None
    coach_name: str
    coaches: bool


async def gathered(conn: Connection, search: Search, words: str) -> list[UUID]:
    """Who asked to be listed and whom a search may leave: the longest of these words is in their entry, or their district.

    One more than `most`: too many.
    """
    return await db.many(
        conn,
        UUID,
        """select p.id from person p
            where p.listed
              and ($1 = '' or p.listed_words like (sought($1))[1]
                   or p.district_id = any(array(select id from district where searchable(name) like (sought($1))[1])))
              and ($3::uuid is null or p.district_id = $3)
              and ($4::text = '' or p.district_id = any(array(select id from district where state = $4)))
              and ($5::int is null
                   or case when $1 = '' then p.id = any(array(select person_id from membership where joined_year = $5))
                        else exists (select from membership where person_id = p.id and joined_year = $5 offset 0) end)
              and ($6::uuid is null or p.id = any(array(select person_id from membership where coach_id = $6)))
            limit $2""",
        words,
        most(words) + 1,
        search.district,
        search.state,
        search.year,
        search.coach,
    )


async def of_year(conn: Connection, year: int) -> list[UUID]:
    """Members who joined in one year, in no order; one more than `MOST_LEFT` stands for any number above it."""
    return await db.many(conn, UUID, "select person_id from membership where joined_year = $1 limit $2", year, MOST_LEFT + 1)


async def _only(conn: Connection, search: Search, words: str) -> list[UUID] | None:
    """Those among whom a search is to look; None for everybody, where it leaves too many or does not narrow.

    A year alone is asked of an index that has nothing else: who of it is listed would be looked up one by one.
    """
    if not words and search == Search():
        return None
    if not words and search.year is not None and search == Search(year=search.year):
        found = await of_year(conn, search.year)
    else:
        found = await gathered(conn, search, words)
    return found if len(found) <= most(words) else None


async def entries(conn: Connection, search: Search, words: str, after: NamePlace | None, limit: int) -> list[Entry]:
    """Who asked to be listed and is still of the network, by name; words are looked for in what is shown, and only there."""
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        Entry,
        """select p.id, p.name, p.title, coalesce(d.name, '') as district_name, coalesce(d.state, '') as state, p.about,
                  case when p.email_listed then p.email else '' end as email, m.joined_year,
                  k.id as coach_id, coalesce(k.name, '') as coach_name, m.coaches
             from person p left join district d on d.id = p.district_id
            cross join lateral (
              select joined_year, coach_id, exists (select from coach where person_id = p.id) as coaches,
                     exists (select from membership where person_id = p.id) as is_member
                from (values (1)) one left join membership on person_id = p.id offset 0) m
             left join person k on k.id = m.coach_id and k.listed
            where p.listed
              and (m.is_member or m.coaches
                   or exists (select from role_grant g
                               where g.person_id = p.id and g.role = 'organizer' and g.convening_id is null offset 0))
              and ($5::uuid is null or p.district_id = $5) and ($6::text = '' or d.state = $6)
              and ($7::int is null or m.joined_year = $7) and ($8::uuid is null or k.id = $8)
              and ($1 = '' or p.listed_words like all(sought($1))
                   or concat(p.listed_words, searchable(d.name)) like all(sought($1)))
              and ($9::uuid[] is null or p.id = any($9))
              and ($2::text is null or (p.name_key, p.name, p.id) > (folded($2), $2, $3::uuid))
            order by p.name_key, p.name, p.id limit $4""",
        words,
        name,
        last_id,
        limit,
        search.district,
        search.state,
        search.year,
        search.coach,
        await _only(conn, search, words),
    )


class Choice(Struct, frozen=True):
    """One of what a list can be narrowed to."""

    id: UUID
    name: str


async def districts(conn: Connection, chosen: UUID | None) -> Sequence[Choice]:
    """Districts of people in the directory; where there are too many to choose from, the chosen one alone."""
    return await db.many(
        conn,
        Choice,
        """select d.id, d.name from district d
            where d.id = $1
               or (select count(*) from (select from district limit $2 + 1) o) <= $2
                  and exists (select from person p where p.district_id = d.id and p.listed)
            order by folded(d.name) collate "C", d.id""",
        chosen,
        MOST_OFFERED,
    )


async def states(conn: Connection) -> Sequence[str]:
    """Their states, each as soon as one of its people is found."""
    return await db.many(
        conn,
        str,
        """select s.state from (select distinct state from district) s
            where exists (select from district d where d.state = s.state
                             and exists (select from person p where p.district_id = d.id and p.listed offset 0) offset 0)
            order by 1""",
    )


async def years(conn: Connection) -> Sequence[int]:
    """The years in which members joined, the youngest first."""
    return await db.many(
        conn,
        int,
        """with recursive joined as (
             select max(joined_year) as year from membership
             union all select (select max(m.joined_year) from membership m where m.joined_year < j.year)
                         from joined j where j.year is not null)
           select year from joined where year is not null order by year desc""",
    )


async def coaches(conn: Connection, chosen: UUID | None) -> Sequence[Choice]:
    """Coaches who are in the directory themselves; where there are too many to choose from, the chosen one alone."""
    return await db.many(
        conn,
        Choice,
        """select p.id, p.name from coach c join person p on p.id = c.person_id
            where p.listed
              and c.person_id = any(array(
                    select $1::uuid
                     union all select person_id from coach
                                where (select count(*) from (select from coach limit $2 + 1) o) <= $2))
            order by p.name_key, p.id""",
        chosen,
        MOST_OFFERED,
    )
