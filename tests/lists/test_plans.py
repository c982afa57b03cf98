"""Lists, searches, counts, claims and clocks look at a page of rows, also where there are a hundred thousand."""

import ast
from collections.abc import AsyncGenerator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from msgspec import Struct

from service import db
from service.db import Pool
from service.local.servers import Servers
from service.members import finding
from service.members.finding_queries import Sought
from service.web.deps import provide_conn
from service.web.metrics import Requests
from tests.lists import crowd, plans
from tests.lists.asked import NOW, Case
from tests.lists.cases import CASES
from tests.lists.plans import Scan

ROOT = Path(__file__).parent.parent.parent
ROWS = 100_000
SMALL = 1000
"""A table of so many rows is read as it likes."""
STOPPED = 10_001
"""So far a table is read whose first rows will do: a search counts no more."""
OPENING = ("limit", "most", "after", "before", "beside", "room")
"""Parameters by which a function says that there may be more than it answers."""
NARROWING = ("UUID", "Sequence[str]", "Recorded", "Sequence[Lease]")
"""Types of those that name one thing, or some."""

pytestmark = pytest.mark.slow


class Answered(Struct, frozen=True):
    """What was sent for all cases, and what each of them looked at."""

    sent: set[str]
    looked_at: list[list[Scan]]


@pytest.fixture(scope="module")
async def crowded(servers: Servers, template: str) -> AsyncGenerator[str]:
    """A database with a hundred thousand people and their registrations."""
    name = f"plenary_{uuid4().hex}"
    owner = await asyncpg.connect(servers.database_url())
    await owner.execute(f"create database {name} template {template} strategy file_copy")
    await crowd.fill(servers.database_url(name), ROWS, NOW)
    yield servers.database_url(name)
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


@pytest.fixture(scope="module")
async def answered(crowded: str) -> Answered:
    """Every case, asked once."""
    conn = await db.connect(crowded, "tests")
    sent: set[str] = set()
    looked_at: list[list[Scan]] = []
    for case in CASES:
        asked = await plans.statements(conn, case.function, case.args)
        sent |= {one.sql for one in asked}
        looked_at.append([scan for one in asked for scan in await plans.carried_out(conn, one)])
    await conn.close()
    return Answered(sent, looked_at)


@pytest.fixture(scope="module")
async def small(crowded: str) -> set[str]:
    """Tables with so few rows that it does not matter."""
    conn = await asyncpg.connect(crowded)
    found = await conn.fetch("select relname from pg_class where relkind = 'r' and reltuples <= $1", SMALL)
    await conn.close()
    return {row[0] for row in found}


def _name(case: Case) -> str:
    return f"{case.function.__module__.removeprefix('service.')}.{case.function.__name__}"


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: _name(CASES[number]))
def test_a_page_looks_at_a_page_of_rows(answered: Answered, small: set[str], number: int) -> None:
    case = CASES[number]
    scans = [scan for scan in answered.looked_at[number] if scan.table not in small]
    assert sum(scan.rows for scan in scans) <= case.rows
    whole = {scan.table for scan in scans if scan.how == "Seq Scan" and scan.rows > STOPPED}
    assert case.why or not whole


class Question(Struct, frozen=True):
    """A function that asks for what may be many."""

    name: str
    sql: str


def _open_questions() -> list[Question]:
    """Functions that say that there may be more than they answer, or that narrow nothing down to one thing."""
    return [
        Question(f"{path.relative_to(ROOT)}: {function.name}", sql)
        for path in sorted((ROOT / "service").rglob("*.py"))
        if path.parent.name != "local" and path.name not in ("db.py", "schema.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and (sql := _sql(call)) and _is_open(function, call, sql)
    ]


def _sql(call: ast.Call) -> str:
    """The literal of a call of service.db."""
    asks = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "db"
    literals = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return literals[0] if asks and literals else ""


def _is_open(function: ast.AsyncFunctionDef | ast.FunctionDef, call: ast.Call, sql: str) -> bool:
    parameters = [one for one in (*function.args.args, *function.args.kwonlyargs) if one.arg != "conn"]
    types = [ast.unparse(one.annotation) for one in parameters if one.annotation and one.arg not in OPENING]
    narrows = any(name in kind for kind in types for name in NARROWING)
    paged = any(one.arg in OPENING for one in parameters)
    match call.func:
        case ast.Attribute(attr="portions"):
            return True
        case ast.Attribute(attr="many"):
            return paged or not narrows
        case ast.Attribute(attr="one" | "maybe"):
            return not narrows and "count(" in sql
        case _:
            return not narrows and sql.startswith(("delete", "update")) and paged


def test_no_list_is_forgotten(answered: Answered) -> None:
    questions = _open_questions()
    assert len(questions) > 90
    assert [one.name for one in questions if one.sql not in answered.sent] == []


@pytest.mark.parametrize(("method", "mode"), [("GET", "force_custom_plan"), ("HEAD", "force_custom_plan"), ("POST", "auto")])
async def test_requests_that_look_are_planned_for_what_they_ask(pool: Pool, method: str, mode: str) -> None:
    state = SimpleNamespace(pool=pool, requests=Requests())
    request: Any = SimpleNamespace(method=method, app=SimpleNamespace(state=state))
    given = provide_conn(request)
    conn = await anext(given)
    assert await conn.fetchval("show plan_cache_mode") == mode
    await given.aclose()
    async with pool.acquire() as after:
        assert await after.fetchval("show plan_cache_mode") == "auto"


@pytest.mark.parametrize("sought", [Sought(part="coach"), Sought(year=2019)])
async def test_of_too_many_to_count_a_page_has_the_right_ones(crowded: str, sought: Sought) -> None:
    conn = await db.connect(crowded, "tests")
    found = await finding.people(conn, sought, None, 51)
    assert (found.in_all, found.exact, len(found.rows)) == (1000, False, 51)
    assert all(row.coaches if sought.part else row.joined_year == 2019 for row in found.rows)
    await conn.close()


async def test_the_counters_of_the_crowd_are_true(crowded: str) -> None:
    conn = await asyncpg.connect(crowded)
    wrong = """select count(*) from convening c
                where taken <> (select count(*) from registration where convening_id = c.id and seated)"""
    assert await conn.fetchval(wrong) == 0
    assert await conn.fetchval("select count(*) from person where folded(name) like '%quibbleworth'") == crowd.FOUND
    await conn.close()
