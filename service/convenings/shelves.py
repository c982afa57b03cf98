"""The materials of a convening as pages show them: the application hands them in, since what they are stands above.

Materials stand above convenings and registrations, so that nothing here can import what they do; see docs/decisions/007.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import SkipValidation
from msgspec import Struct

from service.db import Connection


class OnShelf(Struct, frozen=True):
    """One material as somebody sees it: where it is to be had, and in words what it is and since when it is another one."""

    title: str
    description: str
    language: str
    href: str
    is_link: bool
    what: str
    session_id: UUID | None
    session_title: str
    updated_at: datetime | None


class Shelf(Struct, frozen=True):
    """What somebody sees of a convening's materials at a moment."""

    all: Sequence[OnShelf] = ()

    def of(self, session_id: UUID | None) -> list[OnShelf]:
        """Those of one session, or (None) of the whole convening."""
        return [one for one in self.all if one.session_id == session_id]

    @property
    def groups(self) -> list[tuple[str, list[OnShelf]]]:
        """Those of the whole convening under an empty title, then by session, in the order of the agenda."""
        found: dict[UUID | None, list[OnShelf]] = {}
        for one in self.all:
            found.setdefault(one.session_id, []).append(one)
        return [(group[0].session_title, group) for group in found.values()]


EMPTY = Shelf()


class Shelves(Struct, frozen=True):
    """What the slices below ask for: what everybody sees, what who has a seat sees, and what a copy of a convening gets."""

    public: Callable[[Connection, UUID, str, datetime], Awaitable[Shelf]]
    """Of a convening, by its id and the name in its address."""
    own: Callable[[Connection, UUID, str, datetime], Awaitable[Shelf]]
    """By a registration's id and the path of its own page."""
    copy: Callable[[Connection, UUID, UUID, datetime], Awaitable[int]]
    """From one convening into another that was just made from it."""


if TYPE_CHECKING:
    KnownShelves: TypeAlias = NamedDependency[SkipValidation[Shelves]]
else:
    KnownShelves = NamedDependency[SkipValidation[Any]]  # see service.web.deps
"""Asked for as `shelves: KnownShelves`."""
