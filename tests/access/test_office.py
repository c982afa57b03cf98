"""Roles, tokens of the API and the audit log, as organizers meet them."""

import html
import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from litestar import Litestar

from service import db
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, Open, acts, person, seal, sign_in
from tests.access.test_rights import give

WREN = "wren@cedar-harbor.example"


@pytest.fixture
async def wren(conn: Connection, now: datetime) -> UUID:
    """Somebody without any role."""
    return await person(conn, now, "Wren Okonkwo", WREN)


@pytest.fixture
async def office(browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID) -> Browser:
    """The browser of an organizer of everything."""
    await give(conn, now, tamsin, "organizer")
    await sign_in(browser, conn, settings)
    return browser


async def grant(browser: Browser, role: str, convening_id: object = "", email: str = WREN) -> tuple[int, str]:
    """Send the form that gives a role; the status, and the page in words."""
    data = {"seal": await seal(browser), "email": email, "role": role, "convening": str(convening_id)}
    answer = await browser.post("/roles", data=data)
    return answer.status_code, html.unescape(answer.text)


async def test_a_role_counts_from_the_next_click_on_and_so_does_its_end(
    office: Browser, another: Open, conn: Connection, settings: Settings, wren: UUID
) -> None:
    hers = another()
    await sign_in(hers, conn, settings, WREN)
    assert (await hers.get("/roles")).status_code == 404
    assert (await grant(office, "organizer"))[0] == 303
    assert (await hers.get("/roles")).status_code == 200
    given = await db.one(conn, UUID, "select id from role_grant where person_id = $1", wren)
    assert (await office.post(f"/roles/{given}/end", data={"seal": await seal(office)})).status_code == 303
    assert (await hers.get("/roles")).status_code == 404
    assert await acts(conn) == ["role_granted", "role_revoked", "signed_in", "signed_in"]


async def test_the_console_has_a_way_out_and_offers_no_second_sign_in(office: Browser) -> None:
    for path in ("/office", "/roles", "/account"):
        page = (await office.get(path)).text
        assert ('href="/account"' in page.partition("</nav>")[0], 'href="/sign-in"' in page) == (True, False), path
    assert "Sign out" in (await office.get("/account")).text


async def test_giving_a_role_again_is_one_role_and_one_entry(office: Browser, conn: Connection, wren: UUID) -> None:
    assert [(await grant(office, "evaluator"))[0] for _ in range(2)] == [303, 303]
    assert await db.one(conn, int, "select count(*) from role_grant where person_id = $1", wren) == 1
    assert await acts(conn) == ["role_granted", "signed_in"]


