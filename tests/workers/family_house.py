"""A school with a contact, a panel so many days ahead, and a family whose mail is read at its own hour."""

from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from service import db
from service.consents import answering, deadlines, signing_up
from service.consents.queries import ConsentRow
from service.db import Connection
from service.deliveries.queries import DeliveryRow
from service.panels import queries as panels
from tests.consents import desk
from tests.consents.desk import Stage
from tests.workers.conftest import Office

CONTACT = "ines@schools.example"
NEW_YORK, PHOENIX, LOS_ANGELES = "America/New_York", "America/Phoenix", "America/Los_Angeles"
SURNAME, FIRST, SCHOOL = "Camberwell", "Zuri", "Lake Marlow"


async def stage(conn: Connection, begin: datetime, zone: str = NEW_YORK, **changes: Any) -> Stage:
    """A panel of a convening in New York that begins then; the school and its contact live in `zone`."""
    where = await desk.stage(conn, begin - desk.AHEAD, **changes)
    await conn.execute("update district set time_zone = $1", zone)
    person_id = db.new_id(begin)
    await conn.execute(
        "insert into person (id, name, email, created_at) values ($1, 'Ines Okafor', $2, $3)", person_id, CONTACT, begin
    )
    await conn.execute("insert into school_contact values ($1, $2, 'Counselor', '555-555-0119')", person_id, where.school_id)
    return where


async def ask(conn: Connection, where: Stage, now: datetime, **changes: Any) -> UUID:
    """A student whom the contact signs up."""
    signup_id = await desk.ask(conn, where, now, **changes)
    await conn.execute("update signup set created_by = (select person_id from school_contact) where id = $1", signup_id)
    return signup_id


def at(days: int, hour: float, begin: datetime, zone: str = NEW_YORK) -> datetime:
    """An hour of the family's own day, so many days before the convening's first."""
    day: date = deadlines.first_day(begin, NEW_YORK) - timedelta(days=days)
    return datetime.combine(day, time(int(hour), round(hour % 1 * 60)), ZoneInfo(zone))


async def sign(conn: Connection, consent: ConsentRow, now: datetime, origin: Any = desk.BY_CODE, **changes: Any) -> None:
    """The signer signs."""
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(**changes), await desk.document(conn), origin, now)


async def seat(conn: Connection, where: Stage, signup_id: UUID, now: datetime) -> None:
    """Everybody says yes, and the student sits."""
    await sign(conn, await desk.signer(conn, signup_id), now)
    await desk.student_says(conn, signup_id, "yes", now)
    await fill(conn, where, now)


async def fill(conn: Connection, where: Stage, now: datetime) -> None:
    """Cleared students sit down."""
    async with conn.transaction():
        await panels.lock(conn, where.panel_id)
        await signing_up.fill_seats(conn, where.panel_id, now)


def to_family(mails: list[EmailMessage]) -> list[EmailMessage]:
    """Without what goes to the school."""
    return [mail for mail in mails if address(mail) != CONTACT]


def address(mail: EmailMessage) -> str:
    return str(mail["To"].addresses[0].addr_spec)


def text(mail: EmailMessage) -> str:
    """The mail as it is read, on one line."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


async def family_deliveries(office: Office) -> list[DeliveryRow]:
    return [one for one in await office.deliveries() if one.recipient != CONTACT]
