"""Registrations: one by one, read, changed, given back, offered; invitations."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
from litestar import Litestar

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests import make
from tests.api.conftest import person, problem


async def test_a_registration_is_confirmed_and_its_link_opens_the_persons_page(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, convening: ConveningRow
) -> None:
    answer = await organizer.post(f"/convenings/{convening.id}/registrations", json=person())
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/registrations/{made['id']}"
    assert (set(made), made["state"], made["position"]) == ({"id", "state", "position", "manage_url"}, "confirmed", None)
    page = await stranger.get(made["manage_url"])
    assert page.status_code == 200
    assert "Person Number 1" in page.text


async def test_whoever_comes_after_the_last_seat_waits_with_a_position(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    answers = [(await organizer.post(f"/convenings/{small.id}/registrations", json=person(n))).json() for n in range(3)]
    assert [(one["state"], one["position"]) for one in answers] == [
        ("confirmed", None),
        ("waitlisted", 1),
        ("waitlisted", 2),
    ]


async def test_the_same_person_twice_is_a_conflict_whatever_the_case(
    organizer: httpx.AsyncClient, convening: ConveningRow
) -> None:
    await organizer.post(f"/convenings/{convening.id}/registrations", json=person())
    shouted = person(email="PERSON.1@CEDAR-HARBOR.EXAMPLE")
    answer = await organizer.post(f"/convenings/{convening.id}/registrations", json=shouted)
    problem(answer, 409, "already-registered", "/email")


async def test_registration_is_closed_before_its_window_and_after_it(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    early = await make.convening(conn, now, registration_opens_at=now + timedelta(days=1))
    late = await make.convening(conn, now, registration_closes_at=now)
    draft = await make.convening(conn, now, published=False)
    for one in (early, late, draft):
        problem(await organizer.post(f"/convenings/{one.id}/registrations", json=person()), 409, "registration-closed")


async def test_one_registration_is_answered_whole(organizer: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, capacity=3)])
    [session_id] = await make.session_ids(conn, convening.id)
    asked = person(
        title="Teacher", district="Cedar Harbor", dietary="Vegan", access_needs="Front row", sessions=[str(session_id)]
    )
    made = (await organizer.post(f"/convenings/{convening.id}/registrations", json=asked)).json()
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (await organizer.get(f"/registrations/{made['id']}")).json() == asked | {
        "id": made["id"],
        "convening_id": str(convening.id),
        "state": "confirmed",
        "position": None,
        "sessions": [{"id": str(session_id), "placed": True}],
        "source": "organizer",
        "held_until": None,
        "offered_until": None,
        "created_at": moment,
        "changed_at": moment,
        "manage_url": made["manage_url"],
    }


async def test_a_full_session_is_refused_and_names_the_open_ones(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    drafts = [make.session_draft(now, hour, capacity=capacity) for hour, capacity in ((1, 1), (3, 5))]
    convening = await make.convening(conn, now, sessions=drafts)
    full, _ = await make.session_ids(conn, convening.id)
    address = f"/convenings/{convening.id}/registrations"
    await organizer.post(address, json=person(1, sessions=[str(full)]))
    told = problem(await organizer.post(address, json=person(2, sessions=[str(full)])), 409, "session-full", "/sessions/0")
    assert "There is still room in “Workshop at 3”" in told["detail"]


async def test_details_change_and_the_rest_stays(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    before = (await organizer.get(f"/registrations/{row.id}")).json()
    after = await organizer.patch(f"/registrations/{row.id}", json={"dietary": "No nuts"})
    assert after.status_code == 200
    assert after.json() == before | {"dietary": "No nuts"}


async def test_another_address_makes_the_old_link_worthless(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    before = (await organizer.get(f"/registrations/{row.id}")).json()
    after = (await organizer.patch(f"/registrations/{row.id}", json={"email": "right@cedar-harbor.example"})).json()
    assert after["email"] == "right@cedar-harbor.example"
    assert (await stranger.get(before["manage_url"])).status_code == 404
    assert (await stranger.get(after["manage_url"])).status_code == 200


async def test_an_address_of_somebody_else_is_refused(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    first = await make.registered(conn, convening.id, 1, now=now)
    second = await make.registered(conn, convening.id, 2, now=now)
    answer = await organizer.patch(f"/registrations/{second.id}", json={"email": first.email, "dietary": "No nuts"})
    problem(answer, 409, "address-not-usable", "/email")
    assert (await organizer.get(f"/registrations/{second.id}")).json()["dietary"] == ""


async def test_withdrawal_offers_the_seat_to_the_next_and_may_be_said_twice(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    first, second = await make.crowd(conn, small.id, range(2), now=now)
    for _ in range(2):
        answer = await organizer.post(f"/registrations/{first.id}/withdrawal")
        assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    offered = (await organizer.get(f"/registrations/{second.id}")).json()
    assert (offered["state"], offered["offered_until"]) == (
        "offered",
        (now + timedelta(hours=48)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    problem(await organizer.patch(f"/registrations/{first.id}", json={"dietary": ""}), 409, "registration-ended")


async def test_an_offer_is_accepted_or_refused(organizer: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    first, second, third = await make.crowd(conn, small.id, range(3), now=now)
    problem(await organizer.post(f"/registrations/{second.id}/acceptance"), 409, "no-offer")
    await organizer.post(f"/registrations/{first.id}/withdrawal")
    refused = await organizer.post(f"/registrations/{second.id}/refusal")
    accepted = await organizer.post(f"/registrations/{third.id}/acceptance")
    assert (refused.json()["state"], accepted.json()["state"]) == ("declined", "confirmed")
    problem(await organizer.post(f"/registrations/{first.id}/refusal"), 409, "no-offer")


async def test_an_offer_that_is_over_is_refused_in_words(
    organizer: httpx.AsyncClient, started: Litestar, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    first, second = await make.crowd(conn, small.id, range(2), now=now)
    await organizer.post(f"/registrations/{first.id}/withdrawal")
    started.state.clock = lambda: now + timedelta(hours=49)
    for answer in ("acceptance", "refusal"):
        problem(await organizer.post(f"/registrations/{second.id}/{answer}"), 409, "offer-over")


async def test_what_does_not_exist_is_not_found(organizer: httpx.AsyncClient, now: datetime) -> None:
    address = f"/registrations/{make.nobody(now)}"
    problem(await organizer.get(address), 404, "not-found")
    problem(await organizer.patch(address, json={"dietary": "x"}), 404, "not-found")
    for noun in ("withdrawal", "acceptance", "refusal"):
        problem(await organizer.post(f"{address}/{noun}"), 404, "not-found")


async def test_an_invitation_is_one_link_a_person_and_opens_the_filled_form(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, settings: Settings, convening: ConveningRow
) -> None:
    address = f"/convenings/{convening.id}/invitations"
    first = await organizer.post(address, json=person())
    again = await organizer.post(address, json=person())
    assert (first.status_code, again.json()) == (201, first.json())
    invited = first.json()
    assert invited["invitation_url"] == links.address(
        settings.public_url, settings.secret_key, "invitation", UUID(invited["id"]), 0
    )
    form = await stranger.get(invited["invitation_url"])
    assert form.status_code == 200
    assert "Person Number 1" in form.text


async def test_an_invitation_needs_a_real_address(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    answer = await organizer.post(f"/convenings/{convening.id}/invitations", json=person(email="nobody at home"))
    problem(answer, 422, "invalid", "/email")
