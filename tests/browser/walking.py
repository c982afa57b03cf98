"""What bars anybody from a page: found by axe, and by its width, on a desk and on a phone."""

from collections.abc import Mapping

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

SIZES = ((1280, "light"), (360, "dark"))
NARROWEST = 320
"""Here, at 400 % zoom, only the width is looked at."""
HEIGHT = 900
ASK = "axe.run({iframes: false, resultTypes: ['violations']}).then((found) => found.violations)"
"""What is right with a page is much, and nobody reads it."""


async def violations(page: Page) -> list[str]:
    """What axe says of the page as it stands. What a frame shows is looked at by itself: mails shut scripts out."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    found = await page.evaluate(ASK)
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]]


async def overflow(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways."""
    return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


async def barriers(page: Page) -> list[str]:
    """Everything wrong with the page as it stands, at each size, without loading it again; it is left as on a desk."""
    found: list[str] = []
    for width, scheme in SIZES:
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        found += [f"{width} px, {scheme}: {one}" for one in await violations(page)]
        found += await _too_wide(page, width)
    await page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    found += await _too_wide(page, NARROWEST)
    await page.set_viewport_size({"width": SIZES[0][0], "height": HEIGHT})
    await page.emulate_media(color_scheme="light")
    return found


async def walk(page: Page, paths: Mapping[str, str], allowed: tuple[int, ...] = (200,)) -> dict[str, list[str]]:
    """Go to each page by its path; what is wrong with which of them, by its name."""
    troubles: dict[str, list[str]] = {}
    for name, path in paths.items():
        answer = await page.goto(path)
        status = answer.status if answer else 0
        found = [] if status in allowed else [f"status {status}"]
        if found := [*found, *await barriers(page)]:
            troubles[name] = found
    return troubles


async def _too_wide(page: Page, width: int) -> list[str]:
    over = await overflow(page)
    return [f"{width} px: {over} px too wide"] if over > 0 else []
