"""The console's overview as organizers meet it: what needs a person, how each convening stands, and for whose eyes."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.access.rules import Role
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.deliveries import heartbeats
from service.home import looking
from service.home.looking import Scope
from service.registrations import actions
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, person, sign_in
from tests.access.test_rights import give
from tests.deliveries.conftest import delivery
from tests.pages.conftest import words
from workers.claiming import CLOSED_AS

DAY = timedelta(days=1)
WREN = "wren@cedar-harbor.example"


async def enter(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, role: Role, convening_id: UUID | None = None
) -> Browser:
    """Somebody with a role, signed in."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), role, convening_id)
    assert (await sign_in(browser, conn, settings)).status_code == 303
    return browser


@pytest.fixture
async def office(browser: Browser, conn: Connection, settings: Settings, now: datetime) -> Browser:
    """The browser of an organizer of everything, while a worker lives."""
    await heartbeats.beat(conn, "worker", "relay", now, queue_ok=True)
    return await enter(browser, conn, settings, now, "organizer")


def path(convening: ConveningRow) -> str:
    return f"/office/convenings/{convening.id}"


async def figures(browser: Browser, where: str) -> dict[str, str]:
    """What stands in the elements that are kept fresh, without the convening's id before them."""
    found = re.findall(r'data-live="(?:[0-9a-f-]{36}\.)?(\w+)">([^<]*)<', (await browser.get(where)).text)
    return dict(found)


async def fill(conn: Connection, convening: ConveningRow, now: datetime) -> None:
    """Four with a seat, one with an offer, one who waits; three invited; mail in every state."""
    rows = [await make.registered(conn, convening.id, n, now=now) for n in range(1, 8)]
    await actions.withdraw(conn, rows[1].id, now)
    await actions.invite(conn, convening.id, "Noor Adeyemi", "noor@cedar-harbor.example", now)
    await actions.invite(conn, convening.id, "Lena Abara", "lena@cedar-harbor.example", now)
    await actions.invite(conn, convening.id, rows[0].name, rows[0].email, now)
    await db.run(
        conn,
        """update invitation set declined_at = $1
            where person_id = (select id from person where name = 'Noor Adeyemi')""",
        now,
    )
    for state in ("queued", "handover", "unknown", "dead", "sent", "cancelled"):
        await delivery(conn, rows[0], state, now=now)


async def test_the_figures_are_those_of_the_database(office: Browser, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=5)
    await fill(conn, convening, now)
    people = {"taken": "5", "waiting": "1", "offered": "1"}
    invited = {"invited": "3", "registered": "1", "declined": "1", "silent": "1"}
    mail = {"owed": "2", "unknown": "1", "dead": "1"}
    said = {"phase": "Full: waiting list open", "students": "0", "ready": "0"}
    whole = await figures(office, "/office")
    assert whole.pop("needs").endswith(" need a person today")
    assert whole == people | invited | mail | said
    alone = await figures(office, path(convening))
    assert alone.pop("needs").endswith(" need a person today")
    assert alone == people | invited | mail | said | {"free": "0"}


