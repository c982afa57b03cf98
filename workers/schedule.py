"""Time → events: places and offers that run out, reminders that are due, old content that goes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg

from service import db, events
from service.access import actions as access
from service.attendance import clock as door_clock
from service.consents import age_writes, closing, closing_writes, codes, deciding
from service.convenings import queries as convenings
from service.convenings import reminders
from service.db import Connection, Pool
from service.deliveries import pacing, writes
from service.deliveries import queries as deliveries
from service.deliveries.rules import CONTENT_LIFE
from service.errors import NotFound, Refused
from service.events import ReminderDue
from service.exchange import calls, inbox, webhook_writes
from service.exchange.webhook_rules import ATTEMPTS_LIFE
from service.keeping import media, media_queries, retention
from service.keeping.periods import Periods
from service.materials import notices
from service.members import import_queries as imports
from service.registrations import actions as registrations
from service.surveys import clock as survey_clock
from service.surveys.sealing import Keys
from workers import family_clock

log = logging.getLogger("plenary.schedule")

TICK = 1.0
FAMILIES_EVERY = timedelta(minutes=1)
CLEAN_EVERY = timedelta(minutes=10)
STALE = timedelta(days=1)
"""A reminder whose moment passed longer ago (nothing ran) is not sent any more."""
Step: TypeAlias = Callable[[Connection, UUID, datetime], Awaitable[object]]
"""What the clock does with one thing that is due."""


@dataclass
class Schedule:
    """The clock's loop; every worker runs it, an advisory lock lets one act at a time."""

    pool: db.Pool
    clock: Callable[[], datetime]
    periods: Periods = field(default_factory=Periods)
    keys: Keys | None = None
    """Where the keys of surveys lie; None: surveys do not follow this clock."""
    _cleaned_at: datetime | None = None
    _families_at: datetime | None = None

    async def run(self) -> None:
        """Forever, once a second."""
        while True:
            try:
                await self.tick(self.clock())
            except (Refused, *db.LOST, asyncpg.PostgresError) as error:
                log.warning("a tick of the clock failed: %s", type(error).__name__)
            await asyncio.sleep(TICK)

    async def tick(self, now: datetime) -> None:
        """Everything that is due at `now`."""
        async with db.transaction(self.pool) as conn:
            overdue = await convenings.with_due_clock(conn, now)
            closing_now = await closing_writes.due(conn, now)
            of_age = await age_writes.of_age(conn, now)
        await self._each("convening", overdue, registrations.expire_overdue, now)
        await self._each("panel", closing_now, closing.close, now)
        await self._each("sign-up", of_age, deciding.come_of_age, now)
        async with db.transaction(self.pool) as conn:
            if await db.one(conn, bool, "select pg_try_advisory_xact_lock(7300002) as mine"):
                await record_reminders(conn, now)
                await door_clock.turn(conn, now)
        if self._families_at is None or now - self._families_at >= FAMILIES_EVERY:
            self._families_at = now
            await family_clock.turn(self.pool, now)
            async with db.transaction(self.pool) as conn:
                await media.remember(conn, await media_queries.with_media(conn), now)
            async with db.transaction(self.pool) as conn:
                await notices.turn(conn, now)
        if self.keys is not None:
            for failed in await survey_clock.turn(self.pool, self.keys, now):
                log.warning("survey %s must wait: %s", failed.survey_id, failed.reason)
        if self._cleaned_at is None or now - self._cleaned_at >= CLEAN_EVERY:
            self._cleaned_at = now
            await clean(self.pool, now)
            await retention.run(self.pool, self.periods, now)

    async def _each(self, what: str, due: Sequence[UUID], step: Step, now: datetime) -> None:
        """Each in a transaction of its own: what cannot be done now is tried again in a second, and the others go on.

        What was deleted since we looked is not due any more.
        """
        for subject_id in due:
            try:
                async with db.transaction(self.pool) as conn:
                    await step(conn, subject_id, now)
            except NotFound:
                log.info("%s %s is gone", what, subject_id)
            except (Refused, asyncpg.PostgresError) as error:
                log.warning("%s %s must wait a second: %s", what, subject_id, type(error).__name__)


async def record_reminders(conn: Connection, now: datetime) -> None:
    """Record each reminder that came due within the last day, once for each due time."""
    ahead = timedelta(days=max(reminders.DAYS) + 1)
    for convening in await convenings.to_remind(conn, now, now + ahead):
        for days in reminders.DAYS:
            due_at = reminders.due(convening, days)
            day = datetime.combine(due_at.date(), time(0), UTC)  # the zone may change: still one reminder for that day
            if due_at <= now < due_at + STALE and await deliveries.tick_once(conn, f"reminder-{days}", convening.id, day):
                await events.record(conn, now, [ReminderDue(convening.id, days, due_at)])


async def clean(pool: Pool, now: datetime) -> None:
    """What has had its time: old keys and windows, files of people, and what finished mails said."""
    async with db.transaction(pool) as conn:
        await access.forget_old(conn, now)
        await imports.forget(conn, now)
        await codes.forget(conn, now - timedelta(days=1))
        await writes.clear_old_content(conn, now - CONTENT_LIFE, 1000)
        await inbox.forget(conn, now - CONTENT_LIFE)
        await pacing.forget(conn, now - timedelta(days=1))
        await calls.forget(conn, now - ATTEMPTS_LIFE)
        await webhook_writes.forget_former(conn, now)
