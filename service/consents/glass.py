"""Break-glass: in an emergency an organizer looks at health facts and says why; the privacy lead is told at once (R3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from service import db, events
from service.consents import day_facts, day_rules, disclosures
from service.consents.day_facts import Kept
from service.consents.disclosures import Purpose
from service.consents.queries import SignupRow
from service.db import Connection
from service.field_cipher import Ring

Reason: TypeAlias = Annotated[str, Meta(min_length=10, max_length=1000)]
FIELDS = tuple(name.replace("_", " ") for name in day_rules.BEHIND_GLASS)


class Alert(Struct, frozen=True):
    """Who looked, at a student of which convening, when and why; `who` is empty where the person is gone."""

    signup_id: UUID
    convening_id: UUID
    convening: str
    time_zone: str
    who: str
    reason: str
    created_at: datetime


async def look(conn: Connection, ring: Ring, row: SignupRow, by: UUID, reason: str, now: datetime) -> Sequence[Kept]:
    """Everything that was written about this student, for this once; each look is logged and tells the privacy lead."""
    break_id = db.new_id(now)
    await db.run(
        conn,
        "insert into glass_break (id, signup_id, person_id, reason, created_at) values ($1, $2, $3, $4, $5)",
        break_id,
        row.id,
        by,
        reason,
        now,
    )
    await events.record(conn, now, [events.GlassBroken(row.convening_id, row.id, break_id)])
    purpose = Purpose(FIELDS, f"An organizer broke the glass, look {break_id}")
    await disclosures.disclose_list(conn, [row.id], by, purpose, now, own_too=True)
    return (await day_facts.of_students(conn, ring, [row.id]))[row.id]


async def alert(conn: Connection, break_id: UUID) -> Alert | None:
    """What the privacy lead is told; None where the student is gone meanwhile."""
    return await db.maybe(
        conn,
        Alert,
        """select g.signup_id, c.id as convening_id, c.title as convening, c.time_zone, coalesce(q.name, '') as who,
                  g.reason, g.created_at
             from glass_break g join signup u on u.id = g.signup_id join panel p on p.id = u.panel_id
             join session s on s.id = p.session_id join convening c on c.id = s.convening_id
             left join person q on q.id = g.person_id
            where g.id = $1""",
        break_id,
    )
