"""A large file while it arrives: written to a file without a name, which nobody else can open and nothing outlives.

A form, or a body that is the file itself. Memory holds a piece of it at a time, and no connection of the database waits.
"""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.message import Message
from typing import IO

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from service.web.deps import AnyRequest
from service.web.forms import MOST_FIELDS, URLENCODED, Form, FormUnreadable
from service.web.forms import read as read_form
from service.web.uploads import shown_name

MOST_IN_FIELDS = 64 * 1024
"""Bytes of all other fields of such a form."""


class Arrived:
    """The fields of a form and the file with its name; `too_large` where it is more than it may be, and the rest dropped."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.given: dict[str, list[str]] = {}
        self.name = ""
        self.file = file
        self.size = 0
        self.too_large = False
        self._most = most

    @property
    def form(self) -> Form:
        """The fields."""
        return Form(self.given)

    def take(self, piece: bytes | bytearray) -> None:
        """Another piece of the file."""
        self.size += len(piece)
        if self.size > self._most:
            self.too_large = True
        else:
            self.file.write(piece)


@asynccontextmanager
async def arrived(request: AnyRequest, most: int) -> AsyncGenerator[Arrived]:
    """The form in a request's body with its one file of at most so many bytes; raises FormUnreadable."""
    with tempfile.TemporaryFile() as file:
        found = Arrived(file, most)
        said = Message()
        said["content-type"] = request.headers.get("content-type", "")
        match said.get_content_type():
            case "multipart/form-data":
                await _read_parts(request, said.get_boundary(""), found)
            case kind if kind == URLENCODED:
                found.given = read_form(await _short(request)).given
            case _:
                raise FormUnreadable
        file.seek(0)
        yield found


@asynccontextmanager
async def arrived_alone(request: AnyRequest, name: str, most: int) -> AsyncGenerator[Arrived]:
    """A body that is the file itself."""
    with tempfile.TemporaryFile() as file:
        found = Arrived(file, most)
        found.name = shown_name(name)
        async for piece in request.stream():
            found.take(piece)
        file.seek(0)
        yield found


async def _short(request: AnyRequest) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_IN_FIELDS:
            raise FormUnreadable
    return bytes(body)


async def _read_parts(request: AnyRequest, boundary: str, found: Arrived) -> None:
    """What no browser sends raises FormUnreadable."""
    reader = _Parts(found)
    try:
        with PushMultipartParser(boundary.encode("ascii"), max_segment_count=MOST_FIELDS, strict=True) as parser:
            async for piece in request.stream():
                for one in parser.parse(piece):
                    reader.read(one)
    except (MultipartError, ValueError, LookupError):
        raise FormUnreadable from None


class _Parts:
    """The parts of a form as the parser finds them."""

    def __init__(self, found: Arrived) -> None:
        self._found = found
        self._part: MultipartSegment | None = None
        self._text = bytearray()
        self._in_fields = 0
        self._files = 0

    def read(self, one: MultipartSegment | bytes | bytearray | None) -> None:
        """The head of a part, a piece of it, or (None) its end."""
        if isinstance(one, MultipartSegment):
            self._part, self._text = one, bytearray()
            if one.filename:
                self._files += 1
                self._found.name = shown_name(one.filename)
        elif self._part is None or self._files > 1:
            raise FormUnreadable
        elif self._part.filename:
            if one:
                self._found.take(one)
        elif one:
            self._in_fields += len(one)
            if self._in_fields > MOST_IN_FIELDS:
                raise FormUnreadable
            self._text += one
        elif self._part.filename is None:
            self._found.given.setdefault(self._part.name or "", []).append(self._text.decode())
