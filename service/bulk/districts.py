"""The district of a message by what somebody typed: as files of people know it, by its name or its short code."""

from collections.abc import Sequence
from uuid import UUID

from service.db import Connection
from service.errors import Invalid
from service.imports.hints import Hints
from service.members import places
from service.members.rules import NoSuchDistrict


async def typed(conn: Connection, text: str) -> UUID | None:
    """None where nothing was typed; raises NoSuchDistrict with the nearest names, or the codes of several of one name."""
    if not text:
        return None
    known = await Hints("").districts(conn, [text])
    try:
        return known.of(text).id
    except Invalid as refusal:
        raise NoSuchDistrict(refusal.sentence, pointer="/district") from None


async def offered(conn: Connection) -> Sequence[str]:
    """Names that a browser may offer while somebody types; none where there are very many."""
    return list(dict.fromkeys(one.name for one in await places.offered(conn, None)))
