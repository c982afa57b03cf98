"""Along the main roads, also where they break, nothing that is written down is about the person whose road it is."""

import re
from datetime import datetime
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from litestar import get
from litestar.params import FromPath

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.exchange.apart import Reader
from service.web.deps import Conn
from tests import make
from tests.logbook import Logbook
from tests.web.conftest import knocking, with_routes
from tests.workers.conftest import Office
from workers import own_links
from workers.inbound import Doorman, Inbox, own_of

NAME, ADDRESS, NEED = "Zuri Camberwell", "zuri.camberwell@families.example", "a seat beside Amina"
MARKS = re.compile(r"zuri|camberwell|families|amina", re.IGNORECASE)


@get("/broken/{name:str}", opt={"access": "public"})
async def broken(name: FromPath[str], conn: Conn) -> None:
    """What nobody foresaw: PostgreSQL says no, and quotes the row."""
    await conn.execute("insert into person (id, name, email, created_at) values (gen_random_uuid(), $1, $1, now())", name)


async def test_a_form_a_link_a_sign_in_and_a_page_that_breaks(
    office: Office, logbook: Logbook, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    app = with_routes(office.settings, office.pool, broken)
    app.state.clock = office.clock
    async with knocking(app) as visitor:
        await _registered(office, visitor, convening)
        await visitor.post("/sign-in", data={"email": ADDRESS})
        await office.settle()
        for code in ("000001", "12"):
            await visitor.post("/sign-in/code", data={"code": code})
        page = await visitor.get(f"/broken/{ADDRESS}", headers={"accept": "text/html"})
        problem = await visitor.post(f"/api/v1/convenings/{NAME}", json={"name": NAME, "email": ADDRESS})

    assert page.status_code == 500
    assert problem.status_code in (401, 404, 405)
    number = page.headers["x-request-id"]
    assert f"<code>{number}</code>" in page.text
    [failed] = [line for line in _said(logbook) if line["level"] == "error"]
    assert (failed["request"], failed["errors"][0]["sqlstate"]) == (number, "23505")
    answered = {(line["route"], line["status"]) for line in _said(logbook) if line["message"] == "answered"}
    assert {("/confirm/{token}", 303), ("/r/{token}/details", 303), ("/sign-in/code", 422), ("none", 405)} <= answered
    reacted = {line["kind"]: line for line in _said(logbook) if line["message"] == "reacted"}
    registration_id = await conn.fetchval("select id from registration")
    assert reacted["registration_confirmed"]["registration_id"] == str(registration_id), "what a lost database cannot say"
    assert [line for line in logbook.lines if MARKS.search(line)] == []


async def _registered(office: Office, visitor: httpx.AsyncClient, convening: ConveningRow) -> None:
    form = {"name": NAME, "email": ADDRESS}
    assert (await visitor.post(f"/convenings/{convening.slug}/registration", data=form)).status_code == 303
    [asked] = await office.settle()
    body = asked.get_body(("plain",))
    assert body is not None
    link = re.search(r"(/confirm/\S+)", body.get_content())
    assert link is not None
    own = (await visitor.post(link[1])).headers["location"]
    await visitor.post(f"{own.partition('?')[0]}/details", data=form | {"access_needs": NEED, "dietary": NEED})
    assert len(await office.settle()) == 1


async def test_a_mail_that_is_refused_and_one_that_cannot_be_made(
    office: Office, logbook: Logbook, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    convening = await make.convening(conn, now)
    [_] = await make.crowd(conn, convening.id, [1], now=now)
    await conn.execute("update person set name = $1, email = $2", NAME, ADDRESS)
    office.catcher.faults = lambda stage, _: f"550 5.1.1 {ADDRESS} is nobody" if stage == "rcpt" else ""
    await office.settle()
    office.catcher.faults = lambda _stage, _: ""

    def breaks(*_: Any) -> Any:
        raise ValueError(f"{NAME} {ADDRESS}")

    await make.crowd(conn, convening.id, [2], now=now)
    monkeypatch.setattr(own_links, "made", breaks)
    await office.settle()

    states = {one.state for one in await office.deliveries()}
    assert states == {"dead"}
    [line] = [line for line in _said(logbook) if line["level"] == "error"]
    assert (line["message"], line["errors"][0]["type"]) == (f"delivery {line['delivery']} cannot be made", "ValueError")
    assert [line for line in logbook.lines if MARKS.search(line)] == []


async def test_an_event_whose_reaction_quotes_a_row_and_a_mail_that_cannot_be_kept(
    office: Office, logbook: Logbook, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers import relay

    async def breaks(*_: Any) -> None:
        raise asyncpg.UniqueViolationError(f"Key (email)=({ADDRESS}) already exists.")

    convening = await make.convening(conn, now)
    monkeypatch.setattr(relay, "REACTIONS", dict.fromkeys(relay.REACTIONS, (breaks,)))
    await make.registered(conn, convening.id, 1, now=now)
    await office.relay.react_once()

    lost = asyncpg.ConnectionDoesNotExistError(ADDRESS)
    monkeypatch.setattr("service.exchange.inbox.keep", _raising(lost))
    monkeypatch.setattr("service.exchange.inbox.claim", _raising(lost))
    doorman = Doorman(office.pool, own_of(office.settings), office.clock)
    envelope = type("Envelope", (), {"original_content": NAME.encode(), "mail_from": ADDRESS, "rcpt_tos": [ADDRESS]})
    assert (await doorman.handle_DATA(None, None, envelope())).startswith("451 ")  # pyright: ignore[reportArgumentType]
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await Inbox(office.pool, office.settings, office.clock, Reader()).work_once()

    failed = [line for line in _said(logbook) if "event" in line]
    assert failed
    assert {line["errors"][0]["type"] for line in failed} == {"asyncpg.exceptions.UniqueViolationError"}
    assert [line for line in logbook.lines if MARKS.search(line)] == []
    assert doorman.under_way == set()


def _raising(error: Exception) -> Any:
    async def breaks(*_: Any) -> None:
        raise error

    return breaks


def _said(logbook: Logbook) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in logbook.lines]
