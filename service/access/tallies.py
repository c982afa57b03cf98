"""What is counted for ever, by all web processes together; whoever looks twice knows how often it happens."""

from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from service import db
from service.db import Connection

Tally: TypeAlias = Literal["wrong_code", "sign_in_given_up", "only_the_link"]
"""See the table in schema.sql."""
TALLIES: tuple[Tally, ...] = get_args(Tally)


class TallyRow(Struct, frozen=True):
    """How often it happened since the beginning."""

    name: str
    count: int


async def count(conn: Connection, name: Tally) -> int:
    """Once more. The row stays ours until the transaction ends, so this comes late in it."""
    return await db.run(
        conn,
        "insert into tally (name, count) values ($1, 1) on conflict (name) do update set count = tally.count + 1",
        name,
    )


async def tallies(conn: Connection) -> dict[str, int]:
    """All of them."""
    known = {row.name: row.count for row in await db.many(conn, TallyRow, "select name, count from tally order by name")}
    return {name: known.get(name, 0) for name in TALLIES}
