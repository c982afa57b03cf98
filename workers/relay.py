"""Claims new events and runs their reactions; numbers them; offers what is owed to the queue; is also the sweeper."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from service import db, events, logs
from service.attendance.certifying import Organizer
from service.backups import queries as backups
from service.backups import rules
from service.db import Connection, Pool
from service.deliveries import heartbeats, queries
from service.deliveries.queries import OwedRow
from service.events import Event, Recorded
from service.settings import Settings
from workers.figures import REACTED
from workers.post import Desk
from workers.reactions import REACTIONS
from workers.rounds import Rounds, rung

log = logging.getLogger("plenary.relay")

EVENTS_AT_ONCE = 50
OFFERS_AT_ONCE = 100
OFFERS_OUT = 200
"""How many offers may wait in the queue: the rest stays in PostgreSQL, where one person's mail goes before a crowd's."""
A_JOB = 25
"""Deliveries that one job names: fewer make the queue dear, more keep other workers from sharing them."""
OFFER_AGAIN = timedelta(seconds=15)
"""An offer that nobody took by then is made again: that repairs a queue that forgot."""
POLL = 1.0
BEAT_EVERY = 2.0
LOOK_AT_BELL = 30.0

Enqueue = Callable[[Sequence[OwedRow], datetime], Awaitable[None]]


@dataclass
class Relay:
    """The loop; several may run side by side."""

    pool: Pool
    settings: Settings
    enqueue: Enqueue
    clock: Callable[[], datetime]
    process: str
    duties: Mapping[str, Rounds] = field(default_factory=dict[str, Rounds])
    """What else this process does over and over: its signs of life are given with ours."""
    rounds: Rounds = field(default_factory=lambda: Rounds("relay"))
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _held_back: bool = False
    """Whether more is due than the queue had room for."""
    _full: bool = False
    """Whether another round would find no room: what is held back waits for the end of some jobs."""
    _taken: int = 0
    _listening: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Forever: number, react, offer; wait for the bell or a second. A round that fails is logged, and tried again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._beat())
            while True:
                try:
                    busy = await self.rounds.run(self.work_once())
                except (*db.LOST, asyncpg.PostgresError) as error:
                    log.warning("a round of the relay failed: %s", type(error).__name__)
                    await asyncio.sleep(POLL / 2)
                    continue
                if not busy:
                    await rung(self._bell, POLL)
                    self._bell.clear()

    async def work_once(self) -> bool:
        """One round: reactions and the marks of what they owe in one commit, then the queue; whether there was work."""
        await self._number()
        now = self.clock()
        async with db.transaction(self.pool) as conn:
            reacted = await self._react_to_events(conn, now)
            owed = await self._mark_offered(conn, now)
        await self._offer(owed, now)
        return bool(reacted or (owed and not self._full))

    async def react_once(self) -> int:
        """Only the reactions; how many events were taken."""
        await self._number()
        async with db.transaction(self.pool) as conn:
            return await self._react_to_events(conn, self.clock())

    async def offer_once(self) -> int:
        """Only the offers; how many deliveries the queue took."""
        now = self.clock()
        async with db.transaction(self.pool) as conn:
            owed = await self._mark_offered(conn, now)
        return len(owed) if await self._offer(owed, now) else 0

    async def _number(self) -> None:
        """Before anything is claimed, in a transaction of its own: relays wait for one another no longer than this."""
        async with db.transaction(self.pool) as conn:
            await events.number(conn)

    async def _react_to_events(self, conn: Connection, now: datetime) -> int:
        """Run the reactions of up to fifty events, each in its own savepoint."""
        given = self.settings
        domain = given.mail_address.rpartition("@")[2]
        organizer = Organizer(given.mail_name, given.mail_address)
        desk = Desk(given.secret_key, domain, now, given.privacy_address, organizer)
        claimed = await events.claim(conn, now, EVENTS_AT_ONCE)
        doubted_until = await backups.doubted_until(conn) if claimed else None
        handled: list[UUID] = []
        for one in claimed:
            as_of = rules.as_of(one.created_at, doubted_until, now)
            if await self._react_to(conn, msgspec.structs.replace(desk, now=as_of), one):
                handled.append(one.id)
        if handled:
            await events.mark_handled(conn, handled, self.clock())
        return len(claimed)

    async def _react_to(self, conn: Connection, desk: Desk, recorded: Recorded) -> bool:
        with logs.about(event=recorded.id):
            well = await self._react(conn, desk, recorded)
            if well:
                log.info("reacted", extra=logs.facts(**_ids(recorded.event)))
        REACTED.labels("handled" if well else "failed").inc()
        return well

    async def _react(self, conn: Connection, desk: Desk, recorded: Recorded) -> bool:
        """Whether all reactions of one event went well; one that did not is written down and tried again later."""
        try:
            async with conn.transaction():
                for reaction in REACTIONS[type(recorded.event)]:
                    await reaction(conn, desk, recorded.id, recorded.event)
        except Exception:
            if conn.is_closed():
                raise
            log.exception("a reaction to event %s failed", recorded.id)
            await events.mark_failed(conn, recorded, self.clock(), traceback.format_exc(limit=-3))
            return False
        return True

    async def _mark_offered(self, conn: Connection, now: datetime) -> Sequence[OwedRow]:
        """Mark what is due, or was left behind by a dead worker or a forgetful queue, as offered for a while."""
        free = OFFERS_OUT - await queries.offered_now(conn, now, 2 * OFFERS_OUT)
        room = min(free, OFFERS_AT_ONCE)
        owed = await queries.offer(conn, now, now + OFFER_AGAIN, room) if room >= A_JOB else []
        self._full = free - len(owed) < A_JOB
        self._held_back = room < A_JOB or len(owed) == room
        return owed

    def taken(self, deliveries: int) -> None:
        """A job with so many is done; once there is room for some jobs, what was held back is looked at."""
        self._taken += deliveries
        if self._held_back and self._taken >= OFFERS_AT_ONCE // 2:
            self._taken = 0
            self._bell.set()

    async def _offer(self, owed: Sequence[OwedRow], now: datetime) -> bool:
        """Offer it, after the commit of the marks: a worker may claim a row the moment that the queue has it."""
        if not owed:
            return True
        try:
            async with asyncio.timeout(3):
                await self.enqueue(owed, now)
        except (QueueDown, TimeoutError) as down:
            log.warning("the queue does not answer: %s", type(down).__name__)
            async with db.transaction(self.pool) as conn:
                await queries.take_offers_back(conn, [one.id for one in owed])
            await asyncio.sleep(POLL / 2)
            return False
        return True

    async def _listen(self) -> None:
        """Hear the bell on a connection of its own; the poll is the guarantee, so a deaf minute does no harm."""
        while True:
            try:
                conn = await db.connect(self.settings.database_url, "plenary-bell")
                try:
                    await self._hear(conn)
                finally:
                    conn.terminate()
            except (*db.LOST, asyncpg.PostgresError) as error:
                log.warning("the bell is silent: %s", type(error).__name__)
                await asyncio.sleep(POLL)

    async def _hear(self, conn: "asyncpg.Connection[asyncpg.Record]") -> None:
        """As long as the connection lasts; its end raises at once, or at the next look where the other end left silently."""
        ended = asyncio.Event()
        conn.add_termination_listener(lambda _: ended.set())
        await conn.add_listener("plenary", self._ring)
        self._listening.set()
        while True:
            await rung(ended, LOOK_AT_BELL)
            await conn.execute("select 1", timeout=5)

    def _ring(self, *_: object) -> None:
        self._bell.set()

    async def _beat(self) -> None:
        """A sign of life every two seconds, and whether the queue answers; the first when the bell can be heard."""
        await rung(self._listening, 5)
        while True:
            try:
                await self.beat_once()
            except (*db.LOST, asyncpg.PostgresError) as error:
                log.warning("no heartbeat: %s", type(error).__name__)
            await asyncio.sleep(BEAT_EVERY)

    async def beat_once(self) -> None:
        """Ask the queue, then write the sign of life down."""
        try:
            async with asyncio.timeout(1):
                await self.enqueue([], self.clock())
            queue_ok = True
        except (QueueDown, TimeoutError):
            queue_ok = False
        now = self.clock()
        async with db.transaction(self.pool) as conn:
            await heartbeats.beat(conn, f"{self.process}:relay", "relay", now, queue_ok=queue_ok)
            for duty, rounds in self.duties.items():
                seen = now - timedelta(seconds=rounds.age)
                await heartbeats.beat(conn, f"{self.process}:{duty}", duty, seen, queue_ok=queue_ok)
            await heartbeats.forget_silent(conn, now - timedelta(hours=1))


def _ids(event: Event) -> dict[str, Any]:
    """What happened, to what: where the database is lost these lines are all that is left of it."""
    fields = msgspec.structs.asdict(event)
    return {"kind": event.__struct_config__.tag, **{name: one for name, one in fields.items() if isinstance(one, UUID)}}


class QueueDown(Exception):
    """Redis refused or did not answer in time; what was to be offered stays owed."""
