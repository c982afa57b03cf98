"""A family that is asked, in three languages; each page of its way looked at."""

from datetime import datetime
from typing import Any

from playwright.async_api import Page

from service.consents import version_queries
from service.db import Connection
from service.settings import Settings
from tests.browser.walking import overflow, violations
from tests.consents import desk
from tests.consents.family import Family, path_of


async def asked_in_three(conn: Connection, settings: Settings, now: datetime) -> Family:
    """A family that is asked, in three languages."""
    where = await desk.stage(conn, now)
    await desk.publish_arabic(conn, "Samira Haddad", now)
    assert await version_queries.stale(conn) == []
    consent = await desk.signer(conn, await desk.ask(conn, where, now))
    client: Any = None
    return Family(client, conn, settings, path_of(settings, consent))


async def look(page: Page, name: str, found: dict[str, Any]) -> None:
    """Axe, and the width at 320 and 360 px."""
    if troubled := await violations(page):
        found[name] = troubled
    for width in (320, 360):
        await page.set_viewport_size({"width": width, "height": 740})
        if over := await overflow(page):
            found[f"{name} at {width}"] = over
