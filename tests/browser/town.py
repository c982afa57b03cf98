"""The whole service in one process, for journeys: pages, relay, mailer, and a mailbox that catches what they send.

The clock of all of them is one, and a journey moves it.
"""

import re
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page

from benchmarks.smtp_faults import FaultyCatcher
from service.__main__ import listen
from service.app import create_app
from service.db import Pool
from service.local.catcher import open_catcher
from service.local.mail import MailFolder
from service.settings import Settings
from tests.browser.conftest import answering
from tests.workers.conftest import Office

ODALYS = "odalys.brightwater@eon-demo.example"
"""Whom the environment names as the first organizer."""


class Town:
    """Where a journey takes place; `mails` are all that were caught so far."""

    def __init__(self, office: Office, address: str, chromium: Browser) -> None:
        self.office, self.address, self.chromium = office, address, chromium

    @asynccontextmanager
    async def somebody(self, **more: Any) -> AsyncGenerator[Page]:
        """One more person with a browser of their own, in which nothing complains or asks anybody but us."""
        context = await self.chromium.new_context(base_url=self.address, **more)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(error.message))
        page.on("request", lambda asked: complaints.extend(self.elsewhere(asked.url)))
        yield page
        await context.close()
        assert [text for text in complaints if "status of 422" not in text] == []

    def elsewhere(self, url: str) -> list[str]:
        """What a page wants from anybody but us."""
        return [] if url.startswith((f"{self.address}/", "data:", "blob:")) else [f"asked elsewhere: {url}"]

    async def post(self) -> list[EmailMessage]:
        """What is sent of all that is due now."""
        return await self.office.settle()

    async def sign_in(self, page: Page, email: str) -> None:
        """Ask for the mail, and type the code that stands in it."""
        await page.goto("/sign-in")
        await page.fill("#email", email)
        await go(page, "main form button")
        await page.fill("#code", code_in(await self.post(), email))
        await go(page, "main form button")


@pytest.fixture
async def town(
    pool: Pool, settings: Settings, chromium: Browser, tmp_path_factory: pytest.TempPathFactory, now: Any
) -> AsyncGenerator[Town]:
    """An empty installation: one organizer, nothing else."""
    catcher = FaultyCatcher(MailFolder(tmp_path_factory.mktemp("town") / "mail"))
    server, port = await open_catcher(catcher)
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    own = replace(
        settings,
        public_url=address,
        smtp_url=f"smtp://127.0.0.1:{port}",
        help_phone="202-555-0142",
        organizer=f"Odalys Brightwater <{ODALYS}>",
    )
    office = Office(pool, own, catcher, now)
    app = create_app(own, pool)
    app.state.clock = office.clock
    async with app.lifespan():
        pass  # the start itself makes the first organizer
    async with answering(app, listening):
        yield Town(office, address, chromium)
    await office.exchange.close()
    server.close()


async def go(page: Page, selector: str) -> None:
    """Click on what leads to another page, and be there."""
    async with page.expect_navigation():
        await page.click(selector)


@contextmanager
def no_reload(page: Page) -> Generator[None]:
    """The page stays the one that it was."""
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    yield
    assert loads == []


def addressee(mail: EmailMessage) -> str:
    """Whom it is to, in small letters."""
    return str(mail["To"].addresses[0].addr_spec).lower()


def text_of(mail: EmailMessage) -> str:
    """Its words without markup."""
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def link_in(mail: EmailMessage, beginning: str) -> str:
    """The path of the one link that begins so, as a person would follow it."""
    [found] = set(re.findall(rf"http://127\.0\.0\.1:\d+({beginning}\S+)", text_of(mail)))
    return str(found)


def code_in(mails: list[EmailMessage], email: str) -> str:
    """The six digits in the newest mail to somebody."""
    newest = [mail for mail in mails if addressee(mail) == email][-1]
    found = re.search(r"^\s*(\d{3} ?\d{3})\s*$", text_of(newest), re.MULTILINE)
    assert found is not None, text_of(newest)
    return found[1]
