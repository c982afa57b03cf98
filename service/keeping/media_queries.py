"""Questions about what is published of students; whether it may stay follows from today's answers, and is stored nowhere."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.keeping.media_rules import Use


class ItemRow(Struct, frozen=True):
    """A photo, recording or quote that is published."""

    id: UUID
    convening_id: UUID
    use: Use
    title: str
    place: str
    day: date


class InItRow(Struct, frozen=True):
    """A student in an item, as they stand today; `label` is empty where their data are gone.

    `changed_at`: when what stands in the way began: as it is remembered, else with the first no that still stands (the
    school's, the student's, a signer's), else with the last change of what was signed or asked.
    """

    item_id: UUID
    signup_id: UUID
    label: str
    choices: list[dict[str, Any]]
    is_cleared: bool
    valid_until: datetime | None
    changed_at: datetime | None
    down_at: datetime | None
    down_by: str


class StudentRow(Struct, frozen=True):
    """A student of a convening, as they stand today."""

    id: UUID
    label: str
    name: str
    made_up: str
    panel: str
    choices: list[dict[str, Any]]
    is_cleared: bool
    valid_until: datetime | None


async def items(conn: Connection, convening_ids: Sequence[UUID]) -> list[ItemRow]:
    """What is published of these convenings, the latest first."""
    return await db.many(
        conn,
        ItemRow,
        """select id, convening_id, use, title, place, day from media_item
            where convening_id = any($1::uuid[]) order by day desc, id desc""",
        convening_ids,
    )


async def item(conn: Connection, item_id: UUID) -> ItemRow:
    """One of them; raises NotFound."""
    return await db.one(
        conn, ItemRow, "select id, convening_id, use, title, place, day from media_item where id = $1", item_id
    )


async def in_them(conn: Connection, convening_ids: Sequence[UUID]) -> list[InItRow]:
    """Who is in what is published of these convenings."""
    return await db.many(
        conn,
        InItRow,
        """select m.item_id, m.signup_id, coalesce(u.label, '') as label,
                  coalesce((select jsonb_agg(coalesce(c.answers, '{}') order by c.signer) from consent c
                             where c.signup_id = u.id and c.state in ('signed', 'signed_paper')
                               and (c.signer = 'student') = u.signs_for_self), '[]') as choices,
                  k.signup_id is not null as is_cleared, k.valid_until,
                  coalesce(m.barred_at, e.created_at,
                           least(u.withdrawn_at, u.lapsed_at,
                                 case when a.state in ('no', 'talk_first') then a.answered_at end,
                                 (select min(case when c.state in ('signed', 'signed_paper') then c.signed_at
                                                  else coalesce((select max(p.created_at) from evidence p
                                                                  where p.signup_id = u.id and p.consent_id = c.id
                                                                    and p.kind in ('refused', 'objected', 'withdrawn')),
                                                                c.changed_at) end)
                                    from consent c where c.signup_id = u.id and (c.signer = 'student') = u.signs_for_self
                                     and (c.state in ('refused', 'withdrawn', 'on_hold_objection')
                                          or c.state in ('signed', 'signed_paper') and not c.joins))),
                           (select case when k.signup_id is not null then max(c.signed_at) else max(c.changed_at) end
                              from consent c where c.signup_id = u.id)) as changed_at,
                  m.down_at, coalesce(p.name, '') as down_by
             from media_item i join media_student m on m.item_id = i.id
             left join signup u on u.id = m.signup_id left join assent a on a.signup_id = u.id
             left join clearance k on k.signup_id = u.id left join erasure e on e.signup_id = m.signup_id
             left join person p on p.id = m.down_by
            where i.convening_id = any($1::uuid[]) order by i.day, i.id, u.label, m.signup_id""",
        convening_ids,
    )


async def students(conn: Connection, convening_id: UUID) -> list[StudentRow]:
    """Everybody of a convening who has a name, cleared ones first."""
    return await db.many(
        conn,
        StudentRow,
        """select u.id, u.label, u.name, a.made_up, s.title as panel,
                  coalesce((select jsonb_agg(coalesce(c.answers, '{}') order by c.signer) from consent c
                             where c.signup_id = u.id and c.state in ('signed', 'signed_paper')
                               and (c.signer = 'student') = u.signs_for_self), '[]') as choices,
                  k.signup_id is not null as is_cleared, k.valid_until
             from session s join panel p on p.session_id = s.id join signup u on u.panel_id = p.id
             join assent a on a.signup_id = u.id left join clearance k on k.signup_id = u.id
            where s.convening_id = $1 and u.name <> '' order by k.signup_id is null, s.starts_at, u.label, u.id""",
        convening_id,
    )


async def insert_item(conn: Connection, row: ItemRow, signup_ids: Sequence[UUID], by: UUID, now: datetime) -> int:
    """Something is published, with these students in it."""
    await db.run(
        conn,
        """insert into media_item (id, convening_id, use, title, place, day, created_by, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        row.id,
        row.convening_id,
        row.use,
        row.title,
        row.place,
        row.day,
        by,
        now,
    )
    return await db.run(
        conn,
        "insert into media_student (item_id, signup_id) select $1, unnest($2::uuid[])",
        row.id,
        signup_ids,
    )


async def with_media(conn: Connection) -> list[UUID]:
    """Convenings of which something is published that has a student in it."""
    return await db.many(
        conn,
        UUID,
        """select distinct i.convening_id from media_item i join media_student m on m.item_id = i.id
            where m.down_at is null""",
    )


async def remember(
    conn: Connection, item_ids: Sequence[UUID], signup_ids: Sequence[UUID], since: Sequence[datetime | None]
) -> int:
    """Since when each student may not be in each item; None: they may. What is remembered already stays."""
    return await db.run(
        conn,
        """update media_student m set barred_at = case when g.since is not null then coalesce(m.barred_at, g.since) end
             from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as g (item_id, signup_id, since)
            where m.item_id = g.item_id and m.signup_id = g.signup_id and m.down_at is null
              and (m.barred_at is null) <> (g.since is null)""",
        item_ids,
        signup_ids,
        since,
    )


async def take_down(conn: Connection, item_id: UUID, signup_id: UUID, by: UUID, now: datetime) -> int:
    """A student is in it no more; 0 where that was said before."""
    return await db.run(
        conn,
        """update media_student set down_at = $4, down_by = $3
            where item_id = $1 and signup_id = $2 and down_at is null""",
        item_id,
        signup_id,
        by,
        now,
    )


async def is_in(conn: Connection, item_id: UUID, signup_id: UUID) -> UUID:
    """That the student is or was in it; raises NotFound."""
    return await db.one(
        conn, UUID, "select item_id from media_student where item_id = $1 and signup_id = $2", item_id, signup_id
    )
