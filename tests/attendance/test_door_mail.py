"""What follows by mail from the door: alerts at once, the evening before, codes in reminders, certificates afterwards."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from benchmarks.smtp_faults import FaultyCatcher
from service import db, events
from service.attendance import certifying, clock, writes
from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.db import Connection, Pool
from service.local.catcher import open_catcher
from service.local.mail import MailFolder
from service.registrations.badges import grouped
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.attendance.conftest import HOUR, MINUTE, Door, scan
from tests.consents import students
from tests.consents.students import Stage
from tests.workers.conftest import Office

LEAD = "odalys.brightwater@eon-demo.example"


@pytest.fixture
async def office(pool: Pool, settings: Settings, now: datetime, tmp_path: Path) -> AsyncGenerator[Office]:
    """The workers, and a mailbox."""
    catcher = FaultyCatcher(MailFolder(tmp_path / "mail"))
    server, port = await open_catcher(catcher)
    opened = Office(pool, msgspec.structs.replace(settings, smtp_url=f"smtp://127.0.0.1:{port}"), catcher, now)
    yield opened
    await opened.exchange.close()
    server.close()


async def lead(conn: Connection, now: datetime, convening_id: UUID) -> None:
    await give(conn, now, await person(conn, now, "Odalys Brightwater", LEAD), "safety_lead", convening_id)


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


async def test_the_safety_lead_hears_once_of_each_uncleared_minor_and_no_name_is_in_the_mail(
    at_stage: Door, stage: Stage, office: Office, now: datetime
) -> None:
    await lead(at_stage.conn, now, at_stage.convening.id)
    signup_id = await students.student(at_stage.conn, stage, now, "Rio Vance")
    await office.settle()
    office.moment = at_stage.opens + MINUTE
    await at_stage.take(scan(at_stage.opens, signup_id=signup_id), now=office.moment)
    [mail] = await office.tick()
    assert str(mail["To"]).endswith(LEAD)
    assert "who is not cleared" in str(mail["Subject"])
    assert f"/door/convenings/{at_stage.convening.id}" in text(mail)
    assert "Rio" not in mail.as_string()
    office.later(seconds=5)
    assert await office.tick() == [], "once"


async def test_a_yes_taken_back_while_the_student_is_here_alerts_the_lead_too(
    at_stage: Door, zuri: UUID, office: Office, now: datetime
) -> None:
    await lead(at_stage.conn, now, at_stage.convening.id)
    await office.settle()
    office.moment = at_stage.opens + MINUTE
    await at_stage.take(scan(at_stage.opens, signup_id=zuri), now=office.moment)
    assert await office.tick() == []
    await at_stage.conn.execute("update consent set state = 'withdrawn' where signup_id = $1", zuri)
    office.later(seconds=2)
    assert ["who is not cleared" in str(mail["Subject"]) for mail in await office.tick()] == [True]


async def test_a_release_to_a_stranger_alerts_the_lead_and_a_decided_one_does_not(
    at_stage: Door, zuri: UUID, office: Office, now: datetime
) -> None:
    await lead(at_stage.conn, now, at_stage.convening.id)
    await office.settle()
    office.moment = at_stage.opens + 3 * HOUR
    at = at_stage.opens
    await at_stage.take(
        scan(at, signup_id=zuri),
        scan(at + HOUR, "out", signup_id=zuri, released_to="A Stranger"),
        scan(at + HOUR + MINUTE, signup_id=zuri),
        scan(at + 2 * HOUR, "out", signup_id=zuri, released_to="A Stranger", release="decided"),
        now=office.moment,
    )
    [mail] = await office.settle()
    assert "a sign-out needs you" in str(mail["Subject"])
    assert "Stranger" not in mail.as_string()


@pytest.mark.parametrize(
    ("starts", "zone", "due"),
    [
        ("2027-03-15T08:30", "America/New_York", "2027-03-14T18:00-04:00"),  # clocks go forward that morning
        ("2026-11-02T08:00", "America/Los_Angeles", "2026-11-01T18:00-08:00"),  # and back
        ("2026-10-14T08:00", "America/Phoenix", "2026-10-13T18:00-07:00"),
    ],
)
def test_the_lists_are_printed_at_six_in_the_evening_where_the_convening_is(starts: str, zone: str, due: str) -> None:
    begins = datetime.fromisoformat(starts).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert clock.papers_due(begins, zone) == datetime.fromisoformat(due)


async def test_who_keeps_the_door_is_told_to_print_the_evening_before_once(
    door: Door, office: Office, now: datetime
) -> None:
    await lead(door.conn, now, door.convening.id)
    await give(door.conn, now, await person(door.conn, now, "Tamsin", TAMSIN), "front_desk", door.convening.id)
    evening = clock.papers_due(door.opens, door.convening.time_zone)
    office.moment = evening.astimezone(UTC) - timedelta(seconds=1)
    assert await office.tick() == []
    office.later(seconds=1)
    told = await office.tick()
    assert sorted(str(mail["To"]).rpartition(" ")[2].strip("<>") for mail in told) == [LEAD, TAMSIN]
    assert all("Print tonight" in str(mail["Subject"]) for mail in told)
    office.later(seconds=30)
    assert await office.tick() == []


async def test_the_reminder_brings_the_code_as_text_and_as_a_picture(door: Door, office: Office, now: datetime) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    await office.settle()
    office.moment = door.opens - timedelta(days=1) + timedelta(hours=1)
    reminders = [mail for mail in await office.tick() if "Tomorrow" in str(mail["Subject"])]
    code = await door.code(row.id)
    assert [grouped(code) in text(mail) for mail in reminders] == [True]
    [picture] = [part for part in reminders[0].walk() if part.get_content_type() == "image/png"]
    content = picture.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.startswith(b"\x89PNG")
    assert picture["Content-ID"] == "<code>"
    html = reminders[0].get_body(("html",))
    assert html is not None
    assert 'src="cid:code"' in html.get_content()


async def test_after_the_convening_each_who_came_gets_a_certificate_by_mail_and_a_new_one_after_a_correction(
    door: Door, office: Office, settings: Settings, now: datetime
) -> None:
    came, _ = [await make.registered(door.conn, door.convening.id, n, now=now) for n in (1, 2)]
    [room, *_] = await make.session_ids(door.conn, door.convening.id)
    await office.settle()
    await door.take(scan(door.opens + HOUR, registration_id=came.id, session_id=room))
    office.moment = door.convening.ends_at + HOUR
    async with door.conn.transaction():
        await convening_actions.complete(door.conn, door.convening.id, office.moment)
    assert await office.settle() == [], "the PDF comes first"
    assert await office.print() == 1
    [mail] = await office.settle()
    assert str(mail["To"]).endswith(f"<{came.email}>") or came.email in str(mail["To"])
    assert (str(mail["Subject"])[:16], "1 hours attended" in text(mail)) == ("Your certificate", True)
    assert "/certificate" in text(mail)
    await correct(door, came.id, room, 30, office.moment)
    office.later(minutes=1)
    assert await office.print() == 1
    [again] = await office.settle()
    assert (str(again["Subject"])[:17], "0.5 hours" in text(again)) == ("A new certificate", True)


async def correct(door: Door, registration_id: UUID, session_id: UUID, minutes: int, now: datetime) -> None:
    """As the console does it."""
    somebody = await person(door.conn, now, "Somebody", "somebody@eon-demo.example")
    async with door.conn.transaction():
        await writes.insert_correction(
            door.conn, db.new_id(now), registration_id, session_id, minutes, "Left early.", somebody, now
        )
        await events.record(door.conn, now, [events.AttendanceCorrected(door.convening.id, registration_id)])


async def test_without_a_safety_lead_the_organizers_hear(at_stage: Door, office: Office, now: datetime) -> None:
    await give(at_stage.conn, now, await person(at_stage.conn, now, "Tamsin", TAMSIN), "organizer")
    await office.settle()
    office.moment = at_stage.opens + MINUTE
    unlisted: Any = UUID(int=7)
    await at_stage.take(scan(at_stage.opens, unlisted_id=unlisted, called="A boy in blue"), now=office.moment)
    [mail] = await office.tick()
    assert (str(mail["To"]).endswith(TAMSIN), "blue" in mail.as_string()) == (True, False)


async def test_certificates_once_more_are_only_those_that_say_something_new(
    door: Door, office: Office, now: datetime
) -> None:
    one, two = [await make.registered(door.conn, door.convening.id, n, now=now) for n in (1, 2)]
    [room, *_] = await make.session_ids(door.conn, door.convening.id)
    await office.settle()
    begins = door.opens + HOUR
    await door.take(*[scan(begins, registration_id=row.id, session_id=room) for row in (one, two)])
    office.moment = door.convening.ends_at + HOUR
    async with door.conn.transaction():
        await convening_actions.complete(door.conn, door.convening.id, office.moment)
    assert await office.print() == 2
    assert len(await office.settle()) == 2
    convening = await convenings.convening(door.conn, door.convening.id)
    async with door.conn.transaction():
        assert await certifying.renew(door.conn, convening, office.moment) == 2
    assert (await office.print(), await office.settle()) == (0, [])
    await correct(door, one.id, room, 30, office.moment)
    async with door.conn.transaction():
        await certifying.renew(door.conn, convening, office.moment)
    assert await office.print() == 1
    assert [str(mail["To"]).endswith(f"{one.email}>") or one.email in str(mail["To"]) for mail in await office.settle()] == [
        True
    ]
