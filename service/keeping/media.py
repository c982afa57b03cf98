"""What is published of students: recorded where the answers allow it, and to be taken down as soon as they do not (M3).

The list is computed from today's answers whenever somebody looks. So nothing can be forgotten, in whatever way an answer
ended: a family's or a school's withdrawal, a no, another answer about photos, a birthday, or the deletion of everything.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.keeping import media_queries, media_rules
from service.keeping.media_queries import InItRow, ItemRow
from service.keeping.media_rules import Answers, Use
from service.text import Heading, Line


class Published(Struct, frozen=True):
    """What somebody records."""

    use: Use
    title: Heading
    place: Line
    day: date


class TakeDown(Struct, frozen=True):
    """A student who may not be in an item: why, and by when it must be down."""

    item: ItemRow
    row: InItRow
    why: str
    due_at: datetime


async def record(
    conn: Connection, convening_id: UUID, wanted: Published, signup_ids: Sequence[UUID], by: UUID, now: datetime
) -> UUID:
    """Something is published with these students in it; raises NotAllowed, NamesAStudent, Nobody."""
    known = {row.id: row for row in await media_queries.students(conn, convening_id)}
    chosen = [known[one] for one in dict.fromkeys(signup_ids) if one in known]
    answers = [Answers(row.label, row.choices, row.is_cleared, row.valid_until) for row in chosen]
    media_rules.require_allowed(answers, wanted.use, now)
    names = [name for row in known.values() for name in (row.name, row.label, row.made_up) if name]
    media_rules.require_nameless(wanted.title, wanted.place, names)
    item = ItemRow(db.new_id(now), convening_id, wanted.use, wanted.title.strip(), wanted.place.strip(), wanted.day)
    await media_queries.insert_item(conn, item, [row.id for row in chosen], by, now)
    return item.id


async def to_take_down(
    conn: Connection, convening_ids: Sequence[UUID], within: timedelta, now: datetime
) -> tuple[list[TakeDown], list[InItRow]]:
    """What must come down of these convenings, the first due first; and everybody who is or was in something."""
    items = {row.id: row for row in await media_queries.items(conn, convening_ids)}
    rows = await media_queries.in_them(conn, convening_ids)
    found = [
        TakeDown(items[row.item_id], row, why, _since(row, now) + within)
        for row in rows
        if row.down_at is None and (why := _why(row, items[row.item_id].use, now))
    ]
    return sorted(found, key=lambda one: one.due_at), rows


async def remember(conn: Connection, convening_ids: Sequence[UUID], now: datetime) -> None:
    """Write down since when each student may not be in what is published; whoever may again has the whole time anew."""
    barred, rows = await to_take_down(conn, convening_ids, timedelta(), now)
    since = {(one.row.item_id, one.row.signup_id): one.due_at for one in barred}
    up = [row for row in rows if row.down_at is None]
    begun = [since.get((row.item_id, row.signup_id)) for row in up]
    await media_queries.remember(conn, [row.item_id for row in up], [row.signup_id for row in up], begun)


def _why(row: InItRow, use: Use, now: datetime) -> str:
    if not row.label:
        return "everything about the student was deleted"
    return media_rules.missing(Answers(row.label, row.choices, row.is_cleared, row.valid_until), use, now)


def _since(row: InItRow, now: datetime) -> datetime:
    """When it began: an answer's change, or the birthday that the clock alone brought."""
    if row.is_cleared and row.valid_until is not None and row.valid_until <= now:
        return row.valid_until
    return row.changed_at or now
