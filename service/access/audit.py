"""Who did what to which thing from where: written with the change, never changed, read by organizers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class Act(Struct, frozen=True, kw_only=True):
    """What is written down: ids and words of our own, nothing that people wrote."""

    action: str
    thing_kind: str
    thing_id: UUID | None
    person_id: UUID | None
    client: str
    detail: Mapping[str, Any] = {}


class AuditRow(Struct, frozen=True):
    """An entry as it is read: with the name that the person has today."""

    id: UUID
    at: datetime
    person_id: UUID | None
    name: str
    action: str
    thing_kind: str
    thing_id: UUID | None
    client: str
    detail: dict[str, Any]


async def write(conn: Connection, act: Act, now: datetime) -> int:
    """In the transaction of what it tells of."""
    return await db.run(
        conn,
        """insert into audit_entry (id, at, person_id, action, thing_kind, thing_id, client, detail)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        db.new_id(now),
        now,
        act.person_id,
        act.action,
        act.thing_kind,
        act.thing_id,
        act.client,
        act.detail,
    )


async def newest(
    conn: Connection, who: str, action: str, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[AuditRow]:
    """Entries, newest first, behind `before`; of one person (by address or a part of the name), of one kind, where given."""
    at, last_id = before or (None, None)
    return await db.many(
        conn,
        AuditRow,
        """select a.id, a.at, a.person_id, coalesce(p.name, '') as name, a.action, a.thing_kind, a.thing_id, a.client,
                  a.detail
             from audit_entry a left join person p on p.id = a.person_id
            where ($1 = '' or p.email_key = lower($1) or strpos(lower(p.name), lower($1)) > 0)
              and ($2 = '' or a.action = $2) and ($3::timestamptz is null or (a.at, a.id) < ($3, $4::uuid))
            order by a.at desc, a.id desc limit $5""",
        who,
        action,
        at,
        last_id,
        limit,
    )