async def test_what_cannot_be_given_is_said_at_its_field(
    office: Browser, conn: Connection, wren: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    assert "We know nobody with this address" in (await grant(office, "moderator", email="nobody@x.example"))[1]
    for role, where in (("owner", ""), ("member", ""), ("", ""), ("system_admin", convening.id)):
        assert (await grant(office, role, where))[0] == 422
    for where in (make.nobody(now), "what"):
        assert (await grant(office, "moderator", where))[0] == 404
    assert await db.one(conn, int, "select count(*) from role_grant") == 1


async def test_who_organizes_one_convening_gives_roles_there_alone(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID, wren: UUID
) -> None:
    mine, other = await make.convening(conn, now, title="Mine"), await make.convening(conn, now, title="The Other")
    await give(conn, now, tamsin, "organizer", mine.id)
    theirs = await give(conn, now, wren, "moderator", other.id)
    await sign_in(browser, conn, settings)
    page = (await browser.get("/roles")).text
    assert ("Mine" in page, "The Other" in page, WREN in page) == (True, False, False)
    assert (await grant(browser, "front_desk", mine.id))[0] == 303
    assert [(await grant(browser, "front_desk", where))[0] for where in (other.id, "")] == [404, 422]
    assert (await browser.post(f"/roles/{theirs}/end", data={"seal": await seal(browser)})).status_code == 404
    statuses = [(await browser.get(path)).status_code for path in ("/audit", "/account/tokens")]
    assert statuses == [200, 404]


async def test_who_gives_the_own_role_up_arrives_at_the_account(
    office: Browser, conn: Connection, now: datetime, tamsin: UUID, wren: UUID
) -> None:
    await give(conn, now, wren, "organizer")
    own = await db.one(conn, UUID, "select id from role_grant where person_id = $1", tamsin)
    answer = await office.post(f"/roles/{own}/end", data={"seal": await seal(office)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert (await office.get("/account")).status_code == 200


async def test_what_is_clicked_twice_leads_back_to_the_list_and_is_done_once(
    office: Browser, another: Open, conn: Connection, settings: Settings, now: datetime, wren: UUID
) -> None:
    await give(conn, now, wren, "moderator")
    await make_token(office, "Badge printer")
    await sign_in(another(), conn, settings)
    ids = [
        ("/roles", "select id from role_grant where role = 'moderator'"),
        ("/account/tokens", "select id from api_token"),
        ("/account/sessions", "select id from web_session where client = '203.0.113.2'"),
    ]
    for path, sql in ids:
        address = f"{path}/{await conn.fetchval(sql)}/end"
        for _ in range(2):
            answer = await office.post(address, data={"seal": await seal(office)})
            assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await acts(conn) == sorted(
        ["role_revoked", "session_ended", "signed_in", "signed_in", "token_created", "token_revoked"]
    )


async def test_the_last_organizer_stays(office: Browser, conn: Connection) -> None:
    own = await db.one(conn, UUID, "select id from role_grant")
    answer = await office.post(f"/roles/{own}/end", data={"seal": await seal(office)})
    assert (answer.status_code, "This is the last organizer of everything." in answer.text) == (409, True)


async def make_token(browser: Browser, name: str, scope: str = "read", days: str = "30") -> tuple[int, str]:
    """Make a token; the status, and the token where one was shown."""
    data = {"seal": await seal(browser), "name": name, "scope": scope, "days": days}
    answer = await browser.post("/account/tokens", data=data)
    found = re.search(r"<code>(plenary_[\w-]{43})</code>", answer.text)
    return answer.status_code, found[1] if found else ""


async def test_a_token_is_shown_once_and_is_nowhere_in_the_database(office: Browser, conn: Connection) -> None:
    status, token = await make_token(office, "Badge printer")
    assert (status, len(token)) == (200, 51)
    page = (await office.get("/account/tokens")).text
    assert ("Badge printer" in page, token in page) == (True, False)
    for stored in (
        await db.one(conn, str, "select string_agg(t::text, ' ') from api_token t"),
        await db.one(conn, str, "select string_agg(a::text, ' ') from audit_entry a"),
    ):
        assert token not in stored
        assert token.encode().hex() not in stored
        assert "audit" not in stored
    assert await acts(conn) == ["signed_in", "token_created"]


async def call(browser: Browser, token: str, method: str = "GET") -> int:
    """The status of a call of the API."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = await browser.request(method, "/api/v1/convenings", headers=headers, json={} if method == "POST" else None)
    return answer.status_code


async def test_a_token_that_reads_changes_nothing(office: Browser) -> None:
    _, reader = await make_token(office, "Reader", "read")
    _, writer = await make_token(office, "Writer", "write")
    assert [await call(office, reader), await call(office, reader, "POST")] == [200, 403]
    assert [await call(office, writer), await call(office, writer, "POST")] == [200, 422]


async def test_a_token_ends_with_its_time_with_its_revocation_and_with_its_makers_role(
    office: Browser, conn: Connection, site: Litestar, now: datetime, tamsin: UUID
) -> None:
    _, short = await make_token(office, "Short", days="30")
    _, revoked = await make_token(office, "Revoked", days="365")
    _, long = await make_token(office, "Long", days="365")
    token_id = await db.one(conn, UUID, "select id from api_token where name = 'Revoked'")
    assert (await office.post(f"/account/tokens/{token_id}/end", data={"seal": await seal(office)})).status_code == 303
    assert [await call(office, one) for one in (short, revoked, long)] == [200, 401, 200]
    site.state.clock = lambda: now + timedelta(days=30)
    assert [await call(office, one) for one in (short, long)] == [401, 200]
    await db.run(conn, "delete from role_grant where person_id = $1", tamsin)
    assert await call(office, long) == 401


async def test_tokens_do_not_come_back_with_the_role(
    office: Browser, another: Open, conn: Connection, settings: Settings, now: datetime, wren: UUID
) -> None:
    given = await give(conn, now, wren, "organizer")
    hers = another()
    await sign_in(hers, conn, settings, WREN)
    _, token = await make_token(hers, "Hers")
    _, kept = await make_token(office, "Kept")
    assert (await office.post(f"/roles/{given}/end", data={"seal": await seal(office)})).status_code == 303
    assert (await grant(office, "organizer"))[0] == 303
    assert [await call(office, one) for one in (token, kept)] == [401, 200]
    assert await db.many(conn, str, "select name from api_token") == ["Kept"]
    assert (await acts(conn)).count("token_revoked") == 1


async def test_a_name_is_one_tokens_and_what_is_wrong_is_said(office: Browser, conn: Connection) -> None:
    assert [(await make_token(office, "Badge printer"))[0] for _ in range(2)] == [200, 409]
    statuses = [
        (await make_token(office, name, scope, days))[0]
        for name, scope, days in (("", "read", "30"), ("A", "all", "30"), ("A", "read", "9999"), ("a\nb", "read", "30"))
    ]
    assert statuses == [422, 422, 422, 422]
    assert await db.one(conn, int, "select count(*) from api_token") == 1


async def test_the_last_use_of_a_token_is_known_to_the_minute(
    office: Browser, conn: Connection, site: Litestar, now: datetime
) -> None:
    _, token = await make_token(office, "Reader")
    seen: list[datetime | None] = []
    for seconds in (0, 59, 60):
        site.state.clock = lambda at=now + timedelta(seconds=seconds): at
        await call(office, token)
        seen.append(await db.maybe(conn, datetime, "select last_used_at from api_token"))
    assert seen == [now, now, now + timedelta(minutes=1)]


async def test_a_name_is_not_run_as_a_script(office: Browser, conn: Connection, now: datetime) -> None:
    bad = await person(conn, now, "<script>alert(1)</script>", "script@cedar-harbor.example")
    await give(conn, now, bad, "moderator")
    assert "<script>" not in (await office.get("/roles")).text
