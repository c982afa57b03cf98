"""What tests of an organizer's survey pages share: a survey that was lived through, a second browser."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar

from service import db
from service.access.rules import Role
from service.db import Connection
from service.settings import Settings
from service.surveys import answering, asked_queries, closing, creating, opening, set_files
from service.surveys.office_pages import USUAL
from service.surveys.sealing import Keys
from tests.access.conftest import person, seal, sign_in
from tests.access.test_rights import give
from tests.pages.office import Office
from tests.surveys.conftest import EVENING, FALL

LIST = f"/office/convenings/{FALL}/surveys"


async def survey_id(conn: Connection, code: str) -> UUID:
    """The newest version of a set at the fall convening."""
    sql = "select id from survey where convening_id = $1 and code = $2 order by version desc limit 1"
    return await db.one(conn, UUID, sql, FALL, code)


async def lived(conn: Connection, keys: Keys, code: str, rows: list[dict[str, Any]]) -> UUID:
    """A survey that was asked, answered and closed."""
    definitions = [one for one in set_files.read(USUAL.read_bytes()) if one.code == code]
    [made] = await creating.add(conn, FALL, definitions, EVENING)
    async with conn.transaction():
        await opening.open_survey(conn, keys, made, EVENING)
        for invited, row in zip(await asked_queries.unanswered(conn, made), rows, strict=False):
            there = await answering.seat_of(conn, invited.id, EVENING)
            await answering.answer(conn, there, {name: value for name, value in row.items() if name != "r"}, EVENING)
        await closing.close(conn, keys, made, EVENING)
    return made


@asynccontextmanager
async def somebody(
    app: Litestar, conn: Connection, settings: Settings, name: str, role: Role, convening_id: UUID | None = None
) -> AsyncGenerator[Office]:
    """One more person who is signed in, with a role."""
    transport = httpx.ASGITransport(app=app, client=("203.0.113.8", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
        email = f"{name.lower()}@cedar-harbor.example"
        await give(conn, EVENING, await person(conn, EVENING, f"{name} Somebody", email), role, convening_id)
        await sign_in(browser, conn, settings, email)
        yield Office(browser, await seal(browser))
