"""That materials are there: told by a button, or by itself once after the end, to everybody with a seat who can see one."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import events
from service.db import Connection
from service.materials import queries, rules, seeing, writes
from service.materials.queries import MaterialRow, NoticeRow
from service.materials.rules import Viewer


class Standing(Struct, frozen=True):
    """What was told and what is going to be: `by_itself_at` None where nothing goes by itself."""

    told: list[NoticeRow]
    stopped: bool
    readers: int
    by_itself_at: datetime | None


async def standing(conn: Connection, rows: list[MaterialRow], convening_id: UUID, now: datetime) -> Standing:
    """Of one convening with these materials."""
    made = await queries.notices(conn, convening_id)
    told = _told(made)
    stopped = any(one.how == "never" for one in made)
    readers = len(await readers_of(conn, rows, now))
    ends_at = rows[0].ends_at if rows else None
    done = (
        ends_at is None
        or rows[0].state not in ("published", "completed")
        or any(one.how == "clock" or one.created_at >= ends_at for one in told)
    )
    return Standing(told, stopped, readers, None if stopped or done else await by_itself_at(conn, rows, told, now))


def times(made: list[NoticeRow]) -> int:
    """How often people were told."""
    return len(_told(made))


def _told(made: list[NoticeRow]) -> list[NoticeRow]:
    return [one for one in made if one.how != "never"]


async def readers(conn: Connection, convening_id: UUID, now: datetime) -> list[UUID]:
    """The registrations with a seat whose holder sees at least one material now."""
    return await readers_of(conn, await queries.materials(conn, [convening_id]), now)


async def readers_of(conn: Connection, rows: list[MaterialRow], now: datetime) -> list[UUID]:
    """The same of these materials: all who have a seat, or those of them whose sessions have something."""
    if not rows:
        return []
    if await seeing.seen(conn, rows, Viewer(seated=True), now):
        return await queries.seats(conn, rows[0].convening_id)
    sessions = frozenset(row.session_id for row in rows if row.chosen_only and row.session_id)
    narrow = await seeing.seen(conn, rows, Viewer(seated=True, sessions=sessions), now)
    return await queries.seats_in(conn, rows[0].convening_id, [row.session_id for row in narrow if row.session_id])


async def by_itself_at(conn: Connection, rows: list[MaterialRow], told: list[NoticeRow], now: datetime) -> datetime | None:
    """When the mail after the end goes: an hour after it, or after the last thing that came; None where nothing is new.

    What was there when people were told before is not new.
    """
    last = max((one.created_at for one in told), default=None)
    held_back = await seeing.withheld(conn, rows, now)
    since = [
        max(row.opens_at, row.changed_at)
        for row in rows
        if row.audience != "organizers" and row.is_there and row.id not in held_back and row.opens_at is not None
    ]
    ended = rows[0].ends_at if rows else now
    due = [at for at in since if (last is None or at > last) and at <= max(now, ended)]
    return max(ended, *due) + rules.QUIET if due else None


async def turn(conn: Connection, now: datetime) -> None:
    """What the clock does: each convening that is over, once."""
    for convening_id in await queries.to_announce(conn, now, now - rules.LATEST):
        await writes.lock(conn, convening_id)
        rows = await queries.materials(conn, [convening_id])
        due = await by_itself_at(conn, rows, await queries.notices(conn, convening_id), now)
        if due is None or due > now or not await readers_of(conn, rows, now):
            continue
        if await writes.notice(conn, convening_id, "clock", None, now):
            await events.record(conn, now, [events.MaterialsShared(convening_id)])
