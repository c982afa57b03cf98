"""Time → events: places and offers that run out, reminders that are due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg

from service import db, events
from service.attendance import clock as door_clock
from service.backups import queries as backups
from service.bulk import actions as bulk
from service.bulk import queries as bulk_queries
from service.consents import age_writes, closing, closing_writes, deciding
from service.convenings import queries as convenings
from service.convenings import reminders
from service.db import Connection
from service.deliveries import queries as deliveries
from service.errors import NotFound, Refused
from service.events import ReminderDue
from service.keeping import media, media_queries, person_erasing
from service.materials import notices
from service.registrations import actions as registrations
from service.surveys import clock as survey_clock
from service.surveys.sealing import Keys
from workers import coaching_clock, family_clock
from workers.rounds import Rounds

log = logging.getLogger("plenary.schedule")

TICK = 1.0
MOST_TURNS = 100
FAMILIES_EVERY = timedelta(minutes=1)
STALE = timedelta(days=1)
"""A reminder whose moment passed longer ago (nothing ran) is not sent any more."""
Step: TypeAlias = Callable[[Connection, UUID, datetime], Awaitable[object]]
"""What the clock does with one thing that is due."""


@dataclass
class Schedule:
    """The clock's loop; every worker runs it, an advisory lock lets one act at a time."""

    pool: db.Pool
    clock: Callable[[], datetime]
    keys: Keys | None = None
    """Where the keys of surveys lie; None: surveys do not follow this clock."""
    rounds: Rounds = field(default_factory=lambda: Rounds("schedule"))
    _families_at: datetime | None = None

    async def run(self) -> None:
        """Forever, once a second; first what a restored backup has missed."""
        while True:
            try:
                await self.rounds.run(self.catch_up(self.clock()))
                await self.rounds.run(self.tick(self.clock()))
            except (Refused, *db.LOST, asyncpg.PostgresError) as error:
                log.warning("a tick of the clock failed: %s", type(error).__name__)
            await asyncio.sleep(TICK)

    async def catch_up(self, now: datetime) -> None:
        """Say what was due while the installation that a backup is of may have gone on, and said it already.

        What follows from that waits for a person: the database sees to it, by the moment (`doubt_what_a_backup_owed`).
        """
        async with db.transaction(self.pool) as conn:
            restored = await backups.unsettled(conn)
            if restored is None:
                return
            for _ in range(MOST_TURNS):
                said = await backups.told_by_clock(conn)
                self._families_at = None
                all_done = await self.tick(restored.doubt_until)
                if all_done and await backups.told_by_clock(conn) == said:
                    break
            await backups.settle(conn, restored.restored_at, now)

    async def tick(self, now: datetime) -> bool:
        """Everything that is due at `now`; whether the database let all of it be done."""
        async with db.transaction(self.pool) as conn:
            overdue = await convenings.with_due_clock(conn, now)
            closing_now = await closing_writes.due(conn, now)
            of_age = await age_writes.of_age(conn, now)
            released_now = await bulk_queries.due(conn, now)
            leaving = await person_erasing.due(conn, now)
        done = [
            await self._each("convening", overdue, registrations.expire_overdue, now),
            await self._each("panel", closing_now, closing.close, now),
            await self._each("sign-up", of_age, deciding.come_of_age, now),
            await self._each("bulk message", released_now, bulk.release_due, now),
            await self._each("person", leaving, person_erasing.finish, now),
        ]
        async with db.transaction(self.pool) as conn:
            if await db.one(conn, bool, "select pg_try_advisory_xact_lock(7300002) as mine"):
                await record_reminders(conn, now)
                await coaching_clock.remind(conn, now, STALE)
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
        return all(done)

    async def _each(self, what: str, due: Sequence[UUID], step: Step, now: datetime) -> bool:
        """Each in a transaction of its own: what cannot be done now is tried again in a second, and the others go on.

        What was deleted since we looked is not due any more. False where the database was in the way (a lock, a deadlock).
        """
        done = True
        for subject_id in due:
            try:
                async with db.transaction(self.pool) as conn:
                    await step(conn, subject_id, now)
            except NotFound:
                log.info("%s %s is gone", what, subject_id)
            except (Refused, asyncpg.PostgresError) as error:
                log.warning("%s %s must wait a second: %s", what, subject_id, type(error).__name__)
                done = done and isinstance(error, Refused)
        return done


async def record_reminders(conn: Connection, now: datetime) -> None:
    """Record each reminder that came due within the last day, once for each due time."""
    ahead = timedelta(days=max(reminders.DAYS) + 1)
    for convening in await convenings.to_remind(conn, now, now + ahead):
        for days in reminders.DAYS:
            due_at = reminders.due(convening, days)
            day = datetime.combine(due_at.date(), time(0), UTC)  # the zone may change: still one reminder for that day
            if due_at <= now < due_at + STALE and await deliveries.tick_once(conn, f"reminder-{days}", convening.id, day):
                await events.record(conn, now, [ReminderDue(convening.id, days, due_at.astimezone(UTC))])
