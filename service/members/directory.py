"""The directory of those who wish to be found, and cohorts: members who joined in the same year."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service import db
from service.db import Connection
from service.members.rules import FIRST_YEAR, LAST_YEAR
from service.text import Line
from service.web.paging import NamePlace


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


async def entries(conn: Connection, search: Search, words: str, after: NamePlace | None, limit: int) -> list[Entry]:
    """Who asked to be listed and is still of the network, by name; words are looked for in what is shown, and only there."""
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        Entry,
        """select p.id, p.name, p.title, coalesce(d.name, '') as district_name, coalesce(d.state, '') as state, p.about,
                  case when p.email_listed then p.email else '' end as email, m.joined_year,
                  coalesce(k.name, '') as coach_name, c.person_id is not null as coaches
             from person p left join district d on d.id = p.district_id left join membership m on m.person_id = p.id
             left join coach c on c.person_id = p.id left join person k on k.id = m.coach_id and k.listed
            where p.listed
              and (m.person_id is not null or c.person_id is not null
                   or exists (select from role_grant g
                               where g.person_id = p.id and g.role = 'organizer' and g.convening_id is null))
              and ($5::uuid is null or p.district_id = $5) and ($6::text = '' or d.state = $6)
              and ($7::int is null or m.joined_year = $7) and ($8::uuid is null or k.id = $8)
              and not exists (
                    select from unnest(string_to_array(folded($1), ' ')) as word
                     where strpos(folded(concat_ws(' ', p.name, p.title, d.name, p.about,
                                                   case when p.email_listed then p.email end)), word) = 0)
              and ($2::text is null or (folded(p.name) collate "C", p.name, p.id) > (folded($2), $2, $3::uuid))
            order by folded(p.name) collate "C", p.name, p.id limit $4""",
        words,
        name,
        last_id,
        limit,
        search.district,
        search.state,
        search.year,
        search.coach,
    )


class Choice(Struct, frozen=True):
    """One of what a list can be narrowed to."""

    id: UUID
    name: str


async def districts(conn: Connection) -> Sequence[Choice]:
    """Districts of people in the directory."""
    return await db.many(
        conn,
        Choice,
        """select d.id, d.name from district d
            where exists (select from person p where p.district_id = d.id and p.listed)
            order by folded(d.name) collate "C", d.id""",
    )


async def states(conn: Connection) -> Sequence[str]:
    """Their states."""
    return await db.many(
        conn,
        str,
        """select distinct d.state from district d
            where exists (select from person p where p.district_id = d.id and p.listed) order by 1""",
    )


async def coaches(conn: Connection) -> Sequence[Choice]:
    """Coaches who are in the directory themselves."""
    return await db.many(
        conn,
        Choice,
        """select p.id, p.name from coach c join person p on p.id = c.person_id
            where p.listed order by folded(p.name) collate "C", p.id""",
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


class UnlistedRow(Struct, frozen=True):
    """A member who is not in the directory, as organizers see them."""

    id: UUID
    name: str
    district_name: str


async def unlisted(conn: Connection, year: int) -> Sequence[UnlistedRow]:
    """Those of a cohort, by name."""
    return await db.many(
        conn,
        UnlistedRow,
        """select p.id, p.name, coalesce(d.name, '') as district_name
             from membership m join person p on p.id = m.person_id left join district d on d.id = p.district_id
            where m.joined_year = $1 and not p.listed order by folded(p.name) collate "C", p.name, p.id""",
        year,
    )
