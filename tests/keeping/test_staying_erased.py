"""Whoever was erased stays so: an old tab, a file at work, the form that adds people."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.keeping import person_erasing
from service.members import erased
from service.settings import Settings
from tests.access.conftest import Browser, person, sign_in
from tests.access.conftest import tamsin as organizer
from tests.access.test_rights import give
from tests.convenings.desk import Desk
from tests.members.conftest import PERSON, send

__all__ = ["organizer"]

NEW = "/office/people/new"


@pytest.fixture
async def office(browser: Browser, conn: Connection, settings: Settings, now: datetime, organizer: UUID) -> Browser:
    """Tamsin organizes everything."""
    await give(conn, now, organizer, "organizer")
    await sign_in(browser, conn, settings)
    return browser


@pytest.fixture
async def wren(conn: Connection, now: datetime) -> UUID:
    """Wren, who asks to be erased."""
    return await person(conn, now, **PERSON)


async def erase(conn: Connection, who: UUID, settings: Settings, now: datetime) -> None:
    async with conn.transaction():
        assert await person_erasing.order(conn, who, None, settings.secret_key, "203.0.113.7", now)


async def test_an_old_tab_writes_nothing_back(
    office: Browser, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    path = f"/office/people/{wren}"
    stale = await office.get(path)
    await erase(conn, wren, settings, now)
    for sent in (await Desk(office).send(stale, title="Principal"), await office.post(path, data=await sealed(office))):
        assert (sent.status_code, sent.headers["location"]) == (303, path)
    row = "select name || email || title || (select count(*) from membership) from person where id = $1"
    assert await db.one(conn, str, row, wren) == f"{erased.NAME}erased:{wren}0"


async def sealed(office: Browser) -> dict[str, str]:
    """What a form says that carries nothing of what it was filled with."""
    page = await office.get(NEW)
    seal = page.text.partition('name="seal" value="')[2].partition('"')[0]
    return {**PERSON, "seal": seal, "is_member": "yes", "joined": "2021"}


async def test_a_file_of_another_organizer_that_is_at_work_ends_with_a_reason_and_is_not_gone(
    conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    other = await person(conn, now, "Solveig", "solveig@network.example")
    import_id = db.new_id(now)
    await conn.execute(
        """insert into import_file (id, person_id, kind, file_name, state, next_at, created_at)
           values ($1, $2, 'people', 'a.csv', 'taking', $3, $3)""",
        import_id,
        other,
        now,
    )
    await conn.execute("insert into import_piece (import_id, number, content) values ($1, 0, 'wren')", import_id)
    await conn.execute(
        """insert into import_row (import_id, number, kind, name, subject) values
           ($1, 2, 'new', 'Wren Okonkwo', 'WREN@cedar-harbor.example'), ($1, 3, 'new', 'Ida', 'ida@a.example')""",
        import_id,
    )
    await erase(conn, wren, settings, now)
    ended = await conn.fetchrow("select state, reason, ended_at from import_file where id = $1", import_id)
    assert ended is not None
    assert (ended["state"], "was erased meanwhile" in ended["reason"]) == ("cancelled", True)
    assert await db.one(conn, int, "select count(*) from import_piece") == 0
    assert await db.many(conn, str, "select name from import_row order by number") == ["", "Ida"]


async def test_whoever_adds_an_erased_person_by_hand_is_told_and_says_that_they_asked_for_it(
    office: Browser, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    await erase(conn, wren, settings, now)
    given = {"name": "Wren Okonkwo", "email": "WREN@cedar-harbor.example"}
    refused = await send(office, NEW, **given)
    assert (refused.status, "This person was erased on December 1, 2026." in refused.words) == (422, True)
    assert 'value="WREN@cedar-harbor.example"' in refused.source
    assert await db.one(conn, int, "select count(*) from person where name = 'Wren Okonkwo'") == 0
    wrong = await send(office, NEW, **given, joined="0", is_member="yes", came_back="yes")
    assert (wrong.status, wrong.words.count("asked to come back")) == (422, 1)
    added = await send(office, NEW, **given, came_back="yes")
    assert added.status == 303
    detail = "select detail ->> 'came_back' from audit_entry where action = 'person_created'"
    assert await db.one(conn, str, detail) == "yes"


async def test_nobodys_address_becomes_one_that_was_erased_without_a_word(
    office: Browser, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    ida = await person(conn, now, "Ida", "ida@a.example")
    await erase(conn, wren, settings, now)
    path = f"/office/people/{ida}"
    refused = await send(office, path, name="Ida", email=PERSON["email"])
    assert (refused.status, "was erased" in refused.words) == (422, True)
    assert (await send(office, path, name="Ida", email=PERSON["email"], came_back="yes")).status == 303
    assert await db.one(conn, str, "select email from person where id = $1", ida) == PERSON["email"]
    again = await send(office, NEW, name="Another", email=PERSON["email"])
    assert (again.status, "was erased" in again.words) == (409, False)
