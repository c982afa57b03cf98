"""What becomes of a second entry's conversations with members and coaches, and of what is written about them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging.rules import Count
from service.merging.standing import Both


class Clash(Struct, frozen=True):
    """A conversation of the one who goes at a time at which the one who stays has one."""

    id: UUID
    convening_id: UUID


async def clashes(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> list[Clash]:
    """Nobody is in two conversations at once, whether as a member or as a coach."""
    return await db.many(
        conn,
        Clash,
        """with theirs as (
             select b.id, s.convening_id, s.starts_at, s.ends_at, $1 in (b.member_id, s.coach_id) as is_kept,
                    $2 in (b.member_id, s.coach_id) as is_former
               from coach_booking b join coach_slot s on s.id = b.slot_id
              where b.state = 'booked' and s.ends_at > $3 and (b.member_id in ($1, $2) or s.coach_id in ($1, $2)))
           select f.id, f.convening_id from theirs f
            where f.is_former and not f.is_kept
              and exists (select from theirs k where k.is_kept and k.starts_at < f.ends_at and f.starts_at < k.ends_at)
            order by f.convening_id, f.id""",
        kept_id,
        former_id,
        now,
    )


class _Counts(Struct, frozen=True):
    ahead: int
    offered: int


async def counts(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> list[Count]:
    """Conversations and times that the one who goes has before them. That there are notes is nobody's to learn."""
    row = await db.one(
        conn,
        _Counts,
        """select (select count(*) from coach_booking b join coach_slot s on s.id = b.slot_id
                    where b.state = 'booked' and s.ends_at > $2 and $1 in (b.member_id, s.coach_id)) as ahead,
                  (select count(*) from coach_slot s
                    where s.coach_id = $1 and s.removed_at is null and s.ends_at > $2
                      and not exists (select from coach_booking b where b.slot_id = s.id and b.state = 'booked'))
                    as offered""",
        former_id,
        now,
    )
    twice = len(await clashes(conn, kept_id, former_id, now))
    told = (
        Count("Conversations", "They go on, and calendar entries follow to the kept address.", row.ahead - twice),
        Count(
            "Conversations at a time at which the one that stays has one",
            "They are cancelled, and whoever is part of them is told.",
            twice,
        ),
        Count(
            "Times that they offer as a coach", "They stay theirs, but for those that would lie over others.", row.offered
        ),
    )
    return [one for one in told if one.count]


async def keep_with_seat(conn: Connection, both: Both) -> int:
    """Conversations of the registration that ends stand with the one that stays."""
    return await db.run(
        conn,
        "update coach_booking set registration_id = $1 where registration_id = $2",
        both.stays.id,
        both.goes.id,
    )


async def join_slots(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> None:
    """Times of two coaches who were one: of two that lie over one another a free one goes, the former's first."""
    for goes, stays in ((former_id, kept_id), (kept_id, former_id)):
        await db.run(
            conn,
            """update coach_slot g set removed_at = $3
                where g.coach_id = $1 and g.removed_at is null and g.ends_at > $3
                  and not exists (select from coach_booking b where b.slot_id = g.id and b.state = 'booked')
                  and exists (select from coach_slot s where s.coach_id = $2 and s.removed_at is null
                                 and s.starts_at < g.ends_at and g.starts_at < s.ends_at)""",
            goes,
            stays,
            now,
        )
    await db.run(conn, "update coach_slot set coach_id = $1 where coach_id = $2", kept_id, former_id)


async def join_conversations(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> None:
    """What they booked; where the two met one another, one of the two calendar entries ends."""
    await db.run(conn, "update coach_booking set member_id = $1 where member_id = $2", kept_id, former_id)
    await db.run(
        conn,
        """update calendar_entry e set ended_at = $3
            where e.person_id = $2 and e.ended_at is null
              and exists (select from calendar_entry k
                           where k.booking_id = e.booking_id and k.person_id = $1 and k.ended_at is null)""",
        kept_id,
        former_id,
        now,
    )
    await db.run(conn, "update calendar_entry set person_id = $1 where person_id = $2", kept_id, former_id)


async def join_notes(conn: Connection, kept_id: UUID, former_id: UUID) -> None:
    """What is written by them and about them, as it is sealed; what they wrote about themselves goes."""
    await db.run(conn, "delete from coach_note where (coach_id, member_id) in (($1, $2), ($2, $1))", kept_id, former_id)
    await db.run(conn, "update coach_note set coach_id = $1 where coach_id = $2", kept_id, former_id)
    await db.run(conn, "update coach_note set member_id = $1 where member_id = $2", kept_id, former_id)
