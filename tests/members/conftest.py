"""The network as an organizer of everything meets it in a browser."""

import html
import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec import Struct

from service import db
from service.db import Connection
from service.members import places
from service.members.rules import District
from service.settings import Settings
from tests.access.conftest import Browser, another, browser, seal, sign_in, tamsin
from tests.access.test_rights import give

__all__ = ["another", "browser", "tamsin"]

PERSON = {"name": "Wren Okonkwo", "email": "wren@cedar-harbor.example"}
HOSTILE = '"><script>alert(1)</script>'


class Places(Struct, frozen=True):
    """Two districts, and a school in the first."""

    cedar: UUID
    sage: UUID
    school: UUID


@pytest.fixture
async def network(conn: Connection, now: datetime) -> Places:
    """Where people can be."""
    cedar = await places.add_district(
        conn, District(name="Cedar Harbor Public Schools", state="WA", time_zone="America/Los_Angeles"), now
    )
    sage = await places.add_district(conn, District(name="Silver Sage Unified", state="NV", time_zone="America/Denver"), now)
    return Places(cedar, sage, await places.add_school(conn, "Tidewater Academy", cedar, now))


@pytest.fixture
async def office(browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID) -> Browser:
    """The browser of an organizer of everything."""
    await give(conn, now, tamsin, "organizer")
    await sign_in(browser, conn, settings)
    return browser


class Answer(Struct, frozen=True):
    """A page as it is read."""

    status: int
    location: str
    source: str

    @property
    def words(self) -> str:
        """Without tags, white space run together."""
        body = self.source.partition("<main")[2].partition(">")[2].partition("</main>")[0]
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body.replace("<wbr>", ""))).split())


async def send(browser: Browser, path: str, **fields: Any) -> Answer:
    """Send a form of a signed-in page."""
    answer = await browser.post(path, data={"seal": await seal(browser)} | fields)
    return Answer(answer.status_code, answer.headers.get("location", ""), answer.text)


async def see(browser: Browser, path: str, **query: str) -> Answer:
    """Look at a page."""
    answer = await browser.get(path, params=query or None)
    return Answer(answer.status_code, answer.headers.get("location", ""), answer.text)


async def everybody(conn: Connection) -> list[str]:
    """All that is written about people, but for ids and moments."""
    return await db.many(
        conn,
        str,
        """select concat_ws('|', p.name, p.email, p.title, d.name, p.time_zone, p.pronouns, p.dietary, p.access_needs,
                            p.badge_name, m.joined_year, mine.email, c.bio, s.name) as written
             from person p left join district d on d.id = p.district_id left join membership m on m.person_id = p.id
             left join person mine on mine.id = m.coach_id left join coach c on c.person_id = p.id
             left join school_contact k on k.person_id = p.id left join school s on s.id = k.school_id order by p.email""",
    )
