"""A convening with materials of every kind, and the browsers of those who look at them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from msgspec import Struct

from service.access.api import SEAL
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from tests import make
from tests.access.conftest import another, browser, tamsin
from tests.materials import files
from tests.pages.conftest import own_path
from tests.pages.office import Office, enter

__all__ = ["another", "browser", "tamsin"]

SAID = {"title": "Opening slides", "audience": "seats", "shared": "now", "nobody": "yes"}
LINKED = SAID | {"title": "A link", "url": "https://slides.example/opening?x=1"}


class Scene(Struct):
    """A convening with a session that people choose, two who have a seat, of whom one chose it; and an organizer."""

    convening: ConveningRow
    session: UUID
    chooser: RegistrationRow
    other: RegistrationRow
    office: Office
    settings: Settings

    @property
    def path(self) -> str:
        """The organizers' list."""
        return f"/office/convenings/{self.convening.id}/materials"

    def own(self, row: RegistrationRow) -> str:
        """Somebody's own page."""
        return own_path(self.settings, row)

    async def upload(
        self, name: str = "opening.pdf", content: bytes = files.PDF, path: str = "", **fields: Any
    ) -> httpx.Response:
        """The form with a file, as a browser sends it."""
        data = {SEAL: self.office.sealed} | SAID | fields
        return await self.office.browser.post(path or f"{self.path}/file", data=data, files={"file": (name, content)})


@pytest.fixture
async def scene(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Scene:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, title="Reading a budget")])
    [session] = await make.session_ids(conn, convening.id)
    chooser = await make.registered(conn, convening.id, 1, now=now, sessions=[session])
    other = await make.registered(conn, convening.id, 2, now=now)
    office = await enter(browser, conn, settings, now, convening.id)
    return Scene(convening, session, chooser, other, office, settings)


async def ids(conn: Connection, convening_id: UUID) -> list[UUID]:
    """All materials of a convening, in the order in which they were made."""
    rows = await conn.fetch("select id from material where convening_id = $1 order by ordinal", convening_id)
    return [row["id"] for row in rows]


def move_clock(site: Litestar, at: datetime) -> None:
    """What the application takes for now."""
    site.state.clock = lambda: at


def after(scene: Scene) -> datetime:
    """A minute behind the end."""
    return scene.convening.ends_at + timedelta(minutes=1)
