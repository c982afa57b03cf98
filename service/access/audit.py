"""Who did what to which thing from where: written with the change, never changed; `audit_log` reads it."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db, logs
from service.access.words import ACTION_WORDS
from service.db import Connection

log = logging.getLogger("plenary.acts")


class Act(Struct, frozen=True, kw_only=True):
    """What is written down: ids and words of our own, nothing that people wrote."""

    action: str
    thing_kind: str
    thing_id: UUID | None
    person_id: UUID | None
    client: str
    detail: Mapping[str, Any] = {}


async def write(conn: Connection, acts: Sequence[Act], now: datetime) -> int:
    """In the transaction of what they tell of."""
    for one in acts:
        if one.action not in ACTION_WORDS:
            raise ValueError(f"{one.action} has no words in ACTION_WORDS")
    _say(acts)
    return await db.run(
        conn,
        """insert into audit_entry (id, at, person_id, action, thing_kind, thing_id, client, detail)
           select id, $2, person_id, action, thing_kind, thing_id, client, detail
             from unnest($1::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::jsonb[])
               as act (id, person_id, action, thing_kind, thing_id, client, detail)""",
        sorted(db.new_id(now) for _ in acts),
        now,
        [one.person_id for one in acts],
        [one.action for one in acts],
        [one.thing_kind for one in acts],
        [one.thing_id for one in acts],
        [one.client for one in acts],
        [one.detail for one in acts],
    )


def _say(acts: Sequence[Act]) -> None:
    """One line for an act, or for all of a kind that were done together."""
    for (act, thing), many in Counter((one.action, one.thing_kind) for one in acts).items():
        which = {"thing_id": acts[0].thing_id} if len(acts) == 1 else {"count": many}
        log.info("noted", extra=logs.facts(act=act, thing=thing, **which))
