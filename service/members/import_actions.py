"""A file of people: looked at without writing anything, then taken in exactly as it was shown, or not at all."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from service import db
from service.db import Connection
from service.members import import_queries
from service.members.importing import Sheet, read
from service.members.planning import Outcome, plan
from service.members.rules import NotLooked, RowsLeft

MARK = 8
"""Signs of an Outcome's mark."""


class Counts(Struct, frozen=True, kw_only=True):
    """How many rows of a file are of each kind."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


class Look(Struct, frozen=True):
    """A file with what would become of each row now; once it is taken in, only how many there were."""

    import_id: UUID
    file_name: str
    applied_at: datetime | None
    counts: Counts
    sheet: Sheet | None = None
    outcomes: Sequence[Outcome] = ()

    @property
    def marks(self) -> str:
        """What was shown, so that it can be told from what would be shown later."""
        return "".join(one.mark for one in self.outcomes)

    def changed_since(self, marks: str) -> set[int]:
        """The numbers of the rows that were shown otherwise."""
        shown = [marks[at : at + MARK] for at in range(0, len(marks), MARK)]
        if len(shown) != len(self.outcomes):
            return {one.number for one in self.outcomes}
        return {one.number for one, mark in zip(self.outcomes, shown, strict=True) if one.mark != mark}


async def stage(conn: Connection, person_id: UUID, file_name: str, content: bytes, now: datetime) -> UUID:
    """Keep a file that can be read; raises FileUnusable."""
    sheet = read(content)
    import_id = db.new_id(now)
    await import_queries.stage(conn, import_id, person_id, file_name, msgspec.to_builtins(sheet), now)
    return import_id


async def look(conn: Connection, import_id: UUID, person_id: UUID, now: datetime, *, lock: bool = False) -> Look:
    """What a file of this person's would do now; raises NotFound."""
    found = await import_queries.staged(conn, import_id, person_id, now)
    if found.applied_at:
        return Look(import_id, found.file_name, found.applied_at, msgspec.convert(found.rows, Counts))
    sheet = msgspec.convert(found.rows, Sheet)
    emails = [row.cells.get("email", "") for row in sheet.rows]
    if lock:
        await import_queries.lock_people(conn, emails)
    outcomes = plan(sheet.rows, await import_queries.known(conn, emails), now)
    counts = Counts(**Counter(one.kind for one in outcomes))
    return Look(import_id, found.file_name, None, counts, sheet, outcomes)


async def apply(conn: Connection, import_id: UUID, person_id: UUID, marks: str, *, leave_out: bool, now: datetime) -> Look:
    """Take a file in as it was shown; a second time does nothing. Raises NotFound, NotLooked, RowsLeft."""
    await import_queries.lock_imports(conn)
    seen = await look(conn, import_id, person_id, now, lock=True)
    if seen.applied_at:
        return seen
    nothing_to_do = not seen.counts.new and not seen.counts.changed
    if seen.changed_since(marks) and not (nothing_to_do and not seen.counts.refused):
        raise NotLooked
    if seen.counts.refused and not leave_out:
        raise RowsLeft(pointer="/leave_out")
    try:
        async with conn.transaction():
            await _write(conn, [one for one in seen.outcomes if one.kind in ("new", "changed")], now)
    except asyncpg.ForeignKeyViolationError:  # a district, a school or a coach is gone since we looked
        raise NotLooked from None
    await import_queries.mark_applied(conn, import_id, msgspec.to_builtins(seen.counts), now)
    return seen


async def _write(conn: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """All of them in a handful of statements; raises NotLooked where somebody took an address meanwhile."""
    wanted = [(one.target.person_id or db.new_id(now), one.target) for one in outcomes if one.target]
    new = [(own_id, one) for own_id, one in wanted if one.person_id is None]
    if not wanted:
        return
    if await import_queries.insert_people(conn, [own_id for own_id, _ in new], [one for _, one in new], now) < len(new):
        raise NotLooked
    await import_queries.update_people(conn, [own_id for own_id, _ in wanted], [one for _, one in wanted])
    await import_queries.put_coaches(conn, [own_id for own_id, one in wanted if one.coaches])
    members = [(own_id, one.joined, one.coach) for own_id, one in wanted if one.joined is not None]
    await import_queries.put_members(
        conn, [own_id for own_id, _, _ in members], [joined for _, joined, _ in members], [key for _, _, key in members]
    )
    contacts = [(own_id, one.school.id) for own_id, one in wanted if one.school]
    await import_queries.put_contacts(conn, [own_id for own_id, _ in contacts], [school_id for _, school_id in contacts])
