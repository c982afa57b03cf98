"""Addresses that get no mail: stopped with a reason, allowed again, and never named in the log."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from service import db
from service.db import Connection
from service.deliveries import opting_out, suppressions
from service.deliveries.opting_out import Reader
from service.registrations import inviting
from service.registrations.inviting_rules import AddressClosed
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.pages.conftest import words

WREN = "wren@cedar-harbor.example"
PATH = "/office/suppressions"


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> httpx.AsyncClient:
    """The browser of an organizer of everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    await sign_in(browser, conn, settings)
    return browser


async def stop(office: httpx.AsyncClient, email: str, reason: str = "asked us by phone") -> httpx.Response:
    return await office.post(PATH, data={"seal": await seal(office), "email": email, "reason": reason})


async def allow(office: httpx.AsyncClient, address: str) -> httpx.Response:
    return await office.post(f"{PATH}/end", data={"seal": await seal(office), "address": address})


async def stopped(conn: Connection) -> list[str]:
    return await db.many(conn, str, "select address_key from suppression order by address_key")


async def test_an_address_is_stopped_and_allowed_again(office: httpx.AsyncClient, conn: Connection) -> None:
    assert "Everybody gets our mail." in words(await office.get(PATH))
    assert (await stop(office, " Wren@Cedar-Harbor.example ")).status_code == 303
    page = words(await office.get(PATH))
    assert (WREN in page, "asked us by phone" in page, "not even a code to sign in" in page) == (True, True, True)
    assert await stopped(conn) == [WREN]
    assert (await allow(office, WREN)).status_code == 303
    assert await stopped(conn) == []
    assert await acts(conn) == ["signed_in", "suppression_added", "suppression_ended"]


async def test_the_log_knows_the_address_again_and_does_not_name_it(
    office: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    await stop(office, WREN, "a reason of a person")
    await allow(office, WREN)
    details = await db.many(conn, dict, "select detail from audit_entry where thing_kind = 'address'")
    assert details == [{"address": suppressions.keyed(settings.secret_key, WREN)}] * 2
    log = await db.one(conn, str, "select string_agg(a::text, ' ') from audit_entry a")
    assert [one for one in ("wren", "reason of a person") if one in log] == []


async def test_the_same_again_is_said_and_changes_nothing(office: httpx.AsyncClient, conn: Connection) -> None:
    assert [(await stop(office, WREN, reason)).status_code for reason in ("first", "second")] == [303, 409]
    assert await db.many(conn, str, "select reason from suppression") == ["first"]
    assert [(await allow(office, WREN)).status_code for _ in range(2)] == [303, 409]
    assert await acts(conn) == ["signed_in", "suppression_added", "suppression_ended"]


async def test_what_is_no_address_has_no_reason_or_is_ones_own_is_refused(
    office: httpx.AsyncClient, conn: Connection
) -> None:
    given = [
        ("wren", "x"),
        ("", "x"),
        (WREN, ""),
        (WREN, "a\nb"),
        (WREN, "x" * 201),
        (TAMSIN.upper(), "x"),
        ("a\0@b.c", "x"),
    ]
    assert [(await stop(office, *one)).status_code for one in given] == [422] * len(given)
    assert "could not sign in any more" in (await stop(office, TAMSIN)).text
    assert [(await allow(office, one)).status_code for one in ("a\0b", "x" * 300)] == [422, 422]
    assert await stopped(conn) == []


async def test_the_list_is_searched_and_shows_no_script(office: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    for n in range(205):
        at = now - timedelta(minutes=n)
        await db.run(conn, "insert into suppression values ($1, '<script>alert(1)</script>', $2)", f"a{n}@x.example", at)
    page = (await office.get(PATH)).text
    assert (page.count('<th role="rowheader"'), "The newest 50" in page, "<script>" in page) == (50, True, False)
    for query, count in (("A204", 1), ("x.example", 50), ("%25", 0), ("_", 0), ("none", 0)):
        assert (await office.get(f"{PATH}?address={query}")).text.count('<th role="rowheader"') == count, query
    assert (await office.get(f"{PATH}?address=a%00b")).status_code == 422
    assert "<script>" not in (await office.get(PATH, params={"address": '"><script>alert(1)</script>'})).text


async def test_of_many_addresses_and_wishes_each_list_goes_on_by_itself(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    for number in range(60):
        address, at = f"wren.{number:02}@cedar-harbor.example", now - timedelta(hours=number // 3)
        await suppressions.put(conn, address, "came back", at)
        await opting_out.opt_out(conn, Reader(address, "surveys", "en"), at)
    first = await office.get(PATH)
    assert ("The newest 50 addresses" in words(first), "The newest 50 wishes" in words(first)) == (True, True)
    [after, wishes_after] = re.findall(r'after=([\w-]+)[#"]', first.text)
    seen = re.findall(r'name="address" value="(wren[^"]+)"', first.text)
    stopped_later = await office.get(PATH, params={"after": after})
    wishes_later = await office.get(PATH, params={"wishes_after": wishes_after})
    assert "10 addresses, earlier ones" in words(stopped_later)
    assert "10 wishes, earlier ones" in words(wishes_later)
    rest = re.findall(r'name="address" value="(wren[^"]+)"', stopped_later.text)[:10]
    wishes = re.findall(r'name="address" value="(wren[^"]+)"', wishes_later.text)[50:]
    assert len({*seen[:50], *rest}) == 60
    assert len({*seen[50:], *wishes}) == 60
    assert (await office.get(PATH, params={"after": "nonsense"})).status_code == 422


async def test_a_sign_of_a_pattern_in_a_search_is_a_sign(office: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    await suppressions.put(conn, "a_b@cedar-harbor.example", "came back", now)
    await suppressions.put(conn, "axb@cedar-harbor.example", "came back", now)
    page = (await office.get(PATH, params={"address": "A_B"})).text
    assert ("a_b@" in page, "axb@" in page) == (True, False)


async def test_a_form_that_was_made_for_another_sign_in_changes_nothing(office: httpx.AsyncClient, conn: Connection) -> None:
    await stop(office, WREN)
    for path, fields in ((PATH, {"email": "a@x.example", "reason": "x"}), (f"{PATH}/end", {"address": WREN})):
        assert (await office.post(path, data={"seal": "another's", **fields})).status_code == 403
    assert await stopped(conn) == [WREN]


async def test_who_asked_for_no_more_invitations_is_listed_left_out_and_let_in_again_when_they_ask(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    await opting_out.opt_out(conn, Reader(WREN, "invitations", "en"), now)
    page = words(await office.get(PATH))
    assert ("No more of a kind" in page, "Send these again" in page) == (True, True)
    place = await make.convening(conn, now)
    with pytest.raises(AddressClosed):
        await inviting.invite_one(conn, place.id, "Wren", WREN, now)
    for stream, status in (("nothing", 422), ("invitations", 303)):
        form = {"seal": await seal(office), "address": WREN.upper(), "stream": stream}
        assert (await office.post(f"{PATH}/again", data=form)).status_code == status
    assert not await opting_out.is_out(conn, Reader(WREN, "invitations", "en"))
    assert await inviting.invite_one(conn, place.id, "Wren", WREN, now)
