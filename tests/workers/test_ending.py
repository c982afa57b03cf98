"""A worker that is asked to end: what has begun is finished, what has not is free for another worker at once."""

import asyncio
import inspect
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from benchmarks.house import python
from benchmarks.smtp_faults import FaultyCatcher, Stage
from service.db import Connection, Pool
from service.deliveries import heartbeats
from service.local.catcher import open_catcher
from service.local.mail import MailFolder
from service.settings import Settings
from tests import make
from tests.web.serving import environment, free_port
from tests.workers.conftest import Office
from workers import main
from workers.mailer import Mailer
from workers.printer import Printer
from workers.rounds import Closed, Gate, Rounds


class Held:
    """A mail server that stands still at one stage until it is let go on."""

    def __init__(self, catcher: FaultyCatcher, stage: Stage) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        plain = catcher._fault  # pyright: ignore[reportPrivateUsage]

        async def wait(server: Any, now_at: Stage) -> str:
            if now_at == stage:
                self.reached.set()
                await self.go_on.wait()
            return await plain(server, now_at)

        catcher._fault = wait  # pyright: ignore[reportPrivateUsage]


async def owed(office: Office, conn: Connection, now: datetime) -> Any:
    """One invite that is due."""
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    await office.relay.offer_once()
    [delivery] = await office.deliveries()
    return delivery


async def test_a_hand_over_that_has_begun_is_finished(office: Office, conn: Connection, now: datetime) -> None:
    delivery, held = await owed(office, conn, now), Held(office.catcher, "data")
    sending = asyncio.create_task(office.mailer.deliver(delivery.id))
    await held.reached.wait()

    office.mailer.gate.close()
    held.go_on.set()
    await sending

    [sent] = await office.deliveries()
    assert (sent.state, sent.attempts, len(office.catcher.folder)) == ("sent", 1, 1)


async def test_one_that_has_not_begun_is_let_go_and_another_worker_sends_it_at_once(
    office: Office, conn: Connection, now: datetime
) -> None:
    delivery, held = await owed(office, conn, now), Held(office.catcher, "rcpt")
    sending = asyncio.create_task(office.mailer.deliver(delivery.id))
    await held.reached.wait()

    office.mailer.gate.close()
    await sending
    [free] = await conn.fetch("select state, lease_token, offered_until, next_at <= $1 as due from delivery", now)
    held.go_on.set()
    other = Mailer(office.pool, office.settings, office.exchange, office.clock)
    office.offered.clear()
    await office.relay.offer_once()
    for delivery_id in office.offered:
        await other.deliver(delivery_id)

    assert tuple(free) == ("queued", None, None, True)
    [sent] = await office.deliveries()
    assert (sent.state, sent.attempts, len(office.catcher.folder)) == ("sent", 2, 1)


async def test_after_that_nothing_is_claimed_and_the_offer_is_taken_back(
    office: Office, conn: Connection, now: datetime
) -> None:
    delivery = await owed(office, conn, now)
    office.mailer.gate.close()
    await office.mailer.deliver(delivery.id)
    assert await conn.fetchval("select (state, attempt, offered_until is null)::text from delivery") == "(queued,0,t)"


async def test_the_gate_breaks_off_what_waits_before_it_and_a_timeout_of_its_own_stays_one() -> None:
    gate = Gate()
    waiting = asyncio.create_task(gate.approach(asyncio.Event().wait()))
    await asyncio.sleep(0)

    async def too_late() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await gate.approach(too_late())
    gate.close()
    for coming in (waiting, gate.approach(asyncio.sleep(0))):
        with pytest.raises(Closed):
            await coming


async def test_a_round_goes_on_to_its_end_and_only_then_the_loop_ends() -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await go_on.wait()
        done.append("work")

    loop = asyncio.create_task(Rounds("tests").run(work()))
    await begun.wait()
    loop.cancel()
    await asyncio.sleep(0)
    assert not loop.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await loop
    assert done == ["work"]


async def test_a_loop_ends_also_when_its_last_round_fails(pool: Pool, settings: Settings, now: datetime) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Failing(Printer):
        async def work_once(self) -> bool:
            begun.set()
            await go_on.wait()
            raise asyncpg.InterfaceError("the database went away")

    loop = asyncio.create_task(Failing(pool, settings, lambda: now).run())
    await begun.wait()
    loop.cancel()
    await asyncio.sleep(0)
    go_on.set()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await loop


async def test_a_second_request_to_end_breaks_a_round_off() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    loop = asyncio.create_task(Rounds("tests").run(work()))
    await begun.wait()
    for _ in range(2):
        loop.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await loop


async def test_a_process_gives_signs_of_life_for_each_duty_and_takes_away_only_its_own(
    office: Office, pool: Pool, conn: Connection, now: datetime
) -> None:
    office.relay.duties = {"schedule": Rounds("schedule", ended_at=Rounds("now").ended_at - 40)}
    await office.relay.beat_once()
    await heartbeats.beat(conn, "tests2:relay", "relay", now, queue_ok=True)

    given = [one for one in await heartbeats.pulses(conn) if one.process.startswith("tests:")]
    pulses = {one.duty: (now - one.beat_at).total_seconds() for one in given}
    assert pulses["relay"] == 0
    assert 40 <= pulses["schedule"] < 60
    await heartbeats.sign_off(conn, "tests")
    assert [one.process for one in await heartbeats.pulses(conn)] == ["tests2:relay"]


async def until(holds: Callable[[], bool]) -> None:
    """What another process brings about."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - it rings no bell for us
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_real_worker_that_gets_sigterm_in_the_middle_of_a_hand_over_leaves_no_doubt(
    settings: Settings, conn: Connection, tmp_path: Path
) -> None:
    now = datetime.now(UTC)  # the worker has a clock of its own
    catcher = FaultyCatcher(MailFolder(tmp_path / "mail"))
    held = Held(catcher, "data")
    server, port = await open_catcher(catcher)
    ports = {"PLENARY_SMTP_URL": f"smtp://127.0.0.1:{port}", "PLENARY_INBOUND_PORT": str(free_port())}
    keys = {"PLENARY_SURVEY_KEYS_DIR": settings.survey_keys_dir}
    worker = python(("-m", "workers"), environment(settings, free_port(), **ports, **keys), tmp_path / "worker.log")
    try:
        convening = await make.convening(conn, now)
        await make.registered(conn, convening.id, 1, now=now)
        await asyncio.wait_for(held.reached.wait(), 20)
        worker.send_signal(signal.SIGTERM)
        await until(lambda: "asked to end" in (tmp_path / "worker.log").read_text())
        assert worker.poll() is None, "it waits for the answer of the mail server"
        held.go_on.set()
        await until(lambda: worker.poll() is not None)
    finally:
        worker.kill()
        server.close()
    assert worker.returncode == 0, (tmp_path / "worker.log").read_text()
    assert await conn.fetchval("select string_agg(state, ',') from delivery") == "sent"
    assert await conn.fetchval("select count(*) from heartbeat") == 0
    assert len(catcher.folder) == 1


async def test_the_database_takes_a_sign_of_life_of_every_duty(conn: Connection, now: datetime) -> None:
    """One that it does not know would take the signs of all others along."""
    for duty in ("relay", "schedule", "printer", "inbox", "webhooks", "importer", "keeper"):
        await heartbeats.beat(conn, f"host:1:{duty}", duty, now, queue_ok=True)
    assert set(
        re.findall(r'"(\w+)": \w+[,}]', inspect.getsource(main).partition("loops = {")[2].partition("seen =")[0])
    ) == {one.duty for one in await heartbeats.pulses(conn)} - {"relay"}
