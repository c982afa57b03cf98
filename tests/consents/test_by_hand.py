"""What the application's own role writes by hand, past every action of ours, makes nobody uncleared a panelist."""

from collections.abc import AsyncGenerator
from datetime import datetime

import asyncpg
import pytest

from service import db
from service.db import APP_ROLE, Connection
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.test_answering import sign

DENIED = asyncpg.InsufficientPrivilegeError


@pytest.fixture
async def temporary(owner: Connection, database_url: str) -> AsyncGenerator[Connection]:
    """A connection whose database lets our role make temporary tables after all, say after an operator's grant."""
    name = await db.one(owner, str, "select current_database()::text")
    await owner.execute(f'grant temporary on database "{name}" to {APP_ROLE}')
    conn = await db.connect(database_url, "by hand")
    try:
        yield conn
    finally:
        await conn.close()
        await owner.execute(f'revoke temporary on database "{name}" from {APP_ROLE}')


async def test_our_role_makes_no_temporary_tables(conn: Connection) -> None:
    with pytest.raises(DENIED, match="temporary"):
        await conn.execute("create temp table spare ()")


async def test_tables_of_the_same_name_clear_nobody(
    temporary: Connection, conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    await temporary.execute(
        """create temp table consent (signup_id uuid, signer text, state text, joins boolean, valid_until timestamptz,
                                      version_id uuid);
           create temp table assent (signup_id uuid, state text, version_id uuid);
           grant all on pg_temp.consent, pg_temp.assent to public"""
    )
    await temporary.execute("insert into pg_temp.consent values ($1, 'guardian', 'signed', true)", signup_id)
    await temporary.execute("insert into pg_temp.assent values ($1, 'yes')", signup_id)
    await temporary.execute("update public.assent set made_up = made_up where signup_id = $1", signup_id)
    assert await db.many(conn, str, "select signup_id::text from clearance") == []
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await temporary.execute("insert into public.seat values ($1, $2, $3)", signup_id, where.panel_id, now)


async def test_a_published_text_stays_in_front_of_a_table_of_the_same_name(
    temporary: Connection, conn: Connection, where: Stage
) -> None:
    await temporary.execute("create temp table consent_version (id uuid, published_at timestamptz)")
    with pytest.raises(DENIED, match="stays as it is"):
        await temporary.execute("update public.consent_text set body = 'other words'")


async def test_who_may_be_on_a_stage_is_decided_by_the_triggers_alone(conn: Connection, where: Stage, now: datetime) -> None:
    signup_id = await desk.ask(conn, where, now)
    with pytest.raises(DENIED, match="clear_or_not"):
        await conn.execute("select clear_or_not($1)", signup_id)


async def test_every_function_of_ours_names_where_it_looks(owner: Connection) -> None:
    """Those whose body is SQL look nowhere when they run: what they name was looked up when they were made."""
    open_ = await db.many(
        owner,
        str,
        """select proname::text from pg_proc
            where pronamespace = 'public'::regnamespace
              and prosqlbody is null
              and not exists (select from pg_depend d where d.objid = pg_proc.oid and d.deptype = 'e')
              and not coalesce(proconfig @> array['search_path=pg_catalog, public, pg_temp'], false)""",
    )
    assert open_ == []


async def test_no_yes_is_carried_to_another_panel(conn: Connection, where: Stage, now: datetime) -> None:
    """The family agreed to this panel and its topics."""
    signup_id = await desk.ask(conn, where, now)
    await desk.student_says(conn, signup_id, "yes", now)
    await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    assert await desk.seated(conn, where) == [signup_id]
    other = db.new_id(now)
    await conn.execute(
        """insert into session select (json_populate_record(s, json_build_object('id', $1::uuid, 'ordinal', 9))).*
             from session s""",
        other,
    )
    await conn.execute("insert into panel (id, session_id, seats, created_at) values ($1, $1, 3, $2)", other, now)
    await conn.execute("delete from seat where signup_id = $1", signup_id)
    with pytest.raises(asyncpg.CheckViolationError, match="its panel"):
        await conn.execute("update signup set panel_id = $2 where id = $1", signup_id, other)
    with pytest.raises(asyncpg.CheckViolationError):
        await conn.execute("insert into seat values ($1, $2, $3)", signup_id, other, now)
