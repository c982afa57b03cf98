"""A convening of two days in New York, a coach with a member, another member who comes, and what each of them may do."""

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from msgspec import Struct

from service import db
from service.coaching import actions, booking, queries
from service.coaching.rules import Audience, Plan
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations.queries import RegistrationRow
from tests import make
from tests.access.conftest import Browser, another, browser, tamsin
from tests.workers.conftest import Office, office

__all__ = ["Browser", "another", "browser", "office", "tamsin"]
DAY = date(2027, 3, 10)
ANA, BEN, COACH = "ana@cedar-harbor.example", "ben@cedar-harbor.example", "marisela@coaches.example"


class House(Struct, frozen=True):
    """Everybody and everything."""

    convening: ConveningRow
    coach: UUID
    ana: RegistrationRow
    ben: RegistrationRow


async def coach_of(conn: Connection, now: datetime, name: str, email: str) -> UUID:
    """Somebody who coaches."""
    person_id = db.new_id(now)
    await conn.execute(
        "insert into person (id, name, email, created_at) values ($1, $2, $3, $4)", person_id, name, email, now
    )
    await conn.execute("insert into coach (person_id, bio) values ($1, 'A superintendent for ten years.')", person_id)
    return person_id


@pytest.fixture
async def house(conn: Connection, now: datetime) -> House:
    """March 10 and 11; Ana is the coach's member, Ben is a member without a coach."""
    starts_at = datetime(2027, 3, 10, 14, tzinfo=UTC)
    agenda = [
        make.session_draft(now, title="Opening", signup=False, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    ]
    place = await make.convening(
        conn, now, starts_at=starts_at, ends_at=starts_at + timedelta(hours=32), sessions=agenda, capacity=300
    )
    coach = await coach_of(conn, now, "Marisela Quillfeather", "marisela@coaches.example")
    ana = await make.registered(conn, place.id, 1, now=now, name="Ana Birchwell", email="ana@cedar-harbor.example")
    ben = await make.registered(conn, place.id, 2, now=now, name="Ben Ferreira", email="ben@cedar-harbor.example")
    await conn.execute("insert into membership values ($1, 2024, $3), ($2, 2025, null)", ana.person_id, ben.person_id, coach)
    return House(place, coach, ana, ben)


def plan(begins: str = "14:00", ends: str = "15:00", *, audience: Audience = "network", **more: object) -> Plan:
    """Half hours in the Garden Room."""
    fields: dict[str, object] = {"day": DAY, "minutes": 30, "place": "Garden Room"}
    return Plan(begins=begins, ends=ends, audience=audience, **(fields | more))  # pyright: ignore[reportArgumentType]


async def offered(conn: Connection, house: House, now: datetime, wanted: Plan | None = None) -> list[UUID]:
    """The coach's times, in order."""
    async with conn.transaction():
        await actions.publish(conn, house.convening.id, house.coach, wanted or plan(), now)
    return [one.id for one in await queries.slots(conn, house.convening.id, house.coach)]


async def booked(conn: Connection, slot_id: UUID, row: RegistrationRow, now: datetime) -> UUID:
    """A time that somebody booked."""
    async with conn.transaction():
        return await booking.book(conn, slot_id, row.person_id, now)


async def states(conn: Connection) -> list[tuple[str, str | None]]:
    """What became of the bookings, in their order."""
    rows = await conn.fetch("select state, ended_by from coach_booking order by created_at, id")
    return [(row["state"], row["ended_by"]) for row in rows]


def to_whom(mail: EmailMessage) -> str:
    return str(mail["To"]).rpartition("<")[2].strip(">")


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


@pytest.fixture
async def quiet(conn: Connection, office: Office, house: House) -> House:
    """The invites to the convening itself are out."""
    await office.settle()
    return house
