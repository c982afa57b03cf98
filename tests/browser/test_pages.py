"""Every page in a real browser: accessible, never wider than the screen, whole without scripts and by keyboard alone."""

import pytest
from playwright.async_api import Browser, Page

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import queries
from tests.browser.scene import Scene
from tests.browser.walking import barriers, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LATIN = "Wren Okonkwo"


async def test_no_page_has_a_barrier_or_scrolls_sideways(chromium: Browser, address: str, scene: Scene) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    troubles = await walk(page, scene.paths, allowed=(200, 404, 410))
    await context.close()
    assert troubles == {}


async def test_pages_are_light_and_ask_no_other_host_and_run_no_script(
    chromium: Browser, address: str, scene: Scene
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    heavy: dict[str, int] = {}
    for name, path in scene.paths.items():
        answer = await page.goto(path)
        size = len(await answer.body()) if answer else 0
        if size > 60_000:
            heavy[name] = size
        assert await page.locator("script").count() == 0
    await context.close()
    assert heavy == {}
    assert {url.partition("/static/")[0] for url in asked if "/static/" in url} == {address}
    assert [url for url in asked if not url.startswith(address)] == []
    assert [text for text in complaints if "404" not in text and "410" not in text] == []


async def test_a_wrong_form_has_no_barrier_and_puts_the_summary_first(chromium: Browser, address: str, scene: Scene) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await page.goto(scene.paths["form"])
    await page.fill("#email", "wren at school")
    await page.click("main form button")
    assert await page.title() == f"Please look again: Register for {scene.spring.title} · Plenary"
    assert await page.locator(".summary a").all_inner_texts() == [
        "Write your name.",
        "Write a mail address like name@school.org. An email address must have an @-sign.",
    ]
    assert await page.evaluate("document.activeElement.className") == "summary"
    assert await page.input_value("#email") == "wren at school"
    assert await barriers(page) == []
    await page.click(".summary a >> nth=0")
    assert await page.evaluate("document.activeElement.id") == "name"
    await context.close()


async def test_giving_a_seat_back_asks_once_more_without_any_script(
    chromium: Browser, address: str, scene: Scene, conn: Connection
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await page.goto(scene.paths["registration-confirmed"])
    await page.click("a[href='#leave']")
    assert await page.locator("#leave").is_visible()
    assert await page.evaluate("document.activeElement.id") == "leave"
    assert await barriers(page) == []
    await page.click("#leave >> text=Keep my seat")
    assert not await page.locator("#leave").is_visible()
    await page.click("a[href='#leave']")
    await page.click("#leave button")
    assert await page.locator("h1").inner_text() == "You gave your seat back."
    await context.close()


async def _held(conn: Connection, convening: ConveningRow, email: str) -> str:
    rows = await queries.listed(conn, convening.id, "held", None, 100)
    return next(row.name for row in rows if row.email == email)


async def test_somebody_registers_without_scripts(chromium: Browser, address: str, scene: Scene, conn: Connection) -> None:
    context = await chromium.new_context(java_script_enabled=False, base_url=address)
    page = await context.new_page()
    await page.goto("/")
    await page.click(f"text={scene.spring.title}")
    await page.click("text=Register for this convening")
    await page.fill("#name", LATIN)
    await page.fill("#email", "wren@cedar-harbor.example")
    await page.check("label:has-text('Talking with boards') input")
    await page.click("main form button")
    assert await page.locator("h1").inner_text() == "Check your mail"
    assert await _held(conn, scene.spring, "wren@cedar-harbor.example") == LATIN
    await page.goto(scene.paths["confirm"])
    await page.click("text=Yes, register me")
    assert (await page.locator("h1").inner_text()).startswith("You’re in, ")
    await page.click("text=Change my name or my needs")
    await page.fill("#dietary", "No shellfish")
    await page.click("text=Save my details")
    assert "Your details are saved." in await page.inner_text("main")
    await context.close()


async def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the thing has the focus, which must be seen."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = await page.evaluate(
                "() => { const e = document.activeElement, s = e.closest('.choice') ? e.nextElementSibling : e;"
                " return getComputedStyle(s).outlineStyle }"
            )
            assert outline == "solid"
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


async def test_the_ways_into_a_calendar_have_no_barrier_once_they_are_opened(
    chromium: Browser, address: str, scene: Scene
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await page.goto(scene.paths["convening"])
    await _tab_to(page, "summary")
    await page.keyboard.press("Enter")
    assert await page.get_by_role("link", name="Google Calendar").is_visible()
    assert await barriers(page) == []
    await context.close()


async def test_somebody_registers_with_the_keyboard_alone(
    chromium: Browser, address: str, scene: Scene, conn: Connection
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await page.goto(scene.paths["convening"])
    await _tab_to(page, ".skip")
    assert await page.locator(".skip").is_visible()
    await page.keyboard.press("Enter")
    await _tab_to(page, "a.btn")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/registration")
    await _tab_to(page, "#name")
    await page.keyboard.type(LATIN)
    await page.keyboard.press("Tab")
    await page.keyboard.type("wren@cedar-harbor.example")
    await _tab_to(page, ".choice input")
    await page.keyboard.press("Space")
    await _tab_to(page, "#access_needs")
    await page.keyboard.type("A seat near the door")
    await _tab_to(page, "main form button")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/check-your-mail")
    assert await _held(conn, scene.spring, "wren@cedar-harbor.example") == LATIN
    await context.close()


async def test_an_offer_is_answered_with_two_buttons_of_the_same_size(chromium: Browser, address: str, scene: Scene) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 800}, base_url=address)
    page = await context.new_page()
    await page.goto(scene.paths["registration-offered"])
    yes, no = [await page.locator(f"form[action$='{part}'] button").bounding_box() for part in ("/acceptance", "/refusal")]
    assert yes is not None
    assert no is not None
    assert (yes["width"], yes["height"]) == (no["width"], no["height"])
    assert yes["height"] >= 48
    await page.click("text=Take the seat")
    assert (await page.locator("h1").inner_text()).startswith("You’re in, ")
    await context.close()


async def test_a_page_with_a_barrier_is_found_out(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.set_content('<html lang="en"><title>X</title><main><h1>X</h1><img src="data:," width="2000"></main>')
    found = "\n".join(await barriers(page))
    await page.close()
    assert "1280 px, light: image-alt" in found
    assert "360 px, dark: image-alt" in found
    assert "320 px: " in found
