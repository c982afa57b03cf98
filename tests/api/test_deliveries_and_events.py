"""What is owed, and what happened."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db, events
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations.queries import RegistrationRow
from tests import make
from tests.api.conftest import problem


@pytest.fixture
async def registration(conn: Connection, now: datetime, convening: ConveningRow) -> RegistrationRow:
    """Somebody with a seat."""
    return await make.registered(conn, convening.id, now=now)


async def owe(conn: Connection, row: RegistrationRow, moment: datetime, **changes: Any) -> UUID:
    """A delivery as the reactions would write it."""
    delivery_id = db.new_id(moment)
    fields = {
        "id": delivery_id,
        "kind": "invite",
        "subject_id": row.id,
        "convening_id": row.convening_id,
        "person_id": row.person_id,
        "recipient": row.email,
        "state": "queued",
        "policy": "resend",
        "message": {},
        "message_id": f"{delivery_id.hex}@bounce.plenary.example",
        "due_at": moment,
        "next_at": moment,
        "created_at": moment,
    } | changes
    names = ", ".join(fields)
    numbers = ", ".join(f"${n}" for n in range(1, len(fields) + 1))
    await conn.execute(f"insert into delivery ({names}) values ({numbers})", *fields.values())
    return delivery_id


async def test_a_delivery_is_shown_with_the_servers_words_and_its_times(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, registration: RegistrationRow
) -> None:
    sent = {
        "state": "sent",
        "attempt": 2,
        "response": "250 2.0.0 Ok",
        "handover_at": now,
        "sent_at": now,
        "finished_at": now,
    }
    delivery_id = await owe(conn, registration, now, **sent)
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (await organizer.get("/deliveries")).json() == {
        "items": [
            {
                "id": str(delivery_id),
                "kind": "invite",
                "recipient": registration.email,
                "state": "sent",
                "attempts": 2,
                "message_id": f"{delivery_id.hex}@bounce.plenary.example",
                "response": "250 2.0.0 Ok",
                "error": None,
                "convening_id": str(registration.convening_id),
                "subject_id": str(registration.id),
                "created_at": moment,
                "next_at": moment,
                "handover_at": moment,
                "sent_at": moment,
                "finished_at": moment,
                "is_test": False,
            }
        ],
        "next": None,
    }


async def test_deliveries_are_found_by_recipient_and_state_and_paged(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, registration: RegistrationRow
) -> None:
    made = [await owe(conn, registration, now + timedelta(seconds=n)) for n in range(3)]
    dead = await owe(conn, registration, now + timedelta(seconds=9), state="dead", recipient="other@cedar-harbor.example")
    first = (await organizer.get("/deliveries", params={"recipient": registration.email.upper(), "limit": 2})).json()
    rest = (await organizer.get("/deliveries", params={"recipient": registration.email, "after": first["next"]})).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [str(one) for one in made]
    assert rest["next"] is None
    assert [one["id"] for one in (await organizer.get("/deliveries?state=dead")).json()["items"]] == [str(dead)]
    assert (await organizer.get("/deliveries", params={"state": "dead", "recipient": registration.email})).json()[
        "items"
    ] == []


async def test_a_recipient_with_control_characters_is_refused(organizer: httpx.AsyncClient) -> None:
    for recipient in ("\x00", "a\r\nb", "x" * 300, ""):
        problem(await organizer.get("/deliveries", params={"recipient": recipient}), 422, "invalid-field", "?recipient")


async def test_events_come_once_and_in_order_and_only_when_numbered(
    organizer: httpx.AsyncClient, conn: Connection, registration: RegistrationRow
) -> None:
    assert (await organizer.get("/events")).json() == {"items": [], "next": 0}
    async with conn.transaction():
        await events.number(conn)
    first = (await organizer.get("/events", params={"limit": 2})).json()
    rest = (await organizer.get("/events", params={"after": first["next"]})).json()
    found = first["items"] + rest["items"]
    assert [one["position"] for one in found] == [1, 2, 3]
    assert [one["kind"] for one in found] == ["convening_created", "convening_published", "registration_confirmed"]
    assert found[2]["payload"] == {
        "kind": "registration_confirmed",
        "convening_id": str(registration.convening_id),
        "registration_id": str(registration.id),
    }
    assert (await organizer.get("/events", params={"after": 3})).json() == {"items": [], "next": 3}


@pytest.mark.parametrize("after", ["-1", "x", "9223372036854775808", ""])
async def test_a_position_that_cannot_be_is_refused(organizer: httpx.AsyncClient, after: str) -> None:
    problem(await organizer.get("/events", params={"after": after}), 422, "invalid-field", "?after")
