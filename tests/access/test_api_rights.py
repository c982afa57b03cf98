"""Every call of the API, with each kind of token."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from litestar import Litestar

from service import db
from service.access.actions import digest
from service.access.rules import Scope
from service.db import Connection
from service.settings import Settings
from service.web.security import ORGANIZER, handlers
from tests.access.conftest import Browser
from tests.access.test_rights import addresses, populate
from tests.conftest import RIGHTS_CHECKED

TOKENS = {"none": "", "wrong": "plenary_x", "reads": "reads", "writes": "writes", "of no organizer": "former"}


async def keep(conn: Connection, token: str, scope: Scope, maker: UUID | None, now: datetime) -> None:
    """Write a token into the table."""
    sql = "insert into api_token (id, name, token_hash, scope, created_by, created_at) values ($1, $2, $3, $4, $5, $6)"
    await conn.execute(sql, db.new_id(now), token, digest(token), scope, maker, now)


def expected(kind: str, method: str, thing: str) -> set[int]:
    """The statuses that a call may have; several where the body decides."""
    if kind in ("none", "wrong", "of no organizer"):
        return {401}
    if kind == "reads" and method != "GET":
        return {403}
    if thing == "none":
        return {404} if method == "GET" else {404, 422}
    return {200} if method == "GET" else {200, 201, 202, 204, 409, 422}


@pytest.mark.parametrize("kind", TOKENS)
async def test_each_call_does_for_each_token_what_its_scope_says(
    site: Litestar,
    browser: Browser,
    conn: Connection,
    settings: Settings,
    now: datetime,
    tamsin: UUID,
    kind: str,
    record_property: Callable[[str, object], None],
) -> None:
    things = await populate(conn, settings, now, tamsin, "organizer", everywhere=True)
    former = UUID(things["person_id"]["other's"])
    await keep(conn, "reads", "read", tamsin, now)
    await keep(conn, "writes", "write", tamsin, now)
    await keep(conn, "former", "write", former, now)
    headers = {"Authorization": f"Bearer {TOKENS[kind]}"} if TOKENS[kind] else {}
    wrong: list[str] = []
    checks = 0
    for path, handler in handlers(site):
        for method in sorted(handler.http_methods) if handler.opt["access"] == ORGANIZER else ():
            for thing, address in addresses(path, things).items():
                body = None if method == "GET" else {}
                answer = await browser.request(method, address, json=body, headers=headers)
                checks += 1
                if answer.status_code not in expected(kind, method, thing):
                    wrong.append(f"{method} {path} ({thing}): {answer.status_code}")
    assert wrong == []
    assert checks > 30
    record_property(RIGHTS_CHECKED, checks)
