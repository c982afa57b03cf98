"""What people say about themselves, and who finds them."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, Browser, Open, acts, person, sign_in
from tests.access.test_rights import give
from tests.members.conftest import HOSTILE, Places, see, send

DETAILS = {
    "title": "Principal",
    "time_zone": "America/Denver",
    "pronouns": "secret-pronouns",
    "dietary": "secret-dietary",
    "access_needs": "secret-needs",
    "badge_name": "secret-badge",
    "about": "Reads budgets.",
}
LISTED = DETAILS | {"listed": "yes"}


@pytest.fixture
async def member(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID, network: Places
) -> Browser:
    """The browser of a member of a district."""
    await give(conn, now, tamsin, "member")
    await db.run(conn, "update person set district_id = $2 where id = $1", tamsin, network.sage)
    await sign_in(browser, conn, settings)
    return browser


async def test_nobody_is_listed_who_did_not_ask_for_it(member: Browser) -> None:
    page = await see(member, "/me/details")
    assert 'name="listed" value="yes"' in page.source
    assert " checked" not in page.source
    assert (await send(member, "/me/details", **DETAILS)).status == 303
    assert "Tamsin Birchwell" not in (await see(member, "/directory")).words


async def test_the_directory_has_what_is_meant_for_it_and_nothing_else(member: Browser, conn: Connection) -> None:
    assert (await send(member, "/me/details", **LISTED)).status == 303
    page = await see(member, "/directory")
    for text in ("Tamsin Birchwell", "Principal", "Silver Sage Unified", "Reads budgets."):
        assert text in page.words
    assert "secret" not in page.source
    assert TAMSIN not in page.words
    for words, found in (("silver", True), ("budgets principal", True), ("secret", False), ("birchwell@", False)):
        assert ("Tamsin Birchwell" in (await see(member, "/directory", q=words)).words) == found, words
    assert (await send(member, "/me/details", **LISTED, email_listed="yes")).status == 303
    assert TAMSIN in (await see(member, "/directory", q="birchwell@")).words
    assert await acts(conn) == ["profile_changed", "profile_changed", "signed_in"]


async def test_the_directory_is_in_the_navigation_of_whom_it_is_for(
    member: Browser, another: Open, conn: Connection, settings: Settings, now: datetime
) -> None:
    assert '<li><a href="/directory" aria-current="page">Directory</a></li>' in (await see(member, "/directory")).source
    for path in ("/me", "/me/details", "/account"):
        assert '<li><a href="/directory">Directory</a></li>' in (await see(member, path)).source, path
    await person(conn, now, "Olga", "olga@a.example")
    hers = another()
    await sign_in(hers, conn, settings, "olga@a.example")
    for path in ("/me", "/me/details", "/account"):
        assert "/directory" not in (await see(hers, path)).source, path


async def test_the_address_goes_with_the_entry(member: Browser, conn: Connection, tamsin: UUID) -> None:
    await send(member, "/me/details", **LISTED, email_listed="yes")
    await send(member, "/me/details", **DETAILS, email_listed="yes")
    shown = "select listed or email_listed from person where id = $1"
    assert not await db.one(conn, bool, shown, tamsin)


async def test_who_is_no_member_any_more_is_not_in_it(
    member: Browser, another: Open, conn: Connection, settings: Settings, now: datetime
) -> None:
    await send(member, "/me/details", **LISTED)
    await db.run(conn, "delete from membership")
    await give(conn, now, await person(conn, now, "Olga", "olga@a.example"), "organizer")
    hers = another()
    await sign_in(hers, conn, settings, "olga@a.example")
    assert "Tamsin" not in (await see(hers, "/directory")).words
    assert (await see(member, "/directory")).status == 404
    await send(member, "/me/details", **LISTED)
    assert not await db.one(conn, bool, "select listed from person where email = $1", TAMSIN)


async def test_name_address_district_and_role_are_not_ones_own_to_change(
    member: Browser, conn: Connection, network: Places, tamsin: UUID
) -> None:
    more = {
        "name": "Somebody",
        "email": "x@b.org",
        "district": str(network.cedar),
        "is_coach": "yes",
        "joined": "1999",
        "person_id": str(UUID(int=7)),
    }
    assert (await send(member, "/me/details", **DETAILS | more)).status == 303
    kept = """select concat_ws('|', p.name, p.email, p.district_id, p.title, m.joined_year, c.bio) as kept
                from person p left join membership m on m.person_id = p.id left join coach c on c.person_id = p.id
               where p.id = $1"""
    assert await db.one(conn, str, kept, tamsin) == f"Tamsin Birchwell|{TAMSIN}|{network.sage}|Principal|2020"
    assert "the organizers change it" in (await see(member, "/me/details")).words


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "a\nb"}, "Write this on one line."),
        ({"about": "x" * 1001}, "Write at most 1,000 characters."),
        ({"about": "a\u202eb"}, "turn the direction of text"),
        ({"time_zone": "Middle/Earth"}, "Write a time zone by its IANA name"),
    ],
)
async def test_what_cannot_be_said_is_refused_and_nothing_is_lost(
    member: Browser, conn: Connection, tamsin: UUID, fields: dict[str, str], sentence: str
) -> None:
    answer = await send(member, "/me/details", **LISTED | fields)
    assert (answer.status, sentence in answer.words, "secret-dietary" in answer.source) == (422, True, True)
    assert await db.one(conn, str, "select title from person where id = $1", tamsin) == ""


async def test_what_somebody_says_is_not_run_as_a_script(member: Browser) -> None:
    await send(member, "/me/details", **dict.fromkeys(("title", "about", "badge_name", "pronouns"), HOSTILE), listed="yes")
    for page in (await see(member, "/directory", q="alert(1)"), await see(member, "/me/details")):
        assert ("alert(1)" in page.source, "<script>alert" in page.source) == (True, False)


async def test_a_form_of_another_session_changes_nothing(member: Browser, conn: Connection, tamsin: UUID) -> None:
    assert (await member.post("/me/details", data=DETAILS | {"seal": "0" * 32})).status_code == 403
    assert await db.one(conn, str, "select title from person where id = $1", tamsin) == ""
