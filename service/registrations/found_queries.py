"""A page of a convening's registrations, found by words and filters, also where there are tens of thousands of them.

Those whom a search leaves are gathered, up to a number, and put in order. Where it leaves more, the list goes along the
index of its order, and soon has a page together.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.registrations.office_queries import Wanted
from service.registrations.rules import State
from service.web.paging import MOST_FOUND, MOST_LEFT, most


class ListedRow(Struct, frozen=True):
    """One registration of the list."""

    id: UUID
    name: str
    email: str
    title: str
    district_name: str
    state: State
    left_from: str | None
    held_until: datetime | None
    offered_until: datetime | None
    created_at: datetime
    position: int | None
    chosen: int


async def named(conn: Connection, words: str) -> list[UUID]:
    """People in whose name, address or title the longest word of a search is; one more than `MOST_FOUND`: too many."""
    return await db.many(
        conn,
        UUID,
        """select id from person where words like (sought($1))[1] limit $2""",
        words,
        MOST_FOUND + 1,
    )


async def among(conn: Connection, words: str) -> list[UUID] | None:
    """People among whom all are of whom each of these words says something; None: anybody, or too many to say."""
    people = await named(conn, words) if words else None
    return people if people is not None and len(people) <= MOST_FOUND else None


async def gathered(conn: Connection, wanted: Wanted, people: Sequence[UUID]) -> list[UUID]:
    """Whom a search leaves, in no order; one more than `most` stands for any number above it. Of words, `people` are
    all whom the network knows by the longest."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r
            where r.convening_id = $1 and ($2::text is null or r.state = $2)
              and ($3 = '' or ((r.words like (sought($3))[1]
                                or r.person_id = any($7::uuid[]))
                          and r.words || searchable((select email from person where id = r.person_id))
                              like all(sought($3))))
              and ($4::uuid is null
                   or exists (select from registration_session where registration_id = r.id and session_id = $4))
              and (not $5::boolean or r.access_needs <> '') and (not $6::boolean or r.dietary <> '')
            limit $8""",
        wanted.convening_id,
        wanted.state,
        wanted.words,
        wanted.item_id,
        wanted.access,
        wanted.dietary,
        people,
        most(wanted.words) + 1,
    )


async def in_order(
    conn: Connection, ids: Sequence[UUID], wanted: Wanted, beside: UUID | None, limit: int, *, backwards: bool
) -> list[UUID]:
    """Of the gathered those behind `beside`, or `backwards` from before it, also where it is not among them any more: who
    waits by the list, else by name.

    Of not too many those come first in whose name most of the words begin a part.
    """
    return await db.many(
        conn,
        UUID,
        """with placed as (
             select r.id, row_number() over (
                      order by case when $3 = 'waitlisted' then r.queue_number end,
                               case when $7::boolean then -(select count(*) from unnest(beginnings($2)) b
                                                              where ' ' || translate(r.name_key, '-', ' ') like b) end,
                               r.name_key, r.name, r.id) as place
               from registration r where r.id = any($1::uuid[]) or r.id = $4)
           select e.id from placed e left join placed b on b.id = $4
            where $4::uuid is null or case when $5::boolean then e.place < b.place else e.place > b.place end
            order by case when $5 then -e.place else e.place end limit $6""",
        ids,
        wanted.words,
        wanted.state,
        beside,
        backwards,
        limit,
        wanted.words != "" and len(ids) <= MOST_LEFT,
    )


async def by_name(conn: Connection, wanted: Wanted, beside: UUID | None, limit: int) -> list[UUID]:
    """Whom a search leaves, by name, behind `beside`; quick where it leaves many."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r
            where r.convening_id = $1 and ($2::text is null or r.state = $2)
              and ($3 = '' or r.words || searchable((select email from person where id = r.person_id)) like all(sought($3)))
              and ($4::uuid is null
                   or exists (select from registration_session where registration_id = r.id and session_id = $4))
              and (not $5::boolean or r.access_needs <> '') and (not $6::boolean or r.dietary <> '')
              and ($7::uuid is null or (r.name_key, r.name, r.id)
                                       > (select b.name_key, b.name, b.id from registration b where b.id = $7))
            order by r.name_key, r.name, r.id limit $8""",
        wanted.convening_id,
        wanted.state,
        wanted.words,
        wanted.item_id,
        wanted.access,
        wanted.dietary,
        beside,
        limit,
    )


async def by_name_backwards(conn: Connection, wanted: Wanted, beside: UUID, limit: int) -> list[UUID]:
    """The same from before `beside`, the nearest first."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r
            where r.convening_id = $1 and ($2::text is null or r.state = $2)
              and ($3 = '' or r.words || searchable((select email from person where id = r.person_id)) like all(sought($3)))
              and ($4::uuid is null
                   or exists (select from registration_session where registration_id = r.id and session_id = $4))
              and (not $5::boolean or r.access_needs <> '') and (not $6::boolean or r.dietary <> '')
              and (r.name_key, r.name, r.id)
                  < (select b.name_key, b.name, b.id from registration b where b.id = $7)
            order by r.name_key desc, r.name desc, r.id desc limit $8""",
        wanted.convening_id,
        wanted.state,
        wanted.words,
        wanted.item_id,
        wanted.access,
        wanted.dietary,
        beside,
        limit,
    )


async def by_line(conn: Connection, wanted: Wanted, beside: UUID | None, limit: int) -> list[UUID]:
    """Of those who wait, by their list, behind `beside`; quick where a search leaves many."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r
            where r.convening_id = $1 and r.state = 'waitlisted'
              and ($2 = '' or r.words || searchable((select email from person where id = r.person_id)) like all(sought($2)))
              and ($3::uuid is null
                   or exists (select from registration_session where registration_id = r.id and session_id = $3))
              and (not $4::boolean or r.access_needs <> '') and (not $5::boolean or r.dietary <> '')
              and ($6::uuid is null or r.queue_number > (select queue_number from registration where id = $6))
            order by r.queue_number limit $7""",
        wanted.convening_id,
        wanted.words,
        wanted.item_id,
        wanted.access,
        wanted.dietary,
        beside,
        limit,
    )


async def by_line_backwards(conn: Connection, wanted: Wanted, beside: UUID, limit: int) -> list[UUID]:
    """The same from before `beside`, the nearest first."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r
            where r.convening_id = $1 and r.state = 'waitlisted'
              and ($2 = '' or r.words || searchable((select email from person where id = r.person_id)) like all(sought($2)))
              and ($3::uuid is null
                   or exists (select from registration_session where registration_id = r.id and session_id = $3))
              and (not $4::boolean or r.access_needs <> '') and (not $5::boolean or r.dietary <> '')
              and r.queue_number < (select queue_number from registration where id = $6)
            order by r.queue_number desc limit $7""",
        wanted.convening_id,
        wanted.words,
        wanted.item_id,
        wanted.access,
        wanted.dietary,
        beside,
        limit,
    )


async def listed(conn: Connection, convening_id: UUID, ids: Sequence[UUID]) -> list[ListedRow]:
    """These registrations of a convening, in this order; the line is counted once for all of them."""
    return await db.many(
        conn,
        ListedRow,
        """select r.id, r.name, p.email, r.title, r.district_name, r.state, r.left_from, r.held_until, r.offered_until,
                  r.created_at, case when r.state = 'waitlisted' then array_position(
                    array(select queue_number from registration where convening_id = $1 and state = 'waitlisted'
                           order by queue_number), r.queue_number) end as position,
                  (select count(*) from registration_session s where s.registration_id = r.id) as chosen
             from unnest($2::uuid[]) with ordinality as given (id, place)
             join registration r on r.id = given.id join person p on p.id = r.person_id
            where r.convening_id = $1 order by given.place""",
        convening_id,
        ids,
    )
