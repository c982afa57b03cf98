"""What a worker does with an import, one batch in one transaction: whatever ends it between two, nothing is done twice.

Each step first makes sure that the import is still in these hands; it answers False where there is no next step.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.imports import people_plan, people_queries, rules, working_queries, writes
from service.imports.hints import Hints
from service.imports.kinds import WAYS, Way
from service.imports.rules import GivenRow, MarkedRow, Outcome, Rows, State
from service.imports.working_queries import ClaimedRow


async def look_at(conn: Connection, claimed: ClaimedRow, token: UUID, told: Rows, hints: Hints, now: datetime) -> bool:
    """What would become of these rows; those that were looked at before, by a worker that ended, are passed over."""
    position = await _held(conn, claimed, token, "reading")
    if position is None:
        return False
    rows = [row for row in told.rows if row.number > position]
    if not rows:
        return True
    way = WAYS[claimed.kind]
    planned = await _planned(conn, way, rows, hints, now)
    keys = [key for one in planned for key in one.keys]
    taken = {one.key: one.number for one in await working_queries.keys(conn, claimed.id, keys)}
    outcomes = rules.without_twins(planned, taken, way.twin)
    await writes.keep_outcomes(conn, claimed.id, outcomes)
    about = [(key, one.number) for one in outcomes for key in one.keys]
    await writes.keep_keys(conn, claimed.id, [key for key, _ in about], [number for _, number in about])
    marked = [MarkedRow(row, one.mark) for row, one in zip(rows, outcomes, strict=True) if one.writes]
    if marked:
        await writes.keep_batch(conn, claimed.id, marked[-1].row.number, marked)
    counts = rules.counted(outcomes)
    await writes.advance(conn, claimed.id, rows[-1].number, len(rows), counts, now, percent=told.percent)
    return True


async def read_whole(conn: Connection, claimed: ClaimedRow, token: UUID) -> bool:
    """There are no more rows."""
    if await _held(conn, claimed, token, "reading") is None:
        return False
    await writes.read_whole(conn, claimed.id)
    return True


async def refuse_lost(conn: Connection, claimed: ClaimedRow, token: UUID, now: datetime) -> bool:
    """Some whose coach is none, neither before nor by this file; each may take those along whom they would coach.

    Where there are none, the file waits for its organizer's word, or has ended if there is nothing to take in.
    """
    position = await _held(conn, claimed, token, "reading")
    if position is None:
        return False
    lost = await working_queries.lost(conn, claimed.id, rules.ROWS_AT_ONCE)
    if not lost:
        if not await writes.await_word(conn, claimed.id, now):
            await writes.end(conn, claimed.id, "done", "", now)
        return False
    now_refused = [Outcome(one.number, "refused", "", "", sentences=(people_plan.missing(one.needs),)) for one in lost]
    await writes.correct_outcomes(conn, claimed.id, now_refused)
    await writes.drop_keys(conn, claimed.id, [one.number for one in lost])
    counts = rules.shifted([one.kind for one in lost], [one.kind for one in now_refused])
    await writes.advance(conn, claimed.id, position, 0, counts, now)
    return True


async def take_in(conn: Connection, claimed: ClaimedRow, token: UUID, hints: Hints, now: datetime) -> bool:
    """The next batch, exactly as it was shown; what would be otherwise now is left out, and its row says so."""
    if await _held(conn, claimed, token, "taking") is None:
        return False
    await working_queries.lock_writing(conn)
    batch = await working_queries.next_batch(conn, claimed.id)
    if batch is None:
        await people_queries.say_unlinked(conn, claimed.id)
        await writes.end(conn, claimed.id, "done", "", now)
        return False
    marked = {one.row.number: one for one in batch.marked()}
    shown = await working_queries.to_write(conn, claimed.id, list(marked))
    rows = [marked[one.number].row for one in shown]
    way = WAYS[claimed.kind]
    await way.lock(conn, rows)
    planned = await _planned(conn, way, rows, hints, now)
    present = await _with_needed(conn, claimed.id, planned)
    outcomes = [rules.as_shown(one, marked[one.number].mark) for one in present]
    written = [one for one in outcomes if one.writes]
    await way.write(conn, written, now)
    await writes.correct_outcomes(conn, claimed.id, [one for one in outcomes if not one.writes])
    coaches = [key for one in written for key in one.keys if key.startswith(people_plan.COACHES)]
    await people_queries.link_coaches(conn, claimed.id, batch.last_number, coaches)
    await writes.drop_batch(conn, claimed.id, batch.last_number)
    counts = rules.shifted([one.kind for one in shown], [one.kind for one in outcomes])
    await writes.advance(conn, claimed.id, batch.last_number, len(shown), counts, now)
    return True


async def _held(conn: Connection, claimed: ClaimedRow, token: UUID, state: State) -> int | None:
    """The position, where it is still in these hands. What follows is planned for the tables as they are now: those of an
    import are empty before it and large in the midst of it, and a plan for the one would read all of the other each time.
    """
    await db.plan_for_what_is_asked(conn)
    return await working_queries.hold(conn, claimed.id, token, state)


async def _planned(conn: Connection, way: Way, rows: Sequence[GivenRow], hints: Hints, now: datetime) -> list[Outcome]:
    """What becomes of rows, worked out in a thread: mail goes on meanwhile."""
    known = await way.look_up(conn, rows, hints)
    return await asyncio.to_thread(way.plan, rows, known, now)


async def _with_needed(conn: Connection, import_id: UUID, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Refuse those who need what no row of the file brings any more."""
    needed = [one.needs for one in outcomes if one.needs]
    there = {one.key for one in await working_queries.keys(conn, import_id, needed)}
    return [
        rules.refused(one, people_plan.missing(one.needs)) if one.needs and one.needs not in there else one
        for one in outcomes
    ]
