"""An organizer's browser, for the tests of the console's pages about registrations."""

import html
from datetime import datetime
from typing import Any

import httpx

from service import db
from service.access.api import SEAL
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, person, seal, sign_in
from tests.access.test_rights import give
from tests.pages.conftest import words


class Office:
    """A signed-in browser that puts the seal into each form."""

    def __init__(self, browser: httpx.AsyncClient, sealed: str) -> None:
        self.browser = browser
        self.sealed = sealed

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """A form of ours."""
        return await self.browser.post(path, data={SEAL: self.sealed} | fields)

    async def read(self, path: str) -> str:
        """A page as a person reads it."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return read(answer)


def read(answer: httpx.Response) -> str:
    """A page as a person reads it."""
    return html.unescape(words(answer))


async def enter(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, convening_id: Any = None
) -> Office:
    """Tamsin organizes everything, or one convening."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer", convening_id)
    await sign_in(browser, conn, settings)
    return Office(browser, await seal(browser))


async def audit(conn: Connection, action: str) -> list[dict[str, Any]]:
    """What the audit log keeps of one kind of act, in no order: the tests' clock stands still."""
    return await db.many(conn, dict, "select detail from audit_entry where action = $1 order by detail::text", action)
