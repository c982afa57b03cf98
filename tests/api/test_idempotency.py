"""The same request again, under the same Idempotency-Key."""

import asyncio
from datetime import datetime, timedelta

import httpx

from service.access.actions import keep_token
from service.convenings.queries import ConveningRow
from service.db import Connection, Pool
from service.keeping import retention
from service.keeping.periods import Periods
from tests import make
from tests.api.conftest import person, problem

KEY = {"Idempotency-Key": "9c1f7c52-form-17"}


def address(convening: ConveningRow) -> str:
    """Where registrations are made."""
    return f"/convenings/{convening.id}/registrations"


async def test_the_same_request_twice_is_one_registration_and_one_answer(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    first = await organizer.post(address(convening), json=person(), headers=KEY)
    again = await organizer.post(address(convening), json=person(), headers=KEY)
    assert (again.status_code, again.json(), again.headers["location"]) == (201, first.json(), first.headers["location"])
    assert await make.standing(conn, convening.id) == {"confirmed": 1}


async def test_five_at_the_same_moment_are_one(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    answers = await asyncio.gather(*(organizer.post(address(convening), json=person(), headers=KEY) for _ in range(5)))
    assert [one.status_code for one in answers] == [201] * 5
    assert len({one.text for one in answers}) == 1
    assert await make.standing(conn, convening.id) == {"confirmed": 1}


async def test_another_body_under_the_same_key_is_refused(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    await organizer.post(address(convening), json=person(1), headers=KEY)
    problem(await organizer.post(address(convening), json=person(2), headers=KEY), 422, "idempotency-key-reused")


async def test_a_refused_request_leaves_its_key_free(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    problem(await organizer.post(address(convening), json=person(email="nobody"), headers=KEY), 422, "invalid", "/email")
    assert (await organizer.post(address(convening), json=person(), headers=KEY)).status_code == 201


async def test_keys_belong_to_a_caller_and_a_convening(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    other = await make.convening(conn, now, title="Another")
    await keep_token(conn, "second organizer", "another-token-of-24-characters", now)
    theirs = KEY | {"Authorization": "Bearer another-token-of-24-characters"}
    await organizer.post(address(convening), json=person(), headers=KEY)
    assert (await organizer.post(address(other), json=person(), headers=KEY)).status_code == 201
    problem(await organizer.post(address(convening), json=person(), headers=theirs), 409, "already-registered")


async def test_the_answer_again_carries_the_link_that_works_now(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, convening: ConveningRow
) -> None:
    first = (await organizer.post(address(convening), json=person(), headers=KEY)).json()
    await organizer.patch(f"/registrations/{first['id']}", json={"email": "right@cedar-harbor.example"})
    again = (await organizer.post(address(convening), json=person(), headers=KEY)).json()
    assert again | {"manage_url": ""} == first | {"manage_url": ""}
    assert (await stranger.get(first["manage_url"])).status_code == 404
    assert (await stranger.get(again["manage_url"])).status_code == 200


async def test_no_link_is_stored_with_a_key(organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow) -> None:
    made = (await organizer.post(address(convening), json=person(), headers=KEY)).json()
    kept = await conn.fetchval("select answer from idempotency_key")
    assert kept == {"id": made["id"], "state": "confirmed", "position": None}


async def test_a_key_is_free_again_after_a_day(
    pool: Pool, organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await organizer.post(address(convening), json=person(1), headers=KEY)
    await retention.clean(pool, Periods(), now + timedelta(hours=25))
    assert (await organizer.post(address(convening), json=person(2), headers=KEY)).status_code == 201


async def test_a_key_that_cannot_be_one_is_refused(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    for key in ("with space", "x" * 201, "\u00e9"):
        headers = {"Idempotency-Key": key.encode("latin-1")}
        answer = await organizer.post(address(convening), json=person(), headers=headers)
        problem(answer, 422, "invalid-field", "Idempotency-Key:")
