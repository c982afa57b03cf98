"""A large file while it arrives: written to a file without a name, which nobody else can open and nothing outlives.

A form, or a body that is the file itself. Memory holds a piece of it at a time, and no connection of the database waits.
"""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import IO

from service.web.deps import AnyRequest
from service.web.forms import Form
from service.web.uploads import Begun, Field, shown_name, streamed


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
        async for one in streamed(request):
            match one:
                case Field(name, text):
                    found.given.setdefault(name, []).append(text)
                case Begun(name):
                    found.name = name
                case piece:
                    found.take(piece)
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
