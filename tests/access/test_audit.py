"""The audit log: what is written, who reads which part of it, and how it is searched."""

import ast
import html
import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from service import db
from service.access import audit
from service.access.words import ACTION_WORDS
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, acts, person, sign_in
from tests.access.test_office import WREN, office, wren
from tests.access.test_rights import give

SERVICE = Path(__file__).parent.parent.parent / "service"
__all__ = ["office", "wren"]
WRITERS = {"note": 2, "_note": 1}
"""Where the action stands among the arguments of what writes the log."""


def entries(page: str) -> int:
    """How many entries a page shows."""
    return page.count('data-label="From"')


async def did(
    conn: Connection, at: datetime, action: str, thing: tuple[str, UUID | None], by: UUID | None = None, **detail: str
) -> None:
    """Write an entry."""
    act = audit.Act(action=action, thing_kind=thing[0], thing_id=thing[1], person_id=by, client="203.0.113.9", detail=detail)
    await audit.write(conn, [act], at)


@pytest.mark.parametrize("change", ["update audit_entry set client = ''", "delete from audit_entry", "truncate audit_entry"])
async def test_what_was_done_cannot_be_undone_not_even_by_the_owner(
    office: Browser, conn: Connection, owner: Connection, change: str
) -> None:
    for own in (conn, owner):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own.execute(change)
    assert await acts(conn) == ["signed_in"]


async def test_entries_of_the_audit_log_go_by_age_alone_and_never_while_a_hold_runs(
    conn: Connection, owner: Connection, now: datetime
) -> None:
    for days in (1200, 1100, 10):
        await did(conn, now - timedelta(days=days), "convening_changed", ("convening", None))
    forget = "select forget_audit($1, 100)"
    await conn.execute("set plenary.forgetting = 'audit_entry'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute("delete from audit_entry")
    await conn.execute("reset plenary.forgetting")
    hold = "insert into legal_hold (id, reason, begun_at) values (gen_random_uuid(), 'counsel said so', $1)"
    await owner.execute(hold, now)
    assert await conn.fetchval(forget, now - timedelta(days=1095)) == 0
    await owner.execute("update legal_hold set ended_at = $1", now)
    assert await conn.fetchval(forget, now - timedelta(days=1095)) == 2
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("delete from audit_entry")
    assert await conn.fetchval("select count(*) from audit_entry") == 1


async def test_the_audit_log_is_searched_and_turned_page_by_page(
    office: Browser, conn: Connection, now: datetime, wren: UUID
) -> None:
    for n in range(60):
        act = audit.Act(action="role_granted", thing_kind="person", thing_id=None, person_id=wren, client=f"10.0.0.{n}")
        await audit.write(conn, [act], now - timedelta(minutes=n + 1))
    first = (await office.get("/audit")).text
    assert "Tamsin Birchwell" in first
    assert first.count('data-label="From"') == 50
    path = html.unescape(re.search(r'href="(/audit\?[^"]*)"', first)[1])  # type: ignore[index]
    second = (await office.get(path)).text
    assert second.count('data-label="From"') == 11
    for query, count in (("who=wren", 50), (f"who={TAMSIN}", 1), ("action=signed_in", 1), ("who=%25", 0), ("action=x", 0)):
        assert (await office.get(f"/audit?{query}")).text.count('data-label="From"') == count, query
    assert (await office.get("/audit?who=a%00b")).status_code == 422
    assert (await office.get("/audit?after=nonsense")).status_code == 422


async def test_what_somebody_searches_for_is_not_run_as_a_script(office: Browser) -> None:
    page = (await office.get("/audit", params={"who": '"><script>alert(1)</script>'})).text
    assert "<script>" not in page


async def test_an_entry_says_who_was_given_which_role_where_and_when_to_the_second(
    office: Browser, conn: Connection, now: datetime, tamsin: UUID, wren: UUID
) -> None:
    convening = await make.convening(conn, now, title="Winter <Convening>")
    at = now + timedelta(seconds=7)
    await did(conn, at, "role_granted", ("person", wren), tamsin, role="front_desk", convening=str(convening.id))
    page = (await office.get("/audit?action=role_granted")).text
    said = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<tbody")[2]).split())
    for words in (
        "Tuesday, December 1, 2026, 10:00:07 a.m. Eastern",
        "Tamsin Birchwell Gave a role Role: Front desk Person Wren Okonkwo Winter &lt;Convening&gt; 203.0.113.9",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("about=wren", 2),
        (f"about={WREN.upper()}", 2),
        ("about=winter+conv", 1),
        ("about=nobody", 0),
        ("about=%25", 0),
        ("since=2026-11-30&until=2026-11-30", 1),
        ("until=2026-11-29", 1),
        ("since=2026-12-01", 1),
        ("about=wren&since=2026-11-30", 1),
    ],
)
async def test_it_is_searched_for_whom_it_is_about_and_for_days_of_ones_own_zone(
    office: Browser, conn: Connection, now: datetime, wren: UUID, query: str, count: int
) -> None:
    convening = await make.convening(conn, now, title="Winter Convening")
    late = datetime.fromisoformat("2026-11-30T23:59:00-05:00")
    await did(conn, late, "role_granted", ("person", wren), role="moderator", convening=str(convening.id))
    await did(conn, late - timedelta(days=1), "person_changed", ("person", wren))
    assert entries((await office.get(f"/audit?{query}")).text) == count


