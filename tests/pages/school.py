"""A school contact's browser, and a panel that their school can fill."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar

from service import db
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, person, seal, sign_in
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import Office

ROW = {
    "s1_name": "Zuri Camberwell",
    "s1_grade": "12",
    "s1_guardian": "Amina Camberwell",
    "s1_email": desk.MAIL,
    "s1_phone": "",
    "s1_language": "es",
}
CHECKED = {"basis": "directory", "opt_outs": "yes"}


async def contact(conn: Connection, now: datetime, where: Stage) -> UUID:
    """Tamsin speaks for the school."""
    person_id = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await conn.execute(
        "insert into school_contact (person_id, school_id, phone) values ($1, $2, '555-555-0142')",
        person_id,
        where.school_id,
    )
    return person_id


async def enter(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage) -> Office:
    """The contact is signed in."""
    await contact(conn, now, where)
    await sign_in(browser, conn, settings)
    return Office(browser, await seal(browser))


async def another_school(conn: Connection, now: datetime, where: Stage) -> Stage:
    """A school of the same district."""
    school_id = db.new_id(now)
    await conn.execute(
        "insert into school (id, code, district_id, name) values ($1, 'other', $2, 'Silver Sage High')",
        school_id,
        where.school_id,
    )
    return Stage(where.convening_id, where.panel_id, school_id)


async def add(school: Office, where: Stage, **fields: Any) -> httpx.Response:
    """The form with one student, as the page gives it."""
    return await school.send(f"/school/panels/{where.panel_id}/signups", **{"once": "a"} | CHECKED | ROW | fields)


async def count(conn: Connection, table: str = "signup") -> int:
    """How many rows."""
    return int(await conn.fetchval(f"select count(*) from {table}"))


async def at(site: Litestar, conn: Connection, moment: datetime) -> None:
    """It is later, and everybody is still signed in."""
    site.state.clock = lambda: moment
    await conn.execute("update web_session set idle_until = $1, ends_at = $1", moment + timedelta(days=1))
