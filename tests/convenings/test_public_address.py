"""The public address of a convening: of its title while nobody can have it yet, and kept from its publication on."""

import asyncio
from datetime import datetime

import pytest

from service.convenings import actions, queries
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch
from service.db import Connection, Pool
from tests import make
from tests.convenings.desk import Desk


async def _slug(conn: Connection, row: ConveningRow) -> str:
    return (await queries.convening(conn, row.id)).slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Spring Convening", "spring-convening"),
        ("Fall Convening!", "fall-convening"),
        ("Taken", "taken-2"),
        ("教育", "convening"),
    ],
)
async def test_a_draft_follows_its_title(conn: Connection, now: datetime, title: str, slug: str) -> None:
    await make.convening(conn, now, title="Taken")
    row = await make.convening(conn, now, published=False)
    await actions.change(conn, row.id, Patch(title=title), now)
    assert await _slug(conn, row) == slug


async def test_a_published_one_keeps_its_address_and_a_draft_whose_title_stays_too(conn: Connection, now: datetime) -> None:
    first = await make.convening(conn, now)
    draft = await make.convening(conn, now, published=False)
    await actions.change(conn, first.id, Patch(title="Spring"), now)
    await actions.change(conn, draft.id, Patch(title=draft.title, capacity=9), now)
    assert (await _slug(conn, first), await _slug(conn, draft)) == ("fall-convening", "fall-convening-2")


async def test_many_drafts_given_one_title_at_once_get_an_address_each(pool: Pool, conn: Connection, now: datetime) -> None:
    rows = [await make.convening(conn, now, published=False, title=f"Draft {n}") for n in range(4)]
    renamed = (make.alone(pool, lambda own, row=row: actions.change(own, row.id, Patch(title="One"), now)) for row in rows)
    await asyncio.gather(*renamed)
    assert sorted([await _slug(conn, row) for row in rows]) == ["one", "one-2", "one-3", "one-4"]


async def test_the_form_renames_a_copy_with_its_address(desk: Desk, conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, published=False)
    assert (await desk.fill(f"/office/convenings/{row.id}/details", title="Spring")).status_code == 303
    assert await _slug(conn, row) == "spring"
