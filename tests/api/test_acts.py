"""What programs do is written down with the token that they came with."""

from datetime import datetime
from typing import Any

import httpx

from service import db
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions
from tests import make
from tests.api.conftest import person, problem


async def _acts(conn: Connection, act: str) -> list[dict[str, Any]]:
    """What the audit log keeps of one kind of act, beside who did it."""
    return await db.many(conn, dict, "select detail from audit_entry where action = $1 order by id", act)


async def _token(conn: Connection) -> str:
    return str(await db.one(conn, object, "select id from api_token"))


async def test_each_change_names_the_token_the_convening_and_nothing_that_people_wrote(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    about = {"token": await _token(conn), "convening": str(convening.id)}
    made = (await organizer.post(f"/convenings/{convening.id}/registrations", json=person(1, dietary="No nuts"))).json()
    address = f"/registrations/{made['id']}"
    await organizer.patch(address, json={"dietary": "No shellfish", "title": "Dean"})
    await organizer.patch(address, json={})
    for _ in range(2):
        await organizer.post(f"{address}/withdrawal")
    await organizer.post(f"/convenings/{convening.id}/invitations", json=person(2))
    people = [person(3), person(4), person(4), {"name": "No address"}]
    await organizer.post(f"/convenings/{convening.id}/registrations/batch", json={"registrations": people})
    assert await _acts(conn, "registration_created") == [about]
    assert await _acts(conn, "registration_changed") == [about | {"fields": "title, dietary"}]
    assert await _acts(conn, "registration_withdrawn") == [about]
    assert await _acts(conn, "person_invited") == [about]
    assert await _acts(conn, "registrations_created") == [{"token": about["token"], "count": "2"}]


async def test_answers_to_offers_are_written_down(organizer: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=2)
    seated = await make.crowd(conn, small.id, range(2), now=now)
    yes, no = await make.crowd(conn, small.id, range(2, 4), now=now)
    for one in seated:
        await actions.withdraw(conn, one.id, now)
    for _ in range(2):
        await organizer.post(f"/registrations/{yes.id}/acceptance")
        await organizer.post(f"/registrations/{no.id}/refusal")
    about = [{"token": await _token(conn), "convening": str(small.id)}]
    assert (await _acts(conn, "offer_accepted"), await _acts(conn, "offer_refused")) == (about, about)


async def test_what_is_refused_and_what_is_done_once_under_a_key_is_not_written_down_again(
    organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    address = f"/convenings/{convening.id}/registrations"
    for _ in range(2):
        await organizer.post(address, json=person(1), headers={"Idempotency-Key": "once"})
        await organizer.post(
            f"{address}/batch", json={"registrations": [person(2)]}, headers={"Idempotency-Key": "once-too"}
        )
    problem(await organizer.post(address, json=person(1)), 409, "already-registered")
    await organizer.post(f"{address}/batch", json={"registrations": [person(1)]})
    assert len(await _acts(conn, "registration_created")) == 1
    assert len(await _acts(conn, "registrations_created")) == 1


async def test_an_offer_of_a_cancelled_convening_cannot_be_refused(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    first, second = await make.crowd(conn, small.id, range(2), now=now)
    await actions.withdraw(conn, first.id, now)
    await convening_actions.cancel(conn, small.id, now)
    told = problem(await organizer.post(f"/registrations/{second.id}/refusal"), 409, "registration-ended")
    assert told["detail"] == "This convening was cancelled, and with it this registration."
    assert await make.standing(conn, small.id) == {"withdrawn": 1, "offered": 1}


async def test_a_state_that_does_not_exist_is_answered_with_those_that_do(
    organizer: httpx.AsyncClient, convening: ConveningRow
) -> None:
    answer = await organizer.get(f"/convenings/{convening.id}/registrations?state=waiting")
    told = problem(answer, 422, "invalid-field", "?state")
    states = "held, confirmed, waitlisted, offered, withdrawn, expired, declined"
    assert told["detail"] == f"This must be one of {states}."
