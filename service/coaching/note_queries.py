"""Notes of coaches as they are stored: sealed, with whose they are. Only `notes.py` opens them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class SealedRow(Struct, frozen=True):
    """One note; `about` is when the conversation was that it is about."""

    id: UUID
    coach_id: UUID
    member_id: UUID
    sealed: bytes
    shared: bool
    created_at: datetime
    changed_at: datetime
    booking_id: UUID | None
    about: datetime | None
    about_zone: str | None
    coach_name: str


async def of_pair(conn: Connection, coach_id: UUID, member_id: UUID) -> list[SealedRow]:
    """All that a coach wrote about a member, the newest first."""
    return await db.many(
        conn,
        SealedRow,
        """select n.id, n.coach_id, n.member_id, n.sealed, n.shared, n.created_at, n.changed_at, n.booking_id,
                  s.starts_at as about, c.time_zone as about_zone, p.name as coach_name
             from coach_note n join person p on p.id = n.coach_id left join coach_booking b on b.id = n.booking_id
             left join coach_slot s on s.id = b.slot_id left join convening c on c.id = s.convening_id
            where n.coach_id = $1 and n.member_id = $2 order by n.created_at desc, n.id desc""",
        coach_id,
        member_id,
    )


async def shared_with(conn: Connection, member_id: UUID) -> list[SealedRow]:
    """What coaches share with a member, the newest first."""
    return await db.many(
        conn,
        SealedRow,
        """select n.id, n.coach_id, n.member_id, n.sealed, n.shared, n.created_at, n.changed_at, n.booking_id,
                  s.starts_at as about, c.time_zone as about_zone, p.name as coach_name
             from coach_note n join person p on p.id = n.coach_id left join coach_booking b on b.id = n.booking_id
             left join coach_slot s on s.id = b.slot_id left join convening c on c.id = s.convening_id
            where n.member_id = $1 and n.shared order by n.created_at desc, n.id desc""",
        member_id,
    )


async def lock_own(conn: Connection, note_id: UUID, coach_id: UUID) -> SealedRow:
    """A note of this coach's, held until the transaction ends; raises NotFound."""
    await db.one(conn, UUID, "select id from coach_note where id = $1 and coach_id = $2 for update", note_id, coach_id)
    return await db.one(
        conn,
        SealedRow,
        """select n.id, n.coach_id, n.member_id, n.sealed, n.shared, n.created_at, n.changed_at, n.booking_id,
                  s.starts_at as about, c.time_zone as about_zone, p.name as coach_name
             from coach_note n join person p on p.id = n.coach_id left join coach_booking b on b.id = n.booking_id
             left join coach_slot s on s.id = b.slot_id left join convening c on c.id = s.convening_id
            where n.id = $1""",
        note_id,
    )


class MetRow(Struct, frozen=True):
    """A conversation of two people, for a note that is about it."""

    id: UUID
    starts_at: datetime
    time_zone: str
    title: str


async def met(conn: Connection, coach_id: UUID, member_id: UUID) -> list[MetRow]:
    """Their conversations that were not cancelled, the latest first."""
    return await db.many(
        conn,
        MetRow,
        """select b.id, s.starts_at, c.time_zone, c.title
             from coach_booking b join coach_slot s on s.id = b.slot_id join convening c on c.id = s.convening_id
            where s.coach_id = $1 and b.member_id = $2 and b.state = 'booked' order by s.starts_at desc, b.id""",
        coach_id,
        member_id,
    )


async def insert(
    conn: Connection,
    note_id: UUID,
    *,
    coach_id: UUID,
    member_id: UUID,
    booking_id: UUID | None,
    sealed: bytes,
    shared: bool,
    now: datetime,
) -> int:
    """A new note."""
    return await db.run(
        conn,
        """insert into coach_note (id, coach_id, member_id, booking_id, sealed, shared, created_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (id) do nothing""",
        note_id,
        coach_id,
        member_id,
        booking_id,
        sealed,
        shared,
        now,
    )


async def update(conn: Connection, note_id: UUID, sealed: bytes, now: datetime, *, shared: bool) -> int:
    """Other words, or shared or not any more; call behind its lock."""
    return await db.run(
        conn,
        "update coach_note set sealed = $2, shared = $3, changed_at = $4 where id = $1",
        note_id,
        sealed,
        shared,
        now,
    )


async def delete(conn: Connection, note_id: UUID) -> int:
    """It is gone."""
    return await db.run(conn, "delete from coach_note where id = $1", note_id)


class OlderRow(Struct, frozen=True):
    """A note that an older key sealed."""

    id: UUID
    sealed: bytes


async def under_older_keys(conn: Connection, mark: bytes, after: UUID, most: int) -> list[OlderRow]:
    """Notes behind `after` that another key than the one of this mark sealed, held until the transaction ends."""
    return await db.many(
        conn,
        OlderRow,
        """select id, sealed from coach_note where substring(sealed from 1 for 4) <> $1 and id > $2
            order by id limit $3 for update skip locked""",
        mark,
        after,
        most,
    )


async def reseal(conn: Connection, note_id: UUID, sealed: bytes) -> int:
    """The same words under another key; when they were written stays."""
    return await db.run(conn, "update coach_note set sealed = $2 where id = $1", note_id, sealed)


async def count_older(conn: Connection, mark: bytes) -> int:
    """How many notes another key than the one of this mark sealed."""
    return await db.one(conn, int, "select count(*) from coach_note where substring(sealed from 1 for 4) <> $1", mark)
