"""What the pages keep from strangers, and what strangers cannot spoil."""

from datetime import datetime

import httpx

from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions, queries
from service.settings import Settings
from service.web import links
from tests import make
from tests.pages.conftest import own_path, words


async def test_an_invitation_opens_although_a_stranger_asked_in_that_name(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings, convening: ConveningRow
) -> None:
    typed = make.request(1)
    await make.registered(conn, convening.id, 1, now=now, source="public")
    invitation_id = await actions.invite(conn, convening.id, typed.name, typed.email, now)
    path = "/i/" + links.token(settings.secret_key, "invitation", invitation_id, 0)
    assert "Register" in words(await browser.get(path))
    sent = await browser.post(path, data={"name": typed.name})
    rows = await queries.listed(conn, convening.id, "confirmed", None, 10)
    assert [sent.headers["location"]] == [own_path(settings, row) for row in rows]


async def test_no_page_tells_by_its_numbers_whether_an_address_was_known(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, capacity=8)])
    [session] = await make.session_ids(conn, convening.id)
    paths = ("/", f"/convenings/{convening.slug}", f"/convenings/{convening.slug}/registration")
    before = [words(await browser.get(path)) for path in paths]
    form = {"name": "Wren", "email": "wren@cedar-harbor.example", "sessions": str(session)}
    assert (await browser.post(paths[2], data=form)).status_code == 303
    assert [row.seated for row in await queries.listed(conn, convening.id, "held", None, 10)] == [True]
    assert (await convenings.convening(conn, convening.id)).seats_left == 49
    assert [words(await browser.get(path)) for path in paths] == before


async def test_one_address_is_written_to_three_times_at_most_however_it_is_typed(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    path = f"/convenings/{convening.slug}/registration"
    for domain in ("bücher.example", "xn--bcher-kva.example", "BÜCHER.example", "Xn--Bcher-Kva.example"):
        assert (await browser.post(path, data={"name": "Wren", "email": f" wren@{domain}"})).status_code == 303
    kinds = [type(one).__name__ for one in await make.recorded(conn)]
    assert kinds.count("RegistrationHeld") + kinds.count("RegistrationRepeated") == 3
