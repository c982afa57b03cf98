"""The safety lead's list: open from T-3 to the day after, cleared students alone, every opening logged."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents.day_rules import DayFacts, Need, window
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, person, sign_in
from tests.access.test_rights import give
from tests.consents import students
from tests.consents.students import Stage
from tests.pages.office import read
from tests.pages.school import at
from tests.pages.test_day_matrix import keep_facts


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now, seats=3)


async def enter(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage) -> UUID:
    """Tamsin is the safety lead of this convening."""
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await give(conn, now, tamsin, "safety_lead", stage.convening.id)
    await sign_in(browser, conn, settings)
    return tamsin


def path(stage: Stage) -> str:
    return f"/safety/convenings/{stage.convening.id}"


async def test_the_list_says_all_that_keeps_a_student_safe_flags_first(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await enter(browser, conn, settings, now, stage)
    flagged = await students.seated(conn, stage, now)
    await keep_facts(conn, settings, flagged, now)
    plain = await students.seated(conn, stage, now, "Tess Wrenfield")
    no = DayFacts(allergies=Need("no"), medication=Need("no"))
    await keep_facts(conn, settings, plain, now, no)
    await students.seated(conn, stage, now, "Omari Langdale")
    uncleared = await students.student(conn, stage, now, "Beau Trapplewood")
    await students.guardian_says(conn, stage, uncleared, now)
    await keep_facts(conn, settings, uncleared, now)
    await at(site, conn, stage.convening.starts_at - timedelta(days=2))
    answer = await browser.get(path(stage))
    page = read(answer)
    assert "3 students may be on stage." in page
    assert "Allergy, auto-injector or medication: Zuri Camberwell Never release to a named person: Zuri Camberwell" in page
    zuri = page.partition("Zuri Camberwell Lake Marlow High , grade 11")[2]
    for said in (
        "Allergies Peanuts and hazelnuts",
        "Auto-injector Yes. The student carries it.",
        "Medication Inhaler before sports",
        "Never release to Vance Ashgrove",
        "Food Halal, No nuts. No jackfruit",
        "There: with the school. Back: with the family. Does not stay overnight.",
        "Whom to call first Amina Camberwell : 555-555-0130",
        "Josefina Marlowe , Aunt : 555-555-0131",
        "Who may collect Petra Halloway : 555-555-0133",
    ):
        assert said in zuri, said
    assert 'href="tel:555-555-0131"' in answer.text
    assert "Tess Wrenfield Lake Marlow High , grade 11 No health flag" in page
    assert (
        "Omari Langdale Lake Marlow High , grade 11 Nothing written about health: ask the family Whom to call first" in page
    )
    assert "Beau" not in page


async def test_each_opening_is_in_the_audit_log_and_in_each_students_own(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    tamsin = await enter(browser, conn, settings, now, stage)
    signup_id = await students.seated(conn, stage, now)
    await at(site, conn, stage.convening.starts_at)
    for _ in range(2):
        assert (await browser.get(path(stage))).status_code == 200
    looks = await conn.fetch("select * from disclosure where signup_id = $1", signup_id)
    assert [(one["person_id"], one["purpose"]) for one in looks] == [(tamsin, "To keep students safe on the day")]
    assert {"allergies", "people not to release to", "emergency contacts"} <= set(looks[0]["fields"])
    acts = await conn.fetch("select detail::text, thing_id from audit_entry where action = 'safety_list_opened'")
    assert [one["thing_id"] for one in acts] == [stage.convening.id] * 2
    assert "Zuri" not in str(acts)


@pytest.mark.parametrize("zone", ["America/New_York", "America/Phoenix", "Pacific/Honolulu"])
async def test_it_opens_with_the_midnight_of_t_minus_3_and_closes_with_the_end_of_the_day_after(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, zone: str
) -> None:
    stage = await students.stage(conn, now, timezone=zone)
    await enter(browser, conn, settings, now, stage)
    await keep_facts(conn, settings, await students.seated(conn, stage, now), now)
    local = stage.convening.starts_at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    last = stage.convening.ends_at.astimezone(ZoneInfo(zone)).date()
    opens = local - timedelta(days=3)
    closes = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(zone)) + timedelta(days=2)
    found = window(stage.convening.starts_at, stage.convening.ends_at, zone)
    assert (found.opens, found.closes) == (opens, closes)
    second = timedelta(seconds=1)
    for moment, is_open in ((opens - second, False), (opens, True), (closes - second, True), (closes, False)):
        await at(site, conn, moment)
        page = read(await browser.get(path(stage)))
        assert ("Peanuts" in page) is is_open, moment
        assert ("The list opens" in page) is (moment < opens)
        assert ("The list closed" in page) is (moment >= closes)
    assert await db.one(conn, int, "select count(*) from disclosure") <= 2, "a closed list is no look"


def test_the_window_keeps_its_midnights_across_the_change_of_clocks() -> None:
    zone = ZoneInfo("America/Chicago")
    starts, ends = (datetime(2027, 3, 16, hour, tzinfo=zone) for hour in (9, 16))
    found = window(starts, ends, "America/Chicago")
    assert (found.opens, found.closes) == (datetime(2027, 3, 13, tzinfo=zone), datetime(2027, 3, 18, tzinfo=zone))
    assert (found.opens.utcoffset(), found.closes.utcoffset()) == (timedelta(hours=-6), timedelta(hours=-5))


async def test_a_cancelled_convening_shows_nobody(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await enter(browser, conn, settings, now, stage)
    await keep_facts(conn, settings, await students.seated(conn, stage, now), now)
    await conn.execute("update convening set state = 'cancelled'")
    await at(site, conn, stage.convening.starts_at)
    page = read(await browser.get(path(stage)))
    assert "This convening does not take place." in page
    assert "Zuri" not in page


async def test_who_was_withdrawn_a_moment_ago_is_not_on_it(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await enter(browser, conn, settings, now, stage)
    await students.seated(conn, stage, now)
    await at(site, conn, stage.convening.starts_at)
    assert "Zuri" in read(await browser.get(path(stage)))
    await conn.execute("update assent set state = 'no'")
    assert "No student is cleared yet." in read(await browser.get(path(stage)))


async def test_the_safety_lead_finds_the_list_on_their_own_page(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await enter(browser, conn, settings, now, stage)
    assert path(stage) in (await browser.get("/me")).text


async def test_what_cannot_be_read_is_said_and_raises_the_flag(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await enter(browser, conn, settings, now, stage)
    await keep_facts(conn, settings, await students.seated(conn, stage, now), now, DayFacts(allergies=Need("no")))
    await conn.execute("update day_fact set sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40))")
    await at(site, conn, stage.convening.starts_at)
    page = read(await browser.get(path(stage)))
    assert "Allergy or medication" in page
    assert "Never release to somebody" in page
    assert page.count("Cannot be read: ask the family") == 8
    assert "Whom to call first Amina Camberwell : No phone number" in page
