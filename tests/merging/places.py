"""Districts and schools that are there twice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from service.db import Connection
from service.members import places
from service.members.rules import District
from service.merging import place_actions as actions
from service.merging.place_rules import Kind, Look


async def district(conn: Connection, name: str, now: datetime, **changes: Any) -> UUID:
    return await places.add_district(
        conn, District(**{"name": name, "state": "WA", "time_zone": "America/Los_Angeles"} | changes), now
    )


async def school_in(conn: Connection, district_id: UUID, name: str, now: datetime) -> UUID:
    return await places.add_school(conn, name, district_id, now)


async def merged(conn: Connection, kind: Kind, kept: UUID, former: UUID, by: UUID, now: datetime, **chosen: str) -> Look:
    """As the page does it: look, and merge what was looked at."""
    async with conn.transaction():
        read = await actions.look(conn, kind, kept, former, now)
        return await actions.merge(conn, kind, (kept, former), chosen, read.mark, by, now)
