"""Districts and schools of a batch: looked up, locked and written in a handful of statements."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.imports import place_queries
from service.imports.hints import Hints, lowered
from service.imports.place_plan import District, KnownSchools, School
from service.imports.rules import GivenRow, Outcome
from service.members import places


async def look_up_districts(conn: Connection, rows: Sequence[GivenRow], hints: Hints) -> list[District]:
    """The districts of these names and codes."""
    del hints  # a district that is not known is a new one
    return await place_queries.districts(conn, _texts(rows))


async def look_up_schools(conn: Connection, rows: Sequence[GivenRow], hints: Hints) -> KnownSchools:
    """The schools of these names and codes, and the districts that the rows name."""
    districts = await hints.districts(conn, (row.cells.get("district", "") for row in rows))
    return KnownSchools(await place_queries.schools(conn, _texts(rows)), districts)


async def lock_districts(conn: Connection, rows: Sequence[GivenRow]) -> int:
    """Nobody else changes them meanwhile."""
    return await place_queries.lock_districts(conn, _texts(rows))


async def lock_schools(conn: Connection, rows: Sequence[GivenRow]) -> int:
    """Nobody else changes them meanwhile."""
    return await place_queries.lock_schools(conn, _texts(rows))


async def write_districts(conn: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """All of them; raises UniqueViolationError where somebody took a code meanwhile."""
    targets: list[District] = [one.target for one in outcomes]
    new = [one for one in targets if one.id is None]
    ids = [db.new_id(now) for _ in new]
    codes = await _codes(conn, ids, new, "district", place_queries.district_codes)
    await place_queries.insert_districts(conn, ids, codes, new)
    await place_queries.update_districts(conn, [one for one in targets if one.id])


async def write_schools(conn: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """All of them; raises UniqueViolationError or ForeignKeyViolationError where somebody was there meanwhile."""
    targets: list[School] = [one.target for one in outcomes]
    new = [one for one in targets if one.id is None]
    ids = [db.new_id(now) for _ in new]
    codes = await _codes(conn, ids, new, "school", place_queries.school_codes)
    await place_queries.insert_schools(conn, ids, codes, new)
    await place_queries.update_schools(conn, [one for one in targets if one.id])


async def _codes(
    conn: Connection,
    ids: Sequence[UUID],
    new: Sequence[District] | Sequence[School],
    kind: str,
    taken: Callable[[Connection, Sequence[str]], Awaitable[list[str]]],
) -> list[str]:
    """The short codes of new ones, made from the name where their rows have none."""
    tried = [[one.code] if one.code else places.codes(one.name, kind, own_id) for own_id, one in zip(ids, new, strict=True)]
    used = {*await taken(conn, sorted({code for some in tried for code in some})), *(one.code for one in new)}
    codes: list[str] = []
    for one, some in zip(new, tried, strict=True):
        code = one.code or next(code for code in some if code not in used)
        used.add(code)
        codes.append(code)
    return codes


def _texts(rows: Sequence[GivenRow]) -> list[str]:
    return lowered(row.cells.get(field, "") for row in rows for field in ("name", "code"))
