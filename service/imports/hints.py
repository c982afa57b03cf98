"""Districts and schools by what cells call them, and for what none is called the names that may have been meant."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from service.db import Connection
from service.imports import place_queries
from service.imports.known import KnownPlace, Places, is_called, lower

MOST = 50


class Hints:
    """What is taken along through a file: our secret, by which the address of somebody who was erased is known again, and
    names near to those that nothing has, for the first of them: a file of nothing else is not to take hours.
    """

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._names: dict[tuple[str, str], list[str]] = {}

    async def districts(self, conn: Connection, cells: Iterable[str]) -> Places:
        """The districts of these names and codes."""
        texts = lowered(cells)
        found = await place_queries.districts_called(conn, texts)
        return Places("district", found, await self._alike(conn, "district", texts, found, place_queries.district_names))

    async def schools(self, conn: Connection, cells: Iterable[str]) -> Places:
        """The schools of these names and codes."""
        texts = lowered(cells)
        found = await place_queries.schools_called(conn, texts)
        return Places("school", found, await self._alike(conn, "school", texts, found, place_queries.school_names))

    async def _alike(
        self,
        conn: Connection,
        kind: str,
        texts: Iterable[str],
        found: Sequence[KnownPlace],
        names: Callable[[Connection, str], Awaitable[list[str]]],
    ) -> dict[str, list[str]]:
        unknown = [text for text in texts if not any(is_called(one, text) for one in found)]
        for text in unknown:
            if (kind, text) not in self._names and len(self._names) < MOST:
                self._names[kind, text] = await names(conn, text)
        return {text: self._names[kind, text] for text in unknown if (kind, text) in self._names}


def lowered(cells: Iterable[str]) -> list[str]:
    """Each once, in lower case, where something is in it."""
    return sorted({lower(cell) for cell in cells if cell})
