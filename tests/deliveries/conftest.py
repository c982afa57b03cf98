"""Deliveries in every state, as workers leave them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from emails.messages import AnyMessage
from emails.samples import SAMPLES
from service import db
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.deliveries import writes
from service.deliveries.writes import NewDelivery
from service.registrations.queries import RegistrationRow
from tests import make

WORDS = "550 5.1.1 No such mailbox here"


def sample(kind: str) -> AnyMessage:
    """The first sample of a message."""
    return next(one for _, one in SAMPLES if type(one).__struct_config__.tag == kind)


async def delivery(
    conn: Connection,
    about: RegistrationRow,
    state: str = "queued",
    *,
    now: datetime,
    kind: str = "waitlisted",
    message: AnyMessage | None = None,
    **columns: Any,
) -> UUID:
    """One delivery about a registration, put into a state; `columns` are what else its row says."""
    delivery_id = db.new_id(now)
    written = message or sample(kind)
    new = NewDelivery(
        id=delivery_id,
        event_id=None,
        kind=kind,
        subject_id=about.id,
        convening_id=about.convening_id,
        person_id=about.person_id,
        recipient=about.email,
        policy=written.policy,
        message=msgspec.to_builtins(written),
        bulk=False,
        wanted_while=(),
        message_id=f"{delivery_id.hex}@plenary.example",
        next_at=now,
        due_at=now + timedelta(microseconds=uuid4().int % 10**9),
    )
    assert await writes.queue(conn, new, now) == 1
    if state in ("sending", "handover"):
        columns = {"lease_token": uuid4(), "lease_until": now + timedelta(seconds=15)} | columns
    elif state != "queued":
        columns = {"finished_at": now} | columns
    values = {"state": state} | columns
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(values, 2))
    await conn.execute(f"update delivery set {sets} where id = $1", delivery_id, *values.values())
    return delivery_id


async def state(conn: Connection, delivery_id: UUID) -> str:
    """In which state a delivery is."""
    return await db.one(conn, str, "select state from delivery where id = $1", delivery_id)


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    """A convening of 50 seats that is open."""
    return await make.convening(conn, now)


@pytest.fixture
async def wren(conn: Connection, now: datetime, convening: ConveningRow) -> RegistrationRow:
    """Somebody with a seat."""
    return await make.registered(conn, convening.id, 2, now=now)
