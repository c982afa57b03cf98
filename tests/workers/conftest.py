"""An office in one process: the relay, the mailer and a mail server that misbehaves as told; no Redis, no sleeping."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from benchmarks.smtp_faults import FaultyCatcher
from service import db
from service.db import Pool
from service.deliveries import queries
from service.deliveries.queries import DeliveryRow, OwedRow
from service.local.catcher import open_catcher
from service.local.mail import Caught, MailFolder
from service.settings import Settings
from service.surveys.sealing import Keys
from workers.importer import Importer
from workers.mailer import Mailer
from workers.printer import Printer
from workers.relay import Relay
from workers.schedule import Schedule
from workers.smtp import Exchange


class Office:
    """Everything that follows from events, done when the test says so, at the test's moment."""

    def __init__(self, pool: Pool, settings: Settings, catcher: FaultyCatcher, moment: datetime) -> None:
        self.pool, self.settings, self.catcher, self.moment = pool, settings, catcher, moment
        self.offered: list[UUID] = []
        self.exchange = Exchange(settings.smtp_url)
        self.relay = Relay(pool, settings, self._take, self.clock, "tests")
        self.mailer = Mailer(pool, settings, self.exchange, self.clock)
        self.schedule = Schedule(pool, self.clock, keys=Keys(settings.survey_keys_dir))
        self.printer = Printer(pool, self.settings, self.clock)
        self.importer = Importer(pool, self.clock, settings.secret_key)

    def clock(self) -> datetime:
        return self.moment

    def later(self, **delta: float) -> datetime:
        self.moment += timedelta(**delta)
        return self.moment

    async def _take(self, owed: Sequence[OwedRow], _now: datetime) -> None:
        self.offered.extend(one.id for one in owed)

    async def settle(self) -> list[EmailMessage]:
        """React, offer and deliver until nothing is due at this moment; the mails caught meanwhile, oldest first."""
        already = len(self.catcher.folder)
        await self.react()
        while await self.relay.offer_once():
            while self.offered:
                await self.mailer.deliver(self.offered.pop(0))
        return self.mails(len(self.catcher.folder) - already)

    async def print(self) -> int:
        """React, and make every document that is due; how many were taken."""
        await self.react()
        taken = 0
        while await self.printer.work_once():
            taken += 1
        return taken

    async def take_in(self) -> None:
        """Go on with every file until it waits for a word or has ended."""
        while await self.importer.work_once():
            pass

    async def react(self) -> None:
        """Only the reactions: deliveries are owed, nothing is sent."""
        while await self.relay.react_once():
            pass

    async def tick(self) -> list[EmailMessage]:
        """The clock's turn, and what follows from it."""
        await self.schedule.tick(self.moment)
        return await self.settle()

    def caught(self, count: int) -> list[tuple[Caught, bytes]]:
        newest = self.catcher.folder.newest(count) if count else []
        return [found for one in reversed(newest) if (found := self.catcher.folder.find(one.id))]

    def mails(self, count: int) -> list[EmailMessage]:
        return [message_from_bytes(raw, _class=EmailMessage, policy=policy.default) for _, raw in self.caught(count)]

    async def deliveries(self) -> list[DeliveryRow]:
        async with db.transaction(self.pool) as conn:
            return await queries.listed(conn, None, None, None, 200)


def kind(mail: EmailMessage) -> str:
    """The iTIP method, or "" for a mail without a calendar part."""
    part = next((part for part in mail.walk() if part.get_content_type() == "text/calendar"), None)
    return str(part.get_param("method") or "") if part is not None else ""


def ics(mail: EmailMessage) -> dict[str, str]:
    """Single-valued properties of the event by name (parameters dropped), unfolded."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    text = raw.decode().replace("\r\n ", "")
    event = text[text.index("BEGIN:VEVENT") : text.index("END:VEVENT")]
    pairs = [line.partition(":") for line in event.splitlines() if ":" in line]
    return {name.partition(";")[0]: value for name, _, value in pairs}


@pytest.fixture
async def office(pool: Pool, settings: Settings, now: datetime, tmp_path: Path) -> AsyncGenerator[Office]:
    catcher = FaultyCatcher(MailFolder(tmp_path / "mail"))
    server, port = await open_catcher(catcher)
    opened = Office(pool, msgspec.structs.replace(settings, smtp_url=f"smtp://127.0.0.1:{port}"), catcher, now)
    yield opened
    await opened.exchange.close()
    server.close()
