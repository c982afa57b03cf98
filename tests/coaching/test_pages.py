"""The way of a coach, a member and an organizer through the pages."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import httpx

from service import db
from service.coaching import queries
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, seal, sign_in
from tests.access.test_rights import give
from tests.coaching.conftest import House, booked, offered, plan, states


async def send(browser: Browser, path: str, **fields: str) -> httpx.Response:
    return await browser.post(path, data={"seal": await seal(browser)} | fields)


async def test_a_coach_offers_half_hours_sees_clashes_changes_one_and_cancels_with_a_sentence(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "coach")
    await make.registered(conn, house.convening.id, 3, now=now, name="Tamsin", email="tamsin.birchwell@cedar-harbor.example")
    await sign_in(browser, conn, settings)
    page = f"/coach/convenings/{house.convening.id}"
    form = {"day": "2027-03-10", "begins": "09:00", "ends": "11:00", "minutes": "30", "audience": "network"}
    assert (await send(browser, page, **form)).headers["location"] == f"{page}?saved=4"
    again = await send(browser, page, **form)
    assert (again.status_code, "You offer another conversation at that time already." in again.text) == (409, True)
    wrong = await send(browser, page, **form | {"minutes": "3", "audience": "everybody"})
    assert (wrong.status_code, wrong.text.count('class="error"')) == (422, 2)
    shown = (await browser.get(page)).text
    assert (shown.count("At that time you are in “<bdi>Opening</bdi>”"), "0 booked, 4 free" in shown) == (2, True)
    [first, *_] = await queries.slots(conn, house.convening.id, tamsin)
    await booked(conn, first.id, house.ana, now)
    one = f"/coach/slots/{first.id}"
    seen = _seen((await browser.get(one)).text)
    stale = await send(browser, one, **form | {"begins": "13:00", "seen": first.mark})
    assert (stale.status_code, "This changed after you opened the page" in stale.text) == (409, True)
    moved = await send(browser, one, **form | {"begins": "13:00", "place": "Library", "seen": seen})
    assert moved.headers["location"] == f"{page}?saved=changed"
    row = await queries.slot(conn, first.id)
    assert (row.starts_at.hour, row.place, row.booking_id is not None) == (18, "Library", True)
    gone = await send(browser, f"{one}/removal", words="I lost my voice.", seen=row.mark)
    assert gone.headers["location"] == f"{page}?saved=cancelled"
    assert await states(conn) == [("cancelled", "coach")]
    assert (await browser.get(one)).status_code == 404
    acts = await db.many(conn, str, "select action from audit_entry where action <> 'signed_in' ")
    assert sorted(acts) == ["slot_changed", "slot_removed", "slots_offered"]


async def test_a_member_books_their_own_coachs_time_first_moves_and_cancels(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "member")
    [first, second] = await offered(conn, house, now)
    page = f"/me/coaching/{house.convening.id}"
    await sign_in(browser, conn, settings)
    assert "for members who have a seat at this convening" in (await browser.get(page)).text
    refused = await send(browser, page, slot=str(first))
    assert (refused.status_code, await states(conn)) == (409, [])
    await make.registered(conn, house.convening.id, 3, now=now, name="Tamsin", email="tamsin.birchwell@cedar-harbor.example")
    assert (await send(browser, page)).status_code == 422
    for _ in range(2):
        assert (await send(browser, page, slot=str(first))).headers["location"] == f"{page}?saved=booked"
    [mine] = await db.many(conn, UUID, "select id from coach_booking")
    shown = (await browser.get(page)).text
    assert ("You meet <bdi>Marisela Quillfeather</bdi>" in shown, shown.count('type="radio"')) == (True, 1)
    assert (await send(browser, page, slot=str(second), moves=str(mine))).headers["location"] == f"{page}?saved=moved"
    taken = await booked(conn, first, house.ben, now)
    quicker = await send(browser, page, slot=str(first), moves=str(mine))
    assert (quicker.status_code, "Somebody was quicker" in quicker.text) == (409, True)
    assert (await send(browser, f"/me/bookings/{taken}/cancellation", words="")).status_code == 404
    assert "You meet" in (await browser.get("/me")).text
    gone = await send(browser, f"/me/bookings/{mine}/cancellation", words="Our bus leaves early.")
    assert gone.headers["location"] == f"{page}?saved=cancelled"
    assert set(await states(conn)) == {("cancelled", "member"), ("booked", None)}


async def test_an_organizer_counts_takes_away_and_reads_the_same_by_the_api_without_names(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "organizer", house.convening.id)
    [first, _] = await offered(conn, house, now, plan(audience="own"))
    await booked(conn, first, house.ana, now)
    await sign_in(browser, conn, settings)
    page = f"/office/convenings/{house.convening.id}/coaching"
    shown = (await browser.get(page)).text
    assert ("1 booked, 1 still free." in shown, "Ana Birchwell" in shown) == (True, True)
    await conn.execute(
        "insert into api_token (id, name, token_hash, created_at) values ($1, 'own', sha256('secret-token'), $2)",
        db.new_id(now),
        now,
    )
    bearer = {"Authorization": "Bearer secret-token"}
    found = await browser.get(f"/api/v1/convenings/{house.convening.id}/coach-slots?limit=1", headers=bearer)
    body = found.json()
    assert (body["free"], body["booked"], [one["state"] for one in body["items"]]) == (1, 1, ["booked"])
    assert ("Ana" in found.text, body["items"][0]["starts_at"]) == (False, "2027-03-10T19:00:00Z")
    more = await browser.get(f"/api/v1/convenings/{house.convening.id}/coach-slots?after={body['next']}", headers=bearer)
    assert [one["state"] for one in more.json()["items"]] == ["free"]
    seen = (await queries.slot(conn, first)).mark
    gone = await send(browser, f"{page}/{first}", words="The room is needed.", seen=seen)
    assert (gone.headers["location"], await states(conn)) == (f"{page}?saved=1", [("cancelled", "organizer")])


async def test_who_ends_being_a_coach_must_have_no_conversation_before_them(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "organizer")
    [first, _] = await offered(conn, house, now)
    mine = await booked(conn, first, house.ana, now)
    await sign_in(browser, conn, settings)
    page = f"/office/people/{house.coach}"
    fields = {"name": "Marisela Quillfeather", "email": "marisela@coaches.example"}
    refused = await send(browser, page, **fields)
    assert (refused.status_code, "Members have booked conversations with this coach" in refused.text) == (409, True)
    await conn.execute("update coach_booking set state = 'cancelled', ended_by = 'member' where id = $1", mine)
    assert (await send(browser, page, **fields)).status_code == 303
    assert await queries.slots(conn, house.convening.id, house.coach) == []
    kinds = "select kind from event where kind in ('coach_changed', 'pairs_changed') order by ordinal"
    assert await db.many(conn, str, kinds) == ["coach_changed", "pairs_changed"]


async def test_what_is_over_is_not_offered_and_a_day_later_nothing_can_be_changed(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "coach")
    await sign_in(browser, conn, settings)
    ended = await make.convening(conn, now, starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=2))
    page = f"/coach/convenings/{ended.id}"
    assert "Offer times" not in (await browser.get(page)).text
    form = {
        "day": f"{now - timedelta(days=3):%Y-%m-%d}",
        "begins": "14:00",
        "ends": "15:00",
        "minutes": "30",
        "audience": "own",
    }
    refused = await send(browser, page, **form)
    assert (refused.status_code, "published and not over" in refused.text) == (409, True)


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return found[1]
