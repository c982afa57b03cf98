"""The worker assembled: the only file that knows arq; the relay and the schedule run as tasks of every worker process."""

import asyncio
import logging
import os
import socket
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from signal import Signals
from typing import Any
from uuid import UUID

import msgspec
import uvloop
from arq.connections import ArqRedis, RedisSettings
from arq.worker import Worker, func
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, RedisError, TimeoutError, WatchError  # noqa: A004

from emails.render import render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from service import db, schema
from service.db import Pool
from service.deliveries import heartbeats
from service.deliveries.queries import OwedRow
from service.errors import StartRefused
from service.keeping.periods import periods
from service.settings import Settings
from service.surveys.sealing import Keys
from workers import figures
from workers.calling import Caller
from workers.importer import Importer
from workers.inbound import Doorman, Inbox, listen, own_of
from workers.keeper import Keeper
from workers.mailer import Mailer
from workers.printer import Printer
from workers.relay import A_JOB, QueueDown, Relay
from workers.schedule import Schedule
from workers.signing import signer
from workers.smtp import Exchange
from workers.webhooks import Webhooks

log = logging.getLogger("plenary.worker")

JOBS_AT_ONCE = 100
JOB_SECONDS = 86_400
"""So long a job may take. A server that needs minutes for each mail is slow, and no reason to hang up in the middle of one,
however few connections there are: each step has an end of its own, and a job only waits for others at the same server."""
POOL = 12


def utc_now() -> datetime:
    """The clock of this process."""
    return datetime.now(UTC)


async def deliver(ctx: dict[Any, Any], *delivery_ids: str) -> None:
    """The one job: ids in, one call; then the queue may have room for more."""
    await ctx["mailer"].deliver_all([UUID(one) for one in delivery_ids])
    ctx["relay"].taken(len(delivery_ids))


class Jobs(Worker):
    """arq's loop, which ends in order, and goes on where Valkey goes away while a job is being taken.

    redis-py raises WatchError then, and arq would end: not before all jobs at work have ended, which may be minutes.
    """

    def handle_sig_wait_for_completion(self, signum: Signals) -> None:
        """SIGTERM or SIGINT: take no more jobs, and begin nothing else either; a second one breaks off what goes on."""
        super().handle_sig_wait_for_completion(signum)
        log.info("asked to end: what has begun is finished")
        _leave(self.ctx)

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """Take jobs; of one whose taking broke off nothing was taken, and it is offered again.

        Those that we are at work on stand in the queue until they end: each would be asked about every ten milliseconds.
        """
        try:
            await super().start_jobs([one for one in job_ids if one.decode() not in self.tasks])
        except WatchError:
            self.job_counter -= 1
            self.sem.release()
            log.warning("the queue went away while a job was taken")


def create_worker(settings: Settings) -> Worker:
    """A worker that mails, relays and keeps the clock; `run()` it."""
    asyncio.set_event_loop(uvloop.new_event_loop())
    warm_up()

    async def start(ctx: dict[Any, Any]) -> None:
        await _start(ctx, settings)

    return Jobs(
        functions=[func(deliver, name="deliver", timeout=JOB_SECONDS, keep_result=0, max_tries=1_000_000)],
        redis_settings=redis_settings(settings.redis_url),
        on_startup=start,
        on_shutdown=_stop,
        keep_result=0,
        poll_delay=0.01,
        max_jobs=JOBS_AT_ONCE,
        job_timeout=JOB_SECONDS,
        job_completion_wait=settings.stop_seconds,
        log_results=False,
        allow_abort_jobs=False,
        job_serializer=serialize,
        job_deserializer=msgspec.msgpack.decode,
    )


