"""What a calendar writes back, as the border hands it on; and everything that follows, at the test's moment."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import msgspec

from service import db
from service.db import Connection
from service.exchange import inbox
from service.exchange.inbox import InboundRow
from service.registrations import queries
from service.registrations.queries import RegistrationRow
from tests.workers.conftest import Office, ics
from workers.inbound import Inbox

BORDER = "mx.plenary.example"


class Calendar:
    """One person's calendar, and the office that it answers."""

    def __init__(self, office: Office, conn: Connection, row: RegistrationRow, invite: EmailMessage) -> None:
        self.office, self.conn, self.id, self.address = office, conn, row.id, row.email
        self.uid = ics(invite)["UID"]
        own = msgspec.structs.replace(office.settings, inbound_border=BORDER)
        self.inbox = Inbox(office.pool, own, office.clock)

    def reply(
        self,
        partstat: str,
        *,
        sequence: int = 0,
        stamp: datetime | None = None,
        sender: str = "",
        attendee: str = "",
        proven: bool = True,
        method: str = "REPLY",
        more: str = "",
    ) -> bytes:
        """A mail with one calendar and nothing else, as Evolution writes it."""
        sender = sender or self.address
        domain = sender.rpartition("@")[2]
        found = f"Authentication-Results: {BORDER}; dmarc=pass header.from={domain}\r\n" if proven else ""
        moment = stamp or self.office.moment
        lines = (
            ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//T//T//EN"]
            + [f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{self.uid}", f"DTSTAMP:{moment:%Y%m%dT%H%M%SZ}"]
            + [f"SEQUENCE:{sequence}", f"ATTENDEE;PARTSTAT={partstat}:mailto:{attendee or sender}"]
            + ([more] if more else [])
            + ["END:VEVENT", "END:VCALENDAR"]
        )
        head = f"From: {sender}\r\nTo: us@plenary.example\r\nSubject: Re: invitation\r\nContent-Type: text/calendar\r\n\r\n"
        return (found + head + "\r\n".join(lines) + "\r\n").encode()

    async def says(self, partstat: str, **how: object) -> InboundRow:
        """Let it answer so; what was done about it."""
        return await self.give(self.reply(partstat, **how))  # pyright: ignore[reportArgumentType]

    async def give(self, raw: bytes) -> InboundRow:
        """Take a mail in and judge it."""
        async with db.transaction(self.office.pool) as conn:
            await inbox.keep(conn, "mta@border.example", self.office.settings.mail_address, raw, self.office.moment)
        while await self.inbox.work_once():
            pass
        return (await inbox.after(self.conn, 0, 100))[-1]

    async def row(self) -> RegistrationRow:
        return await queries.registration(self.conn, self.id)

    async def partstat(self) -> str | None:
        return await db.maybe(self.conn, str, "select partstat from calendar_entry where uid = $1", self.uid)

    def later(self, **delta: float) -> datetime:
        self.office.moment += timedelta(**delta)
        return self.office.moment


def link(mail: EmailMessage, ending: str) -> str:
    """The path of the link in a mail that ends so."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = next(word for word in body.get_content().split() if word.endswith(ending))
    return "/" + found.split("/", 3)[3]


async def notes(conn: Connection, registration_id: UUID) -> list[tuple[str, str]]:
    """What is kept beside a registration."""
    rows = await conn.fetch("select action, reason from registration_note where registration_id = $1", registration_id)
    return [(row["action"], row["reason"]) for row in rows]
