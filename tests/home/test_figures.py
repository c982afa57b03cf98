"""The figures: who may see them, that all names in dashboard and alerts exist, and that each alert has its runbook."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from msgspec.structs import replace

from service.access import tallies, tokens
from service.db import Connection, Pool
from service.deliveries import heartbeats
from service.errors import StartRefused
from service.settings import Settings
from tests import make
from tests.deliveries.conftest import delivery
from tests.web.conftest import knocking, with_routes
from tests.web.serving import free_port
from tests.workers.conftest import Office, office
from workers import figures
from workers.rounds import Rounds

__all__ = ["office"]

OPERATIONS = Path(__file__).parent.parent.parent / "docs" / "operations"
TOKEN = "a-token-for-prometheus-and-nobody-else"
OTHERS = frozenset({"up"})
"""Figures that Prometheus itself makes."""
NAME = re.compile(r"\b(?:plenary|process)_[a-z_]+\b|\bup\b(?=\{)")


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((OPERATIONS / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return json.loads((OPERATIONS / "grafana-dashboard.json").read_text())["panels"]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel.get("targets", []))


def samples(text: str) -> set[str]:
    """The names under which Prometheus keeps what a page of figures says."""
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    parts = {"histogram": ("_bucket", "_sum", "_count")}
    return {name + part for name, kind in kinds.items() for part in parts.get(kind, ("",))}


async def figures_of(settings: Settings, pool: Any, now: datetime, **headers: str) -> httpx.Response:
    app = with_routes(settings, pool)
    app.state.clock = lambda: now
    async with knocking(app, **headers) as client:
        return await client.get("/metrics")


async def test_every_name_in_the_dashboard_and_the_alerts_is_given_by_a_web_process_or_a_worker(
    settings: Settings, pool: Pool, now: datetime
) -> None:
    given = samples((await figures_of(settings, pool, now)).text) | samples(figures.text(pool).decode()) | OTHERS
    asked = {name for expression in expressions() for name in NAME.findall(expression)}

    assert len(asked) > 30
    assert asked - given == set()
    unseen = {name for name in given if name.startswith("plenary_") and not name.endswith(("_sum", "_count", "_bucket"))}
    assert unseen - asked == set(), "what nobody looks at need not be counted"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_each_alert_says_what_is_wrong_who_is_woken_and_where_its_runbook_is(rule: dict[str, Any]) -> None:
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "runbook"}
    book = (OPERATIONS / rule["annotations"]["runbook"]).read_text()
    assert f"`{rule['alert']}`" in book
    assert re.findall(r"^## (.*)$", book, re.MULTILINE) == [
        "What it means",
        "Whom it hurts",
        "How to see it",
        "What to do first",
        "How to be sure that it is over",
    ]
    for linked in re.findall(r"\]\(([^)#]+)\)", book):
        assert (OPERATIONS / "runbooks" / linked).exists(), linked


def test_no_runbook_is_without_an_alert() -> None:
    named = {rule["annotations"]["runbook"] for rule in rules()}
    assert named == {f"runbooks/{path.name}" for path in (OPERATIONS / "runbooks").iterdir()}


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_each_expression_closes_what_it_opens_and_measures_rates_over_a_time(expression: str) -> None:
    opened: list[str] = []
    for character in re.sub(r'"[^"]*"', '""', expression):
        if character in "([{":
            opened.append({"(": ")", "[": "]", "{": "}"}[character])
        elif character in ")]}":
            assert opened.pop() == character
    assert opened == []
    for counted in re.findall(r"\b(plenary_\w+(?:_total|_bucket|_count)|process_cpu_seconds_total)\b[^)]*", expression):
        assert re.search(rf"(?:rate|increase)\({counted}(?:{{[^}}]*}})?\[\d+m\]", expression), counted


def test_the_panels_of_the_dashboard_lie_beside_and_below_one_another() -> None:
    fields = [(x, y) for panel in panels() for x, y in _fields(**panel["gridPos"])]
    assert len(fields) == len(set(fields))
    assert {x for x, _ in fields} == set(range(24))
    assert len({panel["id"] for panel in panels()}) == len(panels())


def _fields(x: int, y: int, w: int, h: int) -> Iterator[tuple[int, int]]:
    yield from ((column, row) for column in range(x, x + w) for row in range(y, y + h))


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"x-forwarded-for": "10.0.0.9"}, 404),
        ("", {"via": "1.1 door"}, 404),
        (TOKEN, {}, 404),
        (TOKEN, {"authorization": f"Bearer {TOKEN}x"}, 404),
        (TOKEN, {"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "8.8.8.8"}, 200),
    ],
)
async def test_figures_are_for_the_inside_or_for_the_token(
    settings: Settings, pool: Pool, now: datetime, token: str, headers: dict[str, str], status: int
) -> None:
    answer = await figures_of(replace(settings, metrics_token=token), pool, now, **headers)
    assert answer.status_code == status
    assert ("plenary_" in answer.text) == (status == 200)


async def test_the_world_gets_none_without_a_proxy_either(settings: Settings, pool: Pool) -> None:
    transport = httpx.ASGITransport(app=with_routes(settings, pool), client=("8.8.8.8", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as world:
        assert (await world.get("/metrics")).status_code == 404


async def test_without_the_database_a_process_still_says_how_it_is(settings: Settings, now: datetime) -> None:
    class Gone:
        def acquire(self, **_: object) -> None:
            raise ConnectionRefusedError

        def get_size(self) -> int:
            return 2

        get_idle_size = get_size

    answer = await figures_of(settings, Gone(), now)
    assert answer.status_code == 200
    assert "plenary_database_up 0.0" in answer.text
    assert "process_resident_memory_bytes" in answer.text
    assert "plenary_deliveries" not in answer.text


async def test_what_waits_and_what_failed_is_counted(
    settings: Settings, pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    about = await make.registered(conn, convening.id, 1, now=now - timedelta(seconds=90))
    await conn.execute("update event set failed_at = $1 where kind = 'registration_confirmed'", now)
    await delivery(conn, about, "unknown", now=now)
    for name in ("wrong_code", "wrong_code", "only_the_link"):
        await tallies.count(conn, name)
    await heartbeats.beat(conn, "host:1:relay", "relay", now, queue_ok=False)
    await conn.execute(
        "insert into retention_run (night, started_at, gone, left_over, ended_at) values ($1, $2, '{}', $3, $2)",
        now.date(),
        now - timedelta(hours=2),
        {"forms": 3},
    )
    lines = (await figures_of(settings, pool, now)).text.splitlines()
    assert {
        'plenary_deliveries{state="unknown"} 1.0',
        'plenary_deliveries{state="dead"} 0.0',
        "plenary_events_failed 1.0",
        "plenary_workers 1.0",
        "plenary_queue_up 0.0",
        'plenary_sign_in_failures_total{why="wrong_code"} 2.0',
        'plenary_sign_in_failures_total{why="only_the_link"} 1.0',
        'plenary_sign_in_failures_total{why="sign_in_given_up"} 0.0',
        "plenary_retention_age_seconds 7200.0",
        "plenary_retention_left_over 3.0",
        "plenary_database_up 1.0",
        'plenary_webhooks{state="disabled"} 0.0',
    } <= set(lines)


async def test_a_worker_gives_its_own_where_the_settings_say_and_only_with_the_token(settings: Settings, pool: Pool) -> None:
    port = free_port()
    given = replace(settings, metrics_port=port, metrics_token=TOKEN)
    server = await figures.listen(given, pool)
    assert server is not None
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        figures.mailed("sent")
        known = await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        others = [await client.get(path) for path in ("/metrics", "/", "/r/x")]
        with pytest.raises(StartRefused, match=r"^We cannot give figures: .* PLENARY_METRICS_PORT names another port\.$"):
            await figures.listen(given, pool)
    assert re.search(r'^plenary_mails_total{outcome="sent"} [1-9]', known.text, re.MULTILINE)
    assert [(one.status_code, one.text) for one in others] == [(404, "")] * 3
    assert await figures.listen(settings, pool) is None


async def test_a_duty_that_hangs_stays_to_be_seen_as_long_as_its_process_lives(
    office: Office, conn: Connection, now: datetime
) -> None:
    hanging = Rounds("printer")
    hanging.ended_at -= timedelta(hours=3).total_seconds()
    office.relay.duties = {"printer": hanging}
    await heartbeats.beat(conn, "gone:relay", "relay", now - timedelta(hours=3), queue_ok=True)
    await heartbeats.beat(conn, "gone:printer", "printer", now - timedelta(hours=3), queue_ok=True)
    await office.relay.beat_once()
    assert {one.process for one in await heartbeats.pulses(conn)} == {"tests:relay", "tests:printer"}


async def test_who_registers_waits_for_connections_that_are_counted(
    settings: Settings, pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await tokens.keep_environments(conn, settings.organizer_token, now)
    app = with_routes(settings, pool)
    app.state.clock = lambda: now
    async with knocking(app, authorization=f"Bearer {settings.organizer_token}") as client:
        waited = app.state.requests.registry.get_sample_value
        before = waited("plenary_pool_wait_seconds_count")
        body = {"name": "Wren Okonkwo", "email": "wren@cedar-harbor.example"}
        answer = await client.post(f"/api/v1/convenings/{convening.id}/registrations", json=body)
        assert answer.status_code == 201
        assert waited("plenary_pool_wait_seconds_count") - before == 2, "for the token, and for the decision"
