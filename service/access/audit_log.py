"""The audit log as it is read: whose act, about whom and which convening, by today's names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.access.reach import Reach
from service.db import Connection


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


async def newest(
    conn: Connection, reach: Reach, wanted: Wanted, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[AuditRow]:
    """Entries in somebody's reach, newest first, behind `before`; what is about a part of a convening belongs to it."""
    at, last_id = before or (None, None)
    return await db.many(
        conn,
        AuditRow,
        """select a.id, a.at, a.person_id, coalesce(p.name, '') as name, a.action, a.thing_kind, a.thing_id, a.client,
                  a.detail, coalesce(q.name, w.name, s.name, t.name, '') as about, coalesce(c.title, '') as convening
             from audit_entry a left join merged_person g on g.former_id = a.person_id
             left join person p on p.id = coalesce(g.person_id, a.person_id)
             left join registration r on a.thing_kind = 'registration' and r.id = a.thing_id
             left join delivery d on a.thing_kind = 'delivery' and d.id = a.thing_id
             left join invitation i on a.thing_kind = 'invitation' and i.id = a.thing_id
             left join merged_person h on h.former_id = a.thing_id left join person q on q.id = coalesce(
               r.person_id, d.person_id, i.person_id, h.person_id, case a.thing_kind when 'person' then a.thing_id end)
             left join district w on w.id = a.thing_id left join school s on s.id = a.thing_id
             left join api_token t on a.thing_kind = 'token' and t.id = a.thing_id
             left join convening c on c.id::text = coalesce(
               r.convening_id::text, d.convening_id::text, i.convening_id::text, a.detail ->> 'convening',
               case a.thing_kind when 'convening' then a.thing_id::text end)
            where ($1 or c.id = any($2::uuid[]))
              and ($3 = '' or p.email_key = lower($3) or strpos(lower(p.name), lower($3)) > 0)
              and ($4 = '' or q.email_key = lower($4) or strpos(lower(c.title), lower($4)) > 0
                   or strpos(lower(coalesce(q.name, w.name, s.name, t.name)), lower($4)) > 0)
              and ($5 = '' or a.action = $5) and ($6::timestamptz is null or a.at >= $6)
              and ($7::timestamptz is null or a.at < $7) and ($8::timestamptz is null or (a.at, a.id) < ($8, $9::uuid))
            order by a.at desc, a.id desc limit $10""",
        reach.everywhere,
        reach.convenings,
        wanted.who,
        wanted.about,
        wanted.action,
        wanted.since,
        wanted.until,
        at,
        last_id,
        limit,
    )
