"""Mail comes in: from the site's own MTA over SMTP or LMTP; on disk before it is acknowledged, judged once.

The port is for a server on this machine or network that took the mail in, checked it and wrote down what it found; it is not
for the world.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
from aiosmtpd.smtp import SMTP, Envelope, Session

from service import db
from service.backups import queries as backups
from service.backups.rules import as_of
from service.db import Pool
from service.exchange import inbox, judging
from service.exchange.apart import Reader
from service.exchange.letters import Letter, Own
from service.exchange.limits import LONGEST_LINE, MOST_BYTES
from service.exchange.reports import token_of
from service.settings import Settings
from workers.rounds import Rounds

log = logging.getLogger("plenary.inbound")

POLL = 1.0
PATIENCE = 60.0
"""Seconds that a server may say nothing."""


class Line(SMTP):
    """A conversation; LMTP begins it with another word, and is the same for one recipient."""

    line_length_limit = LONGEST_LINE

    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """What LMTP says for EHLO."""
        await self.smtp_EHLO(hostname)


@dataclass(frozen=True)
class Doorman:
    """What aiosmtpd asks at each step; see its handler protocol."""

    pool: Pool
    own: Own
    clock: Callable[[], datetime]
    under_way: set["asyncio.Task[Any] | None"] = field(default_factory=set["asyncio.Task[Any] | None"])

    async def finish(self) -> None:
        """Wait until each mail whose text has come is kept, and its server was told so."""
        while self.under_way:  # noqa: ASYNC110 - once, at the end
            await asyncio.sleep(0.02)  # meanwhile the answer is written: in the step of the loop in which a text is kept

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Only what is ours; one at a time, so that each answer is about one mail."""
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        if address.lower() != self.own.address.lower() and not token_of(address, self.own.bounce_domain):
            return "550 5.1.1 nobody here has this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it, and only then say so."""
        raw = envelope.original_content or b""
        talking = asyncio.current_task()
        self.under_way.add(talking)
        try:
            async with db.transaction(self.pool) as conn:
                await inbox.keep(conn, envelope.mail_from or "", envelope.rcpt_tos[0], raw, self.clock())
        except (*db.LOST, asyncpg.PostgresError) as error:
            log.warning("a mail that came in must come again: %s", type(error).__name__)
            return "451 4.3.0 not now, come again"
        finally:
            self.under_way.discard(talking)
        return "250 2.0.0 kept"


async def listen(doorman: Doorman, host: str, port: int) -> asyncio.Server:
    """Take mail in; the server is the caller's to close. Several workers of a machine share the port."""
    loop = asyncio.get_running_loop()

    def conversation() -> SMTP:
        return Line(
            doorman,
            hostname="plenary.invalid",
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            timeout=PATIENCE,
            loop=loop,
        )

    return await loop.create_server(conversation, host, port, reuse_port=True)


def own_of(settings: Settings) -> Own:
    """What is ours."""
    return Own(settings.mail_address, settings.bounce_domain, settings.inbound_border, settings.public_url)


@dataclass(frozen=True)
class Inbox:
    """Judges what came in, one mail after the other; every worker runs it."""

    pool: Pool
    settings: Settings
    clock: Callable[[], datetime]
    reader: Reader = field(default_factory=Reader)
    rounds: Rounds = field(default_factory=lambda: Rounds("inbox"))

    async def run(self) -> None:
        """Forever; look once a second."""
        try:
            while True:
                try:
                    busy = await self.rounds.run(self.work_once())
                except (*db.LOST, asyncpg.PostgresError) as error:
                    log.warning("what came in must wait a second: %s", type(error).__name__)
                    busy = False
                if not busy:
                    await asyncio.sleep(POLL)
        finally:
            await self.reader.end()

    async def work_once(self) -> bool:
        """Judge one mail; False where none waits."""
        async with db.transaction(self.pool) as conn:
            kept = await inbox.claim(conn, self.clock())
        if kept is None:
            return False
        letter: Letter | None = Letter(kind="hostile", reason="reading or judging it failed five times")
        if kept.attempts <= inbox.MOST_ATTEMPTS:
            letter = await self.reader.read(kept.raw, kept.envelope_from, kept.envelope_to, own_of(self.settings))
        if letter is None and kept.attempts < inbox.MOST_READINGS:
            return True  # once its lease is over: the reader may have been ended, or the machine been busy
        letter = letter or Letter(kind="hostile", reason="reading it took too long, or too much")
        async with db.transaction(self.pool) as conn:
            if await inbox.lock(conn, kept.id):
                moment = as_of(kept.received_at, await backups.doubted_until(conn), self.clock())
                judged = await judging.judge(conn, kept, letter, self.settings.secret_key, moment)
                await inbox.settle(conn, kept.id, letter, judged, self.clock())
        return True
