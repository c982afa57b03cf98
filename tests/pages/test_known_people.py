"""Whoever is registered by hand, or takes a seat over, comes with what the network knows of them."""

from datetime import datetime
from uuid import UUID

import httpx
import pytest

from service import db
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import queries
from service.settings import Settings
from tests import make
from tests.access.conftest import person
from tests.pages.office import Office, enter

WREN = "wren.okonkwo@cedar-harbor.example"
KNOWN = ("Dean", "Silver Sage Unified", "Sesame allergy", "A ramp")


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """Somebody who organizes everything."""
    return await enter(browser, conn, settings, now)


@pytest.fixture
async def wren(conn: Connection, now: datetime) -> UUID:
    """Somebody of whom the network knows what they need."""
    district, wren = db.new_id(now), await person(conn, now, "Wren Okonkwo", WREN)
    await conn.execute(
        """insert into district (id, code, name, state, time_zone)
           values ($1, 'sage', 'Silver Sage Unified', 'NV', 'America/Los_Angeles')""",
        district,
    )
    await conn.execute(
        "update person set title = $2, district_id = $3, dietary = $4, access_needs = $5 where id = $1",
        wren,
        KNOWN[0],
        district,
        *KNOWN[2:],
    )
    return wren


async def _stands(conn: Connection, location: str) -> tuple[str, str, str, str]:
    row = await queries.registration(conn, UUID(location.partition("?")[0].rpartition("/")[2]))
    return (row.title, row.district_name, row.dietary, row.access_needs)


async def _register(office: Office, convening: ConveningRow, **fields: str) -> str:
    sent = {"name": "Wren Okonkwo", "email": WREN.upper()} | fields
    answers = [await office.send(f"/office/convenings/{convening.id}/registrations/new", **sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    [location] = {answer.headers["location"] for answer in answers}
    return location


async def test_what_is_left_empty_is_what_the_network_knows_and_the_page_says_so(
    office: Office, conn: Connection, convening: ConveningRow, wren: UUID
) -> None:
    before = await office.read(f"/office/convenings/{convening.id}/registrations/new")
    assert "If the network knows the person of this address, what you leave empty is taken from there" in before
    location = await _register(office, convening)
    assert await _stands(conn, location) == KNOWN
    assert "Where you left something empty, what the network knows of them stands now." in await office.read(location)
    assert (await queries.live_among(conn, convening.id, [wren]))[0].state == "confirmed"


async def test_what_was_written_goes_before_what_is_known(
    office: Office, conn: Connection, convening: ConveningRow, wren: UUID
) -> None:
    written = ("Principal", "Elsewhere", "vegan", "Captions")
    location = await _register(
        office, convening, title="Principal", district="Elsewhere", dietary="vegan", access_needs="Captions"
    )
    assert await _stands(conn, location) == written
    assert location.endswith("?saved=registered")
    assert len(await queries.live_among(conn, convening.id, [wren])) == 1


async def test_of_a_stranger_nothing_is_known(office: Office, conn: Connection, convening: ConveningRow) -> None:
    location = await _register(office, convening)
    assert (await _stands(conn, location), location.endswith("?saved=registered")) == (("", "", "", ""), True)


async def test_a_colleague_who_takes_a_seat_over_comes_with_what_they_need(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow, wren: UUID
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    path = f"/office/registrations/{row.id}/colleague"
    assert "If the network knows the colleague, what they need comes from there" in await office.read(path)
    sent = await office.send(path, name="Wren Okonkwo", email=WREN, district="Cedar Harbor", reason="Goes instead")
    location = sent.headers["location"]
    assert await _stands(conn, location) == ("Dean", "Cedar Harbor", "Sesame allergy", "A ramp")
    assert "what they wrote themselves or the network knows of them stands now." in await office.read(location)
    assert len(await queries.live_among(conn, convening.id, [wren])) == 1
