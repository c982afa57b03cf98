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


async def number_in(conn: Connection, part: Part) -> int:
    """How many play a part; one more than `MOST_LEFT` stands for any number above it."""
    return await db.one(
        conn,
        int,
        "select count(*) as n from (select from person_part where part = $1 limit $2) p",
        part,
        MOST_LEFT + 1,
    )


class Gathered(Struct, frozen=True):
    """How many a search leaves; one more than `most` stands for any number above it, and then there are no `ids`.

    They are a page behind `after`: of not too many first those in whose name most of the words begin a part; by name.
    """

    in_all: int
    ids: list[UUID]


async def gathered(conn: Connection, sought: Sought, after: NamePlace | None, limit: int) -> Gathered:
    """Whom a search leaves. An index knows who has the longest two words; with more, each person found is looked at."""
    return await db.one(
        conn,
        Gathered,
        """with found as materialized (select p.id, p.name, p.name_key
               from person p left join (select person_id from person_part where part = $2::text) t on t.person_id = p.id
              where ($2 in ('', 'none') or t.person_id is not null) and p.email not like 'erased:%'
                and ($1 = '' or p.words like (sought($1))[1]
                     or p.district_id = any(array(select id from district where searchable(name) like (sought($1))[1]))
                     or p.id = any(array(select contacts_of((sought($1))[1]))))
                and ((sought($1))[2] is null or p.words like (sought($1))[2]
                     or p.district_id = any(array(select id from district where searchable(name) like (sought($1))[2]))
                     or p.id = any(array(select contacts_of((sought($1))[2]))))
                and ((sought($1))[3] is null
                     or concat(p.words, searchable((select name from district where id = p.district_id)),
                               searchable((select s.name from school_contact k join school s on s.id = k.school_id
                                            where k.person_id = p.id))) like all(sought($1)))
                and ($2 <> 'none' or not exists (select from person_part where person_id = p.id offset 0))
                and ($3::uuid is null or p.district_id = $3)
                and case when $5::int is null then true
                         when $1 = '' then p.id = any(array(select person_id from membership where joined_year = $5))
                         else exists (select from membership where person_id = p.id and joined_year = $5 offset 0) end
              limit $4::int)
           select n as in_all, array(select id from (
             select f.*, case when n > $6::int then 0 else -(select count(*) from unnest(beginnings($1)) b
                                where ' ' || translate(name_key, '-', ' ') like b) end as rank from found f where n < $4) f
              where $7::text is null or (rank, name_key, name, id) > (case when n > $6 then 0 else -(
                    select count(*) from unnest(beginnings($1)) b where searchable($7) like b) end, folded($7), $7, $8::uuid)
              order by rank, name_key, name, id limit $9) as ids from (select count(*)::int as n from found) c""",
        sought.words,
        sought.part,
        sought.district_id,
        most(sought.words) + 1,
        sought.year,
        MOST_LEFT,
        after and after[0],
        after and after[1],
        limit,
    )


async def everybody(conn: Connection) -> int:
    """How many people there are; one more than `MOST_LEFT` stands for any number above it."""
    return await db.one(
        conn,
        int,
        "select count(*) as n from (select from person where email not like 'erased:%' limit $1) p",
        MOST_LEFT + 1,
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
              and ($1 = '' or concat(p.words, searchable((select name from district where id = p.district_id)),
                                searchable((select s.name from school_contact k join school s on s.id = k.school_id
                                             where k.person_id = p.id))) like all(sought($1)))
              and case $2::text when '' then true
                    when 'none' then not exists (select from person_part where person_id = p.id offset 0)
                    else exists (select from person_part where person_id = p.id and part = $2 offset 0) end
              and ($3::uuid is null or p.district_id = $3)
              and ($7::int is null or exists (select from membership where person_id = p.id and joined_year = $7 offset 0))
              and ($4::text is null or (p.name_key, p.name, p.id) > (folded($4), $4, $5::uuid))
            order by p.name_key, p.name, p.id limit $6""",
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
