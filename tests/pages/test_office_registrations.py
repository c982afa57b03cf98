"""The list of registrations: found by a part of anything, filtered, turned page by page, and nobody else's."""

import re
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions
from service.settings import Settings
from tests import make
from tests.pages.office import Office, audit, enter, read
from tests.registrations.test_handing_over import hand_over


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """Somebody who organizes everything."""
    return await enter(browser, conn, settings, now)


def path(convening: ConveningRow, **query: object) -> str:
    return f"/office/convenings/{convening.id}/registrations" + (f"?{urlencode(query)}" if query else "")


async def names(office: Office, address: str) -> list[str]:
    """Who stands on a page, in order."""
    return re.findall(r'class="plainly"[^>]*><bdi>([^<]*)</bdi>', (await office.browser.get(address)).text)


async def test_an_empty_list_says_what_to_do(office: Office, convening: ConveningRow) -> None:
    page = await office.read(path(convening))
    assert "Nobody is registered yet. Invite people , or register somebody yourself." in page
    assert "All (0)" in page


@pytest.mark.parametrize(
    "typed",
    ["ch", "CHLOE", "chloe angstrom", "o'brien", "Ångström", "LANTERN.example", "equity", "potomac", "łukasz", "lukasz"],
)
async def test_a_part_of_anything_finds_somebody_without_accents_or_case(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow, typed: str
) -> None:
    await make.registered(conn, convening.id, 1, now=now, name="Wren Okonkwo", title="", district="")
    await make.registered(
        conn,
        convening.id,
        2,
        now=now,
        name="Chloë Ångström-O’Brien Łukasz",
        email="c.a@lantern.example",
        title="Director of Equity",
        district="Potomac",
    )
    assert await names(office, path(convening, q=typed)) == ["Chloë Ångström-O’Brien Łukasz"]
    assert "1 registration of 2 . By name." in await office.read(path(convening, q=typed))


@pytest.mark.parametrize("typed", ["%", "_", "chloe okonkwo", "\\", "x' or 1=1 --"])
async def test_signs_of_patterns_are_looked_for_as_they_are(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow, typed: str
) -> None:
    await make.registered(conn, convening.id, 1, now=now, name="Wren Okonkwo")
    await make.registered(conn, convening.id, 2, now=now, name="Chloe")
    page = await office.read(path(convening, q=typed))
    assert "Nobody is found. Write fewer letters, or look at all 2 registrations ." in page


async def test_filters_say_what_they_count_and_the_list_stands_in_its_order(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=2, sessions=[make.session_draft(now, title="Art")])
    [art] = await make.session_ids(conn, small.id)
    first = await make.registered(conn, small.id, 1, now=now, name="Zora", sessions=[art], access_needs="A ramp")
    await make.registered(conn, small.id, 2, now=now, name="Yann", dietary="No nuts")
    for n, name in ((3, "Xaver"), (4, "Wim"), (5, "Abel")):
        await make.registered(conn, small.id, n, now=now, name=name, sessions=[art] if n == 4 else [])
    await actions.withdraw(conn, first.id, now)
    page = await office.read(path(small))
    for said in (
        "All (5)",
        "Has a seat (1)",
        "Seat offered (1)",
        "On the list (2)",
        "Withdrawn (1)",
        "5 registrations . By name.",
    ):
        assert said in page
    assert await names(office, path(small)) == ["Abel", "Wim", "Xaver", "Yann", "Zora"]
    assert await names(office, path(small, state="waitlisted")) == ["Wim", "Abel"]
    assert "1st on the list" in await office.read(path(small, state="waitlisted"))
    assert await names(office, path(small, session=art)) == ["Wim", "Zora"]
    assert await names(office, path(small, needs="access")) == ["Zora"]
    assert await names(office, path(small, needs="dietary")) == ["Yann"]
    assert await names(office, path(small, needs="dietary", state="waitlisted")) == []


async def test_pages_stay_whole_while_people_come_and_leave(office: Office, conn: Connection, now: datetime) -> None:
    big = await make.convening(conn, now, capacity=200)
    rows = {f"N{n:03}": await make.registered(conn, big.id, n, now=now, name=f"N{n:03}") for n in range(0, 240, 2)}
    first = await names(office, path(big))
    assert first == sorted(rows)[:50]
    later = path(big, after=rows[first[-1]].id)
    await make.registered(conn, big.id, 7, now=now, name="N007")
    await make.registered(conn, big.id, 239, now=now, name="N239")
    await actions.withdraw(conn, rows[first[-1]].id, now)
    second = await names(office, later)
    assert second == sorted(rows)[50:100]
    assert (await names(office, path(big, after=rows[second[-1]].id))) == [*sorted(rows)[100:], "N239"]
    back = await names(office, path(big, before=rows[second[0]].id))
    assert back == ["N002", "N004", "N006", "N007", *sorted(rows)[4:50]]
    assert "Those before" in await office.read(later)
    assert len(await names(office, path(big, show="all"))) == 122
    stateful = await office.read(path(big, after=rows[first[-1]].id, state="confirmed"))
    assert "121 registrations of 122 , 50 of them on this page" in stateful


