"""How a question of ours is written down as a case; and where in the crowd it is asked."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct

from service.access.reach import Reach

Question: TypeAlias = Awaitable[Any] | AsyncGenerator[Any]
"""An answer, or one that comes portion by portion."""
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
AGO = NOW - timedelta(days=30)
PAGE = 51
FEW = 40 * PAGE
"""Rows that a page may look at."""
FREQUENT = 30_000
"""The same where a frequent word is searched: its first 10,000 rows are counted, and put in order."""
LINE = 4 * FEW
"""Where the places on a waiting list of 5,600 are counted: in an index alone."""
STUDENTS = 3 * 4000
"""Those of the 4,000 students who come to convenings that are still to come."""


COME_ALREADY = "passes over the 20,000 people who come already"


class Case(Struct, frozen=True):
    """A function with its arguments; `rows` may be looked at, and where that is all of something, `why`."""

    function: Callable[..., Question]
    args: dict[str, Any]
    rows: int = FEW
    why: str = ""


def ask(function: Callable[..., Question], rows: int = FEW, why: str = "", **args: Any) -> Case:
    """One case."""
    return Case(function, args, rows, why)


def made(kind: str, n: int) -> UUID:
    """The id that tests/lists/crowd.sql gives to the n-th of a kind."""
    return UUID(md5(f"{kind}{n}".encode()).hexdigest())


LARGEST, COMING, USUAL = made("convening", 1), made("convening", 12), made("convening", 30)
"""The largest and another that are still to come, and one that is over."""
SHOWN = [made("convening", n) for n in range(1, 60)]
ANYBODY = made("person", 4711)
DEEP = (NOW - timedelta(days=60), made("anything", 1))
BY_NAME = ("Solveig", made("anything", 1))
RARE = ("quibbleworth", "zofie quibbleworth", "nobody at all", "4711")
EVERYWHERE = Reach(everywhere=True, convenings=())
