"""Signing in with the form, as people do: each step waits for the page that it leads to."""

from playwright.async_api import BrowserContext, Page

from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, mailed


async def sign_in(page: Page, conn: Connection, settings: Settings, email: str = TAMSIN, path: str = "/sign-in") -> None:
    """From a page that asks for it to the page behind."""
    await page.goto(path)
    await page.fill("#email", email)
    await page.click("main form button")
    await page.wait_for_url("**/sign-in/code")
    await page.fill("#code", (await mailed(conn, settings)).code)
    await page.click("main form button")
    await page.wait_for_url(lambda url: "/sign-in" not in url)  # who closes a page on its way may wait for ever


async def enter(context: BrowserContext, conn: Connection, settings: Settings, email: str = TAMSIN) -> None:
    """Sign the whole browser in."""
    page = await context.new_page()
    await sign_in(page, conn, settings, email)
    await page.close()
