"""Every page of the door beside the desk: looked at by axe and by its width, on a desk, on a phone, in the dark."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser

from service.attendance import certificate_queries, certifying
from service.attendance.certifying import Organizer
from service.convenings import queries as convenings
from service.db import Connection, Pool
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.test_rights import give
from tests.attendance.conftest import Door, scan
from tests.browser.desk_scene import front
from tests.browser.walking import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_board_attendance_certificates_and_their_checks_bar_nobody(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 12, role="organizer") as at:
        convening = at.stage.convening
        tamsin = await conn.fetchval("select person_id from role_grant limit 1")
        await give(conn, now, tamsin, "safety_lead", convening.id)
        door = Door(conn, at.house.settings, convening)
        [session_id] = await make.session_ids(conn, convening.id)
        who = at.people[0].registration_id
        await conn.execute("update session set credit_minutes = 60, room = 'Main hall' where id = $1", session_id)
        await door.take(
            scan(door.opens, registration_id=who),
            scan(door.opens, registration_id=who, session_id=session_id),
            scan(door.opens, signup_id=at.zuri),
            scan(door.opens, unlisted_id=make.nobody(now), called="A boy in blue"),
        )
        await convenings.set_state(conn, convening.id, "completed")
        async with conn.transaction():
            await certifying.certify(
                conn, convening.id, who, Organizer("Us", "us@eon-demo.example"), door.opens + timedelta(days=2)
            )
        certificate = await certificate_queries.valid(conn, who)
        assert certificate is not None
        await convenings.set_state(conn, convening.id, "published")
        own = links.PATHS["manage"] + links.token(settings.secret_key, "manage", who, 0)
        context, page = await at.tablet(chromium)
        office = f"/office/convenings/{convening.id}"
        paths = {
            "doors": "/desk",
            "board": f"/door/convenings/{convening.id}",
            "attendance": f"{office}/attendance",
            "attendance, nobody found": f"{office}/attendance?name=nobody",
            "one": f"/office/registrations/{who}/attendance",
            "certificates": f"{office}/certificates",
            "check": f"/certificates/{certificate.id}",
            "own certificate": f"{own}/certificate",
            "own page with the code": own,
        }
        assert await walk(page, paths) == {}
        await context.close()


async def test_the_board_follows_what_the_desk_does(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 3) as at:
        context, page = await at.tablet(chromium)
        board = await context.new_page()
        await board.goto(f"/door/convenings/{at.stage.convening.id}")
        await board.wait_for_selector("[data-live=arrived] >> text=0")
        await page.fill("#who", at.people[0].code)
        await page.press("#who", "Enter")
        await board.wait_for_selector("[data-live=arrived] >> text=1", timeout=10_000)
        await board.wait_for_selector("[data-live=adults] >> text=1")
        await context.close()


async def test_a_certificate_is_corrected_in_the_console_with_the_keyboard_alone(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 2, role="organizer") as at:
        context, page = await at.tablet(chromium)
        who = at.people[0].registration_id
        await page.goto(f"/office/registrations/{who}/attendance")
        await page.focus("#what")
        await page.select_option("#what", "house")
        await page.focus("#came")
        await page.keyboard.press("Space")
        await page.focus("#reason")
        await page.keyboard.type("She was at the other door.")
        await page.keyboard.press("Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert "The correction is saved" in await page.inner_text("main")
        assert await conn.fetchval("select count(*) from attendance_correction where registration_id = $1", who) == 1
        await context.close()
