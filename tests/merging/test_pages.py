"""Duplicates as an organizer of everything meets them."""

import re
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.members import places
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, Open, acts, person, sign_in
from tests.access.test_rights import give
from tests.members.conftest import HOSTILE, Places, see, send
from tests.merging.conftest import FORMER, Two

DUPLICATES = "/office/people/duplicates"


def mark(source: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', source)
    assert found
    return found[1]


async def test_a_pair_is_found_compared_field_by_field_and_merged(
    office: Browser, conn: Connection, network: Places, two: Two
) -> None:
    await db.run(conn, "update person set district_id = $1", network.cedar)
    await db.run(conn, "update person set title = 'Principal', about = 'Reads.', code = 'X7' where id = $1", two.former)
    await db.run(conn, "update person set title = 'Teacher' where id = $1", two.kept)
    contact = "insert into school_contact values ($1, $2, 'Lead', '555')"
    await conn.execute(contact, two.former, network.school)
    found = await see(office, DUPLICATES)
    path = f"/office/people/{two.kept}/merge"
    older, newer = sorted([two.kept, two.former])
    assert f'href="/office/people/{older}/merge?with={newer}"' in found.source
    assert "The same name in the same district" in found.words

    shown = await see(office, path, **{"with": str(two.former)})
    assert "Tidewater Academy, Lead, 555" in shown.words
    sent = {"with": str(two.former), "mark": mark(shown.source), "pick-title": "former", "pick-name": "kept"}
    done = await send(office, path, **sent)
    assert (done.status, done.location) == (303, f"/office/people/{two.kept}?merged=1")
    row = await db.one(
        conn,
        str,
        """select concat_ws('|', p.name, p.title, p.about, p.code, s.name, k.phone) as row from person p
             join school_contact k on k.person_id = p.id join school s on s.id = k.school_id where p.id = $1""",
        two.kept,
    )
    assert row == "Wren Okonkwo|Principal|Reads.|X7|Tidewater Academy|555"
    assert "people_merged" in await acts(conn)
    assert (await send(office, path, **sent)).location == done.location  # a second click
    assert (await acts(conn)).count("people_merged") == 1
    for old in (f"/office/people/{two.former}", f"/office/people/{two.former}/merge"):
        assert (await see(office, old)).location == f"/office/people/{two.kept}"
    assert "Merged two entries" in (await see(office, "/audit", about="okonkwo")).words
    assert (await see(office, DUPLICATES)).words.count("Compare") == 0


async def test_what_changed_since_is_shown_again_with_the_choice_that_was_made(
    office: Browser, conn: Connection, two: Two
) -> None:
    await db.run(conn, "update person set title = email")
    path = f"/office/people/{two.kept}/merge"
    shown = await see(office, path, **{"with": str(two.former)})
    await db.run(conn, "update person set pronouns = 'they' where id = $1", two.former)
    sent = {"with": str(two.former), "mark": mark(shown.source), "pick-title": "former"}
    again = await send(office, path, **sent)
    assert (again.status, "Nothing was merged" in again.words) == (409, True)
    assert 'name="pick-title" value="former" checked' in again.source
    assert (await send(office, path, **sent | {"mark": mark(again.source)})).status == 303
    assert (await send(office, path, **sent | {"pick-title": "neither", "with": str(UUID(int=7))})).status == 404


async def test_two_who_are_two_are_not_shown_again(office: Browser, conn: Connection, two: Two) -> None:
    assert (await see(office, DUPLICATES)).words.count("They are two") == 1
    for _ in range(2):
        told = await send(office, DUPLICATES, one=str(two.kept), other=str(two.former))
        assert told.status == 303
    assert "Nobody seems to be here twice" in (await see(office, DUPLICATES)).words
    assert (await acts(conn)).count("people_told_apart") == 1
    assert (await send(office, DUPLICATES, one=str(two.kept), other=str(UUID(int=7)))).status == 404
    assert (await send(office, DUPLICATES, one="x", other="y")).status == 422


async def test_any_two_can_be_chosen_by_a_search(office: Browser, conn: Connection, two: Two, now: datetime) -> None:
    other = await person(conn, now, HOSTILE, "other@a.example")
    path = f"/office/people/{two.kept}/merge"
    assert f"with={two.former}" in (await see(office, path)).source  # who looks alike
    found = await see(office, path, q="other@a.example")
    assert (f"with={other}" in found.source, f"with={two.former}" in found.source) == (True, False)
    shown = await see(office, path, **{"with": str(other)})
    assert (shown.status, "<script>alert" in shown.source) == (200, False)
    assert f'href="{path}"' in (await see(office, f"/office/people/{two.kept}")).source
    for wrong, status in ((str(two.kept), 422), ("x", 422), (str(UUID(int=7)), 404)):
        assert (await see(office, path, **{"with": wrong})).status == status
    assert (await send(office, path, **{"with": str(two.kept)})).status == 422


async def test_nobody_merges_themselves_away_and_only_who_organizes_everything_merges(
    office: Browser, another: Open, conn: Connection, settings: Settings, two: Two, now: datetime
) -> None:
    own = await db.one(conn, UUID, "select id from person where email = $1", TAMSIN)
    path = f"/office/people/{two.kept}/merge"
    shown = await see(office, path, **{"with": str(own)})
    assert ("You are signed in as the one who would go" in shown.words, "Merge these two" in shown.words) == (True, False)
    refused = await send(office, path, **{"with": str(own), "mark": mark(shown.source)})
    assert refused.status == 409
    convening = await make.convening(conn, now)
    await give(conn, now, two.former, "organizer", convening.id)
    hers = another()
    await sign_in(hers, conn, settings, FORMER)
    for where in (DUPLICATES, path):
        assert {(await see(hers, where)).status, (await send(hers, where)).status} == {404}


async def test_a_school_that_would_have_nobody_is_named_before(
    office: Browser, conn: Connection, network: Places, two: Two, now: datetime
) -> None:
    other = await places.add_school(conn, "Marlow High", network.sage, now)
    path, query = f"/office/people/{two.kept}/merge", {"with": str(two.former)}
    contact = "insert into school_contact values ($1, $2, 'Lead', '555')"
    await conn.execute(contact, two.kept, network.school)
    assert "answers for one school" not in (await see(office, path, **query)).words
    await conn.execute(contact, two.former, other)
    third = await person(conn, now, "Ida", "ida@a.example")
    await conn.execute(contact, third, network.school)
    assert "Nobody else answers for Marlow High : name" in (await see(office, path, **query)).words
