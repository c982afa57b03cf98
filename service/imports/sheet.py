"""A table as its reader hands it on. Pure."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct


class Record(Struct, frozen=True):
    """One row with its number as a spreadsheet shows it, and its cells as people see them."""

    number: int
    cells: Sequence[str]


class Sheet(Struct, frozen=True):
    """What is in a file: in words how it was understood, its rows one after another, and how much of it is read by now."""

    read_as: str
    records: Iterable[Record]
    percent: Callable[[], int]
