"""Webhooks as programs make, change and remove them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar

from service import db, events
from service.db import Connection
from service.exchange import calls, webhook_rules
from service.exchange.calls import ClaimedRow
from service.exchange.webhook_rules import Answer, after_failure
from tests import make
from tests.access.conftest import acts
from tests.api.conftest import organizer, problem, started, stranger

__all__ = ["organizer", "started", "stranger"]
URL = "https://hooks.cedar-harbor.example/plenary"
KNOWN = {"hooks.cedar-harbor.example": ["93.184.215.14"], "inside.example": ["93.184.215.14", "10.0.0.7"]}


@pytest.fixture(autouse=True)
def names(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name servers that know what the tests say."""

    async def resolve(host: str, _: int) -> Sequence[str]:
        return KNOWN.get(host, [])

    monkeypatch.setattr(app.state, "resolve", resolve)


async def created(organizer: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await organizer.post("/webhooks", json={"url": URL} | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_webhook_is_made_listed_changed_and_removed_and_its_secret_shown_once(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    hidden = events.SurveyMailReached(uuid4(), uuid4(), uuid4(), 1, now)
    await events.record(conn, now, [events.ConveningCreated(uuid4()), hidden])
    await events.number(conn)
    answer = await organizer.post(
        "/webhooks", json={"url": URL, "description": " Badges ", "kinds": ["registration_held", "person_invited"] * 2}
    )
    made, webhook = answer.json(), answer.json()["webhook"]
    assert webhook == {
        "id": webhook["id"],
        "url": URL,
        "description": "Badges",
        "kinds": ["person_invited", "registration_held"],
        "state": "active",
        "reason": "",
        "position": 1,
        "owed": 0,
        "failing_since": None,
        "former_secret_until": None,
        "created_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    path = f"/webhooks/{webhook['id']}"
    assert answer.headers["location"] == f"/api/v1{path}"
    assert made["secret"].startswith("whsec_")
    for read in (await organizer.get(path), await organizer.get("/webhooks")):
        assert made["secret"] not in read.text
    assert (await organizer.get("/webhooks")).json() == {"items": [webhook]}

    changed = (await organizer.patch(path, json={"kinds": [], "state": "paused"})).json()
    assert changed == webhook | {"kinds": [], "state": "paused"}
    second = (await organizer.post(f"{path}/secrets")).json()
    assert second["secret"] not in (made["secret"], "")
    assert second["former_secret_until"] == (now + timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (await organizer.delete(path)).json() == changed | {"former_secret_until": second["former_secret_until"]}
    problem(await organizer.get(path), 404, "not-found")
    assert await acts(conn) == ["webhook_changed", "webhook_created", "webhook_removed", "webhook_secret_made"]
    noted = await db.one(conn, str, "select string_agg(a::text, ' ') from audit_entry a")
    assert "whsec" not in noted


@pytest.mark.parametrize(
    ("sent", "code", "pointer"),
    [
        ({"url": "http://hooks.cedar-harbor.example/"}, "not-encrypted", "/url"),
        ({"url": "hooks.cedar-harbor.example"}, "not-an-address", "/url"),
        ({"url": "https://nowhere.example/"}, "no-such-host", "/url"),
        ({"url": "https://inside.example/"}, "not-public", "/url"),
        ({"url": URL, "kinds": ["student_signed_up"]}, "no-such-kind", "/kinds"),
        ({"url": URL, "kinds": ["survey_mail_reached"]}, "no-such-kind", "/kinds"),
        ({"url": URL, "kinds": ["nothing_such"]}, "no-such-kind", "/kinds"),
        ({"url": URL, "secret": "whsec_mine"}, "invalid-field", "/secret"),
        ({}, "invalid-field", "/url"),
    ],
)
async def test_what_cannot_be_called_or_told_is_refused_when_it_is_made_and_when_it_is_changed(
    organizer: httpx.AsyncClient, sent: dict[str, Any], code: str, pointer: str
) -> None:
    problem(await organizer.post("/webhooks", json=sent), 422, code, pointer)
    webhook = (await created(organizer))["webhook"]
    if sent:
        problem(await organizer.patch(f"/webhooks/{webhook['id']}", json=sent), 422, code, pointer)
    assert (await organizer.get(f"/webhooks/{webhook['id']}")).json() == webhook


async def test_the_audit_log_says_whom_a_webhook_calls_after_its_address_changed(
    organizer: httpx.AsyncClient, conn: Connection
) -> None:
    path = f"/webhooks/{(await created(organizer))['webhook']['id']}"
    for sent in ({"url": URL, "description": "Lists"}, {"url": "https://hooks.cedar-harbor.example:8443/plenary"}):
        assert (await organizer.patch(path, json=sent)).status_code == 200
    hosts = "select coalesce(detail ->> 'host', '') from audit_entry where action = 'webhook_changed' order by 1"
    assert await db.many(conn, str, hosts) == ["", "hooks.cedar-harbor.example:8443"]


async def test_one_address_has_one_webhook_and_there_are_twenty_at_most(organizer: httpx.AsyncClient) -> None:
    first = (await created(organizer))["webhook"]
    problem(await organizer.post("/webhooks", json={"url": URL}), 409, "webhook-there", "/url")
    for n in range(webhook_rules.MOST - 1):
        last = (await created(organizer, url=f"{URL}/{n}"))["webhook"]
    problem(await organizer.patch(f"/webhooks/{last['id']}", json={"url": URL}), 409, "webhook-there", "/url")
    problem(await organizer.post("/webhooks", json={"url": f"{URL}/more"}), 409, "too-many-webhooks")
    assert (await organizer.patch(f"/webhooks/{first['id']}", json={"url": URL})).json() == first


async def test_a_test_and_a_replay_are_for_a_webhook_that_is_called_and_a_replay_goes_back(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    await events.record(conn, now, [events.ConveningCreated(uuid4()) for _ in range(3)])
    await events.number(conn)
    path = f"/webhooks/{(await created(organizer))['webhook']['id']}"
    assert (await organizer.post(f"{path}/replays", json={"after": 1})).json() == {"after": 1, "up_to": 3}
    assert (await organizer.get(path)).json()["position"] == 1
    problem(await organizer.post(f"{path}/replays", json={"after": 2}), 422, "position-ahead", "/after")
    problem(await organizer.post(f"{path}/replays", json={"after": -1}), 422, "invalid-field", "/after")
    assert (await organizer.post(f"{path}/tests")).json() == {"kind": "webhook_tested"}
    assert (await organizer.get("/events", params={"after": 3})).json()["items"] == []
    await events.number(conn)
    [tested] = (await organizer.get("/events", params={"after": 3})).json()["items"]
    assert tested["payload"] == {"kind": "webhook_tested", "webhook_id": path.rpartition("/")[2]}

    await organizer.patch(path, json={"state": "paused"})
    problem(await organizer.post(f"{path}/tests"), 409, "webhook-not-called")
    problem(await organizer.post(f"{path}/replays", json={"after": 0}), 409, "webhook-not-called")


async def test_attempts_are_listed_the_newest_first_in_pages_for_thirty_days(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    webhook_id = UUID((await created(organizer))["webhook"]["id"])
    await events.record(conn, now, [events.ConveningCreated(uuid4())])
    await events.number(conn)
    [event] = await events.after(conn, 0, 10)
    claimed = ClaimedRow(1, event.position, event.id, event.kind, event.payload, event.created_at)
    for minutes, answer in enumerate((Answer(500, "it answered 500", 0, 12), Answer(204, "", 0, 7))):
        outcome = "taken" if answer.taken else "failed"
        await calls.log(conn, webhook_id, claimed, outcome, answer, now + timedelta(minutes=minutes))
    path = f"/webhooks/{webhook_id}/attempts"
    page = (await organizer.get(path, params={"limit": 1})).json()
    [newest] = page["items"]
    assert newest == {
        "id": newest["id"],
        "event_id": str(event.id),
        "position": 1,
        "kind": "convening_created",
        "attempt": 1,
        "outcome": "taken",
        "status": 204,
        "error": "",
        "milliseconds": 7,
        "started_at": (now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    rest = (await organizer.get(path, params={"limit": 1, "after": page["next"]})).json()
    assert [one["error"] for one in rest["items"]] == ["it answered 500"]
    assert rest["next"] is None
    assert await calls.forget(conn, now + timedelta(seconds=1)) == 1


async def test_what_is_not_there_or_not_theirs_is_not_found(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, now: datetime
) -> None:
    nobody = make.nobody(now)
    for method, tail, body in (
        ("GET", "", None),
        ("PATCH", "", {"state": "paused"}),
        ("DELETE", "", None),
        ("POST", "/secrets", None),
        ("POST", "/tests", None),
        ("POST", "/replays", {"after": 0}),
        ("GET", "/attempts", None),
    ):
        path = f"/webhooks/{nobody}{tail}"
        problem(await organizer.request(method, path, json=body), 404, "not-found")
        problem(await stranger.request(method, path, json=body), 401, "not-signed-in")


async def test_the_body_is_byte_for_byte_what_the_feed_shows(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    await events.record(conn, now, [events.ReminderDue(uuid4(), 7, now)])
    await events.number(conn)
    [row] = await events.after(conn, 0, 10)
    claimed = ClaimedRow(1, row.position, row.id, row.kind, row.payload, row.created_at)
    assert msgspec.json.encode(claimed.event) in (await organizer.get("/events")).content


def test_a_receiver_that_is_gone_is_disabled_and_one_that_asks_for_time_gets_it(now: datetime) -> None:
    gone = after_failure(Answer(410, "it answered 410"), 1, 1, None, now, 0.5)
    assert gone.disabled.startswith("It answered 410")
    assert gone.next_at == now
    busy = after_failure(Answer(429, "it answered 429", 600), 1, 1, now, now, 0.5)
    assert (busy.next_at, busy.rest_until) == (now + timedelta(minutes=10), now + timedelta(minutes=10))
    greedy = after_failure(Answer(503, "it answered 503", 999999), 1, 1, now, now, 0.5)
    assert greedy.rest_until == now + timedelta(hours=1)
    plain = after_failure(Answer(500, "it answered 500", 600), 1, 1, now, now, 0.5)
    assert (plain.next_at, plain.rest_until) == (now + timedelta(seconds=5.5), None)
    tired = after_failure(Answer(None, "no connection"), 1, 14, now, now, 0.5)
    assert tired.rest_until == now + timedelta(minutes=5)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 0.999999])
def test_a_receiver_that_never_took_a_call_is_disabled_before_anything_is_given_up(now: datetime, jitter: float) -> None:
    """Its very first event, answered with a 500 each time, as late as a call may end or at once."""
    for took in (timedelta(0), timedelta(seconds=15)):
        moment, since, attempt = now, None, 0
        while True:
            attempt += 1
            fate = after_failure(Answer(500, "it answered 500"), attempt, attempt, since, moment + took, jitter)
            since = since or moment
            assert fate.next_at is not None
            if fate.disabled:
                break
            moment = fate.next_at
        assert timedelta(days=3) <= moment - now < timedelta(days=4)


def test_a_reason_to_stop_ends_with_one_full_stop(now: datetime) -> None:
    for words in ("it answered 500", "This leads to a private network, where we call nobody."):
        fate = after_failure(Answer(None, words), 9, 9, now - timedelta(days=3), now, 0.5)
        assert fate.disabled == f"For three days it took no call. The last one: {words.rstrip('.')}."
