"""SMTP step by step: a connection whose server waits for the text, and the text apart; connections are used again."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Container
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

from service.deliveries.rules import Stage
from workers.waves import MOST

CONNECT_TIMEOUT = 15.0
ASKED_TIMEOUT = 60.0
"""Seconds for MAIL and for RCPT: a server may ask another one whether somebody is there, or wait on purpose."""
DATA_TIMEOUT = 120.0
CLOSING = 421
HERE, TAKEN, ACCEPTED, GO_ON = range(200, 300), (250,), (250, 251), (354,)
IDLE = 20.0
"""Seconds after which an unused connection is not trusted any more."""


class Answered(Exception):
    """The server said no: `stage`, `code` and its words. Definite: the message was not accepted."""

    def __init__(self, stage: Stage, code: int, words: str) -> None:
        """Keep what a person will want to read."""
        self.stage: Stage = stage
        self.code = code
        self.words = legible(words)
        super().__init__(f"{code} {self.words}")


class Silent(Exception):
    """The connection failed or timed out before the text began: the message was not accepted."""


class Unanswered(Exception):
    """The same after the text began: whether the message was accepted nobody knows."""


@dataclass
class Line:
    """One open connection and when it was last used."""

    client: SMTP
    used_at: float
    fresh: bool = True


@dataclass
class Exchange:
    """The server that we hand mail to, and the connections to it that are free now."""

    url: str
    most: int = 2 * MOST
    """While one wave is handed over the servers of the next one are brought to wait for the text."""
    _free: list[Line] = field(default_factory=list[Line])
    _room: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        """Bound the connections."""
        self._room = asyncio.Semaphore(self.most)

    @asynccontextmanager
    async def line(self, envelope_from: str, recipient: str) -> AsyncGenerator[Line]:
        """A connection whose server took sender and recipient and waits for the text; raises Answered or Silent.

        A connection that the server closed while it was free, or on which it takes no more, is replaced.
        """
        async with self._room:
            line = await self._brought_near(envelope_from, recipient)
            try:
                yield line
            except BaseException:
                line.client.close()
                raise
            if line.client.is_connected:
                line.used_at, line.fresh = time.monotonic(), False
                self._free.append(line)

    async def _brought_near(self, envelope_from: str, recipient: str) -> Line:
        while True:
            line = self._reused() or await self._opened()
            try:
                await _asked_to_take(line.client, envelope_from, recipient)
            except BaseException as error:
                line.client.close()
                over = isinstance(error, Silent) or (isinstance(error, Answered) and error.code == CLOSING)
                if line.fresh or not over:
                    raise
            else:
                return line

    def _reused(self) -> Line | None:
        while self._free:
            line = self._free.pop()
            if line.client.is_connected and time.monotonic() - line.used_at < IDLE:
                return line
            line.client.close()
        return None

    async def _opened(self) -> Line:
        parts = urlsplit(self.url)
        client = SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if parts.scheme == "smtps" else 25),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=CONNECT_TIMEOUT,
        )
        try:
            await _answered("connect", client.connect(), HERE)
            await _answered("connect", client.ehlo(), HERE)
        except BaseException:
            client.close()
            raise
        return Line(client, time.monotonic())

    async def close(self) -> None:
        """Say goodbye on every free connection."""
        while self._free:
            with contextlib.suppress(SMTPException, OSError):
                await self._free.pop().client.quit(timeout=2)


async def _asked_to_take(client: SMTP, envelope_from: str, recipient: str) -> None:
    """MAIL and RCPT of bare addresses, beside which the library would look for names, and that costs more than all else."""
    sender, reader = f"FROM:<{envelope_from}>".encode("ascii"), f"TO:<{recipient}>".encode("ascii")
    await _answered("mail", client.execute_command(b"MAIL", sender, timeout=ASKED_TIMEOUT), ACCEPTED)
    await _answered("rcpt", client.execute_command(b"RCPT", reader, timeout=ASKED_TIMEOUT), ACCEPTED)
    await _answered("data", client.execute_command(b"DATA", timeout=DATA_TIMEOUT), GO_ON)
    if (task := asyncio.current_task()) is not None and task.cancelling():
        raise asyncio.CancelledError  # `wait_for` of Python 3.11, in the library, forgets it where an answer comes just then


async def give(line: Line, content: bytes) -> str:
    """The text and the final dot; the server's words. `content` has CRLF throughout, and ends with it.

    Raises Answered, Silent where nothing of the text was sent, or Unanswered.
    """
    if not line.client.is_connected:
        raise Silent("data: the server hung up before the text")
    try:
        taken = await _answered("data", _text_given(line.client, content), TAKEN)
    except Silent as silence:
        raise Unanswered(str(silence)) from silence
    return f"{taken.code} {legible(taken.message)}"[:1000]


async def _text_given(client: SMTP, content: bytes) -> SMTPResponse:
    """The text with the dots of its lines doubled (RFC 5321 4.5.2), and its end.

    The library's own way looks for line breaks that are not CRLF, which ours never has, and costs a sixth of a mail.
    """
    if client.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    client.protocol.write(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    return await client.protocol.read_response(timeout=DATA_TIMEOUT)


def legible(words: str) -> str:
    """What a server said, as it can be written down: the library leaves bytes that are no text in it, and NUL.

    An outcome that cannot be written is no outcome, and what is in doubt goes again.
    """
    return words.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\x00", "\ufffd")


async def _answered(stage: Stage, asked: Awaitable[SMTPResponse], wanted: Container[int]) -> SMTPResponse:
    """The answer that is wanted; any other, and what the library raises, as one of the two things that matter."""
    try:
        response = await asked
        if response.code not in wanted:
            raise SMTPResponseException(response.code, response.message)
    except SMTPResponseException as error:
        if 400 <= error.code < 600:
            raise Answered(stage, error.code, error.message[:1000]) from None
        raise Silent(legible(f"{stage}: {error}")) from error
    except (SMTPException, OSError, TimeoutError, EOFError) as error:
        raise Silent(legible(f"{stage}: {error}")) from error
    return response
