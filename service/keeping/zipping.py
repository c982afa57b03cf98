"""A ZIP that is sent while it is written: nothing of it is held longer than until it is taken."""

import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO


class _Sink:
    """A file that is only written to, and never looked at again."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Keep it until it is taken."""
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """There is nothing behind it."""


class Archive:
    """One member after another."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]

    @contextmanager
    def member(self, name: str) -> Generator[IO[bytes]]:
        """Write a file of that name."""
        with self._zip.open(name, "w") as member:
            yield member

    def taken(self) -> bytes:
        """What has been written since the last time."""
        found = b"".join(self._sink.pieces)
        self._sink.pieces.clear()
        return found

    def end(self) -> bytes:
        """The last of it."""
        self._zip.close()
        return self.taken()
