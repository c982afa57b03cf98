"""The queue may go away at any moment, also while a job is being taken: the worker goes on, with all its hands free."""

from typing import Any

import pytest
import redis.asyncio
from arq.connections import ArqRedis, create_pool
from arq.worker import func

from workers.main import JOB_SECONDS, Jobs, redis_settings
from workers.relay import OFFERS_OUT
from workers.smtp import ASKED_TIMEOUT, CONNECT_TIMEOUT, DATA_TIMEOUT

DONE: list[str] = []


async def note(_: dict[Any, Any], word: str) -> None:
    DONE.append(word)


async def test_a_queue_that_goes_away_while_a_job_is_taken_costs_no_job_and_no_hand(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = await create_pool(redis_settings(redis_url))
    await queue.enqueue_job("note", "one", _queue_name="test-queue")
    worker = Jobs(
        functions=[func(note, name="note")],
        redis_pool=queue,
        queue_name="test-queue",
        burst=True,
        poll_delay=0.0,
        max_jobs=1,
        handle_signals=False,
    )
    plain, times = ArqRedis.pipeline, 0

    def cut_once(self: ArqRedis, **how: Any) -> Any:
        pipe = plain(self, **how)
        watch = pipe.watch

        async def watch_and_lose(*names: Any) -> Any:
            nonlocal times
            watched = await watch(*names)
            times += 1
            if times == 1:
                async with redis.asyncio.from_url(redis_url) as other:
                    await other.execute_command("CLIENT", "KILL", "TYPE", "normal")
            return watched

        pipe.watch = watch_and_lose
        return pipe

    monkeypatch.setattr(ArqRedis, "pipeline", cut_once)
    await worker.main()
    await worker.close()
    assert (DONE, times >= 2, worker.job_counter) == (["one"], True, 0)


def test_no_job_is_broken_off_that_waits_for_the_slowest_server_that_we_wait_for():
    one = 2 * CONNECT_TIMEOUT + 2 * ASKED_TIMEOUT + 2 * DATA_TIMEOUT
    assert OFFERS_OUT * one < JOB_SECONDS, "of all that may be offered ours may be the last, and one connection all there is"
