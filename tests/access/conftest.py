"""The application as browsers of several people meet it, and the mail that each of them would get."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from msgspec import Struct

from service import db
from service.db import Connection
from service.settings import Settings
from service.web import links

SITE = "http://127.0.0.1:8000"
TAMSIN = "tamsin.birchwell@cedar-harbor.example"
Browser = httpx.AsyncClient
Open = Callable[[], Browser]


class Mailed(Struct, frozen=True):
    """What the newest sign-in mail says."""

    code: str
    path: str


@asynccontextmanager
async def browsers(site: Litestar) -> AsyncGenerator[Open]:
    """Opens any number of browsers, each with cookies of its own, which follow no redirects."""
    opened: list[Browser] = []

    def another() -> Browser:
        transport = httpx.ASGITransport(app=site, client=(f"203.0.113.{len(opened) + 1}", 40000), raise_app_exceptions=False)
        browser = httpx.AsyncClient(transport=transport, base_url=str(site.state.settings.public_url))
        opened.append(browser)
        return browser

    yield another
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def another(site: Litestar, now: datetime) -> AsyncGenerator[Open]:
    """One more browser, at the tests' moment."""
    site.state.clock = lambda: now
    async with browsers(site) as opener:
        yield opener


@pytest.fixture
def browser(another: Open) -> Browser:
    """Somebody's browser."""
    return another()


@pytest.fixture
async def tamsin(conn: Connection, now: datetime) -> UUID:
    """Somebody whom we know."""
    return await person(conn, now, "Tamsin Birchwell", TAMSIN)


async def person(conn: Connection, now: datetime, name: str, email: str) -> UUID:
    """A person without any role."""
    person_id = db.new_id(now)
    await db.run(
        conn, "insert into person (id, name, email, created_at) values ($1, $2, $3, $4)", person_id, name, email, now
    )
    return person_id


async def mailed(conn: Connection, settings: Settings) -> Mailed:
    """What the mailer would put into the newest mail."""
    asked = "select (payload ->> 'sign_in_id')::uuid from event where kind = 'sign_in_asked' order by ordinal desc limit 1"
    sign_in_id = await db.one(conn, UUID, asked)
    nonce = await db.one(conn, bytes, "select nonce from sign_in where id = $1", sign_in_id)
    code = links.sign_in_code(settings.secret_key, sign_in_id, nonce)
    return Mailed(code, links.SIGN_IN_PATH + links.sign_in_token(settings.secret_key, sign_in_id, nonce))


async def ask(browser: Browser, email: str = TAMSIN, go_on: str = "") -> httpx.Response:
    """Send the form with the address."""
    return await browser.post("/sign-in", data={"email": email, "next": go_on})


async def sign_in(
    browser: Browser, conn: Connection, settings: Settings, email: str = TAMSIN, **more: str
) -> httpx.Response:
    """Ask, and type the code."""
    await ask(browser, email)
    found = await mailed(conn, settings)
    return await browser.post("/sign-in/code", data={"code": found.code, **more})


async def seal(browser: Browser, path: str = "/account") -> str:
    """What the forms of this browser's pages carry."""
    found = re.search(r'name="seal" value="(\w+)"', (await browser.get(path)).text)
    return found[1] if found else ""


async def acts(conn: Connection) -> list[str]:
    """What was written down, by the alphabet: the tests' clock stands still."""
    return await db.many(conn, str, "select action from audit_entry order by action")
