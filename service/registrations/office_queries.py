"""What the console asks about registrations: found ones page by page, counts, what happened to one."""

from collections.abc import AsyncGenerator
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.registrations.rules import Source, State


class Wanted(Struct, frozen=True, kw_only=True):
    """Which registrations: each of the `words` is in name, address, title or district; every other filter may be open."""

    convening_id: UUID
    words: str = ""
    state: State | None = None
    item_id: UUID | None = None
    """A session that they chose, with a place or not."""
    access: bool = False
    dietary: bool = False


class FoundRow(Struct, frozen=True):
    """One registration of a list; `found` is how many there are on all pages together."""

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
    found: int


class StateCount(Struct, frozen=True):
    """How many registrations of a convening are in one state."""

    state: State
    count: int


class QueueRow(Struct, frozen=True):
    """One place of the waiting list."""

    id: UUID
    queue_number: int
    name: str
    email: str


class FullRow(Struct, frozen=True):
    """Everything about one registration that a file of them says; sessions by title, `wished` without a place."""

    id: UUID
    name: str
    email: str
    title: str
    district_name: str
    state: State
    left_from: str | None
    position: int | None
    dietary: str
    access_needs: str
    source: Source
    created_at: datetime
    changed_at: datetime
    placed: list[str]
    wished: list[str]


async def found(
    conn: Connection, wanted: Wanted, beside: UUID | None, limit: int, *, backwards: bool = False
) -> list[FoundRow]:
    """By name (who waits: by the list) without accents and case, behind `beside`, or `backwards` from before it."""
    return await db.many(
        conn,
        FoundRow,
        """with everybody as materialized (
             select r.*, p.email,
                    count(*) filter (where r.state = 'waitlisted') over (order by r.queue_number) as position,
                    row_number() over (order by case when $2 = 'waitlisted' then r.queue_number end,
                                                r.name_key, r.name, r.id) as place,
                    ($2::text is null or r.state = $2)
                      and ($3 = ''
                           or r.words || searchable(p.email) like all(sought($3)))
                      and ($4::uuid is null
                           or exists (select from registration_session where registration_id = r.id and session_id = $4))
                      and (not $5::boolean or r.access_needs <> '') and (not $6::boolean or r.dietary <> '') as fits
               from registration r join person p on p.id = r.person_id
              where r.convening_id = $1)
           select e.id, e.name, e.email, e.title, e.district_name, e.state, e.left_from, e.held_until, e.offered_until,
                  e.created_at, case when e.state = 'waitlisted' then e.position end as position,
                  (select count(*) from registration_session s where s.registration_id = e.id) as chosen,
                  (select count(*) from everybody where fits) as found
             from everybody e left join everybody b on b.id = $7
            where e.fits and ($7::uuid is null or case when $8::boolean then e.place < b.place else e.place > b.place end)
            order by case when $8 then -e.place else e.place end limit $9""",
        wanted.convening_id,
        wanted.state,
        wanted.words,
        wanted.item_id,
        wanted.access,
        wanted.dietary,
        beside,
        backwards,
        limit,
    )


async def counts(conn: Connection, convening_id: UUID) -> list[StateCount]:
    """How many registrations of a convening are in each state; states that nobody is in are left out."""
    return await db.many(
        conn,
        StateCount,
        "select state, count(*) as count from registration where convening_id = $1 group by state",
        convening_id,
    )


async def queue(conn: Connection, convening_id: UUID, limit: int | None = None) -> list[QueueRow]:
    """The waiting list in its order; meaningful behind the convening's lock."""
    return await db.many(
        conn,
        QueueRow,
        """select r.id, r.queue_number, r.name, p.email from registration r join person p on p.id = r.person_id
            where r.convening_id = $1 and r.state = 'waitlisted' order by r.queue_number limit $2""",
        convening_id,
        limit,
    )


async def was_handed_over(conn: Connection, registration_id: UUID) -> bool:
    """Whether this registration ended because its seat went to a colleague."""
    return await db.one(
        conn,
        bool,
        """select exists (select from registration r join registration_note n on n.registration_id = r.id
                           where r.id = $1 and r.state = 'withdrawn' and n.action = 'handed_over')""",
        registration_id,
    )


def full(conn: Connection, wanted: Wanted) -> AsyncGenerator[list[FullRow]]:
    """The same registrations as `found`, whole and in the same order, portion by portion.

    Sessions are looked up behind the sorting, while rows are taken; the outer select keeps the order of the inner one.
    """
    return db.portions(
        conn,
        FullRow,
        """select e.*,
                  array(select s.title from registration_session c join session s on s.id = c.session_id
                         where c.registration_id = e.id and c.placed order by s.starts_at, s.ordinal, s.id) as placed,
                  array(select s.title from registration_session c join session s on s.id = c.session_id
                         where c.registration_id = e.id and not c.placed order by s.starts_at, s.ordinal, s.id) as wished
             from (
               select r.id, r.name, p.email, r.title, r.district_name, r.state, r.left_from,
                      case when r.state = 'waitlisted' then r.position end as position, r.dietary, r.access_needs, r.source,
                      r.created_at, r.changed_at
                 from (select *, count(*) filter (where state = 'waitlisted') over (order by queue_number) as position
                         from registration where convening_id = $1) r
                 join person p on p.id = r.person_id
                where ($2::text is null or r.state = $2)
                  and ($3 = '' or r.words || searchable(p.email) like all(sought($3)))
                  and ($4::uuid is null
                       or exists (select from registration_session where registration_id = r.id and session_id = $4))
                  and (not $5::boolean or r.access_needs <> '') and (not $6::boolean or r.dietary <> '')
                order by case when $2 = 'waitlisted' then r.queue_number end, r.name_key, r.name, r.id) e""",
        wanted.convening_id,
        wanted.state,
        wanted.words,
        wanted.item_id,
        wanted.access,
        wanted.dietary,
    )
