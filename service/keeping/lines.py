"""One line of the policy of what is kept, and how a step of its deletion is called."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from service.db import Connection

Find: TypeAlias = Callable[[Connection, datetime, int], Awaitable[list[UUID]]]
"""Students of convenings that ended before then, so many at most; everything of each goes."""
Forget: TypeAlias = Callable[[Connection, datetime, datetime, int], Awaitable[int]]
"""Drops what is older than the first moment, at the second, so much at most; how much it was."""
Count: TypeAlias = Callable[[Connection, datetime], Awaitable[int]]
Since: TypeAlias = Literal["convening", "sent", "came", "changed", "made", "over"]
"""The end of the convening; when it was sent, came, was changed last, or was made; when it was over."""


class Line(Struct, frozen=True, kw_only=True):
    """One kind of data. Its period is the field of `Periods` that has its name."""

    kind: str
    of: Literal["students", "adults", "machine"]
    what: str
    """In words, for organizers and adults; families read theirs in their language."""
    since: Since
    how: Literal["deleted", "emptied"]
    tables: tuple[str, ...]
    """Tables, or columns of tables whose rows stay."""
    steps: tuple[Forget, ...] = ()
    find: Find | None = None
    left: Count
    soon: bool = False
    """It goes every ten minutes, and not only at night."""


def some(forget: Callable[[Connection, datetime, int], Awaitable[int]]) -> Forget:
    """Of what may be much: a batch at a time."""

    async def step(conn: Connection, before: datetime, _now: datetime, most: int) -> int:
        return await forget(conn, before, most)

    return step


def every(forget: Callable[[Connection, datetime], Awaitable[int]]) -> Forget:
    """Of what goes so often that it is never much."""

    async def step(conn: Connection, before: datetime, _now: datetime, _most: int) -> int:
        return await forget(conn, before)

    return step
