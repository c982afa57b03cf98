"""Where coaches offer many times, pages show a part of them, in their order, and nothing twice."""

import re
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

from service.coaching import queries
from service.coaching.member_pages import ROWS
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, sign_in
from tests.access.test_rights import give
from tests.coaching.conftest import DAY, House, booked, coach_of, offered, plan
from tests.coaching.test_pages import send

DAY_TWO = DAY + timedelta(days=1)
MANY = plan("09:00", "23:55", minutes=15)


def radios(text: str) -> list[str]:
    return re.findall(r'type="radio" name="slot" value="([^"]+)"', text)


def further(text: str) -> str:
    """Where the button for later times leads."""
    found = re.search(r'href="([^"]+)">Show later times', text)
    return unescape(found[1]) if found else ""


async def test_a_member_sees_all_times_of_their_own_coach_and_those_of_others_page_by_page(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "member")
    own = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    await conn.execute("update membership set coach_id = $1 where person_id = $2", own, tamsin)
    mine = await make.registered(
        conn, house.convening.id, 3, now=now, name="Tamsin", email="tamsin.birchwell@cedar-harbor.example"
    )
    theirs = [str(one) for one in await offered(conn, house, now, MANY)]
    theirs += [str(one) for one in await offered(conn, house, now, plan("00:00", "02:00", day=DAY_TWO, minutes=15))][59:]
    own_slots = await of(conn, house, own, now)
    await booked(conn, UUID(theirs[0]), mine, now)
    await sign_in(browser, conn, settings)
    page = f"/me/coaching/{house.convening.id}"
    first = (await browser.get(page)).text
    assert sorted(radios(first)) == sorted([*own_slots, *theirs[1 : ROWS + 1]])
    second = (await browser.get(further(first))).text
    assert sorted(radios(second)) == sorted([*own_slots, *theirs[ROWS + 1 :]])
    assert further(second) == ""
    after = further(first).partition("after=")[2]
    refused = await send(browser, page, after=after)
    assert (refused.status_code, radios(refused.text)) == (422, radios(second))


async def of(conn: Connection, house: House, coach: UUID, now: datetime) -> list[str]:
    """What the member's own coach offers to their members."""
    other = House(house.convening, coach, house.ana, house.ben)
    return [str(one) for one in await offered(conn, other, now, plan("10:00", "10:30", minutes=15, audience="own"))]


async def test_organizers_turn_pages_look_at_one_coach_and_come_back_to_where_they_were(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "organizer", house.convening.id)
    other = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    await of(conn, house, other, now)
    times = await offered(conn, house, now, plan("09:00", "23:55", minutes=15))
    times += (await offered(conn, house, now, plan("09:00", "10:00", day=DAY_TWO)))[len(times) :]
    await booked(conn, times[1], house.ana, now)
    await sign_in(browser, conn, settings)
    page = f"/office/convenings/{house.convening.id}/coaching"
    first = (await browser.get(page)).text
    assert ("1 booked, 62 still free." in first, first.count("Take away<")) == (True, 60)
    rest = (await browser.get(further(first))).text
    assert (rest.count("Take away<"), further(rest)) == (3, "")
    theirs = (await browser.get(f"{page}?coach={other}")).text
    assert (theirs.count("Take away<"), "Of <bdi>Odalys Brightwater</bdi> alone." in theirs) == (2, True)
    after = further(first).partition("after=")[2]
    seen = (await queries.slot(conn, times[-1])).mark
    gone = await send(browser, f"{page}/{times[-1]}", seen=seen, after=after)
    assert gone.headers["location"] == f"{page}?saved=1&after={after}"
    assert ((await browser.get(f"{page}?coach=nobody")).status_code, (await browser.get(f"{page}?after=x")).status_code) == (
        404,
        422,
    )
