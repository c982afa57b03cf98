"""Convenings: made, read, changed, published, cancelled, completed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service.convenings import examples
from service.convenings.queries import ConveningRow
from service.db import Connection
from tests import make
from tests.api.conftest import person, problem


async def test_a_convening_is_made_as_a_draft_and_answered_whole(organizer: httpx.AsyncClient) -> None:
    answer = await organizer.post("/convenings", json=examples.DRAFT)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/convenings/{made['id']}"
    assert {key: made[key] for key in ("title", "summary", "timezone", "venue", "capacity")} == {
        key: examples.DRAFT[key] for key in ("title", "summary", "timezone", "venue", "capacity")
    }
    assert (made["starts_at"], made["ends_at"]) == ("2027-10-13T12:30:00Z", "2027-10-15T16:00:00Z")
    assert (made["state"], made["phase"], made["seats_left"], made["waiting"]) == ("draft", "draft", 80, 0)
    assert made["slug"] == "fall-convening-2027-belonging-and-what-comes-next"
    assert [(one["title"], one["signup"], one["capacity"]) for one in made["sessions"]] == [
        ("Opening: promises kept and not kept", False, None),
        ("One policy, ninety days", True, 24),
    ]
    assert (await organizer.get(answer.headers["location"].removeprefix("/api/v1"))).json() == made


async def test_times_are_answered_in_utc_with_a_z(organizer: httpx.AsyncClient) -> None:
    made = (await organizer.post("/convenings", json=examples.DRAFT)).json()
    times = [made[key] for key in ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at", "created_at")]
    assert all(time.endswith("Z") and datetime.fromisoformat(time).utcoffset() == timedelta() for time in times)


async def test_the_list_shows_drafts_and_published_in_the_order_of_their_start(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    later = now + make.AHEAD + timedelta(days=30)
    last = await make.convening(
        conn, now, title="Last", published=False, starts_at=later, ends_at=later + timedelta(hours=1)
    )
    first = await make.convening(conn, now, title="First")
    answer = (await organizer.get("/convenings")).json()
    assert [UUID(one["id"]) for one in answer["items"]] == [first.id, last.id]
    assert [one["state"] for one in answer["items"]] == ["published", "draft"]
    assert answer["next"] is None


async def test_publication_makes_a_draft_public_once(organizer: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    draft = await make.convening(conn, now, published=False)
    published = await organizer.post(f"/convenings/{draft.id}/publication")
    assert (published.status_code, published.json()["state"], published.json()["phase"]) == (200, "published", "open")
    problem(await organizer.post(f"/convenings/{draft.id}/publication"), 409, "not-a-draft")


async def test_cancellation_ends_a_published_convening(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    cancelled = await organizer.post(f"/convenings/{convening.id}/cancellation")
    assert (cancelled.status_code, cancelled.json()["state"], cancelled.json()["phase"]) == (200, "cancelled", "cancelled")
    problem(await organizer.post(f"/convenings/{convening.id}/cancellation"), 409, "not-published")
    problem(await organizer.patch(f"/convenings/{convening.id}", json={"title": "Again"}), 409, "already-over")


async def test_completion_waits_until_the_convening_has_started(
    organizer: httpx.AsyncClient, started: Litestar, convening: ConveningRow
) -> None:
    problem(await organizer.post(f"/convenings/{convening.id}/completion"), 409, "not-yet-over")
    started.state.clock = lambda: convening.starts_at
    completed = await organizer.post(f"/convenings/{convening.id}/completion")
    assert (completed.status_code, completed.json()["state"]) == (200, "completed")


async def test_a_patch_changes_what_it_names_and_nothing_else(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    before = (await organizer.get(f"/convenings/{convening.id}")).json()
    after = await organizer.patch(f"/convenings/{convening.id}", json={"title": "Another title", "capacity": 60})
    assert after.status_code == 200
    assert after.json() == before | {"title": "Another title", "capacity": 60, "seats_left": 60}


async def test_sessions_are_replaced_by_id(organizer: httpx.AsyncClient) -> None:
    made = (await organizer.post("/convenings", json=examples.DRAFT)).json()
    kept = made["sessions"][1]
    again = kept | {"room": "C3"}
    added = {"title": "Coffee", "kind": "social", "starts_at": made["starts_at"], "ends_at": "2027-10-13T13:00:00Z"}
    changed = (await organizer.patch(f"/convenings/{made['id']}", json={"sessions": [again, added]})).json()
    assert [(one["title"], one["room"]) for one in changed["sessions"]] == [
        ("Coffee", ""),
        ("One policy, ninety days", "C3"),
    ]
    assert changed["sessions"][1]["id"] == kept["id"]


async def test_capacity_below_the_taken_seats_is_refused_with_their_number(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await make.crowd(conn, convening.id, range(3), now=now)
    told = problem(
        await organizer.patch(f"/convenings/{convening.id}", json={"capacity": 2}), 409, "capacity-below-taken", "/capacity"
    )
    assert "3 seats are taken" in told["detail"]


async def test_more_capacity_offers_seats_down_the_list(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    await make.crowd(conn, small.id, range(3), now=now)
    answer = (await organizer.patch(f"/convenings/{small.id}", json={"capacity": 2})).json()
    assert (answer["seats_left"], answer["waiting"]) == (0, 1)
    assert await make.standing(conn, small.id) == {"confirmed": 1, "offered": 1, "waitlisted": 1}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"ends_at": "2027-10-13T08:30:00-04:00"}, "/ends_at"),
        ({"ends_at": "2028-10-13T08:30:00-04:00"}, "/ends_at"),
        ({"timezone": "America/Atlantis"}, "/timezone"),
        ({"registration_closes_at": "2027-08-01T09:00:00-04:00"}, "/registration_closes_at"),
        ({"venue": {"latitude": 38.9}}, "/venue"),
        (
            {"sessions": [{"title": "A", "starts_at": "2027-10-12T09:00:00Z", "ends_at": "2027-10-13T14:00:00Z"}]},
            "/sessions/0/starts_at",
        ),
        ({"sessions": [examples.DRAFT["sessions"][1] | {"signup": False}]}, "/sessions/0/capacity"),
        ({"sessions": [examples.DRAFT["sessions"][1] | {"id": "0199e0a4-5d7c-7a41-9c1e-77d1b2f0a6c3"}]}, "/sessions"),
    ],
)
async def test_facts_that_contradict_each_other_are_refused_at_their_field(
    organizer: httpx.AsyncClient, changes: dict[str, Any], pointer: str
) -> None:
    problem(await organizer.post("/convenings", json=examples.DRAFT | changes), 422, "invalid", pointer)
    assert (await organizer.get("/convenings")).json()["items"] == []


async def test_what_does_not_exist_is_not_found(organizer: httpx.AsyncClient, now: datetime) -> None:
    nobody = make.nobody(now)
    for call in (
        organizer.get(f"/convenings/{nobody}"),
        organizer.patch(f"/convenings/{nobody}", json={"title": "X"}),
        organizer.post(f"/convenings/{nobody}/publication"),
        organizer.post(f"/convenings/{nobody}/cancellation"),
        organizer.post(f"/convenings/{nobody}/completion"),
        organizer.post(f"/convenings/{nobody}/registrations", json=person()),
        organizer.post(f"/convenings/{nobody}/registrations/batch", json={"registrations": [person()]}),
        organizer.get(f"/convenings/{nobody}/registrations"),
        organizer.post(f"/convenings/{nobody}/invitations", json=person()),
        organizer.get("/convenings/not-an-id"),
        organizer.get("/nothing-like-it"),
    ):
        problem(await call, 404, "not-found")


async def test_a_draft_that_gets_another_title_gets_its_address_too(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    draft = await make.convening(conn, now, published=False)
    answer = await organizer.patch(f"/convenings/{draft.id}", json={"title": "Spring"})
    assert (answer.status_code, answer.json()["slug"]) == (200, "spring")
