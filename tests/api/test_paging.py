"""Lists in pages: nothing missing, nothing twice."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from service.convenings.queries import ConveningRow
from service.db import Connection
from tests import make
from tests.api.conftest import problem


async def walk(client: httpx.AsyncClient, address: str, **query: Any) -> list[list[dict[str, Any]]]:
    """All pages of a list."""
    pages: list[list[dict[str, Any]]] = []
    after: dict[str, Any] = {}
    while True:
        answer = await client.get(address, params=query | after)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        if answer.json()["next"] is None:
            return pages
        after = {"after": answer.json()["next"]}


async def test_registrations_come_in_pages_in_their_order(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    made = [
        *await make.crowd(conn, convening.id, range(4), now=now),
        *await make.crowd(conn, convening.id, range(4, 7), now=now + timedelta(seconds=1)),
    ]
    pages = await walk(organizer, f"/convenings/{convening.id}/registrations", limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [one["id"] for page in pages for one in page] == [str(one.id) for one in made]


async def test_a_last_page_that_is_just_full_says_so(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await make.crowd(conn, convening.id, range(3), now=now)
    assert [len(page) for page in await walk(organizer, f"/convenings/{convening.id}/registrations", limit=3)] == [3]


async def test_registrations_of_one_state(organizer: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    made = await make.crowd(conn, small.id, range(4), now=now)
    [page] = await walk(organizer, f"/convenings/{small.id}/registrations", state="waitlisted")
    assert [(one["id"], one["position"]) for one in page] == [(str(one.id), n) for n, one in enumerate(made[1:], 1)]


async def test_convenings_come_in_pages_by_their_start(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    made = [await make.convening(conn, now, title=f"Number {n}") for n in range(5)]
    pages = await walk(organizer, "/convenings", limit=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(one["id"] for page in pages for one in page) == sorted(str(one.id) for one in made)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1.5", "99999999999999999999", ""])
async def test_a_limit_that_cannot_be_is_refused(organizer: httpx.AsyncClient, limit: str) -> None:
    for address in ("/convenings", "/deliveries", "/events"):
        problem(await organizer.get(address, params={"limit": limit}), 422, "invalid-field", "?limit")


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "not a cursor",
        "W10",
        "é",
        "WyIyMDI2LTEyLTAxVDE1OjAwOjAwIiwiMDE5OWUwYTQtNWQ3Yi03Y2MwLThlNTItM2YzZjZhMWQ5YjEwIl0",
        "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiMDE5OWUwYTQtNWQ3Yi03Y2MwLThlNTItM2YzZjZhMWQ5YjEwIl0",
        "\x00",
    ],
)
async def test_a_place_that_no_page_named_is_refused_in_words(
    organizer: httpx.AsyncClient, convening: ConveningRow, after: str
) -> None:
    for address in ("/convenings", "/deliveries", f"/convenings/{convening.id}/registrations"):
        told = problem(await organizer.get(address, params={"after": after}), 422, "no-such-place", "?after")
        assert told["detail"] == "`after` must be what an earlier page called `next`."


async def test_an_overlong_place_is_refused(organizer: httpx.AsyncClient) -> None:
    problem(await organizer.get("/convenings", params={"after": "x" * 5000}), 422, "invalid-field", "?after")


async def test_a_state_that_does_not_exist_is_refused(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    for address in (f"/convenings/{convening.id}/registrations", "/deliveries"):
        problem(await organizer.get(address, params={"state": "lost"}), 422, "invalid-field", "?state")
