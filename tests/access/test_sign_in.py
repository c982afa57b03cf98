"""Signing in: by the code where one asked, by the link anywhere, once, for fifteen minutes, and never by guessing."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from litestar import Litestar

from service import db
from service.access import signing_in
from service.access.signing_in import Origin
from service.access.typed import path_to_go_on
from service.db import Connection, Pool
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, Open, acts, ask, mailed

PRESSED = {"front_desk": ""}
HERE = Origin("203.0.113.9", "Firefox on Linux")


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_the_code_signs_in_the_browser_that_asked(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    asked = await ask(browser)
    code = (await mailed(conn, settings)).code
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/code")
    assert "Check your mail" in (await browser.get("/sign-in/code")).text
    answer = await browser.post("/sign-in/code", data={"code": f" {code[:3]} {code[3:]} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert "Hello, <bdi>Tamsin Birchwell</bdi>" in (await browser.get("/account")).text
    assert await acts(conn) == ["signed_in"]


async def test_the_link_signs_in_on_another_device_and_looking_at_it_changes_nothing(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    await ask(browser)
    path = (await mailed(conn, settings)).path
    phone = another()
    for _ in range(3):
        page = await phone.get(path)
        assert "This signs <bdi>Tamsin Birchwell</bdi> in" in page.text
        assert "set-cookie" not in page.headers
    answer = await phone.post(path, data=PRESSED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert (await phone.get("/account")).status_code == 200
    assert (await browser.get("/account")).status_code == 303


async def test_the_code_is_worth_nothing_in_another_browser(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    await ask(browser)
    code = (await mailed(conn, settings)).code
    thief, asker = another(), another()
    assert (await thief.post("/sign-in/code", data={"code": code})).status_code == 410
    await ask(asker, "somebody.else@cedar-harbor.example")
    assert (await asker.post("/sign-in/code", data={"code": code})).status_code == 422
    assert (await browser.post("/sign-in/code", data={"code": code})).status_code == 303


async def test_the_answer_is_the_same_whoever_asks(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    stranger = another()
    known, unknown = await ask(browser), await ask(stranger, "nobody@cedar-harbor.example")
    assert known.status_code == unknown.status_code == 303
    assert known.headers["location"] == unknown.headers["location"]
    assert known.content == unknown.content
    pages = [await one.get("/sign-in/code") for one in (browser, stranger)]
    assert pages[0].text == pages[1].text
    for n in range(5):
        answers = [await one.post("/sign-in/code", data={"code": "not it"}) for one in (browser, stranger)]
        assert answers[0].text == answers[1].text
        assert [one.status_code for one in answers] == ([422, 422] if n < 4 else [410, 410])


async def test_an_unknown_address_has_no_code_that_works(browser: Browser, conn: Connection, settings: Settings) -> None:
    await ask(browser, "nobody@cedar-harbor.example")
    found = await mailed(conn, settings)
    assert (await browser.post("/sign-in/code", data={"code": found.code})).status_code == 422
    assert (await browser.get(found.path)).status_code == 410
    assert (await browser.post(found.path, data=PRESSED)).status_code == 410


@pytest.mark.parametrize("first", ["code", "link"])
async def test_one_mail_lets_in_once(
    browser: Browser, another: Open, conn: Connection, settings: Settings, tamsin: UUID, first: str
) -> None:
    await ask(browser)
    found = await mailed(conn, settings)
    if first == "code":
        assert (await browser.post("/sign-in/code", data={"code": found.code})).status_code == 303
    else:
        assert (await another().post(found.path, data=PRESSED)).status_code == 303
    assert (await another().get(found.path)).status_code == 410
    assert (await another().post(found.path, data=PRESSED)).status_code == 410
    assert (await browser.post("/sign-in/code", data={"code": found.code})).status_code == 410
    assert await db.one(conn, int, "select count(*) from web_session") == 1


async def test_a_link_pressed_twice_at_once_lets_in_once(
    browser: Browser, conn: Connection, pool: Pool, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    await ask(browser)
    token = (await mailed(conn, settings)).path.rpartition("/")[2]
    outcomes = await asyncio.gather(
        *(make.alone(pool, lambda own: signing_in.by_link(own, token, "usual", HERE, now)) for _ in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, signing_in.SignedIn) for one in outcomes) == 1
    assert sum(isinstance(one, signing_in.SignInOver) for one in outcomes) == 5


async def test_five_wrong_codes_end_it_for_the_right_one_and_for_the_link(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    await ask(browser)
    found = await mailed(conn, settings)
    statuses = [(await browser.post("/sign-in/code", data={"code": wrong(found.code)})).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 410]
    assert (await browser.post("/sign-in/code", data={"code": found.code})).status_code == 410
    assert (await browser.post(found.path, data=PRESSED)).status_code == 410
    assert await acts(conn) == ["sign_in_given_up"]


async def test_many_guesses_at_once_are_five_guesses(
    browser: Browser, conn: Connection, pool: Pool, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    await ask(browser)
    cookie = browser.cookies["plenary-asking"]
    code = (await mailed(conn, settings)).code

    async def guess(own: Connection) -> type:
        return type(await signing_in.by_code(own, settings.secret_key, cookie, wrong(code), "usual", HERE, now))

    answers = await asyncio.gather(*(make.alone(pool, guess) for _ in range(12)))
    assert answers.count(signing_in.WrongCode) == 4
    assert await db.one(conn, int, "select wrong_codes from sign_in") == 5


async def test_it_all_ends_after_fifteen_minutes(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID, site: Litestar, now: datetime
) -> None:
    await ask(browser)
    found = await mailed(conn, settings)
    site.state.clock = lambda: now + timedelta(minutes=15)
    assert (await browser.post("/sign-in/code", data={"code": found.code})).status_code == 410
    assert (await browser.get(found.path)).status_code == 410
    assert (await browser.post(found.path, data=PRESSED)).status_code == 410


async def test_neither_code_nor_link_nor_cookie_is_in_the_database(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    await ask(browser)
    found, asking = await mailed(conn, settings), browser.cookies["plenary-asking"]
    await browser.post("/sign-in/code", data={"code": found.code})
    stored = " ".join(
        [
            await db.one(conn, str, "select s::text from sign_in s"),
            await db.one(conn, str, "select s::text from web_session s"),
            await db.one(conn, str, "select string_agg(e::text, ' ') from event e"),
            await db.one(conn, str, "select string_agg(a::text, ' ') from audit_entry a"),
        ]
    )
    for secret in (found.code, found.path.rpartition("/")[2], asking, browser.cookies["plenary"]):
        assert secret not in stored
        assert secret.encode().hex() not in stored
    assert TAMSIN not in stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "tamsin",
        "tamsin@cedar-harbor.example\r\nBcc: all@cedar-harbor.example",
        "tamsin@cedar-harbor.example\nSubject: hello",
        "tamsin@cedar-harbor.example, other@cedar-harbor.example",
        "\x00@cedar-harbor.example",
    ],
)
async def test_what_is_no_single_address_is_refused_at_its_field(browser: Browser, conn: Connection, typed: str) -> None:
    answer = await ask(browser, typed)
    assert answer.status_code == 422
    assert "Write a mail address like name@school.org." in answer.text
    assert await db.one(conn, int, "select count(*) from sign_in") == 0


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/ok//evil.example",
        "javascript:alert(1)",
        "/account\r\nSet-Cookie: a=b",
        " /account",
        "/%0d%0aSet-Cookie:a=b",
        "/sign-out",
        "/api/v1/convenings",
        "/" + "a" * 400,
    ],
)
async def test_nobody_is_led_elsewhere_after_signing_in(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID, elsewhere: str
) -> None:
    await ask(browser, go_on=elsewhere)
    code = (await mailed(conn, settings)).code
    answer = await browser.post("/sign-in/code", data={"code": code})
    assert answer.headers["location"] == "/me"
    assert "evil" not in (await browser.get("/sign-in", params={"next": elsewhere})).text


async def test_who_was_on_the_way_to_a_page_of_ours_arrives_there(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    turned_away = await browser.get("/account/sessions?sorted=yes")
    assert turned_away.headers["location"] == "/sign-in?next=%2Faccount%2Fsessions%3Fsorted%3Dyes"
    form = await browser.get(turned_away.headers["location"])
    assert 'name="next" value="/account/sessions?sorted=yes"' in form.text
    await ask(browser, go_on="/account/sessions?sorted=yes")
    answer = await browser.post("/sign-in/code", data={"code": (await mailed(conn, settings)).code})
    assert answer.headers["location"] == "/account/sessions?sorted=yes"


def test_a_path_to_go_on_is_plain() -> None:
    assert path_to_go_on("/convenings/spring-2027?a=b&c=%20") == "/convenings/spring-2027?a=b&c=%20"
    assert path_to_go_on("/") == ""


async def test_a_form_from_another_site_asks_for_nothing(browser: Browser, conn: Connection, tamsin: UUID) -> None:
    answer = await browser.post("/sign-in", data={"email": TAMSIN}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert await db.one(conn, int, "select count(*) from sign_in") == 0
