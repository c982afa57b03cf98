"""The audit log as it is read: whose act, about whom and which convening, by today's names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.access.reach import Reach
from service.db import Connection
from service.web.paging import MOST_FOUND


class AuditRow(Struct, frozen=True):
    """An entry; `about` is what the thing is called today, `convening` the one that it belongs to."""

    id: UUID
    at: datetime
    person_id: UUID | None
    name: str
    action: str
    thing_kind: str
    thing_id: UUID | None
    client: str
    detail: dict[str, Any]
    about: str
    convening: str


class Wanted(Struct, frozen=True, kw_only=True):
    """What is searched for; what is empty matches everything."""

    who: str = ""
    about: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def people(conn: Connection, words: str) -> list[UUID]:
    """Whose name has this part, or whose address it is; one more than `MOST_FOUND`: too many."""
    return await db.many(
        conn,
        UUID,
        """with named as materialized (
             select id from person
              where email_key = lower($1)
                 or words like '%' || beginning(ltrim(searchable($1))) limit $2)
           select id from named
            union all select former_id from merged_person where person_id = any(array(select id from named)) limit $2""",
        words,
        MOST_FOUND + 1,
    )


async def things_about(conn: Connection, words: str) -> list[UUID]:
    """What an entry can be about that has these words in its name, or belongs to somebody who has.

    One more than `MOST_FOUND`: too many. A convening is too many, since so much belongs to it.
    """
    return await db.many(
        conn,
        UUID,
        """with named as materialized (
             select id from person
              where email_key = lower($1)
                 or words like '%' || beginning(ltrim(searchable($1))) limit $2)
           select id from (
             select id from named
             union all select former_id from merged_person where person_id = any(array(select id from named))
             union all select id from registration where person_id = any(array(select id from named))
             union all select id from invitation where person_id = any(array(select id from named))
             union all select id from delivery
                        where lower(recipient) = any(array(select p.email_key from named n join person p on p.id = n.id))
             union all select id from district where searchable(name) like '%' || beginning(ltrim(searchable($1)))
             union all select id from school where searchable(name) like '%' || beginning(ltrim(searchable($1)))
             union all select m.former_id from merged_district m join district d on d.id = m.district_id
                        where searchable(d.name) like '%' || beginning(ltrim(searchable($1)))
             union all select m.former_id from merged_school m join school s on s.id = m.school_id
                        where searchable(s.name) like '%' || beginning(ltrim(searchable($1)))
             union all select id from api_token where strpos(lower(name), lower($1)) > 0
             union all select c.id from convening c cross join generate_series(1, $2)
                        where strpos(lower(c.title), lower($1)) > 0) things
            limit $2""",
        words,
        MOST_FOUND + 1,
    )


async def things_of(conn: Connection, convenings: Sequence[UUID]) -> list[UUID]:
    """What entries can be about that belongs to these convenings; one more than `MOST_FOUND`: too many."""
    return await db.many(
        conn,
        UUID,
        "select id from belonging where convening_id = any($1::uuid[]) limit $2",
        convenings,
        MOST_FOUND + 1,
    )


class Among(Struct, frozen=True):
    """Where the entries must be, as far as an index can tell; None: anywhere."""

    people: list[UUID] | None = None
    things: list[UUID] | None = None
    of_convenings: list[UUID] | None = None


async def newest(
    conn: Connection, reach: Reach, wanted: Wanted, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[AuditRow]:
    """Entries in somebody's reach, newest first, behind `before`; what is about a part of a convening belongs to it.

    Of few people or things an index knows the entries; of many the log is gone through from the newest on.
    """
    among = Among(
        few(await people(conn, wanted.who)) if wanted.who else None,
        few(await things_about(conn, wanted.about)) if wanted.about else None,
        None if reach.everywhere else few(await things_of(conn, reach.convenings)),
    )
    return await _entries(conn, reach, wanted, among, before or (None, None), limit)


async def _entries(
    conn: Connection, reach: Reach, wanted: Wanted, among: Among, before: tuple[datetime | None, UUID | None], limit: int
) -> Sequence[AuditRow]:
    """`offset 0` has each looked up by itself, or all registrations would be read; a few things are found first."""
    return await db.many(
        conn,
        AuditRow,
        """select a.id, a.at, a.person_id, coalesce(p.name, '') as name, a.action, a.thing_kind, a.thing_id, a.client,
                  a.detail, coalesce(t.name, '') as about, coalesce(c.title, '') as convening
             from audit_entry a left join merged_person g on g.former_id = a.person_id
             left join person p on p.id = coalesce(g.person_id, a.person_id)
            cross join lateral (select * from audited where id = a.id offset 0) t
             left join convening c on c.id::text = t.convening_id
            where ($1 or c.id = any($2::uuid[]))
              and ($3 = '' or p.email_key = lower($3) or strpos(lower(p.name), lower($3)) > 0)
              and ($4 = '' or t.email_key = lower($4) or strpos(lower(c.title), lower($4)) > 0
                   or strpos(lower(t.name), lower($4)) > 0)
              and ($5 = '' or a.action = $5) and ($6::timestamptz is null or a.at >= $6)
              and ($7::timestamptz is null or a.at < $7) and ($11::uuid[] is null or a.person_id = any($11))
              and ($8::timestamptz is null or (a.at, a.id) < ($8, $9::uuid))
              and ($12::uuid[] is null or a.id = any(array(select id from audit_entry where thing_id = any($12))))
              and ($1 or a.thing_id = any($13::uuid[])
                   or $13::uuid[] is null and a.thing_id in (select id from belonging where convening_id = any($2))
                   or a.detail ? 'convening' and a.detail ->> 'convening' = any($2::uuid[]::text[]))
            order by a.at desc, a.id desc limit $10""",
        reach.everywhere,
        reach.convenings,
        wanted.who,
        wanted.about,
        wanted.action,
        wanted.since,
        wanted.until,
        before[0],
        before[1],
        limit,
        among.people,
        among.things,
        among.of_convenings,
    )


def few(found: list[UUID]) -> list[UUID] | None:
    """These, or None where there are too many."""
    return found if len(found) <= MOST_FOUND else None
