"""People found by words, part or district: a page of them, and how many there are."""

from msgspec import Struct

from service.db import Connection
from service.members import finding_queries as queries
from service.members.finding_queries import ListedPerson, Sought
from service.web.paging import NamePlace, most


class Found(Struct, frozen=True):
    """A page of people, and how many there are on all pages together: more than that where it is not `exact`."""

    rows: list[ListedPerson]
    in_all: int
    exact: bool


async def people(conn: Connection, sought: Sought, after: NamePlace | None, limit: int) -> Found:
    """People behind `after`; where they are not too many, those whose name begins with the words come first."""
    bound = most(sought.words)
    found = None if sought == Sought() else await queries.gathered(conn, sought, after, limit)
    counted = found.in_all if found else await queries.everybody(conn)
    ids = found.ids if found and counted <= bound else await queries.by_name(conn, sought, after, limit)
    return Found(await queries.listed(conn, ids), min(counted, bound), counted <= bound)
