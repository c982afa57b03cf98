"""One call over HTTP: to the very address that was looked at, without detours, and with an end.

One request on one connection, by h11: no proxy of the environment, no redirect, no cookie, no second look at the name.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from typing import TypeAlias
from urllib.parse import SplitResult

import h11

from service.errors import Refused
from service.exchange import destinations, resolving
from service.exchange.resolving import Resolve
from service.exchange.webhook_rules import Answer

Wire: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial: TypeAlias = Callable[[str, int, ssl.SSLContext | None, str], Awaitable[Wire]]
"""Opens a connection to an address and a port; with TLS, to whom the certificate must belong."""

PATIENCE = 15.0
"""Seconds for the whole call."""
SHARE = 5
"""An address that is not the last gets the fifth part of it: a silent one leaves time for the next."""
GOODBYE = 1.0
"""Seconds for the end of an encrypted connection; nobody waits for it."""
MOST_HEAD = 16 * 1024
MOST_TRIED = 3
"""Addresses of one name that are tried, one after the other."""


@cache
def trusted() -> ssl.SSLContext:
    """TLS as the system trusts it: certificate and name are verified."""
    return ssl.create_default_context()


async def dial(address: str, port: int, tls: ssl.SSLContext | None, name: str) -> Wire:
    """By address, so that nobody is asked again what the name means."""
    if tls is None:
        return await asyncio.open_connection(address, port)
    return await asyncio.open_connection(address, port, ssl=tls, server_hostname=name, ssl_shutdown_timeout=GOODBYE)


@dataclass(frozen=True)
class Caller:
    """What a call needs."""

    to_loopback: bool = False
    resolve: Resolve = resolving.resolve
    dial: Dial = dial
    patience: float = PATIENCE

    async def post(self, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Answer:
        """How it ended; whatever the other side does is an answer, and takes no longer than our patience."""
        began = perf_counter()
        try:
            async with asyncio.timeout(self.patience):
                status, retry_after = await self._post(url, headers, body)
            answer = Answer(status, _words(status), retry_after)
        except TimeoutError:
            answer = Answer(None, f"it did not answer within {self.patience:g} seconds")
        except Refused as refusal:
            answer = Answer(None, refusal.sentence)
        except ssl.SSLCertVerificationError as error:
            answer = Answer(None, f"its certificate is not valid: {error.verify_message}")
        except ssl.SSLError as error:
            answer = Answer(None, f"no encrypted connection: {error.reason or type(error).__name__}")
        except (h11.RemoteProtocolError, EOFError):
            answer = Answer(None, "what it answered is not HTTP")
        except OSError as error:
            answer = Answer(None, f"no connection: {error.strerror or type(error).__name__}")
        milliseconds = round((perf_counter() - began) * 1000)
        return Answer(answer.status, answer.error, answer.retry_after, milliseconds)

    async def _post(self, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> tuple[int, int]:
        found = destinations.destination(url, to_loopback=self.to_loopback)
        addresses = await resolving.public_addresses(found, self.resolve, to_loopback=self.to_loopback)
        reader, writer = await self._connect(found, addresses[:MOST_TRIED])
        try:
            return await _exchange(reader, writer, _request(found, headers, body), body)
        finally:
            writer.close()

    async def _connect(self, found: SplitResult, addresses: Sequence[str]) -> Wire:
        """To the first of the addresses that answers; raises what the last one raised, or that one answered wrongly."""
        tls = trusted() if found.scheme == "https" else None
        *others, last = addresses
        for address in others:
            try:
                async with asyncio.timeout(self.patience / SHARE):
                    return await self.dial(address, destinations.port_of(found), tls, found.hostname or "")
            except ssl.SSLError:
                raise
            except OSError:
                continue
        return await self.dial(last, destinations.port_of(found), tls, found.hostname or "")


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: h11.Request, body: bytes
) -> tuple[int, int]:
    """Send it, and read the head of the answer: its status, and its Retry-After in seconds. What follows is not read."""
    line = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
    for part in (request, h11.Data(body), h11.EndOfMessage()):
        writer.write(line.send(part) or b"")
    await writer.drain()
    while True:
        event = line.next_event()
        if event is h11.NEED_DATA:
            line.receive_data(await reader.read(4096))
        elif isinstance(event, h11.Response):
            break
        elif not isinstance(event, h11.InformationalResponse):
            raise EOFError
    return event.status_code, _seconds(dict(event.headers.raw_items()))


def _request(found: SplitResult, headers: Sequence[tuple[str, str]], body: bytes) -> h11.Request:
    host = found.netloc
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    own = [
        ("Host", host),
        ("User-Agent", "Plenary"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    return h11.Request(method="POST", target=path, headers=[*own, *headers])


def _words(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return f"it answered {status}" + (", and we follow nobody elsewhere" if 300 <= status < 400 else "")


def _seconds(headers: dict[bytes, bytes]) -> int:
    """A Retry-After in seconds; a date in it counts as none."""
    found = next((value for name, value in headers.items() if name.lower() == b"retry-after"), b"").strip()
    return int(found) if found.isdigit() and len(found) < 7 else 0
