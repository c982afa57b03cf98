"""`python -m tests.browser.screenshots [name …]`: pictures of every page, for the README and for our own eyes."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, BrowserContext

from emails.render import render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from service import db, schema
from service.__main__ import listen
from service.db import APP_ROLE
from service.local import servers as local
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
TALLEST = 1800
"""Pixels; what is below is more of the same."""


async def _take(context: BrowserContext, name: str, path: str, kind: str) -> None:
    page = await context.new_page()
    if kind == "print":
        await page.set_viewport_size({"width": WIDTHS["print"], "height": 1000})
        await page.emulate_media(media="print")
    await page.goto(path, wait_until="load")
    if name == "form-wrong":
        await page.fill("#email", "wren at school")
        await page.click("main form button")
    if name == "withdrawal":
        await page.click("a[href='#leave']")
    if name in FRAMED:
        await page.locator("iframe").first.scroll_into_view_if_needed()
        await page.frame_locator("iframe >> nth=0").locator("body").wait_for()
        await page.wait_for_load_state("networkidle")
    height = await page.evaluate("document.documentElement.scrollHeight")
    whole = {"x": 0, "y": 0, "width": WIDTHS.get(kind, 1280), "height": min(height, TALLEST)}
    picture = FOLDER / f"{name}-{kind}.png"
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
            if not only or name in only:
                await _take(context, name, path, kind)
        await context.close()
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark", base_url=address)
    for name in DARK:
        if name in paths and (not only or name in only):
            await _take(context, name, paths[name], "dark")
    await context.close()


async def _take_console(browser: Browser, address: str, paths: dict[str, str], only: list[str], code: Code) -> None:
    """The signed-in pages; what people print is shown on paper too."""
    for kind, (width, scheme) in {
        **{kind: (width, "light") for kind, width in WIDTHS.items()},
        "dark": (1280, "dark"),
    }.items():
        context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=address)
        await _sign_in(context, code)
        for name, path in paths.items():
            if (not only or name in only) and (kind != "dark" or name in DARK):
                await _take(context, name, path, kind)
                if name in PRINTED and kind == "desktop":
                    await _take(context, name, path, "print")
        await context.close()


async def _sign_in(context: BrowserContext, code: Code) -> None:
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("#email", ODALYS)
    await page.click("main form button")
    await page.fill("#code", await code())
    await page.click("main form button")
    await page.wait_for_url("**/office")
    await page.close()


async def _take_mailbox(browser: Browser, folder: MailFolder) -> None:
    """What the mailbox shows of a registration that is changed and cancelled."""
    samples = dict(SAMPLES)
    for number, name in enumerate(
        ("confirm address, seat kept", "waitlisted", "reminder, a week", "invite", "changed", "invite")
    ):
        mail = render(samples[name], SAMPLE_SENDER, sample_handover(number + 1))
        newest = folder.add(mail.envelope_from, [mail.recipient], mail.content)
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with answering(mailbox_app(folder, address), listening):
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light", base_url=address)
        await _take(context, "mailbox", "/", "desktop")
        await _take(context, "mailbox-message", f"/messages/{newest.id}", "desktop")
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
    await schema.load(started.database_url())
    url = started.database_url(user=APP_ROLE)
    settings = Settings(database_url=url, redis_url=started.redis_url, secret_key="pictures-only-" * 4)
    pool = await db.open_pool(url, "screenshots", most=5)
    async with pool.acquire() as conn:
        scene = await play(conn, settings, MOMENT)
        console = await play_console(conn, pool, settings, scene, mails.path / "console", MOMENT)

    async def code() -> str:
        async with pool.acquire() as conn:
            return (await mailed(conn, settings)).code

    async with serving(settings, pool, MOMENT) as address, browsing() as browser:
        await _take_all(browser, address, scene, only)
        await _take_console(browser, address, console, only, code)
        await _take_mailbox(browser, mails)
    await pool.close()


if __name__ == "__main__":
    main(sys.argv[1:])
