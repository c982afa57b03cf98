"""The district of a message by what somebody typed: as files of people know it, by its name or its short code."""

from collections.abc import Sequence
from uuid import UUID

from service.db import Connection
from service.errors import Invalid
from service.imports.hints import Hints
from service.imports.known import either
from service.members import place_lists, places
from service.members.rules import NoSuchDistrict
from service.text import searched

MOST_MEANT = 3


async def typed(conn: Connection, text: str) -> UUID | None:
    """None where nothing was typed; raises NoSuchDistrict with names that may be meant, or the codes of several alike."""
    if not text:
        return None
    known = await Hints("").districts(conn, [text])
    try:
        return known.of(text).id
    except Invalid as refusal:
        meant = "" if known.found or "Did you mean" in refusal.sentence else await _with_its_words(conn, text)
        raise NoSuchDistrict(f"{refusal.sentence}{meant}", pointer="/district") from None


async def offered(conn: Connection) -> Sequence[str]:
    """Names that a browser may offer while somebody types; none where there are very many."""
    return list(dict.fromkeys(one.name for one in await places.offered(conn, None)))


async def _with_its_words(conn: Connection, text: str) -> str:
    """A part of a name was typed: the first names that have it."""
    rows = await place_lists.districts(conn, searched(text), None, MOST_MEANT)
    return f" Did you mean {either(f'“{row.name}”' for row in rows)}?" if rows else ""
