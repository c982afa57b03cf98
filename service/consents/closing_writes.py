"""What is written when a day is over: answers that came too late, kept places, the lock; and for which panels it is due."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def due(conn: Connection, now: datetime) -> list[UUID]:
    """Panels of coming convenings for which something is due; the lock is reckoned as `deadlines.lock_at` does."""
    return await db.many(
        conn,
        UUID,
        """select p.id from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            cross join lateral (
              select (date_trunc('day', c.starts_at at time zone c.time_zone) - interval '3 days') at time zone c.time_zone
                     as lock_at) day
            where c.state = 'published' and c.ends_at > $1 and (
              exists (select from panel_hold h where h.panel_id = p.id and h.held_until <= $1 and h.released_at is null)
              or ($1 < lock_at) = (p.locked_at is not null)
              or exists (
                select from signup u join consent o on o.signup_id = u.id
                 where u.panel_id = p.id and u.deadline_at <= $1 and u.withdrawn_at is null and u.lapsed_at is null
                   and (o.signer = 'student') = u.signs_for_self and o.state in ('asked', 'opened', 'superseded')
                   and (select count(*) from consent y
                         where y.signup_id = u.id and (y.signer = 'student') = u.signs_for_self
                           and y.state in ('signed_unverified', 'signed', 'signed_paper'))
                       < case when u.signs_for_self then 1 else u.signers_needed end)
              or $1 >= lock_at and exists (
                select from signup u where u.panel_id = p.id and u.withdrawn_at is null and u.lapsed_at is null
                   and not exists (select from clearance k where k.signup_id = u.id)
                   and not exists (select from consent y where y.signup_id = u.id and y.state = 'signed_paper'
                                      and y.signed_at >= lock_at)))
            order by p.id""",
        now,
    )


async def expire(conn: Connection, panel_id: UUID, now: datetime) -> Sequence[UUID]:
    """Who was asked and has not answered in time; nothing of a family of whom enough have signed."""
    return await db.many(
        conn,
        UUID,
        """with over as (
             update consent c set state = 'expired', changed_at = $2 from signup u
              where u.id = c.signup_id and u.panel_id = $1 and u.deadline_at <= $2
                and u.withdrawn_at is null and u.lapsed_at is null
                and (c.signer = 'student') = u.signs_for_self and c.state in ('asked', 'opened', 'superseded')
                and (select count(*) from consent y
                      where y.signup_id = u.id and (y.signer = 'student') = u.signs_for_self
                        and y.state in ('signed_unverified', 'signed', 'signed_paper'))
                    < case when u.signs_for_self then 1 else u.signers_needed end
             returning c.signup_id, u.queue_number)
           select signup_id from over group by signup_id order by min(queue_number)""",
        panel_id,
        now,
    )


async def release(conn: Connection, panel_id: UUID, now: datetime) -> int:
    """Kept places whose day is over are anybody's."""
    return await db.run(
        conn,
        "update panel_hold set released_at = $2 where panel_id = $1 and held_until <= $2 and released_at is null",
        panel_id,
        now,
    )


async def lock_roster(conn: Connection, panel_id: UUID, now: datetime) -> int:
    """Remember when; 0 where it is locked already."""
    return await db.run(conn, "update panel set locked_at = $2 where id = $1 and locked_at is null", panel_id, now)


async def lapse(conn: Connection, panel_id: UUID, lock_at: datetime, now: datetime) -> Sequence[UUID]:
    """Everybody who is not cleared, but for whom a guardian signed a paper in person since."""
    return await db.many(
        conn,
        UUID,
        """update signup u set lapsed_at = $3
            where u.panel_id = $1 and u.withdrawn_at is null and u.lapsed_at is null
              and not exists (select from clearance k where k.signup_id = u.id)
              and not exists (select from consent y where y.signup_id = u.id and y.state = 'signed_paper'
                                 and y.signed_at >= $2) returning u.id""",
        panel_id,
        lock_at,
        now,
    )


async def unlock(conn: Connection, panel_id: UUID) -> None:
    """The convening was moved, so that the lock lies ahead again: nobody has lapsed."""
    await db.run(conn, "update panel set locked_at = null where id = $1 and locked_at is not null", panel_id)
    await db.run(conn, "update signup set lapsed_at = null where panel_id = $1 and lapsed_at is not null", panel_id)


async def come_back(conn: Connection, signup_id: UUID) -> None:
    """A guardian signed in person: the lock no longer stands in the way of this student."""
    await db.run(conn, "update signup set lapsed_at = null where id = $1 and lapsed_at is not null", signup_id)
