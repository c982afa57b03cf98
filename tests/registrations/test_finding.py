"""Whether few are put in order or many are gone through: a list of registrations has the same pages, there and back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from service.db import Connection
from service.registrations import finding
from service.registrations.office_queries import Wanted
from tests import make

NARROWED = (
    ({}, 20),
    ({"state": "waitlisted"}, 8),
    ({"state": "confirmed"}, 12),
    ({"words": "cedar-harbor"}, 20),
    ({"words": "solveig"}, 3),
)
"""With how many of the twenty they leave."""


async def walked(conn: Connection, wanted: Wanted, *, backwards: bool) -> list[str]:
    """The addresses on all pages of three, one after another."""
    beside: UUID | None = None
    if backwards:
        beside = (await finding.page(conn, wanted, None, 50, backwards=False)).rows[-1].id
    found: list[str] = []
    while True:
        page = await finding.page(conn, wanted, beside, 3, backwards=backwards)
        emails = [row.email for row in page.rows]
        found = emails + found if backwards else found + emails
        if not page.goes_on:
            return found
        beside = page.rows[0 if backwards else -1].id


@pytest.mark.parametrize(("narrowed", "count"), NARROWED, ids=str)
async def test_pages_are_the_same_in_either_way_and_direction(
    conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch, narrowed: dict[str, Any], count: int
) -> None:
    convening = await make.convening(conn, now, capacity=12)
    await make.crowd(conn, convening.id, range(1, 21), now=now)
    wanted = Wanted(convening_id=convening.id, **narrowed)
    in_order = await walked(conn, wanted, backwards=False)
    monkeypatch.setattr(finding, "most", lambda _words: 0)
    along = await walked(conn, wanted, backwards=False)
    assert in_order == along
    assert len(in_order) == {"{}": 20, "waitlisted": 8, "confirmed": 12}.get(
        narrowed.get("state", str(narrowed)), len(along)
    )
    assert await walked(conn, wanted, backwards=True) == along[:-1]
    monkeypatch.undo()
    assert await walked(conn, wanted, backwards=True) == in_order[:-1]


async def test_who_waits_has_the_same_place_on_every_page(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=2)
    await make.crowd(conn, convening.id, range(1, 7), now=now)
    page = await finding.page(conn, Wanted(convening_id=convening.id, state="waitlisted"), None, 50, backwards=False)
    assert ([row.position for row in page.rows], page.in_all, page.exact) == ([1, 2, 3, 4], 4, True)
    mixed = await finding.page(conn, Wanted(convening_id=convening.id), None, 50, backwards=False)
    places = {row.email: row.position for row in mixed.rows}
    assert {row.email: row.position for row in page.rows}.items() <= places.items()
    assert sorted(place for place in places.values() if place) == [1, 2, 3, 4]
