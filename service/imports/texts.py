"""The different texts of a workbook, which its cells refer to by number: in a file without a name, not in memory."""

import os
import tempfile
from array import array
from functools import lru_cache
from types import TracebackType

from service.imports.rules import FileUnusable

MOST_TEXTS = 4_000_000


class Texts:
    """Texts by their number, in the order in which they were added."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with this)
        self._starts = array("Q", [0])
        self.text = lru_cache(4096)(self._text)

    def __enter__(self) -> "Texts":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, text: str) -> None:
        """One more; raises FileUnusable where there are too many."""
        if len(self._starts) > MOST_TEXTS:
            raise FileUnusable("This workbook has more different texts than any table of ours. Save only the sheet with it.")
        self._starts.append(self._starts[-1] + self._file.write(text.encode(errors="replace")))

    def end(self) -> None:
        """There are no more: from now on they are asked for."""
        self._file.flush()

    def _text(self, number: int) -> str:
        start, end = self._starts[number], self._starts[number + 1]
        return os.pread(self._file.fileno(), end - start, start).decode()
