"""How people are found among a hundred thousand: those whom a search leaves are gathered, up to a number, and put in order.

Where it leaves more, the list goes through all people in the order of their names, and soon has a page together. So neither
a rare word nor a frequent one reads them all.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.members.rules import Part
from service.web.paging import MOST_LEFT, NamePlace, most


class Sought(Struct, frozen=True, kw_only=True):
    """Whom a search means: each of the `words` is in name, address, title, district or school; the rest may be open."""

    words: str = ""
    part: Part = ""
    district_id: UUID | None = None
    year: int | None = None
    """Since when they are members."""


class ListedPerson(Struct, frozen=True):
    """A person in the list."""

    id: UUID
    name: str
    email: str
    title: str
    district_name: str
    joined_year: int | None
    coaches: bool
    school_name: str


async def gathered(conn: Connection, sought: Sought) -> list[UUID]:
    """Whom a search leaves, in no order; one more than `most` stands for any number above it.

    An index knows who has the longest two words; with more of them, each person found so is looked at.
    """
    return await db.many(
        conn,
        UUID,
        """select p.id
             from person p left join (select person_id from person_part where part = $2::text) t on t.person_id = p.id
            where ($2 in ('', 'none') or t.person_id is not null) and p.email not like 'erased:%'
              and ($1 = ''
                   or searchable(p.name || ' ' || p.email || ' ' || p.title) like (sought($1))[1]
                   or p.district_id = any(array(select id from district where searchable(name) like (sought($1))[1]))
                   or p.id = any(array(select k.person_id from school s join school_contact k on k.school_id = s.id
                                        where searchable(s.name) like (sought($1))[1])))
              and ((sought($1))[2] is null
                   or searchable(p.name || ' ' || p.email || ' ' || p.title) like (sought($1))[2]
                   or p.district_id = any(array(select id from district where searchable(name) like (sought($1))[2]))
                   or p.id = any(array(select k.person_id from school s join school_contact k on k.school_id = s.id
                                        where searchable(s.name) like (sought($1))[2])))
              and ((sought($1))[3] is null
                   or searchable(concat_ws(' ', p.name, p.email, p.title,
                               (select name from district where id = p.district_id),
                               (select s.name from school_contact k join school s on s.id = k.school_id
                                 where k.person_id = p.id))) like all(sought($1)))
              and ($2 <> 'none' or not exists (select from person_part where person_id = p.id offset 0))
              and ($3::uuid is null or p.district_id = $3)
              and ($5::int is null or p.id = any(array(select person_id from membership where joined_year = $5)))
            limit $4""",
        sought.words,
        sought.part,
        sought.district_id,
        most(sought.words) + 1,
        sought.year,
    )


async def everybody(conn: Connection) -> int:
    """How many people there are; one more than `MOST_LEFT` stands for any number above it."""
    return await db.one(
        conn,
        int,
        "select count(*) as n from (select from person where email not like 'erased:%' limit $1) p",
        MOST_LEFT + 1,
    )


async def in_order(conn: Connection, ids: Sequence[UUID], words: str, after: NamePlace | None, limit: int) -> list[UUID]:
    """Those of the gathered behind `after`: of not too many first in whose name most of the words begin a part; by name."""
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        UUID,
        """select p.id from person p
            where p.id = any($1::uuid[])
              and ($3::text is null
                   or (case when $6 then -begun(p.name, $2) else 0 end, folded(p.name) collate "C", p.name, p.id)
                    > (case when $6 then -begun($3, $2) else 0 end, folded($3), $3, $4::uuid))
            order by case when $6 then -begun(p.name, $2) else 0 end, folded(p.name) collate "C", p.name, p.id limit $5""",
        ids,
        words,
        name,
        last_id,
        limit,
        words != "" and len(ids) <= MOST_LEFT,
    )


async def by_name(conn: Connection, sought: Sought, after: NamePlace | None, limit: int) -> list[UUID]:
    """Whom a search leaves, by name, behind `after`; quick where it leaves many.

    `offset 0` has each person looked up by themselves: otherwise all members would be read for one page.
    """
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        UUID,
        """select p.id from person p
            where p.email not like 'erased:%'
              and ($1 = '' or searchable(concat_ws(' ', p.name, p.email, p.title,
                                (select name from district where id = p.district_id),
                                (select s.name from school_contact k join school s on s.id = k.school_id
                                  where k.person_id = p.id))) like all(sought($1)))
              and case $2::text when '' then true
                    when 'none' then not exists (select from person_part where person_id = p.id offset 0)
                    else exists (select from person_part where person_id = p.id and part = $2 offset 0) end
              and ($3::uuid is null or p.district_id = $3)
              and ($7::int is null or exists (select from membership where person_id = p.id and joined_year = $7 offset 0))
              and ($4::text is null or (folded(p.name) collate "C", p.name, p.id) > (folded($4), $4, $5::uuid))
            order by folded(p.name) collate "C", p.name, p.id limit $6""",
        sought.words,
        sought.part,
        sought.district_id,
        name,
        last_id,
        limit,
        sought.year,
    )


async def listed(conn: Connection, ids: Sequence[UUID]) -> list[ListedPerson]:
    """These people, in this order."""
    return await db.many(
        conn,
        ListedPerson,
        """select p.id, p.name, p.email, p.title, coalesce(d.name, '') as district_name, m.joined_year,
                  c.person_id is not null as coaches, coalesce(s.name, '') as school_name
             from unnest($1::uuid[]) with ordinality as given (id, place) join person p on p.id = given.id
             left join district d on d.id = p.district_id left join membership m on m.person_id = p.id
             left join coach c on c.person_id = p.id left join school_contact k on k.person_id = p.id
             left join school s on s.id = k.school_id
            order by given.place""",
        ids,
    )
