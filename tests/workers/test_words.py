"""Whatever a server says, in whatever bytes: what became of the mail is written down, and it does not go again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec
import pytest

from service.db import Connection
from tests import make
from tests.workers.conftest import Office
from workers.mailer import Mailer
from workers.smtp import Exchange


@asynccontextmanager
async def saying(office: Office, at: bytes, words: bytes) -> AsyncGenerator[list[bytes]]:
    """A server in place of the office's own, with words of its own `at` RCPT or at the end of the text; the texts."""
    texts: list[bytes] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                texts.append(await reader.readuntil(b"\r\n.\r\n"))
                verb = b"DOT"
            writer.write((words if verb == at else b"250 fine") + b"\r\n")
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    exchange = Exchange(url)
    office.mailer = Mailer(office.pool, msgspec.structs.replace(office.settings, smtp_url=url), exchange, office.clock)
    yield texts
    await exchange.close()
    server.close()


@pytest.mark.parametrize(
    ("at", "words", "became"),
    [
        (b"DOT", b"250 accept\xe9", ("sent", "250 accept\ufffd", 1)),
        (b"DOT", b"250 taken\x00as 7", ("sent", "250 taken\ufffdas 7", 1)),
        (b"DOT", b"250 d\xc3\xa9j\xc3\xa0", ("sent", "250 d\u00e9j\u00e0", 1)),
        (b"DOT", b"554 refus\xe9", ("dead", "554 refus\ufffd", 1)),
        (b"RCPT", b"550 5.1.1 inconnu\xff", ("dead", "550 5.1.1 inconnu\ufffd", 0)),
        (b"RCPT", b"451 plus tard\x00", ("queued", "451 plus tard\ufffd", 0)),
        (b"RCPT", b"what?\x00", ("queued", None, 0)),
    ],
)
async def test_words_that_are_no_text_are_an_answer_all_the_same(
    office: Office, conn: Connection, now: datetime, at: bytes, words: bytes, became: tuple[str, str | None, int]
) -> None:
    place = await make.convening(conn, now)
    await make.registered(conn, place.id, 1, now=now)
    async with saying(office, at, words) as texts:
        await office.settle()
        [one] = await office.deliveries()
        assert (one.state, one.response, len(texts)) == became
        office.later(seconds=16)
        if one.state == "sent":
            await office.settle()
            assert len(texts) == 1, "nothing goes a second time"
