"""Nothing in the database names a district or a school of which nobody decided what becomes of it when two become one."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.merging import place_actions as actions
from service.merging.place_decisions import DISTRICTS, SCHOOLS
from service.merging.place_rules import Kind
from tests.consents import desk
from tests.members.conftest import Places
from tests.merging.conftest import named, plant
from tests.merging.places import school_in


async def references(owner: Connection, table: Kind) -> set[str]:
    """Every column that refers to one, or by its name means one."""
    return set(
        await db.many(
            owner,
            str,
            """select c.conrelid::regclass::text || '.' || a.attname as place from pg_constraint c
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
                where c.contype = 'f' and c.confrelid = $1::text::regclass
               union
               select c.table_name || '.' || c.column_name from information_schema.columns c
                 join information_schema.tables t using (table_schema, table_name)
                where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type = 'uuid'
                  and c.column_name like '%' || $1 || '%'""",
            table,
        )
    )


async def test_every_reference_to_a_district_or_a_school_is_decided(owner: Connection) -> None:
    assert await references(owner, "district") == set(DISTRICTS)
    assert await references(owner, "school") == set(SCHOOLS)


async def test_what_was_decided_happens_to_a_row_of_each_table(
    conn: Connection, owner: Connection, network: Places, tamsin: UUID, now: datetime
) -> None:
    where = await desk.stage(conn, now)
    twin = await school_in(conn, network.cedar, "Tidewater Acad.", now)
    for kind, decisions, kept, former in (
        ("school", SCHOOLS, network.school, twin),
        ("district", DISTRICTS, network.cedar, network.sage),
    ):
        await owner.execute("set session_replication_role = replica")
        for place in decisions:
            fixed = {"panel_id": where.panel_id} if place.startswith(("panel_hold.", "signup.")) else {}
            await plant(owner, place, former, where.convening_id, **fixed)
        await owner.execute("set session_replication_role = default")
        async with conn.transaction():
            read = await actions.look(conn, kind, kept, former, now)
            assert read.objections == []
            await actions.merge(conn, kind, (kept, former), {}, read.mark, tamsin, now)
        left = {place for place in decisions if await named(owner, place, former)}
        assert left == {place for place in decisions if decisions[place] == "stays"}
        assert {place for place in decisions if not await named(owner, place, kept)} == left