async def test_what_the_address_cannot_mean_is_refused(office: Office, convening: ConveningRow) -> None:
    for query in ({"state": "gone"}, {"session": "x"}, {"after": "x"}, {"needs": "all"}, {"q": "a\0b"}, {"q": "x" * 201}):
        assert (await office.browser.get(path(convening, **query))).status_code == 422, query


async def test_names_and_needs_are_no_scripts(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    bad = "<script>alert(1)</script>"
    row = await make.registered(
        conn, convening.id, now=now, name=bad, title=bad, district=bad, dietary=bad, access_needs=bad
    )
    pages = [path(convening), path(convening, q=bad), f"/office/registrations/{row.id}"]
    pages += [f"/office/convenings/{convening.id}/{one}" for one in ("catering", "access-needs")]
    pages += [f"/office/registrations/{row.id}/{one}" for one in ("colleague", "place", "withdrawal")]
    await hand_over(conn, row.id, now)
    for address in pages:
        answer = await office.browser.get(address)
        assert (answer.status_code, "<script>alert" in answer.text) == (200, False), address


async def test_who_organizes_one_convening_sees_and_changes_that_one_alone(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow
) -> None:
    other = await make.convening(conn, now, title="Another")
    row = await make.registered(conn, other.id, now=now)
    office = await enter(browser, conn, settings, now, convening.id)
    assert (await browser.get(path(convening))).status_code == 200
    parts = (
        "registrations",
        "registrations/new",
        "registrations.csv",
        "catering",
        "catering.csv",
        "access-needs",
        "access-needs.csv",
    )
    for part in parts:
        assert (await browser.get(f"/office/convenings/{other.id}/{part}")).status_code == 404, part
    one = f"/office/registrations/{row.id}"
    for part in ("", "/colleague", "/place", "/withdrawal"):
        assert (await browser.get(one + part)).status_code == 404, part
    for part in ("sessions", "details", "address", "acceptance", "refusal", "colleague", "place", "withdrawal"):
        assert (
            await office.send(f"{one}/{part}", name="X", email="x@x.example", reason="x", position="1")
        ).status_code == 404
    assert (
        await office.send(f"/office/convenings/{other.id}/registrations/new", name="X", email="x@x.org")
    ).status_code == 404
    assert await names(office, path(convening, after=row.id)) == []
    assert await make.standing(conn, other.id) == {"confirmed": 1}
    assert await audit(conn, "needs_seen") == await audit(conn, "list_exported") == []


async def test_somebody_is_registered_by_hand_and_a_second_click_is_the_same(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    assert "50 seats are free, so they have one at once." in await office.read(f"{path(convening)}/new")
    fields = {"name": " Wren Okonkwo ", "email": "wren@cedar-harbor.example", "dietary": "No nuts\r\nNo milk"}
    answers = [await office.send(f"{path(convening)}/new", **fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    [row] = await make_rows(conn, convening.id)
    assert (row.name, row.state, row.source, row.dietary) == ("Wren Okonkwo", "confirmed", "organizer", "No nuts\nNo milk")
    assert await make.recorded_about(conn, row.id) == ["RegistrationConfirmed"]
    assert await audit(conn, "registration_created") == [{"convening": str(convening.id)}]
    again = await office.send(f"{path(convening)}/new", **fields | {"name": "Somebody Else"})
    assert again.status_code == 409
    assert "This person is already registered for this convening." in read(again)
    assert f'href="/office/registrations/{row.id}"' in again.text


async def make_rows(conn: Connection, convening_id: UUID) -> list[make.RegistrationRow]:
    return await make.registration_queries.listed(conn, convening_id, None, None, 100)


async def test_at_a_full_convening_the_page_says_before_that_they_wait(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    await make.crowd(conn, small.id, range(2), now=now)
    page = await office.read(f"{path(small)}/new")
    assert "The one seat is taken, so they go on the waiting list as 2nd." in page
    assert (await office.send(f"{path(small)}/new", name="Zed", email="zed@cedar-harbor.example")).status_code == 303
    assert await names(office, path(small, state="waitlisted")) == [make.NAMES[1], "Zed"]


async def test_what_is_wrong_is_said_at_its_field_and_a_closed_convening_has_no_form(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    answer = await office.send(f"{path(convening)}/new", name=" ", email="nobody\r\nBcc: all@x.example")
    assert answer.status_code == 422
    assert "Write the person’s name." in read(answer)
    assert "Write a mail address like name@school.org." in read(answer)
    assert await make_rows(conn, convening.id) == []
    draft = await make.convening(conn, now, published=False, title="Draft")
    assert "<textarea" not in (await office.browser.get(f"{path(draft)}/new")).text
    assert (await office.send(f"{path(draft)}/new", name="Zed", email="zed@cedar-harbor.example")).status_code == 409


async def test_a_form_of_another_session_changes_nothing(office: Office, conn: Connection, convening: ConveningRow) -> None:
    forged = Office(office.browser, "0" * 40)
    assert (await forged.send(f"{path(convening)}/new", name="Zed", email="z@cedar-harbor.example")).status_code == 403
    assert await make_rows(conn, convening.id) == []


async def test_the_organizer_needs_an_account(browser: httpx.AsyncClient, convening: ConveningRow) -> None:
    assert (await browser.get(path(convening))).status_code == 303
