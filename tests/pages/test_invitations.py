"""Invitations in the console, and what the invited meet behind their link."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from litestar import Litestar

from service import db
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import invitation_queries, inviting
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import TAMSIN, Browser, acts, browsers, person, seal, sign_in
from tests.access.test_rights import give
from tests.pages.conftest import words

SOLVEIG = "solveig.lindqvist@cedar-harbor.example"


@pytest.fixture
async def office(site: Litestar, conn: Connection, settings: Settings, now: datetime) -> AsyncGenerator[Browser]:
    """The browser of an organizer of everything."""
    site.state.clock = lambda: now
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    async with browsers(site) as another:
        opened = another()
        await sign_in(opened, conn, settings)
        yield opened


@pytest.fixture
async def member(conn: Connection, now: datetime) -> UUID:
    """Somebody of the network."""
    known = await person(conn, now, "<script>alert(1)</script> Wren", "wren@cedar-harbor.example")
    await give(conn, now, known, "member")
    return known


def at(convening: ConveningRow, part: str = "") -> str:
    """The address of a convening's invitations."""
    return f"/office/convenings/{convening.id}/invitations{part}"


def link(settings: Settings, invitation_id: UUID, generation: int = 0) -> str:
    """The personal link of an invitation."""
    return "/i/" + links.token(settings.secret_key, "invitation", invitation_id, generation)


async def invited(conn: Connection, convening: ConveningRow, now: datetime) -> UUID:
    """Solveig's invitation."""
    return await inviting.invite_one(conn, convening.id, "Solveig Lindqvist", SOLVEIG, now)


async def facts(conn: Connection) -> int:
    """How many facts of inviting there are."""
    return await db.one(conn, int, "select count(*) as n from event where kind in ('person_invited', 'invitation_repeated')")


async def test_people_are_chosen_then_stated_then_invited_and_nobody_else(
    office: Browser, conn: Connection, now: datetime, convening: ConveningRow, member: UUID
) -> None:
    coach = await person(conn, now, "Odile Marchetti", "odile@cedar-harbor.example")
    await give(conn, now, coach, "coach")
    shown = await office.get(at(convening, "/people?kind=member"))
    assert "Go on with this one person" in words(shown)
    assert "Odile" not in shown.text
    assert "<script>alert" not in shown.text
    said = await office.get(at(convening, "/statement?all=1&kind=member"))
    assert "1 person gets a mail with their own link." in words(said)
    assert "They have no district and no time zone of their own" in words(said)
    assert "You are invited: Fall Convening" in words(said)
    assert "<script>alert" not in said.text
    [carried] = re.findall(r'name="people" value="([^"]+)"', said.text)
    await give(conn, now, await person(conn, now, "Late", "late@cedar-harbor.example"), "member")
    form = {"seal": await seal(office), "people": carried}
    sent = [await office.post(at(convening, "/statement"), data=form) for _ in range(2)]
    assert [one.headers["location"] for one in sent] == [at(convening, "?sent=1"), at(convening, "?sent=0")]
    [row] = await invitation_queries.listed(conn, convening.id, "", "", None, 10)
    assert row.email == "wren@cedar-harbor.example"
    assert (await facts(conn), (await acts(conn)).count("people_invited")) == (1, 1)


async def test_looking_at_any_page_invites_nobody(
    office: Browser, conn: Connection, convening: ConveningRow, member: UUID
) -> None:
    for part in ("", "/people", "/statement", "/statement?all=1", f"/statement?person={member}"):
        assert (await office.get(at(convening, part))).status_code == 200, part
    assert await db.one(conn, int, "select count(*) as n from invitation") == 0


