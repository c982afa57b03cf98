"""Questions that deciding scans asks: whose badge it is, who may come in, what was said before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance.rules import Direction, Outcome, Release
from service.db import Connection
from service.registrations.rules import State


class BadgeRow(Struct, frozen=True):
    """Whose badge a code is."""

    code: str
    registration_id: UUID | None
    signup_id: UUID | None
    is_void: bool


class AdultRow(Struct, frozen=True):
    """A registration as the door sees it."""

    id: UUID
    convening_id: UUID
    state: State


class StudentRow(Struct, frozen=True):
    """A sign-up as the door sees it; `is_cleared`: has a seat and a living yes at the asked moment."""

    id: UUID
    convening_id: UUID
    is_cleared: bool


class KnownScan(Struct, frozen=True):
    """A scan that was taken in before."""

    id: UUID
    convening_id: UUID
    registration_id: UUID | None
    signup_id: UUID | None
    unlisted_id: UUID | None
    session_id: UUID | None
    direction: Direction
    outcome: Outcome
    reason: str


class WalkedInRow(Struct, frozen=True):
    """A walk-in who got a seat."""

    id: UUID
    registration_id: UUID


class PresenceRow(Struct, frozen=True):
    """One word about where somebody is."""

    id: UUID
    registration_id: UUID | None
    signup_id: UUID | None
    unlisted_id: UUID | None
    session_id: UUID | None
    direction: Direction
    at: datetime
    adult: str
    release: Release | None
    let_in: bool


async def take_turn(conn: Connection, convening_id: UUID) -> None:
    """Hold the door of a convening until the transaction ends: two tablets with the same person come one after the other."""
    await conn.execute("select pg_advisory_xact_lock(7300010, hashtext($1::text))", str(convening_id))


async def badges(conn: Connection, codes: Sequence[str]) -> list[BadgeRow]:
    """Whose these codes are; others are left out."""
    return await db.many(
        conn,
        BadgeRow,
        "select code, registration_id, signup_id, is_void from badge where code = any($1::text[])",
        codes,
    )


async def adults(conn: Connection, registration_ids: Sequence[UUID]) -> list[AdultRow]:
    """These registrations."""
    return await db.many(
        conn, AdultRow, "select id, convening_id, state from registration where id = any($1::uuid[])", registration_ids
    )


async def students(conn: Connection, signup_ids: Sequence[UUID], now: datetime) -> list[StudentRow]:
    """These sign-ups, as they stand at `now`."""
    return await db.many(
        conn,
        StudentRow,
        """select u.id, s.convening_id,
                  exists (select from seat t join clearance k on k.signup_id = t.signup_id
                           where t.signup_id = u.id and (k.valid_until is null or k.valid_until > $2)) as is_cleared
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where u.id = any($1::uuid[])""",
        signup_ids,
        now,
    )


async def scans(conn: Connection, scan_ids: Sequence[UUID]) -> list[KnownScan]:
    """Which of these were taken in before."""
    return await db.many(
        conn,
        KnownScan,
        """select id, convening_id, registration_id, signup_id, unlisted_id, session_id, direction, outcome, reason
             from scan where id = any($1::uuid[])""",
        scan_ids,
    )


async def undone(conn: Connection, convening_id: UUID, scan_ids: Sequence[UUID]) -> list[UUID]:
    """Which of these scans of a door were taken back."""
    return await db.many(
        conn,
        UUID,
        "select scan_id from scan_undo where convening_id = $1 and scan_id = any($2::uuid[])",
        convening_id,
        scan_ids,
    )


async def walked_in(conn: Connection, convening_id: UUID, walk_in_ids: Sequence[UUID]) -> list[WalkedInRow]:
    """The registrations that these walk-ins became: a device without network knows them by its own ids."""
    return await db.many(
        conn,
        WalkedInRow,
        """select id, registration_id from walk_in
            where convening_id = $1 and id = any($2::uuid[]) and registration_id is not null""",
        convening_id,
        walk_in_ids,
    )


async def unlisted_in(conn: Connection, unlisted_ids: Sequence[UUID], convening_id: UUID) -> list[UUID]:
    """Which of these minors were told of at this door."""
    return await db.many(
        conn,
        UUID,
        "select id from unlisted_minor where id = any($1::uuid[]) and convening_id = $2",
        unlisted_ids,
        convening_id,
    )


async def presence_of(
    conn: Connection, convening_id: UUID, registration_ids: Sequence[UUID], minor_ids: Sequence[UUID]
) -> list[PresenceRow]:
    """All words about these adults and minors, in their order."""
    return await db.many(
        conn,
        PresenceRow,
        """select id, registration_id, signup_id, unlisted_id, session_id, direction, at, adult, release, let_in
             from presence
            where convening_id = $1 and (registration_id = any($2::uuid[]) or signup_id = any($3::uuid[])
                                         or unlisted_id = any($3::uuid[]))
            order by at, id""",
        convening_id,
        registration_ids,
        minor_ids,
    )


async def student_badges(conn: Connection, signup_ids: Sequence[UUID]) -> list[BadgeRow]:
    """The badges of these students that are good now."""
    return await db.many(
        conn,
        BadgeRow,
        """select code, registration_id, signup_id, is_void from badge
            where signup_id = any($1::uuid[]) and not is_void""",
        signup_ids,
    )


async def of_age(conn: Connection, signup_ids: Sequence[UUID]) -> list[UUID]:
    """Which of these students sign for themselves: they are no minors."""
    return await db.many(conn, UUID, "select id from signup where id = any($1::uuid[]) and signs_for_self", signup_ids)
