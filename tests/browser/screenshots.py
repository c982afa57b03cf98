"""`python -m tests.browser.screenshots [name … | all]`: pictures of every page, for the README and for our own eyes.

Without names, those that are kept are taken again.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext

from emails.render import render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from service import db, schema
from service.__main__ import listen
from service.db import APP_ROLE
from service.home.live import Live
from service.local import servers as local
from service.local import tour
from service.local.demo_files import id_of
from service.local.mail import MailFolder
from service.local.mailbox import mailbox_app
from service.settings import Settings
from tests.access.conftest import mailed
from tests.browser.conftest import answering, browsing, serving
from tests.browser.console_scene import ODALYS, play_console
from tests.browser.png import squeeze
from tests.browser.scene import Scene, play

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
MOMENT = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
WIDTHS = {"desktop": 1280, "phone": 360, "print": 672}
SCREENS = ("desktop", "phone")
DARK = ("convening", "office-registrations")
"""Pages that are also shown at night."""
FRAMED = ("mailbox-message", "mail-one", "preview")
"""Pages with a frame that loads when it is seen."""
PRINTED = ("office-registrations",)
"""Pages that are also shown on paper."""
Code = Callable[[], Awaitable[str]]
"""What the newest sign-in mail says."""
SEEN_BY = {
    tour.CONTACT: {"school": "/school", "school-panel": f"/school/panels/{id_of('panel', 's-s2')}"},
    tour.MODERATOR: {"moderator": f"/moderator/panels/{id_of('panel', 's-s2')}"},
}
"""Pages of people whom the demo has, by their address."""
TALLEST = 1800
"""Pixels; what is below is more of the same."""


def _is_wanted(name: str, picture: Path, only: list[str]) -> bool:
    return bool({name, "all"} & set(only)) if only else picture.exists()


async def _take(context: BrowserContext, name: str, path: str, kind: str, only: list[str]) -> None:
    picture = FOLDER / f"{name}-{kind}.png"
    if not _is_wanted(name, picture, only):
        return
    page = await context.new_page()
    if kind == "print":
        await page.set_viewport_size({"width": WIDTHS["print"], "height": 1000})
        await page.emulate_media(media="print")
    await page.goto(path, wait_until="load")
    if name == "form-wrong":
        await page.fill("#email", "wren at school")
        await page.click("main form button")
    if name == "office-move":
        await page.fill("#room", "Long Gallery")
        await page.click("main form button")
        await page.wait_for_selector("#told")
    if name == "withdrawal":
        await page.click("a[href='#leave']")
    if name in FRAMED:
        await page.locator("iframe").first.scroll_into_view_if_needed()
        await page.frame_locator("iframe >> nth=0").locator("body").wait_for()
        await page.wait_for_load_state("networkidle")
    height = await page.evaluate("document.documentElement.scrollHeight")
    whole = {"x": 0, "y": 0, "width": WIDTHS.get(kind, 1280), "height": min(height, TALLEST)}
    if name == "withdrawal":
        await page.screenshot(path=picture)
    else:
        await page.screenshot(path=picture, full_page=True, clip=whole)
    await page.close()
    squeeze(picture)
    print(f"{picture.stat().st_size // 1024:4} kB  {picture.name}")  # noqa: T201


async def _take_all(browser: Browser, address: str, scene: Scene, only: list[str]) -> None:
    paths = scene.paths | {"form-wrong": scene.paths["form"], "withdrawal": scene.paths["registration-confirmed"]}
    for kind in SCREENS:
        context = await browser.new_context(
            viewport={"width": WIDTHS[kind], "height": 800}, color_scheme="light", base_url=address
        )
        for name, path in paths.items():
            await _take(context, name, path, kind, only)
        await context.close()
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark", base_url=address)
    for name in DARK:
        if name in paths:
            await _take(context, name, paths[name], "dark", only)
    await context.close()


async def _take_console(browser: Browser, address: str, paths: dict[str, str], only: list[str], code: Code) -> None:
    """The signed-in pages; what people print is shown on paper too."""
    for kind, scheme in (("desktop", "light"), ("phone", "light"), ("dark", "dark")):
        size = {"width": WIDTHS.get(kind, 1280), "height": 800}
        context = await browser.new_context(viewport=size, color_scheme=scheme, base_url=address)
        await _sign_in(context, code, ODALYS)
        for name, path in paths.items():
            if kind != "dark" or name in DARK:
                await _take(context, name, path, kind, only)
            if kind == "desktop" and name in PRINTED:
                await _take(context, name, path, "print", only)
        await context.close()


async def _take_of(browser: Browser, address: str, only: list[str], code: Code) -> None:
    """What a school's contact and a panel's moderator see."""
    for email, paths in SEEN_BY.items():
        for kind in SCREENS:
            size: Any = {"width": WIDTHS[kind], "height": 800}
            context = await browser.new_context(viewport=size, color_scheme="light", base_url=address)
            if any(_is_wanted(name, FOLDER / f"{name}-{kind}.png", only) for name in paths):
                await _sign_in(context, code, email)
                for name, path in paths.items():
                    await _take(context, name, path, kind, only)
            await context.close()


async def _sign_in(context: BrowserContext, code: Code, email: str) -> None:
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("#email", email)
    await page.click("main form button")
    await page.fill("#code", await code())
    async with page.expect_navigation():
        await page.click("main form button")
    await page.close()


async def _take_mailbox(browser: Browser, folder: MailFolder, only: list[str]) -> None:
    """What the mailbox shows of a registration that is changed and cancelled."""
    samples = dict(SAMPLES)
    for number, name in enumerate(
        ("confirm address, seat kept", "waitlisted", "reminder, a week", "invite", "changed", "invite")
    ):
        mail = render(samples[name], SAMPLE_SENDER, sample_handover(number + 1))
        newest = folder.add(mail.envelope_from, [mail.recipient], mail.content)
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = mailbox_app(folder, address)
    app.state.live = Live()  # what our server ends before all else
    async with answering(app, listening):
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light", base_url=address)
        await _take(context, "mailbox", "/", "desktop", only)
        await _take(context, "mailbox-message", f"/messages/{newest.id}", "desktop", only)
        await context.close()


def main(only: list[str]) -> None:
    """Start what is needed, play the scene, take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        Path(folder).chmod(0o755)
        with local.running(Path(folder) / "servers", durable=False) as started:
            asyncio.run(_with(started, MailFolder(Path(folder) / "mail"), only))


async def _with(started: local.Servers, mails: MailFolder, only: list[str]) -> None:
    await schema.upgrade(started.database_url())
    url = started.database_url(user=APP_ROLE)
    keys = ("a1" * 32,)
    settings = Settings(database_url=url, redis_url=started.redis_url, secret_key="pictures-only-" * 4, field_keys=keys)
    pool = await db.open_pool(url, "screenshots", most=5)
    async with pool.acquire() as conn:
        scene = await play(conn, settings, MOMENT)
        console = await play_console(conn, pool, settings, scene, mails.path / "console", MOMENT)

    async def code() -> str:
        async with pool.acquire() as conn:
            return (await mailed(conn, settings)).code

    async with serving(settings, pool) as (app, address), browsing() as browser:
        app.state.clock = lambda: MOMENT
        await _take_all(browser, address, scene, only)
        await _take_console(browser, address, console, only, code)
        await _take_of(browser, address, only, code)
        await _take_mailbox(browser, mails, only)
    await pool.close()


if __name__ == "__main__":
    main(sys.argv[1:])
