"""What the door writes; scans only grow."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance.rules import Direction, Outcome, Release
from service.db import Connection


class NewScan(Struct, frozen=True, kw_only=True):
    """A scan as it is stored; the fields as in schema.sql."""

    id: UUID
    registration_id: UUID | None
    signup_id: UUID | None
    unlisted_id: UUID | None
    session_id: UUID | None
    direction: Direction
    at: datetime
    device_at: datetime
    device: str
    outcome: Outcome
    reason: str
    adult: str
    release: Release | None
    id_checked: bool


async def insert_scans(
    conn: Connection, convening_id: UUID, rows: Sequence[NewScan], person_id: UUID | None, now: datetime
) -> int:
    """Keep these."""
    return await db.run(
        conn,
        """insert into scan (id, convening_id, registration_id, signup_id, unlisted_id, session_id, direction, at, device_at,
                             received_at, device, person_id, outcome, reason, adult, release, id_checked)
           select g.id, $15, g.registration_id, g.signup_id, g.unlisted_id, g.session_id, g.direction, g.at, g.device_at,
                  $17, g.device, $16, g.outcome, g.reason, g.adult, g.release, g.id_checked
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[],
                         $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[])
               as g (id, registration_id, signup_id, unlisted_id, session_id, direction, at, device_at, device, outcome,
                     reason, adult, release, id_checked)""",
        [row.id for row in rows],
        [row.registration_id for row in rows],
        [row.signup_id for row in rows],
        [row.unlisted_id for row in rows],
        [row.session_id for row in rows],
        [row.direction for row in rows],
        [row.at for row in rows],
        [row.device_at for row in rows],
        [row.device for row in rows],
        [row.outcome for row in rows],
        [row.reason for row in rows],
        [row.adult for row in rows],
        [row.release for row in rows],
        [row.id_checked for row in rows],
        convening_id,
        person_id,
        now,
    )


async def insert_undo(
    conn: Connection, scan_id: UUID, convening_id: UUID, at: datetime, device: str, person_id: UUID | None
) -> int:
    """Take a scan back, whether it is known yet or not; 0 where it was taken back before."""
    return await db.run(
        conn,
        """insert into scan_undo (scan_id, convening_id, at, device, person_id) values ($1, $2, $3, $4, $5)
           on conflict do nothing""",
        scan_id,
        convening_id,
        at,
        device,
        person_id,
    )


async def insert_unlisted(conn: Connection, unlisted_id: UUID, convening_id: UUID, called: str, now: datetime) -> int:
    """A minor whom no list has."""
    return await db.run(
        conn,
        """insert into unlisted_minor (id, convening_id, called, created_at) values ($1, $2, $3, $4)
           on conflict do nothing""",
        unlisted_id,
        convening_id,
        called,
        now,
    )


async def insert_walk_in(
    conn: Connection, walk_in_id: UUID, convening_id: UUID, registration_id: UUID | None, reason: str, now: datetime
) -> int:
    """What became of somebody who came without a registration."""
    return await db.run(
        conn,
        "insert into walk_in (id, convening_id, registration_id, reason, created_at) values ($1, $2, $3, $4, $5)",
        walk_in_id,
        convening_id,
        registration_id,
        reason,
        now,
    )


async def insert_correction(
    conn: Connection,
    correction_id: UUID,
    registration_id: UUID,
    session_id: UUID | None,
    minutes: int,
    reason: str,
    person_id: UUID,
    now: datetime,
) -> int:
    """An organizer's word."""
    return await db.run(
        conn,
        """insert into attendance_correction (id, registration_id, session_id, minutes, reason, person_id, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        correction_id,
        registration_id,
        session_id,
        minutes,
        reason,
        person_id,
        now,
    )


async def put_supervision(conn: Connection, convening_id: UUID, minors_per_adult: int, least_adults: int) -> int:
    """How many adults minors need here."""
    return await db.run(
        conn,
        """insert into supervision (convening_id, minors_per_adult, least_adults) values ($1, $2, $3)
           on conflict (convening_id) do update
              set minors_per_adult = excluded.minors_per_adult, least_adults = excluded.least_adults""",
        convening_id,
        minors_per_adult,
        least_adults,
    )


async def forget_adults(conn: Connection, before: datetime, most: int) -> int:
    """Forget who brought and took students of convenings that ended before then, and minors who were on no list.

    Where a legal hold runs they stay.
    """
    gone = await db.run(
        conn,
        """delete from unlisted_minor n using convening_keeping c
            where c.id = n.convening_id and c.ends_at < $1 and not c.is_held""",
        before,
    )
    return gone + await db.run(
        conn,
        """update scan set adult = '' where id = any(array(
             select s.id from scan s join convening_keeping c on c.id = s.convening_id
              where s.adult <> '' and c.ends_at < $1 and not c.is_held limit $2))""",
        before,
        most,
    )


async def insert_opening(conn: Connection, opening_id: UUID, at: datetime) -> int:
    """Somebody opened the emergency list; 0 where we heard of it before."""
    return await db.run(
        conn,
        """insert into clock_tick (kind, subject_id, due_at)
           select 'emergency-list-opened', $1, $2
            where not exists (select from clock_tick where kind = 'emergency-list-opened' and subject_id = $1)""",
        opening_id,
        at,
    )
