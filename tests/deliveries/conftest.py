"""Deliveries in every state, as workers leave them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from emails.messages import Message
from emails.samples import SAMPLES
from service import db
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.deliveries import writes
from service.deliveries.writes import NewDelivery
from service.registrations.queries import RegistrationRow
from tests import make

WORDS = "550 5.1.1 No such mailbox here"


def sample(kind: str) -> Message:
    """The first sample of a message."""
    return next(one for _, one in SAMPLES if type(one).__struct_config__.tag == kind)


async def delivery(
    conn: Connection,
    about: RegistrationRow,
    state: str = "queued",
    *,
    now: datetime,
    kind: str = "waitlisted",
    message: Message | None = None,
    convening_id: UUID | None = None,
    **columns: Any,
) -> UUID:
    """One delivery about a registration, put into a state; `columns` are further ones of its row."""
    delivery_id = db.new_id(now)
    written = message or sample(kind)
    new = NewDelivery(
        id=delivery_id,
        event_id=None,
        kind=kind,
        subject_id=columns.pop("subject_id", about.id),
        convening_id=convening_id or about.convening_id,
        person_id=about.person_id,
        recipient=columns.pop("recipient", about.email),
        policy=written.policy,
        message=msgspec.to_builtins(written),
        bulk=False,
        wanted_while=columns.pop("wanted_while", ()),
        message_id=f"{delivery_id.hex}@plenary.example",
        next_at=now,
        due_at=now + timedelta(microseconds=int(uuid4()) % 10**9),
    )
    assert await writes.queue(conn, new, columns.pop("created_at", now)) == 1
    if state in ("sending", "handover"):
        columns |= {"lease_token": uuid4(), "lease_until": now + timedelta(seconds=15)}
    elif state != "queued":
        columns.setdefault("finished_at", now)
    columns["state"] = state
    for name, value in columns.items() if "lease_token" not in columns else ():
        await conn.execute(f"update delivery set {name} = $2 where id = $1", delivery_id, value)
    if "lease_token" in columns:
        await conn.execute(
            "update delivery set state = $2, lease_token = $3, lease_until = $4 where id = $1",
            delivery_id,
            state,
            columns["lease_token"],
            columns["lease_until"],
        )
    return delivery_id


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    return await make.convening(conn, now)


@pytest.fixture
async def wren(conn: Connection, now: datetime, convening: ConveningRow) -> RegistrationRow:
    """Somebody with a seat."""
    return await make.registered(conn, convening.id, 2, now=now)
