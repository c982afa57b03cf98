"""A guardian's whole way on a phone of 360 px, in three languages: by keyboard alone, without scripts, and light."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page

from service.consents import answer_writes, evidence
from service.consents.verify import verify
from service.db import Connection
from service.settings import Settings
from tests.browser.family_scene import asked_in_three, look
from tests.browser.keys import Keys
from tests.consents import desk
from tests.consents.family import Family, state_of
from tests.consents.students import assent_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEAVIEST = 150 * 1024
"""Bytes over the wire for a first load (A7)."""
YES = {"join": "yes", "topic.school_culture": "yes", "topic.race": "no", "survey": "no"}
FIRST = ("name_use", "photos", "recording", "quotes", "leave", "emergency_care")
ORDER = ("join", "name_use", "topic.school_culture", "topic.race", *FIRST[1:4], "survey", *FIRST[4:])


@pytest.fixture
async def amina(conn: Connection, settings: Settings, now: datetime) -> Family:
    """Zuri's guardian."""
    return await asked_in_three(conn, settings, now)


class Phone:
    """360 px wide, and no script runs but ours that looks for barriers."""

    def __init__(self, page: Page, wire: CDPSession) -> None:
        self.page, self.wire, self.keys = page, wire, Keys(page)
        self.found: dict[str, Any] = {}

    async def scripts(self, *, run: bool) -> None:
        await self.wire.send("Emulation.setScriptExecutionDisabled", {"value": not run})

    async def look(self, name: str) -> None:
        """Axe, and the width at 320 and 360 px."""
        await self.scripts(run=True)
        await look(self.page, name, self.found)
        await self.scripts(run=False)


@asynccontextmanager
async def old_phone(chromium: Browser, address: str) -> AsyncGenerator[Phone]:
    """A browser of its own."""
    size: Any = {"width": 360, "height": 740}
    context = await chromium.new_context(viewport=size, base_url=address, locale="en-US")
    page = await context.new_page()
    page.set_default_timeout(20_000)
    phone = Phone(page, await context.new_cdp_session(page))
    await phone.scripts(run=False)
    yield phone
    await context.close()


async def weight(phone: Phone, path: str) -> int:
    """What a first visit to a page costs, in bytes over the wire, styles and icon included."""
    await phone.wire.send("Network.enable")
    counted: list[int] = []

    def count(loaded: dict[str, Any]) -> None:
        counted.append(int(loaded["encodedDataLength"]))

    phone.wire.on("Network.loadingFinished", count)
    await phone.page.goto(path, wait_until="networkidle")
    assert len(counted) >= 2, "the page and its styles"
    return sum(counted)


async def answer(keys: Keys, **changes: str) -> None:
    """All questions in their order."""
    for name in ORDER:
        values = dict.fromkeys(("photos", "recording", "quotes"), "none")
        values |= {"name_use": "full", "leave": "listed_adults", "emergency_care": "yes"} | YES | changes
        await keys.choose(name, values[name])
    await keys.follow('form[action$="/check"] .btn')


async def sign(keys: Keys, family: Family) -> None:
    """The tick, the name, the capacity, the birth date, the code from the mail, and Sign."""
    await keys.tick("#agree")
    await keys.write("#name", "Amina Camberwell")
    await keys.choose("capacity", "parent")
    await keys.write("#born", "05312010")
    await keys.write("#code", await family.code())
    await keys.follow('form[action$="/signature"] .btn:not([name])')
    assert keys.page.url.endswith("/copy")


async def turned(page: Page) -> bool:
    """Whether the page is laid out from right to left: its parts, not only its letters."""
    brand, languages = [await page.locator(one).bounding_box() for one in ("header .brand", "header .langs")]
    assert brand is not None
    assert languages is not None
    return brand["x"] > languages["x"]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
async def test_a7_the_whole_way_by_keyboard_alone_without_scripts(
    chromium: Browser,
    address: str,
    amina: Family,
    conn: Connection,
    language: str,
) -> None:
    """A1, A7, E1, E6, M4: language, text, choices, check, signature with a mailed code, copy, a change, and taken back."""
    signup_id = await conn.fetchval("select id from signup")
    async with old_phone(chromium, address) as phone:
        page, keys = phone.page, phone.keys
        await page.goto(amina.path)
        await phone.look("languages")
        await keys.follow(f'button[value="{language}"]')
        assert await turned(page) == (language == "ar")
        await phone.look("read")
        await keys.follow('main a[href$="/choices"]')
        await phone.look("choices")
        await answer(keys)
        await phone.look("check")
        await keys.follow('form[action$="/signing"] .btn')
        await phone.look("sign")
        await sign(keys, amina)
        await phone.look("copy")
        await keys.follow('main a[href$="/choices"]')
        await answer(keys, photos="network")
        await keys.follow('form[action$="/signing"] .btn')
        await sign(keys, amina)
        changed: Any = await answer_writes.answers(conn, (await desk.signer(conn, signup_id)).id)
        assert changed["photos"] == "network"
        await keys.follow('main a[href$="/withdrawal"]')
        await phone.look("take back")
        await keys.follow('form[action$="/withdrawal"] .btn')
        await phone.look("taken back")
    assert phone.found == {}
    assert await state_of(conn, signup_id) == "withdrawn"
    assert [one.kind for one in await evidence.chain(conn, signup_id)] == ["signed", "signed", "withdrawn"]
    assert await verify(conn, [signup_id]) == (3, [])


async def test_a7_a_first_load_weighs_less_than_150_kilobytes(
    chromium: Browser,
    address: str,
    amina: Family,
    capsys: pytest.CaptureFixture[str],
) -> None:
    weights: dict[str, int] = {}
    for rest in ("", "/en", "/es", "/ar", "/en/choices", "/ar/choices", "/en/paper"):
        async with old_phone(chromium, address) as phone:
            weights[rest or "/"] = await weight(phone, amina.path + rest)
    with capsys.disabled():
        said = ", ".join(f"{name} {size / 1024:.1f} kB" for name, size in weights.items())
        print(f"\nfirst load of a guardian's page: {said}")  # noqa: T201
    assert max(weights.values()) < HEAVIEST
    assert min(weights.values()) > 4096, "something was counted"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_w4_a_student_answers_by_keyboard_alone_without_scripts(
    chromium: Browser,
    address: str,
    amina: Family,
    conn: Connection,
    settings: Settings,
    language: str,
) -> None:
    """A1, P6: a color for each topic, a name, and a yes that can be taken back."""
    signup_id = await conn.fetchval("select id from signup")
    async with old_phone(chromium, address) as phone:
        page, keys = phone.page, phone.keys
        await page.goto(f"{assent_path(settings, signup_id)}?lang={language}")
        await phone.look("asked")
        await keys.choose("answer", "yes")
        for topic, colour in {"school_culture": "green", "race": "yellow", "sexuality": "red"}.items():
            await keys.choose(f"topic-{topic}", colour)
        await keys.choose("name_use", "made_up")
        await keys.write("#made_up", "Sky")
        await keys.follow("main form .btn.wide")
        await phone.look("answered")
        kept = await conn.fetchrow("select state, made_up, topics from assent")
        assert tuple(kept or ()) == ("yes", "Sky", {"school_culture": "green", "race": "yellow", "sexuality": "red"})
        await keys.to("main summary")
        await page.keyboard.press("Enter")
        await keys.choose("answer", "no")
        await keys.follow("main form .btn.wide")
        await phone.look("taken back")
    assert phone.found == {}
    assert await conn.fetchval("select state from assent") == "no"
