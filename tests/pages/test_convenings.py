"""What everybody sees: the list of convenings, and one of them in each of its phases."""

from datetime import datetime, timedelta

import httpx
import pytest

from service.convenings import actions
from service.convenings.queries import ConveningRow
from service.db import Connection
from tests import make
from tests.pages.conftest import words

HOUR = timedelta(hours=1)


async def test_an_empty_site_says_so(browser: httpx.AsyncClient, conn: Connection) -> None:
    page = await browser.get("/")
    assert page.status_code == 200
    assert "No convening is planned right now." in words(page)


async def test_what_comes_stands_before_what_was(browser: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    await make.convening(conn, now, title="Later", starts_at=now + 50 * HOUR, ends_at=now + 51 * HOUR)
    await make.convening(conn, now, title="Sooner", starts_at=now + 40 * HOUR, ends_at=now + 41 * HOUR)
    await make.convening(conn, now, title="Gone", starts_at=now - 40 * HOUR, ends_at=now - 39 * HOUR)
    await make.convening(conn, now, title="A draft", published=False)
    off = await make.convening(conn, now, title="Called off", starts_at=now + 45 * HOUR, ends_at=now + 46 * HOUR)
    await actions.cancel(conn, off.id, now)
    page = words(await browser.get("/"))
    assert "A draft" not in page
    places = [page.index(title) for title in ("Sooner", "Later", "Cancelled", "Called off", "Past", "Gone")]
    assert places == sorted(places)


async def test_a_draft_has_no_page(browser: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    draft = await make.convening(conn, now, published=False)
    page = await browser.get(f"/convenings/{draft.slug}")
    assert page.status_code == 404
    assert "There is nothing here, or it is not yours." in words(page)


async def test_an_open_convening_counts_its_seats_in_words_and_draws_each_of_them(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await make.crowd(conn, convening.id, range(3), now=now)
    page = await browser.get(f"/convenings/{convening.slug}")
    assert "47 of 50 seats are free." in words(page)
    assert "Register for this convening" in words(page)
    drawing = page.text.partition('<svg class="seats"')[2].partition("</svg>")[0]
    assert drawing.count("<circle") == 50
    assert "A half circle of 50 seats. 3 are taken, 47 are free." in drawing


async def test_times_carry_the_name_of_the_zone(browser: httpx.AsyncClient, convening: ConveningRow) -> None:
    page = words(await browser.get(f"/convenings/{convening.slug}"))
    assert "Monday, March 1, 2027, 10:00 a.m. to 5:00 p.m. Eastern Time" in page


async def test_a_full_convening_offers_the_waiting_list(browser: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    full = await make.convening(conn, now, capacity=2)
    await make.crowd(conn, full.id, range(3), now=now)
    page = words(await browser.get(f"/convenings/{full.slug}"))
    assert "All 2 seats are taken. 1 person waits." in page
    assert "Join the waiting list" in page
    assert "Register for this convening" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"registration_opens_at": 2}, "Registration opens on Tuesday, December 1, noon Eastern Time."),
        ({"registration_closes_at": -1}, "Registration closed on Tuesday, December 1, 9:00 a.m. Eastern Time."),
        ({"starts_at": -1, "ends_at": 5}, "This convening is under way. Registration is closed."),
        ({"starts_at": -9, "ends_at": -1}, "This convening has taken place. Registration is closed."),
    ],
    ids=["announced", "closed", "under way", "over"],
)
async def test_a_convening_that_nobody_can_register_for_says_why(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, changes: dict[str, int], sentence: str
) -> None:
    row = await make.convening(conn, now, **{name: now + hours * HOUR for name, hours in changes.items()})
    page = words(await browser.get(f"/convenings/{row.slug}"))
    assert sentence in page
    assert "Register for this convening" not in page
    form = await browser.get(f"/convenings/{row.slug}/registration")
    assert (form.status_code, form.headers["location"]) == (303, f"/convenings/{row.slug}")
    sent = await browser.post(f"/convenings/{row.slug}/registration", data={"name": "Wren", "email": "wren@a.example"})
    assert sent.status_code == 409
    assert sentence in words(sent)
    assert 'value="Wren"' in sent.text


@pytest.mark.parametrize("end", ["cancel", "complete"])
async def test_cancelled_and_completed_have_their_own_words(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, end: str
) -> None:
    row = await make.convening(conn, now, starts_at=now - HOUR, ends_at=now + HOUR)
    await (actions.cancel if end == "cancel" else actions.complete)(conn, row.id, now)
    page = words(await browser.get(f"/convenings/{row.slug}"))
    expected = {"cancel": "This convening was cancelled.", "complete": "This convening has taken place."}
    assert expected[end] in page


async def test_a_convening_may_let_people_register_after_its_start(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    row = await make.convening(conn, now, starts_at=now - HOUR, ends_at=now + 2 * HOUR, registration_closes_at=now + HOUR)
    page = words(await browser.get(f"/convenings/{row.slug}"))
    assert "Under way" in page
    assert "Register for this convening" in page


async def test_the_agenda_stands_by_day_with_what_is_left(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    starts_at = now + make.AHEAD
    sessions = [
        make.session_draft(now, 1, title="Opening", kind="plenary", signup=False),
        make.session_draft(now, 2, title="Budgets", capacity=1),
        make.session_draft(now, 26, title="Closing", kind="plenary", signup=False),
    ]
    row = await make.convening(conn, now, ends_at=starts_at + 30 * HOUR, sessions=sessions)
    page = words(await browser.get(f"/convenings/{row.slug}"))
    assert "Monday, March 1 11:00 a.m. to noon Opening Everybody together · B12 noon" in page
    assert "Budgets Workshop · B12 · You choose; 1 place left" in page
    assert page.index("Tuesday, March 2") < page.index("Closing")


async def test_what_organizers_write_is_text_and_never_markup(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    script = "<script>alert(1)</script>"
    row = await make.convening(
        conn, now, title=script, summary=f"{script}\n\nTwo", sessions=[make.session_draft(now, title=script, room=script)]
    )
    for path in ("/", f"/convenings/{row.slug}", f"/convenings/{row.slug}/registration"):
        page = await browser.get(path)
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text


async def test_pages_allow_no_other_host_and_no_script(browser: httpx.AsyncClient, convening: ConveningRow) -> None:
    page = await browser.get(f"/convenings/{convening.slug}")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "<style" not in page.text
    assert "style=" not in page.text
    stylesheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    found = await browser.get(stylesheet)
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/css")
    assert "immutable" in found.headers["cache-control"]
