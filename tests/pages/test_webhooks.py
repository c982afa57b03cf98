"""Webhooks in the console: made with a secret that is shown once, looked at, paused, told once more, removed."""

import html
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar

from service import db, events
from service.db import Connection
from service.exchange import calls, webhook_writes
from service.exchange.calls import ClaimedRow
from service.exchange.webhook_rules import Answer
from service.settings import Settings
from tests import make
from tests.access.conftest import acts
from tests.pages.office import Office, enter, read

PATH = "/office/webhooks"
URL = "https://hooks.cedar-harbor.example/plenary"


@pytest.fixture
async def office(
    browser: httpx.AsyncClient,
    site: Litestar,
    conn: Connection,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    async def resolve(host: str, _: int) -> Sequence[str]:
        return ["10.0.0.7"] if host == "inside.example" else ["93.184.215.14"]

    monkeypatch.setattr(site.state, "resolve", resolve)
    return await enter(browser, conn, settings, now)


async def made(office: Office, conn: Connection) -> tuple[UUID, str]:
    answer = await office.send(PATH, url=URL, description="Badge printer", kinds=["registration_confirmed"])
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", html.unescape(answer.text))
    assert answer.status_code == 200
    assert found
    return await db.one(conn, UUID, "select id from webhook"), found[0]


async def test_it_is_made_with_a_secret_that_is_shown_this_once(office: Office, conn: Connection) -> None:
    assert "Nobody is told." in await office.read(PATH)
    webhook_id, secret = await made(office, conn)
    listed, one = await office.read(PATH), await office.read(f"{PATH}/{webhook_id}")
    assert "hooks.cedar-harbor.example Badge printer Called 0" in listed
    assert "It is told of each event of the kinds that are ticked below, soon after it happened." in one
    assert secret not in listed + one
    again = await office.send(PATH, url=URL)
    assert (again.status_code, "There is a webhook to this address already." in read(again)) == (409, True)
    assert await acts(conn) == ["signed_in", "webhook_created"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": ""}, "Write the address that is to be called."),
        ({"url": "http://a.example/"}, "The address must begin with https://."),
        ({"url": "https://inside.example/"}, "This leads to a private network, where we call nobody."),
        ({"url": URL, "kinds": "student_signed_up"}, "There is no such kind of event, or it is not told"),
        ({"url": "https://<script>alert(1)</script>/"}, "Write the whole address of a page that takes webhooks"),
    ],
)
async def test_what_cannot_be_called_is_said_at_its_field_and_kept(
    office: Office, conn: Connection, fields: dict[str, str], words: str
) -> None:
    answer = await office.send(PATH, **fields)
    assert (answer.status_code, words in read(answer)) == (422, True)
    assert f'value="{html.escape(fields["url"])}"' in answer.text
    webhook_id, _ = await made(office, conn)
    answer = await office.send(f"{PATH}/{webhook_id}", form="details", **fields)
    assert (answer.status_code, words in read(answer)) == (422, True)
    assert "<script>alert" not in answer.text


async def test_it_is_changed_paused_tested_told_once_more_and_removed(
    office: Office, conn: Connection, now: datetime
) -> None:
    webhook_id, secret = await made(office, conn)
    one = f"{PATH}/{webhook_id}"
    assert (await office.send(one, form="details", url=URL + "/2", description="Lists")).status_code == 303
    changed = await db.one(conn, str, "select url || ' ' || description || ' ' || cardinality(kinds) from webhook")
    assert changed == f"{URL}/2 Lists 0"
    assert (await office.send(f"{one}/tests")).status_code == 303
    assert "WebhookTested" in [type(event).__name__ for event in await make.recorded(conn)]
    assert (await office.send(f"{one}/replays", after="0")).status_code == 303
    for wrong in ("", "-1", "99", "x", "9" * 30):
        answer = await office.send(f"{one}/replays", after=wrong)
        assert (answer.status_code, 'aria-describedby="after-hint after-error"' in answer.text) == (422, True)
    another = html.unescape((await office.send(f"{one}/secrets")).text)
    assert secret not in another
    assert "whsec_" in another
    assert (await office.send(f"{one}/state", state="paused")).status_code == 303
    assert "Paused: what happens meanwhile is told when you let it go on." in await office.read(one)
    assert (await office.send(f"{one}/tests")).status_code == 409
    assert (await office.send(f"{one}/state", state="active")).status_code == 303
    assert (await office.send(f"{one}/end")).status_code == 303
    assert (await office.browser.get(one)).status_code == 404


async def test_attempts_are_shown_with_our_words_and_a_stopped_one_needs_a_person(
    office: Office, conn: Connection, now: datetime
) -> None:
    webhook_id, _ = await made(office, conn)
    await events.record(conn, now, [events.ConveningCreated(uuid4())])
    await events.number(conn)
    [_, event] = await events.after(conn, 0, 10)
    claimed = ClaimedRow(3, event.position, event.id, event.kind, event.payload, event.created_at)
    await calls.log(conn, webhook_id, claimed, "failed", Answer(None, "no connection: Connection refused", 0, 3), now)
    await calls.log(conn, webhook_id, claimed, "taken", Answer(204, "", 0, 1250), now + timedelta(seconds=1))
    page = await office.read(f"{PATH}/{webhook_id}")
    assert "Not taken attempt 3: no connection: Connection refused 0.0 s" in page
    assert "Taken with 204 1.2 s" in page
    assert "We have stopped calling" not in await office.read("/office")
    await webhook_writes.put_into(conn, webhook_id, "disabled", "For three days it took no call.")
    assert "We have stopped calling it. For three days it took no call." in await office.read(f"{PATH}/{webhook_id}")
    assert "We have stopped calling hooks.cedar-harbor.example For three days it took no call." in await office.read(
        "/office"
    )


async def test_who_organizes_one_convening_sees_none_of_them(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    office = await enter(browser, conn, settings, now, convening.id)
    for path in (PATH, f"{PATH}/{make.nobody(now)}"):
        assert (await office.browser.get(path)).status_code == 404
    assert PATH not in (await office.browser.get("/account")).text
