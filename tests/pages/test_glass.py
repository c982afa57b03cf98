"""Break-glass: a reason, one page view, three records of it, and the privacy lead knows within a minute (R3)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace

from service.consents import day_queries
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN
from tests.consents import students
from tests.consents.students import Stage
from tests.pages.office import Office, read
from tests.pages.office import enter as enter_office
from tests.pages.test_day_matrix import keep_facts
from tests.workers.conftest import Office as Workers
from tests.workers.conftest import office as workers  # noqa: F401  # pyright: ignore[reportUnusedImport]

WHY = "She fainted, and nobody reaches the safety lead."
SECRETS = ("Peanuts", "Ashgrove", "Inhaler", "jackfruit")


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now)


@pytest.fixture
async def signup_id(conn: Connection, settings: Settings, now: datetime, stage: Stage) -> UUID:
    found = await students.seated(conn, stage, now)
    await keep_facts(conn, settings, found, now)
    return found


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    return await enter_office(browser, conn, settings, now)


async def records(conn: Connection) -> dict[str, Any]:
    return {
        "audit": await conn.fetchval("select count(*) from audit_entry where action = 'glass_broken'"),
        "disclosures": await conn.fetchval("select count(*) from disclosure where 'allergies' = any(fields)"),
        "events": await conn.fetchval("select count(*) from event where kind = 'glass_broken'"),
        "breaks": await conn.fetchval("select count(*) from glass_break"),
    }


async def test_without_glass_an_organizer_sees_whom_to_call_and_who_may_collect_and_no_more(
    office: Office, conn: Connection, signup_id: UUID
) -> None:
    page = await office.read(f"/office/signups/{signup_id}")
    assert "Josefina Marlowe , Aunt : 555-555-0131" in page
    assert "Who may collect Petra Halloway : 555-555-0133" in page
    assert not any(word in page for word in SECRETS)
    looks = await conn.fetch("select purpose from disclosure where fields = '{emergency contacts,who may collect}'")
    assert len(looks) == 1


@pytest.mark.parametrize("why", ["", "   ", "Emergency", "x" * 1001])
async def test_without_a_reason_the_glass_holds(office: Office, conn: Connection, signup_id: UUID, why: str) -> None:
    answer = await office.send(f"/office/signups/{signup_id}/glass", why=why)
    assert answer.status_code == 422
    assert "Write what happened and why you need to know" in read(answer)
    assert not any(word in answer.text for word in SECRETS)
    assert await records(conn) == {"audit": 0, "disclosures": 0, "events": 0, "breaks": 0}


async def test_with_a_reason_everything_is_shown_once_and_written_down_three_times(
    office: Office, conn: Connection, signup_id: UUID
) -> None:
    answer = await office.send(f"/office/signups/{signup_id}/glass", why=WHY)
    assert answer.status_code == 200
    page = read(answer)
    assert all(word in page for word in (*SECRETS, "Josefina"))
    assert "no-store" in answer.headers["cache-control"]
    assert await records(conn) == {"audit": 1, "disclosures": 1, "events": 1, "breaks": 1}
    again = await office.read(f"/office/signups/{signup_id}")
    assert not any(word in again for word in SECRETS)
    await office.send(f"/office/signups/{signup_id}/glass", why=WHY)
    assert await records(conn) == {"audit": 2, "disclosures": 2, "events": 2, "breaks": 2}
    kept = await conn.fetchval("select string_agg(a::text, ' ') from audit_entry a")
    kept += await conn.fetchval("select string_agg(e::text, ' ') from event e")
    assert not any(word in kept for word in (*SECRETS, "Zuri", "fainted"))


async def test_f5_the_look_of_an_organizer_who_speaks_for_the_school_is_logged_too(
    office: Office, conn: Connection, signup_id: UUID, stage: Stage
) -> None:
    tamsin = await conn.fetchval("select id from person where email = $1", TAMSIN)
    await conn.execute("insert into school_contact (person_id, school_id) values ($1, $2)", tamsin, stage.school_id)
    await office.send(f"/office/signups/{signup_id}/glass", why=WHY)
    assert (await records(conn))["disclosures"] == 1


async def test_r3_the_privacy_lead_is_mailed_within_a_minute_who_when_where_and_why_and_no_students_name(
    office: Office,
    conn: Connection,
    settings: Settings,
    signup_id: UUID,
    stage: Stage,
    workers: Workers,  # noqa: F811
) -> None:
    workers.relay.settings = replace(settings, privacy_lead="Thandiwe Marsh <privacy@plenary.example>")
    await office.send(f"/office/signups/{signup_id}/glass", why=WHY)
    await conn.execute("update event set handled_at = now() where kind <> 'glass_broken'")
    workers.later(seconds=59)
    [mail] = [one for one in await workers.settle() if one["To"].addresses[0].addr_spec == "privacy@plenary.example"]
    assert mail["Subject"] == "An organizer broke the glass"
    text, page = (part.get_content() for kind in ("plain", "html") if (part := mail.get_body((kind,))))
    for said in ("Tamsin Birchwell", stage.convening.title, "10:00", WHY, f"/office/signups/{signup_id}"):
        assert said in text, said
        assert said in page, said
    assert not any(word in mail.as_string() for word in (*SECRETS, "Zuri", "Camberwell"))
    assert [one.state for one in await workers.deliveries() if one.kind == "glass_alert"] == ["sent"]


async def test_r3_without_a_privacy_lead_the_alert_goes_to_the_first_organizer_or_to_us(settings: Settings) -> None:
    assert settings.privacy_address == settings.mail_address
    assert replace(settings, organizer=f"T <{TAMSIN}>").privacy_address == TAMSIN


async def test_the_reason_is_forgotten_with_the_facts_and_the_alert_still_makes_sense(
    office: Office, conn: Connection, signup_id: UUID, stage: Stage
) -> None:
    await office.send(f"/office/signups/{signup_id}/glass", why=WHY)
    await day_queries.forget_day_facts(conn, stage.convening.ends_at + timedelta(days=1), 100)
    assert await conn.fetchval("select reason from glass_break") == ""
    page = read(await office.send(f"/office/signups/{signup_id}/glass", why=WHY))
    assert not any(word in page for word in SECRETS)


async def test_the_caterer_gets_numbers_and_no_names_and_no_words_of_a_family(
    office: Office, conn: Connection, signup_id: UUID, stage: Stage
) -> None:
    page = await office.read(f"/office/convenings/{stage.convening.id}/students/food")
    assert "Halal 1 No nuts 1 Something else: the safety lead reads what 1" in page
    assert not any(word in page for word in (*SECRETS, "Zuri", "Camberwell", "Lake Marlow"))
    assert (
        f"/office/convenings/{stage.convening.id}/students/food"
        in (await office.browser.get(f"/office/convenings/{stage.convening.id}/students")).text
    )
    await conn.execute("update assent set state = 'no'")
    assert "Nobody has a wish yet." in await office.read(f"/office/convenings/{stage.convening.id}/students/food")
