"""The directory of those who wish to be found, and cohorts: members who joined in the same year."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service import db
from service.db import Connection
from service.members.places import MOST_OFFERED
from service.members.rules import FIRST_YEAR, LAST_YEAR
from service.text import Line
from service.web.paging import NamePlace, most


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
              and ($1 = '' or searchable(p.name || ' ' || p.title || ' ' || p.about
                                 || case when p.email_listed then ' ' || p.email else '' end) like (sought($1))[1]
                   or p.district_id = any(array(select id from district where searchable(name) like (sought($1))[1])))
              and ($3::uuid is null or p.district_id = $3)
              and ($4::text = '' or p.district_id = any(array(select id from district where state = $4)))
              and ($5::int is null or p.id = any(array(select person_id from membership where joined_year = $5)))
              and ($6::uuid is null or p.id = any(array(select person_id from membership where coach_id = $6)))
            limit $2""",
        words,
        most(words) + 1,
        search.district,
        search.state,
        search.year,
        search.coach,
    )


async def entries(conn: Connection, search: Search, words: str, after: NamePlace | None, limit: int) -> list[Entry]:
    """Who asked to be listed and is still of the network, by name; words are looked for in what is shown, and only there."""
    name, last_id = after or (None, None)
    only = await gathered(conn, search, words) if words or search != Search() else None
    return await db.many(
        conn,
        Entry,
        """select p.id, p.name, p.title, coalesce(d.name, '') as district_name, coalesce(d.state, '') as state, p.about,
                  case when p.email_listed then p.email else '' end as email, m.joined_year,
                  coalesce(k.name, '') as coach_name, m.coaches
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
              and ($1 = '' or searchable(concat_ws(' ', p.name, p.title, d.name, p.about,
                                                    case when p.email_listed then p.email end)) like all(sought($1)))
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
        None if only is None or len(only) > most(words) else only,
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


async def coaches(conn: Connection) -> Sequence[Choice]:
    """Coaches who are in the directory themselves."""
    return await db.many(
        conn,
        Choice,
        """select p.id, p.name from coach c join person p on p.id = c.person_id
            where p.listed order by p.name_key, p.id""",
    )


class Cohort(Struct, frozen=True):
    """Members who joined in one year, and how many of them are in the directory."""

    year: int
    members: int
    listed: int


async def cohorts(conn: Connection) -> Sequence[Cohort]:
    """All of them, the youngest first."""
    return await db.many(
        conn,
        Cohort,
        """select m.joined_year as year, count(*) as members, count(*) filter (where p.listed) as listed
             from membership m join person p on p.id = m.person_id group by 1 order by 1 desc""",
    )


async def cohort(conn: Connection, year: int) -> Cohort | None:
    """One of them; None where nobody joined."""
    return await db.maybe(
        conn,
        Cohort,
        """with joined as (select array(select person_id from membership where joined_year = $1) as ids)
           select $1::int as year, cardinality(ids)::bigint as members,
                  (select count(*) from person where listed and id = any(array(
                     select person_id from membership where joined_year = $1))) as listed
             from joined where cardinality(ids) > 0""",
        year,
    )


class UnlistedRow(Struct, frozen=True):
    """A member who is not in the directory, as organizers see them."""

    id: UUID
    name: str
    district_name: str


async def unlisted(conn: Connection, year: int, limit: int) -> Sequence[UnlistedRow]:
    """The first of those of a cohort, by name."""
    return await db.many(
        conn,
        UnlistedRow,
        """select p.id, p.name, coalesce(d.name, '') as district_name
             from person p left join district d on d.id = p.district_id
            where p.id = any(array(select person_id from membership where joined_year = $1)) and not p.listed
            order by p.name_key, p.name, p.id limit $2""",
        year,
        limit,
    )