@pytest.mark.parametrize("query", ["since=soon", "until=9999-12-31", "since=0001-01-01", "about=a%00b"])
async def test_what_cannot_be_searched_for_is_refused(office: Browser, query: str) -> None:
    assert (await office.get(f"/audit?{query}")).status_code == 422


async def test_the_next_page_keeps_what_was_searched_for(
    office: Browser, conn: Connection, now: datetime, wren: UUID
) -> None:
    for n in range(53):
        await did(conn, now - timedelta(minutes=n), "person_changed", ("person", wren))
        await did(conn, now - timedelta(minutes=n), "mail_tested", ("message", None))
    first = (await office.get("/audit?about=wren&action=person_changed&since=2026-11-01&until=2026-12-01")).text
    path = html.unescape(re.search(r'href="(/audit[?][^"]*)"', first)[1])  # type: ignore[index]
    assert "about=wren&action=person_changed&since=2026-11-01&until=2026-12-01&after=" in path
    assert entries((await office.get(path)).text) == 3


async def test_who_organizes_one_convening_reads_of_that_one_alone(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    mine, other = await make.convening(conn, now, title="Mine"), await make.convening(conn, now, title="The Other")
    await give(conn, now, tamsin, "organizer", mine.id)
    for n, convening in enumerate((mine, other)):
        row = await make.registered(conn, convening.id, n, now=now)
        await did(conn, now, "convening_published", ("convening", convening.id))
        await did(conn, now, "registration_changed", ("registration", row.id))
        await did(conn, now, "role_granted", ("person", row.person_id), role="moderator", convening=str(convening.id))
    await did(conn, now, "role_granted", ("person", tamsin), role="organizer")
    await sign_in(browser, conn, settings)
    page = (await browser.get("/audit")).text
    assert (entries(page), "Mine" in page, "The Other" in page) == (3, True, False)
    assert entries((await browser.get("/audit?about=other")).text) == 0
    assert 'href="/audit"' in (await browser.get("/roles")).text


async def test_who_keeps_the_system_running_reads_no_names_and_searches_for_none(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    await give(conn, now, tamsin, "system_admin")
    other = await person(conn, now, "Wren Okonkwo", WREN)
    convening = await make.convening(conn, now, title="Winter Convening")
    await did(conn, now, "role_granted", ("person", other), other, role="moderator", convening=str(convening.id))
    await sign_in(browser, conn, settings)
    for query in ("", "?who=nobody", "?about=nobody"):
        page = (await browser.get(f"/audit{query}")).text
        assert entries(page) == 2
        assert [word in page for word in ("Wren", "Winter", 'name="who"', 'name="about"')] == [False] * 4
        assert str(other) in page
        assert str(convening.id) in page


def written(tree: ast.Module) -> set[str]:
    """The actions that a module names where it writes the log."""
    found: set[str] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        place = WRITERS.get(name)
        said = [one.value for one in call.keywords if one.arg == "action"] if name == "Act" else []
        for value in [*said, *(call.args[place : place + 1] if place is not None else [])]:
            found |= {one.value for one in ast.walk(value) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_action_that_is_written_has_its_words_and_no_words_are_without_an_action() -> None:
    trees = [ast.parse(path.read_text()) for path in SERVICE.rglob("*.py") if path != SERVICE / "access" / "words.py"]
    actions = set[str]().union(*(written(tree) for tree in trees))
    assert len(actions) > 20
    assert actions - set(ACTION_WORDS) == set()
    said = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {action for action in ACTION_WORDS if action not in said} == set()


async def test_an_action_without_words_is_not_written(conn: Connection, now: datetime) -> None:
    with pytest.raises(ValueError, match="danced has no words"):
        await did(conn, now, "danced", ("person", None))
    assert await db.one(conn, int, "select count(*) from audit_entry") == 0
