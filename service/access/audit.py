"""Who did what to which thing from where: written with the change, never changed; `audit_log` reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.access.words import ACTION_WORDS
from service.db import Connection


class Act(Struct, frozen=True, kw_only=True):
    """What is written down: ids and words of our own, nothing that people wrote."""

    action: str
    thing_kind: str
    thing_id: UUID | None
    person_id: UUID | None
    client: str
    detail: Mapping[str, Any] = {}


async def write(conn: Connection, act: Act, now: datetime) -> int:
    """In the transaction of what it tells of."""
    if act.action not in ACTION_WORDS:
        raise ValueError(f"{act.action} has no words in ACTION_WORDS")
    return await db.run(
        conn,
        """insert into audit_entry (id, at, person_id, action, thing_kind, thing_id, client, detail)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        db.new_id(now),
        now,
        act.person_id,
        act.action,
        act.thing_kind,
        act.thing_id,
        act.client,
        act.detail,
    )