async def test_what_there_is_none_of_is_not_counted_aloud(office: Browser, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    for where in ("/office", path(convening)):
        text = (await office.get(where)).text
        assert re.findall(r'hidden data-live="(?:[0-9a-f-]{36}\.)?(\w+)">0<', text) == [
            "invited", "registered", "declined", "silent", "students", "ready", "unknown", "dead",
        ]  # fmt: skip
        page = words(await office.get(where))
        assert not any(word in page for word in ("Invited", "silent", "in doubt", "came back"))
    await fill(conn, convening, now)
    for where in ("/office", path(convening)):
        text = (await office.get(where)).text
        assert re.findall(r'hidden data-live="(?:[0-9a-f-]{36}\.)?(\w+)">', text) == ["students", "ready"]


async def test_seats_of_unconfirmed_addresses_are_counted_apart(office: Browser, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now, source="public")
    found = await figures(office, path(convening))
    assert (found["taken"], found["held"], found["waiting"]) == ("1", "1", "0")


async def test_what_is_over_is_folded_away_and_drafts_are_called_drafts(
    office: Browser, conn: Connection, now: datetime
) -> None:
    await make.convening(conn, now, title="Spring <b>Day</b>", published=False)
    past = {"starts_at": now - 9 * DAY, "ends_at": now - 8 * DAY, "registration_closes_at": now - 10 * DAY}
    await make.convening(conn, now, title="Last Year", **past)
    answer = await office.get("/office")
    page = words(answer)
    assert "Draft: only organizers see it" in page
    assert page.index("Drafts") < page.index("Past and cancelled: 1 convening") < page.index("Last Year")
    assert "<b>Day</b>" not in answer.text
    assert "No convening is coming." in page


async def test_an_organizer_of_one_convening_sees_that_one_alone(
    browser: Browser, conn: Connection, settings: Settings, now: datetime
) -> None:
    mine, other = await make.convening(conn, now, title="Mine"), await make.convening(conn, now, title="The Other")
    office = await enter(browser, conn, settings, now, "organizer", mine.id)
    page = words(await office.get("/office"))
    assert ("Mine" in page, "The Other" in page, "New convening" in page) == (True, False, False)
    assert "No mail leaves at the moment" not in page
    statuses = [(await office.get(one)).status_code for one in (path(mine), path(other), f"{path(other)}/live")]
    assert statuses == [200, 404, 404]


@pytest.mark.parametrize("role", ["system_admin", "member", "front_desk"])
async def test_nobody_else_sees_the_overview(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, role: Role
) -> None:
    convening = await make.convening(conn, now)
    visitor = await enter(browser, conn, settings, now, role)
    paths = ("/office", "/office/live", path(convening), f"{path(convening)}/live")
    assert [(await visitor.get(one)).status_code for one in paths] == [404] * 4


async def test_nobody_is_served_without_a_sign_in(browser: Browser, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    paths = ("/office", "/office/live", path(convening), f"{path(convening)}/live")
    assert [(await browser.get(one)).status_code for one in paths] == [303] * 4


async def test_what_happened_is_told_with_names_newest_first(office: Browser, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=1)
    other = await make.convening(conn, now, title="Elsewhere")
    await make.registered(conn, other.id, 9, now=now, name="Somebody Else")
    first = await make.registered(conn, convening.id, 1, now=now, name="<i>Ada</i>")
    await make.registered(conn, convening.id, 2, now=now, name="Bea")
    await actions.withdraw(conn, first.id, now)
    answer = await office.get(path(convening))
    page = words(answer).partition("What happened")[2]
    told = ["Bea was offered a seat.", "&lt;i&gt;Ada&lt;/i&gt; does not come.", "Bea waits for a seat.", "It was published."]
    places = [page.find(one.replace("  ", " ")) for one in told]
    assert places == sorted(places)
    assert -1 not in places, page
    assert "Somebody Else" not in page


async def test_the_first_page_of_an_organizer_is_the_console_and_of_others_their_own(
    browser: Browser, conn: Connection, settings: Settings, now: datetime
) -> None:
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    assert (await sign_in(browser, conn, settings)).headers["location"] == "/me"
    asked = [
        (await browser.get(one)).headers.get("location") for one in ("/sign-in", "/sign-in?next=/audit", "/sign-in?next=//x")
    ]
    assert asked == ["/me", "/audit", "/me"]
    await give(conn, now, tamsin, "organizer", (await make.convening(conn, now)).id)
    assert (await browser.get("/sign-in")).headers["location"] == "/office"
    assert (await sign_in(browser, conn, settings)).headers["location"] == "/office"


async def test_a_mail_that_never_left_is_not_said_to_have_come_back(
    office: Browser, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, 1, now=now)
    dead = await delivery(conn, row, "dead", now=now)
    await db.run(conn, "update delivery set error = $2 where id = $1", dead, CLOSED_AS["suppressed"][1])
    await db.run(
        conn, "insert into suppression (address_key, reason, created_at) values (lower($1), 'left', $2)", row.email, now
    )
    page = words(await office.get("/office"))
    assert f"A mail to {row.name} did not go Fall Convening . We do not write to {row.email}: call them." in page
    await db.run(conn, "delete from suppression")
    assert "did not write to" in words(await office.get("/office"))
    await db.run(conn, "update delivery set error = 'refused at RCPT' where id = $1", dead)
    assert f"A mail to {row.name} came back" in words(await office.get("/office"))


async def test_what_is_over_has_its_figures_on_its_own_page_and_one_line_on_the_overview(
    office: Browser, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=5)
    await fill(conn, convening, now)
    await db.run(conn, "update convening set starts_at = $1, ends_at = $2", now - 2 * DAY, now - DAY)
    alone = await figures(office, path(convening))
    assert {name: alone[name] for name in ("taken", "invited", "silent", "owed")} == {
        "taken": "5", "invited": "3", "silent": "1", "owed": "2",
    }  # fmt: skip
    everywhere = await looking.fresh(conn, Scope(None), now)
    assert everywhere.keys() == {"things", "needs", f"{convening.id}.phase", f"{convening.id}.mark"}
    by_itself = await looking.fresh(conn, Scope((convening.id,), by_itself=True), now)
    assert by_itself.keys() > alone.keys()
