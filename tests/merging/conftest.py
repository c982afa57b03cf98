"""Two entries of one person: Wren, and Wren at another address."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec import Struct

from service import db
from service.db import Connection
from service.merging import actions
from tests.access.conftest import another, browser, person, tamsin
from tests.members.conftest import network, office

__all__ = ["another", "browser", "network", "office", "tamsin"]

LOW, HIGH = UUID(int=1), UUID(int=2**128 - 1)
"""Two others, whose ids come before and behind all that are made."""
KEPT, FORMER = "wren@cedar-harbor.example", "w.okonkwo@old-mail.example"


class Two(Struct, frozen=True):
    """The one who stays, and the one who goes."""

    kept: UUID
    former: UUID


@pytest.fixture
async def two(conn: Connection, now: datetime) -> Two:
    """Two rows of one person."""
    return Two(await person(conn, now, "Wren Okonkwo", KEPT), await person(conn, now, "Okonkwo, Wren", FORMER))


async def merged(conn: Connection, two: Two, by: UUID, now: datetime, **chosen: str) -> None:
    """As the page does it: look, and merge what was looked at."""
    async with conn.transaction():
        read = await actions.look(conn, two.kept, two.former, by, now)
        await actions.merge(conn, two.kept, two.former, chosen, read.mark, by, now)


OF_TYPE: dict[str, Any] = {
    "text": "x",
    "integer": 1,
    "double precision": 1.0,
    "bigint": 1,
    "boolean": False,
    "jsonb": "{}",
    "ARRAY": [],
    "date": datetime(2026, 12, 1, tzinfo=UTC).date(),
}
ALLOWED: dict[str, dict[str, Any]] = {
    "attendance_correction": {"minutes": 0},
    "audit_entry": {"action": "tested"},
    "bulk_message": {"audience": "seated"},
    "coach_slot": {"audience": "own", "ends_at": datetime(2026, 12, 1, 1, tzinfo=UTC)},
    "delivery": {"policy": "hold", "recipient": FORMER},
    "erasure": {"ordered_by": "family"},
    "import_file": {"kind": "people", "state": "held"},
    "likeness": {"why": "district"},
    "legal_hold": {"ended_at": datetime(2026, 12, 1, tzinfo=UTC)},
    "interpreter_request": {"language": "en"},
    "calendar_entry": {"booking_id": LOW},
    "material": {"kind": "link", "audience": "seats", "shared": "now", "url": "https://a.example"},
    "material_notice": {"how": "asked"},
    "media_item": {"use": "photo_public"},
    "membership": {"joined_year": 2020},
    "registration": {"state": "withdrawn", "source": "organizer"},
    "registration_note": {"action": "withdrawn"},
    "role_grant": {"role": "moderator"},
    "scan": {"direction": "in", "outcome": "recorded"},
    "student_export": {"kind": "roster"},
    "student_request": {"kind": "everything"},
    "web_session": {"kind": "usual"},
}
"""What the checks of a table ask for."""


async def plant(owner: Connection, place: str, thing_id: UUID, convening_id: UUID, **fixed: Any) -> None:
    """A row of which this one column names somebody or something; what else must stand in it is made up, unchecked."""
    table, column = place.split(".")
    needed = await owner.fetch(
        """select column_name, data_type from information_schema.columns
            where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null
              and is_generated = 'NEVER' and is_identity = 'NO'""",
        table,
    )
    values = (
        {row["column_name"]: made_up(row["data_type"]) for row in needed}
        | ALLOWED.get(table, {})
        | fixed
        | {column: thing_id}
    )
    if "convening_id" in values or table in ("bulk_message", "delivery", "role_grant"):
        values["convening_id"] = convening_id
    if table == "calendar_entry":
        values["booking_id"] = uuid4()
    if table in ("told_apart", "likeness"):
        values |= {"one_id": LOW, "other_id": HIGH} | {column: thing_id}
    marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await owner.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", *values.values())


def made_up(kind: str) -> Any:
    """A value of a type, another one each time where it matters."""
    if kind == "uuid":
        return uuid4()
    if kind == "bytea":
        return uuid4().bytes
    if kind == "text":
        return f"x{uuid4().hex}"
    if kind.startswith("timestamp"):
        return datetime(2026, 12, 1, tzinfo=UTC)
    found = OF_TYPE[kind]
    return json.loads(found) if kind == "jsonb" else found


async def named(owner: Connection, place: str, person_id: UUID) -> int:
    """In how many rows a column names somebody."""
    table, column = place.split(".")
    return await owner.fetchval(f"select count(*) from {table} where {column} = $1", person_id)


async def references(owner: Connection) -> set[str]:
    """Every column that refers to a person, or by its name means one."""
    return set(
        await db.many(
            owner,
            str,
            """select c.conrelid::regclass::text || '.' || a.attname as place from pg_constraint c
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
                where c.contype = 'f' and c.confrelid in ('person'::regclass, 'coach'::regclass)
               union
               select c.table_name || '.' || c.column_name from information_schema.columns c
                 join information_schema.tables t using (table_schema, table_name)
                where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type = 'uuid'
                  and (c.column_name = 'person_id' or c.column_name like '%\\_by')""",
        )
    )
