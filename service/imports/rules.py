"""Values, limits and refusals of imports, and what becomes of rows that stand in one another's way. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.errors import Invalid, Refused

Kind: TypeAlias = Literal["people", "schools", "districts"]
State: TypeAlias = Literal["arriving", "reading", "held", "taking", "done", "cancelled", "unusable"]
"""schema.sql explains each."""
Becomes: TypeAlias = Literal["new", "changed", "unchanged", "refused"]

MOST_FILE_BYTES = 50 * 1024 * 1024
MOST_ROWS = 100_000
PIECE_BYTES = 512 * 1024
"""Of a file in the database, and at most of one in the memory of a web process."""
ROWS_AT_ONCE = 500
SIGNS_AT_ONCE = 1024 * 1024
"""A batch ends with either: rows as people write them fill neither memory nor a transaction, and long ones do not either."""
LEASE = timedelta(seconds=60)
"""How long a worker may be silent between two batches before another one goes on."""
MOST_ATTEMPTS = 5
ARRIVES_WITHIN = timedelta(hours=1)
HELD_FOR = timedelta(days=1)
KEPT = timedelta(days=30)
"""How long what became of each row can be read."""
WORN_OUT = "We could not read this file to its end, several times. Tell whoever runs this installation; nothing is lost."
CHANGED_MEANWHILE = (
    "Something about this row changed in the network after you looked, so it was left out. Import the file again to see it."
)


class GivenRow(Struct, frozen=True):
    """One row: its number as a spreadsheet shows it, and its cells that are not empty, by field."""

    number: int
    cells: dict[str, str]
    too_many: bool = False
    """It has more cells than the table has columns."""


class Head(Struct, frozen=True, tag=True):
    """How a file was understood, in words, and the names of columns that are none of ours."""

    read_as: str
    left_alone: list[str]


class Rows(Struct, frozen=True, tag=True):
    """Some rows in the order of the file, and how much of it is read then."""

    rows: list[GivenRow]
    percent: int


class Unusable(Struct, frozen=True, tag=True):
    """The file cannot be read, or no further, in words for whoever made it."""

    sentence: str


class End(Struct, frozen=True, tag=True):
    """There are no more rows."""


Told: TypeAlias = Head | Rows | Unusable | End


class Difference(Struct, frozen=True):
    """What is to be different, in words."""

    field: str
    before: str
    after: str


class Outcome(Struct, frozen=True):
    """What becomes of a row: `sentences` say why it is refused, `target` is None then.

    `keys` are what the row is about, in no other row of the file; `needs` is a key that another row must have.
    """

    number: int
    kind: Becomes
    name: str
    subject: str
    differences: tuple[Difference, ...] = ()
    sentences: tuple[str, ...] = ()
    target: Any = None
    keys: tuple[str, ...] = ()
    needs: str | None = None

    @property
    def writes(self) -> bool:
        """Whether taking it in changes anything."""
        return self.kind in ("new", "changed")

    @property
    def mark(self) -> str:
        """Changes with everything that the row would do; sixteen signs."""
        told = msgspec.json.encode((self.kind, self.differences, self.target))
        return hashlib.sha256(told).hexdigest()[:16]


class MarkedRow(Struct, frozen=True):
    """A row that waits to be taken in, and the mark of what was shown of it."""

    row: GivenRow
    mark: str


class Counts(Struct, frozen=True):
    """By how much the numbers of rows change."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


class FileUnusable(Invalid):
    """This file cannot be read as a table."""

    code = "file-unusable"

    def __init__(self, sentence: str) -> None:
        """`sentence` says what is the matter and what helps."""
        super().__init__(sentence, pointer="/file")


class NoSuchKind(Invalid):
    """Choose what is in the file: people, schools or districts."""

    code = "no-such-kind"

    def __init__(self) -> None:
        """Said beside the choice."""
        super().__init__(pointer="/kind")


class NotHeld(Refused):
    """This file does not wait for your word any more. This is how it stands now."""

    code = "import-not-held"


def refused(outcome: Outcome, *sentences: str) -> Outcome:
    """The same row, which cannot be taken."""
    return replace(
        outcome, kind="refused", differences=(), target=None, sentences=(*outcome.sentences, *sentences), keys=(), needs=None
    )


def counted(outcomes: Sequence[Outcome]) -> Counts:
    """How many there are of each kind."""
    return shifted([], [one.kind for one in outcomes])


def shifted(before: Sequence[Becomes], after: Sequence[Becomes]) -> Counts:
    """By how much the numbers change where these rows were the one, and are the other."""
    more, less = Counter(after), Counter(before)
    return Counts(
        more["new"] - less["new"],
        more["changed"] - less["changed"],
        more["unchanged"] - less["unchanged"],
        more["refused"] - less["refused"],
    )


def without_twins(outcomes: Sequence[Outcome], taken: Mapping[str, int], twin: Callable[[int], str]) -> list[Outcome]:
    """Refuse what an earlier row is about already: of this batch, or of those before, whose keys are `taken`."""
    first_row, judged = dict(taken), list[Outcome]()
    for outcome in outcomes:
        earlier = next((first_row[key] for key in outcome.keys if key in first_row), None)
        if earlier is not None:
            judged.append(refused(outcome, twin(earlier)))
            continue
        first_row.update(dict.fromkeys(outcome.keys, outcome.number))
        judged.append(outcome)
    return judged


def as_shown(outcome: Outcome, mark: str) -> Outcome:
    """Of a row that was shown as something to write, what may be written now: that, or nothing."""
    return refused(outcome, CHANGED_MEANWHILE) if outcome.writes and outcome.mark != mark else outcome
