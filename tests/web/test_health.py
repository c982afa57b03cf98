"""Liveness, readiness, figures."""

from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from service.db import Connection, Pool
from service.deliveries.heartbeats import beat
from service.home.health import readiness
from service.settings import Settings
from tests import make
from tests.web.conftest import knocking, with_routes

ALL_WELL = {"database": "ok", "relay": "ok", "queue": "ok", "process": "ok"}


async def test_the_process_says_that_it_lives_without_asking_the_database(settings: Settings) -> None:
    async with knocking(with_routes(settings, None)) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_when_the_relay_and_its_queue_are(client: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    await beat(conn, "host:1:relay", "relay", now - timedelta(seconds=9), queue_ok=True)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, ALL_WELL)


async def test_not_ready_without_a_relay(client: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, ALL_WELL | {"relay": "never seen", "queue": "unknown"})
    await beat(conn, "host:1:relay", "relay", now - timedelta(seconds=11), queue_ok=True)
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == ALL_WELL | {"relay": "no sign of life since 2026-12-01T14:59:49Z", "queue": "unknown"}


async def test_not_ready_while_no_relay_reaches_the_queue(
    client: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    await beat(conn, "host:1:relay", "relay", now, queue_ok=False)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, ALL_WELL | {"queue": "does not answer the relay"})
    await beat(conn, "host:2:relay", "relay", now, queue_ok=True)
    assert (await client.get("/readyz")).json() == ALL_WELL


async def test_not_ready_without_the_database(settings: Settings, pool: Pool) -> None:
    class Gone:
        def acquire(self, **_: object) -> None:
            raise ConnectionRefusedError

    async with knocking(with_routes(settings, Gone())) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer (ConnectionRefusedError)"


def test_nothing_at_all_is_not_ready(now: datetime) -> None:
    assert not readiness([], now).ready


async def test_the_figures_count_what_the_database_holds(client: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=2)
    await make.crowd(conn, small.id, range(5), now=now)
    await make.registered(conn, small.id, 5, now=now, source="public")
    await beat(conn, "host:1:relay", "relay", now - timedelta(seconds=3), queue_ok=True)
    await beat(conn, "host:2:relay", "relay", now - timedelta(seconds=60), queue_ok=True)
    answer = await client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert 'plenary_registrations{state="confirmed"} 2.0' in lines
    assert 'plenary_registrations{state="waitlisted"} 3.0' in lines
    assert not [line for line in lines if 'state="held"' in line]
    assert "plenary_events_unhandled 8.0" in lines
    assert "plenary_events_failed 0.0" in lines
    assert "plenary_webhook_calls_owed 0.0" in lines
    assert "plenary_webhook_oldest_seconds 0.0" in lines
    assert "plenary_oldest_owed_seconds 0.0" in lines
    assert 'plenary_heartbeat_age_seconds{duty="relay"} 3.0' in lines


async def test_requests_are_counted_by_template(settings: Settings, pool: Pool, now: datetime) -> None:
    app = with_routes(settings, pool)
    app.state.clock = lambda: now
    async with knocking(app) as client:
        for path in ("/r/first-secret", "/r/second-secret", "/nothing/third-secret", "/healthz"):
            await client.get(path)
        await client.request("BREW", "/fourth-secret")
        text = (await client.get("/metrics")).text
    assert 'plenary_http_request_seconds_count{method="GET",route="/r/{token}",status="404"} 2.0' in text
    assert 'plenary_http_request_seconds_count{method="GET",route="none",status="404"} 1.0' in text
    assert 'plenary_http_request_seconds_count{method="GET",route="/healthz",status="200"} 1.0' in text
    assert "secret" not in text
    assert "BREW" not in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_they_are_for_machines_and_answer_refusals_as_problems(
    client: httpx.AsyncClient, app: Litestar, path: str
) -> None:
    answer = await client.delete(path)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
