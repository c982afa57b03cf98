"""What the clock does about surveys: open, remind, close, destroy keys, and say that students wait for an answer."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct, ValidationError

from service import db, events
from service.convenings import queries as convenings
from service.db import Connection, Pool
from service.errors import NotFound, Refused
from service.surveys import closing, opening, queries, rules
from service.surveys.queries import SurveyRow
from service.surveys.sealing import Keys, Unreadable

STALE = timedelta(days=1)
"""A mail whose moment passed longer ago (nothing ran) is not sent any more."""
PROMISED = timedelta(days=30)
"""So soon after a convening students are told what adults did with what they said."""
REMINDED = timedelta(days=21)


class OwingRow(Struct, frozen=True):
    """A convening whose students wait for an answer."""

    id: UUID
    ends_at: datetime


class Failed(Struct, frozen=True):
    """A survey that could not follow the clock, and why."""

    survey_id: UUID
    reason: str


async def turn(pool: Pool, keys: Keys, now: datetime) -> list[Failed]:
    """Everything about surveys that is due at `now`, each survey by itself; what failed is tried again the next time."""
    async with db.transaction(pool) as conn:
        rows = await queries.with_due_clock(conn)
    failed: list[Failed] = []
    for row in rows:
        try:
            async with db.transaction(pool) as conn:
                await _follow(conn, keys, row.id, now)
        except (Refused, NotFound, Unreadable, ValidationError, OSError, asyncpg.PostgresError) as error:
            failed.append(Failed(row.id, type(error).__name__))
    async with db.transaction(pool) as conn:
        await remind_to_report(conn, now)
        failed += [Failed(one, "the key is still there") for one in await closing.destroy_keys(conn, keys)]
    return failed


async def _follow(conn: Connection, keys: Keys, survey_id: UUID, now: datetime) -> None:
    """One survey, behind its lock, so that two clocks do each thing once."""
    row = await queries.lock(conn, survey_id)
    convening = await convenings.convening(conn, row.convening_id)
    if row.state == "ready":
        opens_at = opening.opening_of(row, convening, await convenings.sessions(conn, convening.id))
        if not opens_at <= now < opening.closing_of(row, convening):
            return
        row = await opening.open_survey(conn, keys, row.id, now)
    if row.state != "open" or row.closes_at is None:
        return
    if row.closes_at <= now:
        await closing.close(conn, keys, row.id, now)
        return
    if convening.state not in rules.ASKED_ABOUT:
        return
    for number, due_at in opening.mails_due(row, convening):
        if due_at <= now < due_at + STALE and await _tick_once(conn, f"survey-mail-{number}", row.id, row.created_at):
            await _send(conn, row, number, due_at, now)


async def _send(conn: Connection, row: SurveyRow, number: int, due_at: datetime, now: datetime) -> None:
    """Whoever came since is asked too; then the mail is due."""
    await opening.ask(conn, row, now)
    await events.record(conn, now, [events.SurveyMailDue(row.convening_id, row.id, number, due_at.astimezone(UTC))])


async def remind_to_report(conn: Connection, now: datetime) -> None:
    """Organizers hear once, nine days before the promise is due, that students still wait."""
    for row in await _owing(conn, now - PROMISED, now - REMINDED):
        due_at = row.ends_at + PROMISED
        if await _tick_once(conn, "report-back", row.id, datetime.combine(due_at.date(), time(0), UTC)):
            await events.record(conn, now, [events.ReportBackDue(row.id, due_at)])


async def _owing(conn: Connection, after: datetime, until: datetime) -> list[OwingRow]:
    return await db.many(
        conn,
        OwingRow,
        """select c.id, c.ends_at from convening c
            where c.state = 'completed' and c.ends_at > $1 and c.ends_at <= $2
              and exists (select from session s join panel p on p.session_id = s.id join seat t on t.panel_id = p.id
                           where s.convening_id = c.id)
              and not exists (select from report_back r where r.convening_id = c.id and r.published_at is not null)""",
        after,
        until,
    )


async def _tick_once(conn: Connection, kind: str, subject_id: UUID, due_at: datetime) -> int:
    return await db.run(
        conn,
        "insert into clock_tick (kind, subject_id, due_at) values ($1, $2, $3) on conflict do nothing",
        kind,
        subject_id,
        due_at,
    )
