"""What mail is measured by: `python -m benchmarks.mail_references naive|bare COUNT PORT` prints mails a second."""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import aiosmtplib
import msgspec
import uvloop
from icalendar import Calendar, Event, vCalAddress

from emails.messages import Invite
from emails.render import TEMPLATES, render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from service import db
from service.db import Connection

CONNECTIONS = 4
HANDOVER = sample_handover()
MAIL = render(dict(SAMPLES)["invite"], SAMPLE_SENDER, HANDOVER)


async def naive(count: int, port: int) -> None:
    """One by one as the libraries' own documentation has it: claim, render, build, send on an open connection, mark."""
    conn = await db.connect(os.environ["PLENARY_DATABASE_URL"], "naive")
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as smtp:
        for _ in range(count):
            delivery_id, recipient, stored = await _claim(conn)
            message = msgspec.convert(stored, Invite)
            await smtp.send_message(_mail(message, recipient), sender="b@bounce.plenary.example", recipients=[recipient])
            await conn.execute(
                """update delivery set state = 'sent', sent_at = now(), finished_at = now(), lease_token = null,
                          lease_until = null where id = $1""",
                delivery_id,
            )
    await conn.close()


async def _claim(conn: Connection) -> tuple[UUID, str, object]:
    found = await conn.fetchrow(
        """update delivery set state = 'sending', lease_token = $1, lease_until = now() + interval '15 s', attempt = 1
            where id = (select id from delivery where stage = 'open' and state = 'queued' order by bulk, next_at limit 1
                           for update skip locked) returning id, recipient, message""",
        uuid4(),
    )
    assert found is not None, "not enough mails were owed"
    return found["id"], found["recipient"], found["message"]


def _mail(message: Invite, recipient: str) -> EmailMessage:
    facts = {
        "message": message,
        "gathering": message.gathering,
        "links": HANDOVER.links,
        "sender": SAMPLE_SENDER,
        "subject": f"You are in: {message.gathering.title}",
    }
    mail = EmailMessage(policy=LINES)
    mail["From"], mail["To"], mail["Subject"] = SAMPLE_SENDER.address, recipient, facts["subject"]
    mail["Date"], mail["Message-ID"] = datetime.now(UTC), f"<{uuid4()}@plenary.example>"
    mail.set_content(TEMPLATES.get_template("invite/body.txt").render(facts))
    mail.add_alternative(TEMPLATES.get_template("invite/body.html").render(facts), subtype="html")
    entry = _entry(message, recipient)
    mail.add_alternative(entry, subtype="calendar", params={"method": "REQUEST"})
    mail.add_attachment(entry, subtype="calendar", filename="invite.ics")
    return mail


def _entry(message: Invite, recipient: str) -> str:
    revision, gathering = message.revision, message.gathering
    zone = ZoneInfo(gathering.time_zone)
    calendar, event = Calendar(), Event()
    for name, value in (("PRODID", "-//naive//EN"), ("VERSION", "2.0"), ("METHOD", "REQUEST")):
        calendar.add(name, value)
    event.add("UID", revision.uid)
    event.add("DTSTAMP", revision.dtstamp)
    event.add("SEQUENCE", revision.sequence)
    event.add("DTSTART", gathering.starts_at.astimezone(zone))
    event.add("DTEND", gathering.ends_at.astimezone(zone))
    event.add("SUMMARY", gathering.title)
    event.add("DESCRIPTION", gathering.summary)
    event.add("ORGANIZER", vCalAddress(f"mailto:{SAMPLE_SENDER.address}"))
    event.add("ATTENDEE", vCalAddress(f"mailto:{recipient}"))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


async def bare(count: int, port: int) -> None:
    """Ready bytes over four connections, and nothing else."""
    numbers = iter(range(count))

    async def push() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as smtp:
            for _ in numbers:
                await smtp.sendmail(MAIL.envelope_from, [MAIL.recipient], MAIL.content)

    await asyncio.gather(*(push() for _ in range(CONNECTIONS)))


async def main() -> None:
    """Run one of them and say how quick it was."""
    which, count, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    began = time.perf_counter()
    await {"naive": naive, "bare": bare}[which](count, port)
    sys.stdout.write(f"{count / (time.perf_counter() - began):.1f}")


if __name__ == "__main__":
    uvloop.run(main())
