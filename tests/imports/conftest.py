"""Files that organizers bring, and the workers that go through them when a test says so."""

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter

from service import db
from service.db import Connection, Pool
from service.imports import actions, queries
from service.imports.queries import ImportRow, OutcomeRow
from service.imports.rules import Kind
from tests.access.conftest import Browser, another, browser, seal, tamsin
from tests.imports.made import brought
from tests.members.conftest import Answer, Places, network, office, see
from workers.importer import Importer

__all__ = ["another", "browser", "network", "office", "tamsin"]

SECRET = "what marks the erased"
HEAD = "name,email,title,district,role,school,joined,coach,time zone,pronouns,dietary,access needs,badge name\n"


class Desk:
    """An organizer's imports, and a worker with a clock of its own."""

    def __init__(self, pool: Pool, conn: Connection, person_id: UUID, moment: datetime) -> None:
        self.pool, self.conn, self.person_id, self.moment = pool, conn, person_id, moment
        self.worker = Importer(pool, self.clock, SECRET)

    def clock(self) -> datetime:
        return self.moment

    def later(self, **delta: float) -> datetime:
        self.moment += timedelta(**delta)
        return self.moment

    async def bring(self, content: bytes, kind: Kind = "people") -> UUID:
        """A file that came in."""
        async with db.transaction(self.pool) as conn:
            return await brought(conn, self.person_id, content, self.moment, kind)

    async def work(self) -> None:
        """Until nothing is due."""
        while await self.worker.work_once():
            pass

    async def looked(self, content: bytes, kind: Kind = "people") -> ImportRow:
        """A file that was looked at."""
        import_id = await self.bring(content, kind)
        await self.work()
        return await self.row(import_id)

    async def say_yes(self, import_id: UUID) -> None:
        async with db.transaction(self.pool) as conn:
            await actions.take_in(conn, import_id, self.person_id, self.moment)

    async def taken(self, content: bytes, kind: Kind = "people") -> ImportRow:
        """A file that was looked at and taken in."""
        looked = await self.looked(content, kind)
        if looked.state == "held":
            await self.say_yes(looked.id)
            await self.work()
        return await self.row(looked.id)

    async def row(self, import_id: UUID) -> ImportRow:
        return await queries.own(self.conn, import_id, self.person_id)

    async def outcomes(self, import_id: UUID) -> list[OutcomeRow]:
        return await queries.outcomes(self.conn, import_id, 0, 1000)

    async def sentences(self, import_id: UUID) -> dict[int, list[str]]:
        """Why rows are refused, by their numbers."""
        return {one.number: one.sentences for one in await self.outcomes(import_id) if one.sentences}


def counts(row: ImportRow) -> tuple[str, int, int, int, int]:
    """How it stands: new, changed, as they are, refused."""
    return row.state, row.new_rows, row.changed_rows, row.unchanged_rows, row.refused_rows


@pytest.fixture
def desk(pool: Pool, conn: Connection, tamsin: UUID, network: Places, now: datetime) -> Desk:
    """Tamsin's imports, in a network with two districts and a school."""
    return Desk(pool, conn, tamsin, now)


def workbook(*rows: list[Any], **options: Any) -> bytes:
    """A workbook as programs write it."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "remove_timezone": True} | options)
    sheet = book.add_worksheet("People")
    day = book.add_format({"num_format": "d/m/yyyy"})
    digits = book.add_format({"num_format": "00000"})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(at, column, cell, day)
            elif isinstance(cell, tuple):
                sheet.write_number(at, column, cell[0], digits)
            else:
                sheet.write(at, column, cell)
    book.close()
    return made.getvalue()


async def upload(browser: Browser, content: bytes, kind: str = "people", name: str = "people.csv") -> Answer:
    """Choose a file: where it can be seen, or what is wrong with it."""
    fields = {"seal": await seal(browser), "kind": kind}
    answer = await browser.post("/office/imports", data=fields, files={"file": (name, content, "text/csv")})
    return Answer(answer.status_code, answer.headers.get("location", ""), answer.text)


async def look(browser: Browser, content: bytes, desk: Desk, kind: str = "people", name: str = "people.csv") -> Answer:
    """Choose a file and see what would become of it."""
    sent = await upload(browser, content, kind, name)
    await desk.work()
    seen = await see(browser, sent.location)
    return Answer(sent.status, sent.location, seen.source)