def redis_settings(url: str) -> RedisSettings:
    """How to reach Redis, and to stay through its restarts: `OSError` is what a refused connection raises inside a retry."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_retries = 100
    settings.conn_retry_delay = 1
    settings.retry = Retry(ExponentialBackoff(cap=0.5, base=0.05), 200)
    settings.retry_on_error = [ConnectionError, TimeoutError, BusyLoadingError, OSError]
    return settings


def serialize(job: dict[str, Any]) -> bytes:
    """msgpack instead of pickle: who can write to Redis must not run code here."""
    return msgspec.msgpack.encode(job, enc_hook=repr)


async def _start(ctx: dict[Any, Any], settings: Settings) -> None:
    pool = await db.open_pool(settings.database_url, "plenary-worker", most=POOL)
    async with pool.acquire() as conn:
        await schema.check(conn)
    redis: ArqRedis = ctx["redis"]
    exchange = Exchange(settings.smtp_url, settings.smtp_connections)
    process = f"{socket.gethostname()}:{os.getpid()}"
    ctx["pool"], ctx["exchange"], ctx["process"], ctx["patience"] = pool, exchange, process, settings.stop_seconds
    ctx["mailer"] = Mailer(pool, settings, exchange, utc_now, signer(settings))
    printer, schedule = Printer(pool, settings, utc_now), Schedule(pool, utc_now, Keys(settings.survey_keys_dir))
    keeper = Keeper(pool, utc_now, periods(settings), settings.database_owner_url or settings.database_url)
    doorman = ctx["doorman"] = Doorman(pool, own_of(settings), utc_now)
    try:
        ctx["inbound"] = await listen(doorman, settings.inbound_host, settings.inbound_port)
    except OSError as error:
        raise StartRefused(f"We cannot take mail in: {error.strerror}. PLENARY_INBOUND_PORT names another port.") from None
    ctx["figures"] = await figures.listen(settings, pool)
    inbox = Inbox(pool, settings, utc_now)
    hooks = Webhooks(pool, settings, Caller(settings.webhooks_to_loopback), utc_now)
    importer = Importer(pool, utc_now, settings.secret_key)
    loops = {
        **{"schedule": schedule, "printer": printer, "inbox": inbox},
        **{"webhooks": hooks, "importer": importer, "keeper": keeper},
    }
    seen = {name: loop.rounds for name, loop in loops.items()}
    relay = ctx["relay"] = Relay(pool, settings, _enqueuer(redis), utc_now, process, seen)
    ctx["duties"] = [_duty(loop.run(), name) for name, loop in {"relay": relay, **loops}.items()]


def warm_up() -> None:
    """Read templates and zones once, so that the first person does not wait for it."""
    for _, message in SAMPLES:
        render(message, SAMPLE_SENDER, sample_handover())


def _duty(work: "Coroutine[Any, Any, None]", name: str) -> "asyncio.Task[None]":
    """Run beside the jobs; if it ever ends by itself the process ends too, and its supervisor starts a new one."""
    task: asyncio.Task[None] = asyncio.create_task(work, name=name)

    def ended(done: "asyncio.Task[None]") -> None:
        if not done.cancelled():
            log.critical("the %s ended", name, exc_info=done.exception())
            os._exit(1)

    task.add_done_callback(ended)
    return task


def _enqueuer(redis: ArqRedis) -> Any:
    async def enqueue(owed: Sequence[OwedRow], _: datetime) -> None:
        """Offer ids to arq, some in each job, or only ask whether it is there; each job has an id of its own."""
        try:
            if not owed:
                await redis.ping()
            for first in range(0, len(owed), A_JOB):
                ids = [str(one.id) for one in owed[first : first + A_JOB]]
                await redis.enqueue_job("deliver", *ids, _expires=60)
        except (RedisError, OSError) as error:
            raise QueueDown(type(error).__name__) from error

    return enqueue


def _leave(ctx: dict[Any, Any]) -> None:
    """Nothing new begins: no mail is let in, no hand-over begins, each duty ends after the round that it is in."""
    ctx.setdefault("until", asyncio.get_running_loop().time() + ctx.get("patience", 0))
    if inbound := ctx.get("inbound"):
        inbound.close()
    if mailer := ctx.get("mailer"):
        mailer.gate.close()
    for task in ctx.get("duties", ()):
        task.cancel()


async def _stop(ctx: dict[Any, Any]) -> None:
    """After the last job: wait for the other duties, for what is left of our patience, and say goodbye."""
    if "until" not in ctx:
        _leave(ctx)
    ending = [*ctx.get("duties", ())]
    if doorman := ctx.get("doorman"):
        ending.append(asyncio.create_task(doorman.finish()))
    if ending:
        _, late = await asyncio.wait(ending, timeout=max(1.0, ctx["until"] - asyncio.get_running_loop().time()))
        for task in late:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
    if exchange := ctx.get("exchange"):
        await exchange.close()
    if given := ctx.get("figures"):
        given.close()
    pool: Pool | None = ctx.get("pool")
    if pool is not None:
        await _sign_off(pool, ctx["process"])
        await pool.close()


async def _sign_off(pool: Pool, process: str) -> None:
    """Take our signs of life away; where that cannot be done they grow old."""
    try:
        async with db.transaction(pool, within=2) as conn:
            await heartbeats.sign_off(conn, process)
    except db.LOST as error:
        log.warning("no goodbye: %s", type(error).__name__)
