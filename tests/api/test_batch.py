"""Many registrations in one request."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from service.convenings.queries import ConveningRow
from service.db import Connection
from tests import make
from tests.api.conftest import person, problem


async def send(client: httpx.AsyncClient, convening: ConveningRow, people: list[Any], **headers: str) -> httpx.Response:
    """A batch."""
    address = f"/convenings/{convening.id}/registrations/batch"
    return await client.post(
        address, json={"registrations": people}, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


async def test_each_gets_an_outcome_of_its_own_in_order(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=2)
    answer = await send(organizer, small, [person(n) for n in range(4)])
    assert answer.status_code == 200
    outcomes = answer.json()["outcomes"]
    assert [set(one) for one in outcomes] == [{"status", "registration"}] * 4
    assert [(one["status"], one["registration"]["state"], one["registration"]["position"]) for one in outcomes] == [
        (201, "confirmed", None),
        (201, "confirmed", None),
        (201, "waitlisted", 1),
        (201, "waitlisted", 2),
    ]
    assert await make.standing(conn, small.id) == {"confirmed": 2, "waitlisted": 2}


async def test_a_bad_one_never_hurts_its_neighbours(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    bad: list[Any] = [
        person(email="no address"),
        {"name": "No Address"},
        person(name=7),
        person(shoe_size=44),
        person(name="Line\nbreak"),
        "not an object",
        None,
        person(1),
        person(sessions=["0199e0a4-5d7c-7a41-9c1e-77d1b2f0a6c3"], email="other@cedar-harbor.example"),
    ]
    outcomes = (await send(organizer, convening, [person(1), *bad, person(2)])).json()["outcomes"]
    assert [one["status"] for one in outcomes] == [201, *[422] * 7, 409, 422, 201]
    assert [one["problem"]["errors"][0]["pointer"] for one in outcomes[1:-1]] == [
        "/registrations/1/email",
        "/registrations/2/email",
        "/registrations/3/name",
        "/registrations/4/shoe_size",
        "/registrations/5/name",
        "/registrations/6",
        "/registrations/7",
        "/registrations/8/email",
        "/registrations/9/sessions/0",
    ]
    assert outcomes[8]["problem"]["code"] == "already-registered"
    assert await make.standing(conn, convening.id) == {"confirmed": 2}


async def test_bytes_that_are_not_utf8_hurt_only_their_own_element(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    good = b'{"name":"Good One","email":"good@cedar-harbor.example"}'
    body = b'{"registrations":[{"name":"\xff","email":"bad@cedar-harbor.example"},' + good + b"]}"
    headers = {"Content-Type": "application/json"}
    answer = await organizer.post(f"/convenings/{convening.id}/registrations/batch", content=body, headers=headers)
    assert [one["status"] for one in answer.json()["outcomes"]] == [400, 201]
    assert await make.standing(conn, convening.id) == {"confirmed": 1}


async def test_a_thousand_fit_and_one_more_does_not(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    problem(await send(organizer, convening, [person(n) for n in range(1001)]), 422, "invalid-field", "/registrations")
    assert await make.standing(conn, convening.id) == {}
    answer = await send(organizer, convening, [person(n) for n in range(1000)])
    assert [one["status"] for one in answer.json()["outcomes"]] == [201] * 1000
    assert await make.standing(conn, convening.id) == {"confirmed": 50, "waitlisted": 950}


async def test_an_empty_batch_and_other_shapes_are_refused(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    address = f"/convenings/{convening.id}/registrations/batch"
    problem(await send(organizer, convening, []), 422, "invalid-field", "/registrations")
    problem(await organizer.post(address, json={}), 422, "invalid-field", "/registrations")
    problem(await organizer.post(address, json={"registrations": {}}), 422, "invalid-field", "/registrations")
    problem(await organizer.post(address, json={"registrations": [person()], "more": 1}), 422, "invalid-field", "/more")
    problem(
        await organizer.post(address, content=b"{", headers={"Content-Type": "application/json"}), 400, "unreadable-body"
    )
    problem(
        await organizer.post(address, content=b"a=b", headers={"Content-Type": "text/plain"}), 415, "unsupported-media-type"
    )


async def test_a_closed_convening_refuses_the_whole_batch(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    later = await make.convening(conn, now, registration_opens_at=now + timedelta(days=1))
    problem(await send(organizer, later, [person()]), 409, "registration-closed")


async def test_the_same_batch_under_the_same_key_is_done_once(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    people = [person(1), person(2), person(email="no address")]
    first = await send(organizer, convening, people, idempotency_key="import-1")
    again = await send(organizer, convening, people, idempotency_key="import-1")
    assert (again.status_code, again.json()) == (200, first.json())
    made = first.json()["outcomes"][0]["registration"]
    await organizer.patch(f"/registrations/{made['id']}", json={"email": "corrected@cedar-harbor.example"})
    moved = await send(organizer, convening, people, idempotency_key="import-1")
    current = (await organizer.get(f"/registrations/{made['id']}")).json()["manage_url"]
    assert moved.json()["outcomes"][0]["registration"]["manage_url"] == current != made["manage_url"]
    assert await make.standing(conn, convening.id) == {"confirmed": 2}
    problem(await send(organizer, convening, people[:1], idempotency_key="import-1"), 422, "idempotency-key-reused")
