"""A person's own registration: seen by state, changed, given back."""

from datetime import datetime, timedelta

import httpx
import pytest

from service import db
from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions, queries
from service.registrations.queries import RegistrationRow
from service.registrations.rules import OFFER
from service.settings import Settings
from tests import make
from tests.pages.conftest import own_path, words

DETAILS = {
    "name": "Tamsin Birchwell",
    "title": "Dean",
    "district": "Cedar",
    "dietary": "No nuts",
    "access_needs": "Captions",
}
PARTS = ("sessions", "details", "address", "withdrawal", "acceptance", "refusal")


async def _offered(conn: Connection, now: datetime) -> RegistrationRow:
    """Somebody who waited, to whom a freed seat was offered."""
    full = await make.convening(conn, now, capacity=1)
    first, second = await make.crowd(conn, full.id, range(2), now=now)
    await actions.withdraw(conn, first.id, now)
    return await queries.registration(conn, second.id)


async def test_who_is_in_reads_it_first(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(conn, convening.id, 6, now=now)
    page = await browser.get(own_path(settings, row))
    assert page.status_code == 200
    said = words(page)
    assert "You’re in, Tamsin." in said
    assert "Feb 22 We remind you" in said
    assert "Feb 28 We remind you once more" in said
    assert "Mar 1 Come to Cedar Harbor High School It starts at 10:00 a.m. Eastern Time." in said
    assert "A half circle of 50 seats. One of them is marked as yours." in page.text
    assert page.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text


async def test_who_waits_reads_the_place_and_what_happens_next(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    full = await make.convening(conn, now, capacity=2)
    rows = await make.crowd(conn, full.id, range(5), now=now)
    page = await browser.get(own_path(settings, await queries.registration(conn, rows[3].id)))
    said = words(page)
    assert "You are 2nd on the list. All 2 seats are taken today, Solveig." in said
    assert "3 people wait." in said
    assert "Below it 3 waiting; you are number 2." in page.text
    assert "Take the seat" not in said


async def test_an_offer_can_be_taken_once_or_twice(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    row = await _offered(conn, now)
    path = own_path(settings, row)
    said = words(await browser.get(path))
    assert "A seat is yours if you want it, Ignacio." in said
    assert "Answer by Thursday, December 3, 10:00 a.m. Eastern Time." in said
    for _ in range(2):
        sent = await browser.post(f"{path}/acceptance")
        assert (sent.status_code, sent.headers["location"]) == (303, path)
    assert "You’re in, Ignacio." in words(await browser.get(path))
    assert (await queries.registration(conn, row.id)).state == "confirmed"


async def test_an_offer_can_be_passed_on(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    row = await _offered(conn, now)
    path = own_path(settings, row)
    assert (await browser.post(f"{path}/refusal")).status_code == 303
    said = words(await browser.get(path))
    assert "You passed the seat on." in said
    assert "There are free seats: you can register again." in said
    late = await browser.post(f"{path}/acceptance")
    assert late.status_code == 409
    assert "There is no seat on offer to you now." in words(late)


async def test_an_offer_ends_with_its_time_even_before_the_clock_swept_it(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    row = await _offered(conn, now - OFFER)
    path = own_path(settings, row)
    assert "The time to answer is over." in words(await browser.get(path))
    late = await browser.post(f"{path}/acceptance")
    assert late.status_code == 409
    assert "The time to answer this offer is over." in words(late)


async def test_a_seat_is_given_back_once_and_goes_on(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    full = await make.convening(conn, now, capacity=1)
    first, second = await make.crowd(conn, full.id, range(2), now=now)
    path = own_path(settings, await queries.registration(conn, first.id))
    page = await browser.get(path)
    assert 'href="#leave"' in page.text
    assert 'id="leave" role="dialog"' in page.text
    for _ in range(2):
        assert (await browser.post(f"{path}/withdrawal")).status_code == 303
    said = words(await browser.get(path))
    assert "You gave your seat back." in said
    assert "You can join the list again, at its end." in said
    assert (await queries.registration(conn, second.id)).state == "offered"


async def test_who_leaves_the_list_reads_that(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    full = await make.convening(conn, now, capacity=1)
    _, second = await make.crowd(conn, full.id, range(2), now=now)
    path = own_path(settings, await queries.registration(conn, second.id))
    await browser.post(f"{path}/withdrawal")
    assert "You left the waiting list." in words(await browser.get(path))


async def test_looking_changes_nothing_and_the_address_of_a_form_leads_back(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    row = await _offered(conn, now)
    path = own_path(settings, row)
    before = await make.recorded(conn)
    await browser.get(path)
    for part in PARTS:
        seen = await browser.get(f"{path}/{part}")
        assert (seen.status_code, seen.headers["location"]) == (303, path)
    assert await make.recorded(conn) == before
    assert await queries.registration(conn, row.id) == row


async def test_details_are_saved_and_said(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    sent = await browser.post(
        f"{own_path(settings, row)}/details", data=DETAILS | {"access_needs": "A seat\r\nnear the door"}
    )
    assert sent.headers["location"] == f"{own_path(settings, row)}?saved=details"
    page = await browser.get(sent.headers["location"])
    assert "Your details are saved." in words(page)
    assert "A seat\nnear the door</textarea>" in page.text
    saved = await queries.registration(conn, row.id)
    assert (saved.name, saved.title, saved.district_name, saved.dietary) == ("Tamsin Birchwell", "Dean", "Cedar", "No nuts")
    assert saved.email == row.email


async def test_wrong_details_are_shown_again_as_they_were_typed(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    page = await browser.post(f"{own_path(settings, row)}/details", data=DETAILS | {"name": "", "dietary": "x" * 1001})
    assert page.status_code == 422
    assert "Write your name." in words(page)
    assert "Write at most 1,000 characters. These are 1,001." in words(page)
    assert "Captions</textarea>" in page.text
    assert "<details open>" in page.text
    assert await queries.registration(conn, row.id) == row


async def test_names_are_text_and_never_markup(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(
        conn, convening.id, now=now, name='<script>alert("1")</script>', dietary="</textarea><script>"
    )
    page = await browser.get(own_path(settings, row))
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in page.text


async def test_sessions_are_changed_and_a_full_one_offers_the_others(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    sessions = [
        make.session_draft(now, 1, title="Budgets", capacity=1),
        make.session_draft(now, 2, title="Coaching", capacity=1),
        make.session_draft(now, 3, title="Walk"),
    ]
    convening = await make.convening(conn, now, sessions=sessions)
    budgets, coaching, walk = await make.session_ids(conn, convening.id)
    await make.registered(conn, convening.id, 1, now=now, sessions=[budgets])
    row = await make.registered(conn, convening.id, 2, now=now, sessions=[coaching])
    path = own_path(settings, row)
    page = await browser.get(path)
    assert f'value="{coaching}" checked' in page.text
    assert f'value="{budgets}" disabled' in page.text
    refused = await browser.post(f"{path}/sessions", data={"sessions": [str(budgets), str(walk)]})
    assert refused.status_code == 409
    assert "“Budgets” is full. There is still room in “Coaching”, “Walk”." in words(refused)
    assert f'value="{walk}" checked' in refused.text
    assert [choice.session_id for choice in await queries.choices(conn, [row.id])] == [coaching]
    sent = await browser.post(f"{path}/sessions", data={"sessions": str(walk)})
    assert sent.headers["location"] == f"{path}?saved=sessions"
    assert [choice.session_id for choice in await queries.choices(conn, [row.id])] == [walk]
    nonsense = await browser.post(f"{path}/sessions", data={"sessions": "everything"})
    assert nonsense.status_code == 422
    assert "Choose from what is offered here." in words(nonsense)


async def test_a_corrected_address_ends_the_link_and_says_so(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    path = own_path(settings, row)
    sent = await browser.post(f"{path}/address", data={"email": "right@cedar-harbor.example"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/convenings/{convening.slug}/address-changed")
    said = words(await browser.get(sent.headers["location"]))
    assert "The link that you used until now no longer works." in said
    assert (await browser.get(path)).status_code == 404
    moved = await queries.registration(conn, row.id)
    assert moved.email == "right@cedar-harbor.example"
    assert "right@cedar-harbor.example" in words(await browser.get(own_path(settings, moved)))


async def test_an_address_that_cannot_be_used_is_shown_again(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(conn, convening.id, 1, now=now)
    other = await make.registered(conn, convening.id, 2, now=now)
    path = own_path(settings, row)
    taken = await browser.post(f"{path}/address", data={"email": other.email})
    assert taken.status_code == 409
    assert "We cannot move your registration to this address. Write to us and a person helps you." in words(taken)
    assert f'value="{other.email}"' in taken.text
    wrong = await browser.post(f"{path}/address", data={"email": "right at cedar"})
    assert wrong.status_code == 422
    assert 'value="right at cedar"' in wrong.text
    assert await queries.registration(conn, row.id) == row


@pytest.mark.parametrize("state", ["confirmed", "waitlisted", "offered"])
async def test_where_the_convening_was_cancelled_that_is_all_there_is_to_know(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings, state: str
) -> None:
    convening = await make.convening(conn, now, capacity=1)
    rows = await make.crowd(conn, convening.id, range(3), now=now)
    if state == "offered":
        await actions.withdraw(conn, rows[0].id, now)
    row = await queries.registration(conn, rows[{"confirmed": 0, "waitlisted": 2, "offered": 1}[state]].id)
    assert row.state == state
    await convening_actions.cancel(conn, convening.id, now)
    page = await browser.get(own_path(settings, row))
    assert "This convening was cancelled. It does not take place" in words(page)
    assert "<form" not in page.text


async def test_after_the_end_there_is_nothing_to_change(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    path = own_path(settings, row)
    await db.run(
        conn, "update convening set starts_at = $1, ends_at = $2", now - timedelta(hours=3), now - timedelta(hours=1)
    )
    page = await browser.get(path)
    assert "This convening has taken place." in words(page)
    assert "<form" not in page.text


async def test_a_change_of_what_has_ended_is_refused_in_words(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    path = own_path(settings, row)
    await browser.post(f"{path}/withdrawal")
    for part, data in (("details", DETAILS), ("sessions", {}), ("address", {"email": "a@b.example"})):
        page = await browser.post(f"{path}/{part}", data=data, headers={"content-type": "application/x-www-form-urlencoded"})
        assert page.status_code == 409
        assert "This registration has ended." in words(page)


async def test_the_readers_own_zone_stands_beside_the_convenings_where_it_differs(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    path = own_path(settings, row)
    assert "for you" not in words(await browser.get(path)).partition("Change something")[0]
    await db.run(conn, "update person set time_zone = 'America/Los_Angeles'")
    assert "It starts at 7:00 a.m. Pacific Time for you." in words(await browser.get(path))


async def test_every_state_that_is_stored_has_a_page(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    held = await make.registered(conn, convening.id, 1, now=now, source="public")
    assert "One step is missing." in words(await browser.get(own_path(settings, held)))
    await actions.expire_overdue(conn, convening.id, now + timedelta(hours=1))
    assert "The time to confirm is over." in words(await browser.get(own_path(settings, held)))
    offered = await _offered(conn, now)
    await actions.expire_overdue(conn, offered.convening_id, now + timedelta(days=3))
    assert "The time to answer is over." in words(await browser.get(own_path(settings, offered)))


@pytest.mark.parametrize("part", ["", *(f"/{part}" for part in PARTS)])
async def test_foreign_and_mangled_links_lead_nowhere(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings, part: str
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    path = own_path(settings, row)
    for wrong in (path[:-4] + "AAAA", path + "A", path[:-1], "/r/nothing"):
        answer = await browser.get(wrong) if not part else await browser.post(wrong + part, data={"email": "a@b.example"})
        assert answer.status_code == 404
        assert "There is nothing here" in words(answer)
    assert await queries.registration(conn, row.id) == row


async def test_the_form_of_a_full_convening_says_what_will_happen(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    full = await make.convening(conn, now, capacity=1)
    await make.crowd(conn, full.id, range(1), now=now)
    assert (await convenings.convening(conn, full.id)).seats_left == 0
    page = words(await browser.get(f"/convenings/{full.slug}/registration"))
    assert "The one seat is taken. You can join the waiting list" in page
