"""What coaches write about members. Sealed here and opened here; no event, audit entry, export or log knows of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct

from service.access.rules import require
from service.coaching import note_queries, pair_queries
from service.coaching.note_queries import SealedRow
from service.coaching.rules import ChangedMeanwhile
from service.db import Connection
from service.field_cipher import Ring, Unreadable

FIELD = "coach note"
LOST = "This note cannot be read any more: the key that it was written with is gone."


class Note(Struct, frozen=True):
    """One note, opened for whom it may be opened for."""

    id: UUID
    text: str
    readable: bool
    shared: bool
    created_at: datetime
    changed_at: datetime
    about: datetime | None
    about_zone: str
    coach_name: str

    @property
    def mark(self) -> str:
        """What somebody saw who changes it."""
        return f"{self.changed_at.timestamp():.6f}"


async def of_pair(conn: Connection, keys: Ring, coach_id: UUID, member_id: UUID) -> Sequence[Note]:
    """For the coach: all that they wrote about somebody."""
    return [_opened(keys, row) for row in await note_queries.of_pair(conn, coach_id, member_id)]


async def for_member(conn: Connection, keys: Ring, member_id: UUID) -> Sequence[Note]:
    """For the member: what is shared with them."""
    return [_opened(keys, row) for row in await note_queries.shared_with(conn, member_id)]


async def write(
    conn: Connection,
    keys: Ring,
    note_id: UUID,
    coach_id: UUID,
    member_id: UUID,
    booking_id: UUID | None,
    text: str,
    now: datetime,
    *,
    shared: bool,
) -> None:
    """A new note about somebody whom they coach, or have met; sent twice (with the same id) it is one. Raises NotFound.

    Other words under the same id come from a page that was gone back to: they are a note of their own.
    """
    require(await pair_queries.members_of(conn, coach_id, now, member_id))
    met = [one.id for one in await note_queries.met(conn, coach_id, member_id)]
    require(booking_id is None or booking_id in met)
    for one_id in (note_id, uuid5(note_id, text)):
        sealed = keys.seal(one_id, FIELD, text.encode())
        made = await note_queries.insert(
            conn,
            one_id,
            coach_id=coach_id,
            member_id=member_id,
            booking_id=booking_id,
            sealed=sealed,
            shared=shared,
            now=now,
        )
        if made or _opened(keys, await note_queries.lock_own(conn, one_id, coach_id)).text == text:
            return


async def rewrite(
    conn: Connection, keys: Ring, note_id: UUID, coach_id: UUID, text: str, seen: str, now: datetime, *, shared: bool
) -> UUID:
    """Other words, or shared or not any more; whom it is about. Raises NotFound, ChangedMeanwhile."""
    row = await note_queries.lock_own(conn, note_id, coach_id)
    if seen != _opened(keys, row).mark:
        raise ChangedMeanwhile
    await note_queries.update(conn, note_id, keys.seal(note_id, FIELD, text.encode()), now, shared=shared)
    return row.member_id


async def delete(conn: Connection, keys: Ring, note_id: UUID, coach_id: UUID, seen: str) -> UUID:
    """Gone for good; whom it was about. Raises NotFound, ChangedMeanwhile."""
    row = await note_queries.lock_own(conn, note_id, coach_id)
    if seen != _opened(keys, row).mark:
        raise ChangedMeanwhile
    await note_queries.delete(conn, note_id)
    return row.member_id


async def one(conn: Connection, keys: Ring, note_id: UUID, coach_id: UUID) -> tuple[Note, UUID]:
    """A coach's own note, and whom it is about; raises NotFound."""
    row = await note_queries.lock_own(conn, note_id, coach_id)
    return _opened(keys, row), row.member_id


def _opened(keys: Ring, row: SealedRow) -> Note:
    try:
        text, readable = keys.open(row.id, FIELD, row.sealed).decode().rstrip(" "), True
    except Unreadable:
        text, readable = LOST, False
    return Note(
        row.id, text, readable, row.shared, row.created_at, row.changed_at, row.about, row.about_zone or "", row.coach_name
    )