async def test_what_no_page_of_ours_wrote_is_refused(
    office: Browser, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    sealed = await seal(office)
    for people, status in (("", 422), ("nobody", 422), (" ".join([str(make.nobody(now))] * 3), 303)):
        answer = await office.post(at(convening, "/statement"), data={"seal": sealed, "people": people})
        assert answer.status_code == status, people
    for query in ("?district=nothing", "?search=%00", "?after=nothing"):
        assert (await office.get(at(convening, f"/people{query}"))).status_code == 422, query
    forged = await office.post(at(convening), data={"seal": "0" * 40, "name": "Solveig", "email": SOLVEIG})
    assert forged.status_code == 403
    assert await db.one(conn, int, "select count(*) as n from invitation") == 0


async def test_one_person_is_invited_by_name_and_address(office: Browser, conn: Connection, convening: ConveningRow) -> None:
    form = {"seal": await seal(office), "name": "Solveig Lindqvist", "email": SOLVEIG}
    first, second = [await office.post(at(convening), data=form) for _ in range(2)]
    wrong = await office.post(at(convening), data=form | {"name": "Eve\r\nBcc: all@evil.example", "email": "nobody"})
    assert (first.status_code, second.status_code, wrong.status_code) == (303, 409, 422)
    assert "One person gets a mail with their own link." in words(await office.get(first.headers["location"]))
    assert "This person is invited already." in words(second)
    assert "Write this on one line." in words(wrong) or "There are signs in this" in words(wrong)
    assert await facts(conn) == 1


async def test_the_list_says_what_became_of_everybody(
    office: Browser, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    for n in range(3):
        await inviting.invite_one(conn, convening.id, make.request(n).name, make.request(n).email, now)
    await make.registered(conn, convening.id, 1, now=now)
    page = words(await office.get(at(convening)))
    assert "without an answer, of 3 invited people 2 registered 1" in page
    assert page.count("Can be asked again from Wednesday, December 2") == 2
    only = words(await office.get(at(convening, "?answer=registered")))
    assert "Ignacio" in only
    assert "Tamsin.0" not in only.lower()
    assert "No invitation fits this search." in words(await office.get(at(convening, "?search=nobody")))


async def test_the_list_goes_on_behind_its_first_page(
    office: Browser, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    for n in range(51):
        await inviting.invite_one(conn, convening.id, f"Person {n}", f"p{n}@x.example", now)
    first = await office.get(at(convening))
    [path] = re.findall(r'href="([^"]+after=[^"]+)"', first.text)
    second = await office.get(path.replace("&amp;", "&"))
    found = [re.findall(r"<bdi>(Person \d+)</bdi>", page.text) for page in (first, second)]
    assert [len(names) for names in found] == [50, 1]
    assert len({*found[0], *found[1]}) == 51


async def test_asking_again_and_taking_back_are_said_and_written_down(
    office: Browser, conn: Connection, now: datetime, convening: ConveningRow, site: Litestar
) -> None:
    one = await invited(conn, convening, now)
    form = {"seal": await seal(office)}
    early = await office.post(f"/office/invitations/{one}/repetition", data=form)
    assert (early.status_code, "Once a day is enough." in words(early)) == (409, True)
    site.state.clock = lambda: now + timedelta(days=1)
    await sign_in(office, conn, site.state.settings)
    form = {"seal": await seal(office)}
    clicks = [await office.post(f"/office/invitations/{one}/repetition", data=form) for _ in range(2)]
    assert [click.status_code for click in clicks] == [303, 409]
    ended = await office.post(f"/office/invitations/{one}/end", data=form)
    assert "Taken back" in words(await office.get(ended.headers["location"]))
    assert await facts(conn) == 2
    assert [act for act in await acts(conn) if "invit" in act] == ["invitation_revoked", "person_invited"]


async def test_who_organizes_one_convening_invites_to_it_alone_and_sees_no_network(
    site: Litestar, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow, member: UUID
) -> None:
    site.state.clock = lambda: now
    other = await make.convening(conn, now, title="Another")
    theirs = await invited(conn, other, now)
    wren = await person(conn, now, "Ines", "ines@cedar-harbor.example")
    await give(conn, now, wren, "organizer", convening.id)
    async with browsers(site) as another:
        browser = another()
        await sign_in(browser, conn, settings, "ines@cedar-harbor.example")
        form = {"seal": await seal(browser), "name": "Solveig", "email": SOLVEIG, "people": str(member)}
        assert (await browser.post(at(convening), data=form)).status_code == 303
        own = await browser.get(at(convening))
        assert "Solveig" in words(own)
        assert "Choose people" not in words(own)
        forbidden = [
            await browser.get(at(other)),
            await browser.get(at(convening, "/people")),
            await browser.get(at(convening, "/statement?all=1")),
            await browser.post(at(convening, "/statement"), data=form),
            await browser.post(at(other), data=form),
            await browser.post(f"/office/invitations/{theirs}/end", data=form),
        ]
    assert [one.status_code for one in forbidden] == [404] * 6


@pytest.mark.parametrize(
    ("state", "said"),
    [("draft", "Publish it, and you can invite people."), ("cancelled", "Nobody can be invited any more.")],
)
async def test_the_page_says_what_is_missing(
    office: Browser, conn: Connection, now: datetime, state: str, said: str
) -> None:
    row = await make.convening(conn, now, published=state != "draft")
    if state == "cancelled":
        await convening_actions.cancel(conn, row.id, now)
    for part in ("", "/people", "/statement"):
        assert said in words(await office.get(at(row, part))), part
