"""People of a batch: looked up, locked and written in a handful of statements."""

from collections.abc import Sequence
from datetime import datetime

from service import db
from service.db import Connection
from service.errors import Refused
from service.imports import people_queries
from service.imports.hints import Hints
from service.imports.known import Known
from service.imports.rules import GivenRow, Outcome
from service.imports.targets import Target
from service.members import erased
from service.text import email_address

BY_HAND = "Then add them by hand: a file may be older than their wish."


async def look_up(conn: Connection, rows: Sequence[GivenRow], hints: Hints) -> Known:
    """The people of these rows, and the districts, schools and coaches that the rows name."""
    keys = _keys(rows, "email")
    people = {one.asked: one for one in await people_queries.people(conn, keys)}
    gone = await erased.known(conn, hints.secret, [key for key in keys if key not in people])
    coaches = await people_queries.coaches(conn, _keys(rows, "coach"))
    return Known(
        people,
        await hints.districts(conn, (row.cells.get("district", "") for row in rows)),
        await hints.schools(conn, (row.cells.get("school", "") for row in rows)),
        {address: one.email_key for one in coaches for address in (one.asked, one.email_key)},
        {address: f"{erased.sentence(at)} {BY_HAND}" for address, at in gone.items()},
    )


async def lock(conn: Connection, rows: Sequence[GivenRow]) -> int:
    """Nobody else changes them meanwhile, nor who coaches them."""
    return await people_queries.lock_members(conn, await people_queries.lock_people(conn, _keys(rows, "email")))


async def write(conn: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """All of them; raises UniqueViolationError where somebody took an address meanwhile."""
    targets: list[Target] = [one.target for one in outcomes]
    wanted = [(one.person_id or db.new_id(now), one) for one in targets]
    new = [(own_id, one) for own_id, one in wanted if one.person_id is None]
    await people_queries.insert_people(conn, [own_id for own_id, _ in new], [one for _, one in new], now)
    await people_queries.update_people(conn, [own_id for own_id, _ in wanted], targets)
    await people_queries.put_coaches(conn, [own_id for own_id, one in wanted if one.coaches])
    members = [(own_id, one.joined, one.coach) for own_id, one in wanted if one.joined is not None]
    await people_queries.put_members(
        conn, [own_id for own_id, _, _ in members], [joined for _, joined, _ in members], [key for _, _, key in members]
    )
    contacts = [(own_id, one.school.id) for own_id, one in wanted if one.school]
    await people_queries.put_contacts(conn, [own_id for own_id, _ in contacts], [school_id for _, school_id in contacts])


def _keys(rows: Sequence[GivenRow], field: str) -> list[str]:
    """The addresses in a column as people are found by them."""
    return sorted({_key(cell) for row in rows if (cell := row.cells.get(field))})


def _key(cell: str) -> str:
    """In lower case, the domain in ASCII; of what is no address, the text as it is: nobody has it."""
    if cell.isascii():
        return cell.lower()
    try:
        return email_address(cell).lower()
    except Refused:
        return cell
