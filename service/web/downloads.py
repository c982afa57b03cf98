"""Lists that somebody takes along, as they leave: streamed, few at once, with an end that can be told from a break.

What goes wrong before the first byte is answered in words. Afterwards the line is cut, so that a browser calls the download
failed and a program sees a body without an end. A reader who stands still holds neither a connection nor a process for long.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing, contextmanager
from datetime import UTC
from typing import Any, TypeAlias

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Receive, Scope, Send

from service import db
from service.db import Connection
from service.errors import Refused
from service.web.cells import Row
from service.web.deps import AnyRequest, settings_of
from service.web.errors import BUSY
from service.web.table_files import FORMATS, Format, Portions, Table, as_csv, as_json_lines, at_hand
from service.web.templating import PAGE
from service.web.workbooks import as_workbook

log = logging.getLogger("plenary.downloads")

MOST = 4
"""Files on their way at once, in one process: so many connections beside the pool."""
MOST_EACH = 2
"""And of one person, so that nobody keeps others from theirs."""
LONGEST = 600.0
"""Seconds from the first row to the last byte."""
STANDSTILL = 20.0
"""Seconds that a reader may take for one chunk; PostgreSQL ends a transaction in which nothing is asked for 30."""

Reading: TypeAlias = Callable[[Connection], Portions]
"""Asks for the rows on a connection that sees one moment."""
WRITERS: dict[Format, Callable[[Table, Portions], AsyncGenerator[bytes]]] = {
    "csv": as_csv,
    "xlsx": as_workbook,
    "jsonl": as_json_lines,
}


class TooManyFiles(Refused):
    """Several lists are being downloaded at this moment. Wait until one has arrived, and take yours then."""

    code = "too-many-files"
    status = 503


class Slots:
    """Who takes files along at this moment."""

    def __init__(self) -> None:
        self._taken: Counter[object] = Counter()

    @property
    def count(self) -> int:
        """How many files are on their way."""
        return self._taken.total()

    @contextmanager
    def taken(self, who: object) -> Generator[None]:
        """One of them; raises TooManyFiles."""
        if self.count >= MOST or self._taken[who] >= MOST_EACH:
            raise TooManyFiles
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            self._taken += Counter()  # forget whose count is zero


def few_at_once(app: ASGIApp) -> ASGIApp:
    """Middleware of a route: holds a place until the last byte is sent, and refuses before anything is written down."""

    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        slots: Slots = scope["litestar_app"].state.slots
        with slots.taken(scope["user"].person_id):
            await app(scope, receive, send)

    return take


FILE: dict[str, Any] = {"media_type": "application/octet-stream", "middleware": [few_at_once]}
"""What the route of a file says, under the addresses `in_formats`."""


def file_for(access: str) -> dict[str, Any]:
    """The same in the console, for whom the right `access` admits."""
    return PAGE | {"opt": {"access": access}} | FILE


def in_formats(path: str) -> list[str]:
    """The addresses of a file."""
    return [f"{path}.{name}" for name in FORMATS]


def format_of(request: AnyRequest) -> Format:
    """Which of them was asked for."""
    suffix = request.scope["path"].rpartition(".")[2]
    return next(name for name in FORMATS if name == suffix)


def download(
    request: AnyRequest, name: str, table: Table, rows: Sequence[Row] | Reading, *, kind: Format | None = None
) -> "Download":
    """The table as a file called `name` and the day; `rows` are at hand, or read while they are sent."""
    kind = kind or format_of(request)
    portions = _read(settings_of(request).database_url, rows) if callable(rows) else at_hand(rows)
    today = table.about.made_at.astimezone(table.place or UTC).date().isoformat()
    return Download(WRITERS[kind](table, portions), FORMATS[kind].media_type, f"{name}-{today}.{kind}")


async def _read(url: str, reading: Reading) -> Portions:
    async with db.snapshot(url, "plenary-web-file") as conn, aclosing(reading(conn)) as portions:
        async for rows in portions:
            yield rows


class Download(Response[bytes]):
    """The answer that a browser saves; its chunks are made while they are sent."""

    def __init__(self, chunks: AsyncGenerator[bytes], media_type: str, file_name: str) -> None:
        """`file_name` is ASCII of ours."""
        super().__init__(b"", media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{file_name}"'})
        self.chunks = chunks

    def to_asgi_response(self, *_: Any, **given: Any) -> ASGIResponse:
        """What Litestar sends."""
        headers: dict[str, str] = {**(given.get("headers") or {}), **self.headers}
        return Sending(self.chunks, headers=headers, media_type=self.media_type)


class Sending(ASGIResponse):
    """Sends chunks until the last one, or until nobody listens."""

    _should_set_content_length = False

    def __init__(self, chunks: AsyncGenerator[bytes], **given: Any) -> None:
        super().__init__(**given)
        self.chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - Litestar's
        """Send; whatever happens, nothing is held any more afterwards."""
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        began = False
        async with aclosing(self.chunks) as chunks:
            try:
                async with asyncio.timeout(LONGEST):
                    async for chunk in chunks:
                        if not began:
                            await self.start_response(send)
                            began = True
                        async with asyncio.timeout(STANDSTILL):
                            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except Exception as error:
                if not began:
                    raise
                passes = isinstance(error, BUSY)
                log.log(
                    logging.WARNING if passes else logging.ERROR,
                    "a file broke off: %s",
                    type(error).__name__,
                    exc_info=None if passes else error,
                )
                return  # without an end of the body, so the server cuts the line
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
