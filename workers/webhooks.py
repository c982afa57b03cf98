"""Webhooks: events become calls, calls are made in the order of each subject. PostgreSQL alone knows what is owed.

Each webhook has a few calls under way and no more, and all webhooks together few enough to be open at once: a slow one holds
nobody up. A worker that ends anywhere leaves leases that run out, and the same call goes again under the same id.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from service import db
from service.db import Connection, Pool
from service.exchange import calls, signatures, webhook_queries, webhook_rules, webhook_writes, webhooks
from service.exchange.calls import ClaimedRow
from service.exchange.webhook_queries import KeyRow
from service.exchange.webhook_rules import Answer
from service.field_cipher import Unreadable, ring
from service.settings import Settings
from workers.calling import Caller
from workers.rounds import Rounds, rung

log = logging.getLogger("plenary.webhooks")

POLL = 1.0
NO_KEY = "Its secret cannot be read: the key that sealed it is not there. Make a new secret."


@dataclass(frozen=True)
class Job:
    """A call that is ours for a while, and what it is signed with."""

    webhook_id: UUID
    url: str
    keys: list[str]
    token: UUID
    claimed: ClaimedRow


@dataclass
class Webhooks:
    """The loop; every worker runs it."""

    pool: Pool
    settings: Settings
    caller: Caller
    clock: Callable[[], datetime]
    rounds: Rounds = field(default_factory=lambda: Rounds("webhooks"))
    _under_way: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Forever: lay out, call; look again when a call ended, or after a second.

        At the end calls under way are let end, since whoever is called may have taken them; none lasts long.
        """
        sealed = False
        try:
            while True:
                try:
                    sealed = sealed or await self.seal_anew()
                    await self.rounds.run(self.work_once())
                except (*db.LOST, asyncpg.PostgresError) as error:
                    log.warning("webhooks must wait a second: %s", type(error).__name__)
                await self._pause()
        finally:
            await self.finish()

    async def work_once(self) -> int:
        """Begin what is due; how many calls were begun. They go on by themselves."""
        await self.lay_out()
        begun = 0
        async with self.pool.acquire() as conn:
            due = await calls.due(conn, self.clock())
        for webhook_id in due:
            for job in await self._claim(webhook_id):
                task = asyncio.create_task(self._make(job))
                self._under_way.add(task)
                task.add_done_callback(self._done)
                begun += 1
        return begun

    async def finish(self) -> None:
        """Wait for the calls that are under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def lay_out(self) -> None:
        """Events that were numbered since become calls; whose organizer is gone is not called any more."""
        async with self.pool.acquire() as conn:
            await calls.stop_those_left(conn)
            behind = await calls.behind(conn, webhook_rules.ROOM)
        for webhook_id in behind:
            async with db.transaction(self.pool) as conn:
                held = await webhook_queries.lock_if_free(conn, webhook_id)
                if held is not None and held.state == "active":
                    await calls.lay_out(conn, held.id, held.cursor, held.kinds, self.clock())

    async def seal_anew(self) -> bool:
        """After a change of PLENARY_FIELD_KEYS secrets are put under the newest key; True once all were looked at."""
        keys = ring(self.settings.field_keys)
        async with self.pool.acquire() as conn:
            known = await webhook_queries.ids(conn)
        for webhook_id in known:
            async with db.transaction(self.pool) as conn:
                if await webhooks.seal_anew(conn, keys, webhook_id, self.clock()):
                    log.info("the secret of webhook %s is under the newest key", webhook_id)
        return True

    async def _claim(self, webhook_id: UUID) -> list[Job]:
        """The next calls of one webhook, ours for a minute; none where another worker is at it."""
        now, token = self.clock(), uuid4()
        async with db.transaction(self.pool) as conn:
            held = await webhook_queries.lock_if_free(conn, webhook_id)
            if held is None or held.state != "active" or (held.rest_until is not None and held.rest_until > now):
                return []
            try:
                keys = webhooks.signing_keys(ring(self.settings.field_keys), held, now)
            except Unreadable:
                log.error("the secret of webhook %s cannot be read", webhook_id)
                await webhook_writes.put_into(conn, webhook_id, "disabled", NO_KEY)
                return []
            most = webhook_rules.AT_ONCE if held.failures == 0 else 1
            room = most - await calls.under_way(conn, webhook_id, now)
            until = now + webhook_rules.LEASE
            taken = await calls.take(conn, held.id, token, now, until, room) if room > 0 else []
        return [Job(held.id, held.url, keys, token, claimed) for claimed in taken]

    async def _make(self, job: Job) -> None:
        """Sign, call, write down what became of it. If that cannot be written, the lease runs out and it goes again."""
        began = self.clock()
        body = msgspec.json.encode(job.claimed.event)
        signed = signatures.headers(job.claimed.id, began, body, job.keys)
        try:
            answer = await self.caller.post(job.url, signed, body)
        except Exception:
            log.exception("a call of webhook %s cannot be made", job.webhook_id)
            answer = Answer(None, "this call cannot be made; the log of the worker says why")
        try:
            async with db.transaction(self.pool) as conn:
                await self._settle(conn, job, answer, began)
        except (*db.LOST, asyncpg.PostgresError) as error:
            log.warning("the outcome of a call of webhook %s is not written: %s", job.webhook_id, type(error).__name__)

    async def _settle(self, conn: Connection, job: Job, answer: Answer, began: datetime) -> None:
        held = await webhook_queries.lock(conn, job.webhook_id)
        if held is None:
            return
        claimed = job.claimed
        if answer.taken:
            await calls.end(conn, held.id, claimed.position, job.token)
            await calls.note_success(conn, held.id)
            await calls.log(conn, held.id, claimed, "taken", answer, began)
            return
        if held.url == job.url:
            await self._failed(conn, held, job, answer, began)
            return
        await calls.put_back(conn, held.id, claimed.position, job.token, self.clock())  # the new address has not failed
        await calls.log(conn, held.id, claimed, "failed", answer, began)

    async def _failed(self, conn: Connection, held: KeyRow, job: Job, answer: Answer, began: datetime) -> None:
        """Later again, or given up; after days without a success it is not called any more, and keeps what it is owed."""
        claimed, now = job.claimed, self.clock()
        jitter = random.random()  # noqa: S311 - spreads the load, guards nothing
        fate = webhook_rules.after_failure(answer, claimed.attempt, held.failures + 1, held.failing_since, now, jitter)
        await calls.note_failure(conn, held.id, began, fate.rest_until)
        if fate.disabled and held.state == "active":
            log.error("webhook %s is disabled after attempt %s", held.id, claimed.attempt)
            await webhook_writes.put_into(conn, held.id, "disabled", fate.disabled)
        if fate.next_at is None:
            await calls.end(conn, held.id, claimed.position, job.token)
        else:
            await calls.put_back(conn, held.id, claimed.position, job.token, fate.next_at)
        await calls.log(conn, held.id, claimed, "given_up" if fate.next_at is None else "failed", answer, began)

    def _done(self, task: "asyncio.Task[None]") -> None:
        """One ended: what waited behind it may go. What nobody expected is said aloud, and its lease runs out."""
        self._under_way.discard(task)
        self._ended.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a call of a webhook broke", exc_info=error)

    async def _pause(self) -> None:
        if await rung(self._ended, POLL):
            self._ended.clear()
