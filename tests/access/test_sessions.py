"""Sessions: new with each sign-in, bounded, listed, ended at once; their forms are theirs alone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from litestar import Litestar
from msgspec.structs import replace

from service import db
from service.access.rights import RIGHTS, admits
from service.access.rules import Held
from service.app import create_app
from service.db import Connection, Pool
from service.keeping import retention
from service.keeping.periods import Periods
from service.settings import Settings
from service.web.security import handlers
from tests.access.conftest import Browser, Open, acts, ask, browsers, mailed, person, seal, sign_in
from tests.access.test_rights import Things, addresses, populate

HOUR = timedelta(hours=1)


async def test_a_cookie_that_somebody_planted_is_not_what_they_are_signed_in_with(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    browser.cookies.set("plenary", "planted-by-somebody", domain="127.0.0.1")
    answer = await sign_in(browser, conn, settings)
    given = answer.headers.get_list("set-cookie")[0].partition(";")[0].partition("=")[2]
    assert len(given) == 43
    assert given != "planted-by-somebody"
    attacker = another()
    attacker.cookies.set("plenary", "planted-by-somebody", domain="127.0.0.1")
    assert (await attacker.get("/account")).status_code == 303


async def test_signing_in_again_ends_the_session_that_the_browser_had(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    await sign_in(browser, conn, settings)
    old = another()
    old.cookies.set("plenary", browser.cookies["plenary"], domain="127.0.0.1")
    assert (await old.get("/account")).status_code == 200
    await sign_in(browser, conn, settings)
    assert (await old.get("/account")).status_code == 303
    assert (await browser.get("/account")).status_code == 200


async def test_the_cookie_is_for_our_own_pages_and_not_for_scripts(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    [session, asked] = (await sign_in(browser, conn, settings)).headers.get_list("set-cookie")
    assert session.startswith("plenary=")
    assert asked.startswith("plenary-asking=;") or 'plenary-asking=""' in asked
    for part in ("HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={7 * 24 * 3600}"):
        assert part.lower() in session.lower()
    assert "domain" not in session.lower()


async def test_with_https_the_cookie_is_bound_to_the_host(
    settings: Settings, pool: Pool, conn: Connection, tamsin: UUID, now: datetime
) -> None:
    secure = replace(settings, public_url="https://plenary.example")
    site = create_app(secure, pool)
    site.state.clock = lambda: now
    async with browsers(site) as another:
        browser = another()
        [asking] = (await ask(browser)).headers.get_list("set-cookie")
        assert asking.startswith("__Host-plenary-asking=")
        code = (await mailed(conn, settings)).code
        answer = await browser.post("/sign-in/code", data={"code": code})
        session = answer.headers.get_list("set-cookie")[0]
        assert session.startswith("__Host-plenary=")
        assert "; secure" in session.lower()
        assert (await browser.get("/account")).status_code == 200


@pytest.mark.parametrize(
    ("more", "idle", "whole"), [({}, 12 * HOUR, 7 * 24 * HOUR), ({"front_desk": "yes"}, 16 * HOUR, 7 * 24 * HOUR)]
)
async def test_a_session_ends_without_use_and_in_any_case(
    browser: Browser,
    another: Open,
    conn: Connection,
    settings: Settings,
    tamsin: UUID,
    site: Litestar,
    now: datetime,
    more: dict[str, str],
    idle: timedelta,
    whole: timedelta,
) -> None:
    await sign_in(browser, conn, settings, **more)
    unused = another()
    await sign_in(unused, conn, settings, **more)
    step, moment = idle - HOUR, now
    while moment + step < now + whole:
        moment += step
        site.state.clock = lambda at=moment: at
        assert (await browser.get("/account")).status_code == 200
    site.state.clock = lambda: now + whole
    assert (await browser.get("/account")).status_code == 303
    site.state.clock = lambda: now + idle - timedelta(seconds=1)
    assert (await unused.get("/account")).status_code == 200
    site.state.clock = lambda: now + 2 * idle
    assert (await unused.get("/account")).status_code == 303


async def test_a_session_that_was_ended_elsewhere_is_out_at_once(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    tablet = another()
    await sign_in(browser, conn, settings)
    await sign_in(tablet, conn, settings)
    page = (await browser.get("/account/sessions")).text
    assert "2 browsers" in page
    assert 'Sign it out<span class="hide">: A browser from 203.0.113.2, signed in ' in page
    [path] = {part.partition('"')[0] for part in page.split('action="')[1:] if part.startswith("/account/sessions/")}
    ended = await browser.post(path, data={"seal": await seal(browser)})
    assert (ended.status_code, ended.headers["location"]) == (303, "/account/sessions")
    assert (await tablet.get("/account")).status_code == 303
    assert (await browser.get("/account")).status_code == 200
    assert await acts(conn) == ["session_ended", "signed_in", "signed_in"]


async def test_the_session_of_somebody_else_is_not_there(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    other = another()
    await person(conn, now, "Wren Okonkwo", "wren@cedar-harbor.example")
    await sign_in(other, conn, settings, "wren@cedar-harbor.example")
    theirs = await db.one(conn, UUID, "select id from web_session")
    await sign_in(browser, conn, settings)
    answer = await browser.post(f"/account/sessions/{theirs}/end", data={"seal": await seal(browser)})
    assert answer.status_code == 404
    assert (await other.get("/account")).status_code == 200


async def test_who_signs_out_is_out_with_the_old_cookie_too(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    await sign_in(browser, conn, settings)
    kept = browser.cookies["plenary"]
    answer = await browser.post("/sign-out", data={"seal": await seal(browser)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "plenary" not in browser.cookies
    thief = another()
    thief.cookies.set("plenary", kept, domain="127.0.0.1")
    assert (await thief.get("/account")).status_code == 303
    assert await acts(conn) == ["signed_in", "signed_out"]


def _there(found: dict[str, str]) -> str:
    """One that is there; the seal is looked at before anything else, so any other will do."""
    return found.get("own") or found["none"]


async def _without_seal(browser: Browser, site: Litestar, things: Things, seals: list[str]) -> dict[str, set[int]]:
    """Every form of the signed-in pages about things that are there, sent with each of these seals: what is answered."""
    forms = {
        path: _there(addresses(path, things))
        for path, handler in handlers(site)
        if RIGHTS[handler.opt["access"]].door == "session"
        and admits(RIGHTS[handler.opt["access"]], [Held("organizer")])
        and "POST" in handler.http_methods
    }
    assert len(forms) >= 20
    return {
        path: {(await browser.post(address, data={"seal": one})).status_code for one in seals}
        for path, address in forms.items()
    }


async def test_no_form_of_a_signed_in_page_works_without_the_seal_of_its_session(
    browser: Browser,
    another: Open,
    conn: Connection,
    settings: Settings,
    tamsin: UUID,
    site: Litestar,
    now: datetime,
) -> None:
    things = await populate(conn, settings, now, tamsin, "organizer", everywhere=True)
    other = another()
    await sign_in(other, conn, settings)
    await sign_in(browser, conn, settings)
    things["session_id"]["own"] = str(await db.one(conn, UUID, "select id from web_session where person_id = $1", tamsin))
    answered = await _without_seal(browser, site, things, ["", "x", "ü", await seal(other)])
    assert {path: found for path, found in answered.items() if found != {403}} == {}
    refused = await browser.post("/sign-out", data={"seal": "x"})
    assert "This form was made for another sign-in" in refused.text
    assert (await browser.get("/account")).status_code == 200


async def test_old_sign_ins_and_sessions_are_forgotten(
    pool: Pool, browser: Browser, conn: Connection, settings: Settings, tamsin: UUID, now: datetime
) -> None:

    await sign_in(browser, conn, settings)
    await retention.clean(pool, Periods(), now + 11 * HOUR)
    assert await db.one(conn, int, "select count(*) from web_session") == 1
    await retention.clean(pool, Periods(), now + 25 * HOUR)
    assert await db.one(conn, int, "select (select count(*) from web_session) + (select count(*) from sign_in)") == 0


async def test_who_is_signed_in_as_one_can_sign_in_as_another(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    await sign_in(browser, conn, settings)
    await person(conn, now, "Wren Okonkwo", "wren@cedar-harbor.example")
    await sign_in(browser, conn, settings, "wren@cedar-harbor.example")
    assert "Wren Okonkwo" in (await browser.get("/account")).text
    assert await db.one(conn, int, "select count(*) from web_session") == 1
