"""Live figures, over a real server: they come when something changed, and the stream ends when it must."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.access.reach import reach_of
from service.access.rules import Held, Visitor
from service.db import Connection, Pool
from service.home import live
from service.home.live import Live
from service.home.looking import Scope
from service.home.office_pages import scope_of
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, person, seal, sign_in
from tests.access.test_rights import give
from tests.browser.conftest import serving
from tests.deliveries.conftest import delivery
from tests.web.serving import serving as process

PATIENCE = 5


@pytest.fixture
async def office(
    conn: Connection, pool: Pool, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    """An organizer of everything in front of a server that looks often."""
    monkeypatch.setattr(live, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(live, "ALIVE_EVERY", 0.1)
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    async with serving(settings, pool) as (app, address), httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
        app.state.clock = lambda: now
        assert (await sign_in(client, conn, settings)).status_code == 303
        yield client


class Stream:
    """The lines of one stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def line(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return await anext(self._lines)

    async def figures(self) -> dict[str, str]:
        """The next event."""
        while True:
            name, _, rest = (await self.line()).partition(": ")
            if name == "data":
                return json.loads(rest)

    async def rest(self) -> list[str]:
        """Everything up to the end, which must come."""
        async with asyncio.timeout(PATIENCE):
            return [line async for line in self._lines]


@asynccontextmanager
async def listening(client: httpx.AsyncClient, path: str) -> AsyncIterator[Stream]:
    async with client.stream("GET", path) as answer:
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
        yield Stream(answer.aiter_lines())


async def test_a_registration_arrives_and_nothing_comes_while_nothing_changes(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    async with listening(office, f"/office/convenings/{convening.id}/live") as stream:
        assert await stream.line() == "retry: 5000"
        before = await stream.figures()
        quiet = [await stream.line() for _ in range(6)]
        await make.registered(conn, convening.id, 1, now=now)
        after = await stream.figures()
    assert set(quiet) == {"", ":"}
    assert (before["taken"], before["free"]) == ("0", "50")
    assert {name for name in after if after[name] != before[name]} == {"taken", "free", "phase"}
    assert (after["taken"], after["free"], after["phase"]) == ("1", "49", "Open: 49 seats left")
    assert (before["things"], before["needs"], before["mark"]) == ("0", "Nothing needs you today", "")


async def test_what_needs_a_person_and_the_phase_arrive_and_the_time_is_written_as_the_page_writes_it(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=1)
    await db.run(conn, "update person set time_zone = 'America/Chicago'")
    page = (await office.get(f"/office/convenings/{convening.id}")).text
    async with listening(office, f"/office/convenings/{convening.id}/live") as stream:
        before = await stream.figures()
        assert f">{before['time']}</time> Central Time" in page
        row = await make.registered(conn, convening.id, 1, now=now)
        while (await stream.figures())["mark"] != "yes":
            pass
        await delivery(conn, row, "unknown", now=now)
        after = await stream.figures()
    assert (after["phase"], after["things"], after["needs"]) == (
        "Full: waiting list open",
        "1",
        "One thing needs a person today",
    )


async def test_the_overview_tells_each_convening_by_its_id(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    one, other = await make.convening(conn, now), await make.convening(conn, now, title="Other")
    await make.registered(conn, other.id, 1, now=now)
    async with listening(office, "/office/live") as stream:
        figures = await stream.figures()
    assert (figures[f"{one.id}.taken"], figures[f"{other.id}.taken"]) == ("0", "1")


@pytest.mark.parametrize("end", ["signing out", "the role"])
async def test_a_stream_ends_with_the_session_and_with_the_role(
    office: httpx.AsyncClient, conn: Connection, now: datetime, end: str
) -> None:
    convening = await make.convening(conn, now)
    async with listening(office, f"/office/convenings/{convening.id}/live") as stream:
        await stream.figures()
        if end == "signing out":
            assert (await office.post("/sign-out", data={"seal": await seal(office)})).status_code == 303
        else:
            await db.run(conn, "delete from role_grant")
        await make.registered(conn, convening.id, 1, now=now)
        await stream.rest()
    again = await office.get(f"/office/convenings/{convening.id}/live")
    assert again.status_code == (303 if end == "signing out" else 404)


async def test_a_page_left_open_does_not_keep_anybody_signed_in(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    await db.run(
        conn, "update web_session set seen_at = seen_at - interval '1 hour', idle_until = idle_until - interval '1 hour'"
    )
    seen = "select seen_at from web_session"
    before = await db.one(conn, datetime, seen)
    async with listening(office, "/office/live") as stream:
        await stream.figures()
        assert ":" in [await stream.line() for _ in range(4)]
    assert await db.one(conn, datetime, seen) == before
    await office.get("/office")
    assert await db.one(conn, datetime, seen) == now


async def test_many_listeners_are_one_look_which_ends_with_the_last_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.01)
    looks = 0
    everybody, scope = Live(), Scope(None)

    async def look() -> dict[str, str]:
        nonlocal looks
        looks += 1
        return {"taken": str(looks // 100)}

    async def allowed() -> bool:
        return True

    streams: list[Any] = [everybody.stream(scope, look, allowed, lambda: "noon") for _ in range(20)]
    for stream in streams:
        assert [await anext(stream), await anext(stream)] == [
            live.COME_AGAIN,
            b'event: figures\ndata: {"taken":"0","time":"noon"}\n\n',
        ]
    assert (len(everybody.watches), looks) == (1, 1)
    for stream in streams:
        await stream.aclose()
    assert everybody.watches == {}
    assert looks <= 2


def test_whose_convenings_differ_does_not_share_a_look() -> None:
    one, other = UUID(int=1), UUID(int=2)
    mine, theirs = (
        Visitor(one, one, "T", "t@x.example", "UTC", (Held("organizer", convening),), "") for convening in (one, other)
    )
    assert scope_of(mine) != scope_of(theirs)
    assert reach_of(mine).convenings == scope_of(mine).only == (one,)


@pytest.mark.slow
async def test_a_process_with_an_open_stream_ends_at_once(settings: Settings, conn: Connection, now: datetime) -> None:
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    with process(settings) as web:
        async with httpx.AsyncClient(base_url=web.url, timeout=PATIENCE) as client:
            await sign_in(client, conn, settings)
            async with listening(client, "/office/live") as stream:
                await stream.figures()
                began = asyncio.get_running_loop().time()
                code, written = await asyncio.to_thread(web.end)
                took = asyncio.get_running_loop().time() - began
                await stream.rest()
    assert (code, "Traceback" in written) == (0, False), written
    assert took < 4
