"""People found by words, part or district: a page of them, and how many there are."""

from uuid import UUID

from msgspec import Struct

from service.db import Connection
from service.members import finding_queries as queries
from service.members.directory import of_year
from service.members.finding_queries import ListedPerson, Sought
from service.web.paging import MOST_LEFT, NamePlace, most


class Found(Struct, frozen=True):
    """A page of people, and how many there are on all pages together: more than that where it is not `exact`."""

    rows: list[ListedPerson]
    in_all: int
    exact: bool


async def people(conn: Connection, sought: Sought, after: NamePlace | None, limit: int) -> Found:
    """People behind `after`; where they are not too many, those whose name begins with the words come first."""
    bound = most(sought.words)
    counted, ids = await _counted(conn, sought, after, limit)
    if ids is None:
        ids = await queries.by_name(conn, sought, after, limit)
    return Found(await queries.listed(conn, ids), min(counted, bound), counted <= bound)


async def _counted(conn: Connection, sought: Sought, after: NamePlace | None, limit: int) -> tuple[int, list[UUID] | None]:
    """How many a search leaves; and, of not too many, a page of them: None where the order of names is the way to it.

    That all who play a part, or who joined in a year, are too many is known before any of them is looked up.
    """
    if sought == Sought():
        return await queries.everybody(conn), None
    counted = 0
    if sought == Sought(part=sought.part) and sought.part != "none":
        counted = await queries.number_in(conn, sought.part)
    elif sought == Sought(year=sought.year) and sought.year is not None:
        counted = len(await of_year(conn, sought.year))
    if counted > MOST_LEFT:
        return counted, None
    found = await queries.gathered(conn, sought, after, limit)
    return found.in_all, found.ids if found.in_all <= most(sought.words) else None
