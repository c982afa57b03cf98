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
from workers.smtp import Exchange, Silent, give


@asynccontextmanager
async def saying(office: Office, at: bytes, words: bytes, most: int = 16, taken: int = 1000) -> AsyncGenerator[list[bytes]]:
    """A server in place of the office's own, with words of its own `at` RCPT, DATA or the end of the text; the texts.

    Where it has no words it hangs up; more than `most` connections at one time it does not let in, and on one connection
    it takes so many mails and no more.
    """
    texts: list[bytes] = []
    within = 0

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal within
        within += 1
        writer.write(b"220 here\r\n" if within <= most else b"421 too many of you\r\n")
        had = 0
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"MAIL" and (had := had + 1) > taken:
                writer.write(b"421 no more on this line\r\n")
                continue
            if verb == b"DATA" != at:
                writer.write(b"354 go on\r\n")
                texts.append(await reader.readuntil(b"\r\n.\r\n"))
                verb = b"DOT"
            if verb == at and not words:
                break
            writer.write((words if verb == at else b"250 fine") + b"\r\n")
        within -= 1
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    exchange = Exchange(url, most)
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
        (b"DATA", b"452 4.3.1 no room", ("queued", "452 4.3.1 no room", 0)),
        (b"DATA", b"554 no text today", ("dead", "554 no text today", 0)),
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


@pytest.mark.parametrize("words", [b"", b"250 what?", b"what?"], ids=["hangs up", "agrees", "mumbles"])
async def test_a_server_that_never_asked_for_the_text_has_not_got_it(
    office: Office, conn: Connection, now: datetime, words: bytes
) -> None:
    """So nothing is in doubt, and a mail that never goes twice goes when the server is well again."""
    await make.registered(conn, (await make.convening(conn, now, capacity=0)).id, 1, now=now)
    async with saying(office, b"DATA", words) as texts:
        await office.settle()
        [one] = await office.deliveries()
        assert (one.kind, one.state, texts) == ("waitlisted", "queued", [])
    async with saying(office, b"", b"") as texts:
        office.later(seconds=10)
        await office.settle()
        [one] = await office.deliveries()
        assert (one.state, len(texts)) == ("sent", 1)


async def test_of_a_connection_that_was_lost_before_the_text_nothing_is_in_doubt(office: Office) -> None:
    async with office.exchange.line("a@plenary.example", "b@district.example") as line:
        line.client.close()
        with pytest.raises(Silent):
            await give(line, b"Subject: never said\r\n\r\n")
    assert office.caught(1) == []


async def test_lines_that_begin_with_a_dot_arrive_as_they_were_written(office: Office) -> None:
    content = b"Subject: dots\r\n\r\n.\r\n..\r\n.one\r\n\r\n.\r\nend.\r\n"
    async with office.exchange.line("a@plenary.example", "b@district.example") as line:
        await give(line, content)
    [(_, raw)] = office.caught(1)
    assert raw.endswith(content)


async def test_where_three_connections_are_let_in_no_more_are_asked_for(
    office: Office, conn: Connection, now: datetime
) -> None:
    place = await make.convening(conn, now)
    await make.crowd(conn, place.id, range(12), now=now)
    await office.react()
    async with saying(office, b"", b"", most=3) as texts:
        await office.mailer.deliver_all([one.id for one in await office.deliveries()])
        assert ({(one.state, one.attempts) for one in await office.deliveries()}, len(texts)) == ({("sent", 1)}, 12)


async def test_a_connection_that_takes_no_more_mails_is_replaced_and_no_mail_waits_for_it(
    office: Office, conn: Connection, now: datetime
) -> None:
    place = await make.convening(conn, now)
    await make.crowd(conn, place.id, range(3), now=now)
    async with saying(office, b"", b"", taken=1) as texts:
        await office.settle()
        assert [(one.state, one.attempts) for one in await office.deliveries()] == [("sent", 1)] * 3
        assert len(texts) == 3
