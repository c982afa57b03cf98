"""A mail taken apart once, for all rules to look at."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from tests.emails.rules.content import Component, component


@dataclass(frozen=True)
class Mail:
    raw: bytes
    envelope_from: str
    envelope_to: str
    message: EmailMessage
    fields: list[tuple[str, bytes]]
    calendar: bytes | None
    entry: Component | None

    @property
    def vevent(self) -> Component:
        return self.entry.children_named("VEVENT")[0]

    @property
    def method(self) -> str:
        return self.entry.value("METHOD")

    def parts(self, kind: str) -> list[EmailMessage]:
        return [part for part in self.message.walk() if part.get_content_type() == kind]

    def text(self, kind: str = "text/plain") -> str:
        found = self.parts(kind)
        return found[0].get_content() if found else ""

    def sender(self) -> str:
        return self.message["From"].addresses[0].addr_spec


def opened(raw: bytes, envelope_from: str, envelope_to: str) -> Mail:
    """W02: a file at rest may use LF only; everything else looks at CRLF."""
    if b"\r" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    message = message_from_bytes(raw, policy=SMTP)
    inline = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = inline[0].get_payload(decode=True) if inline else None
    try:
        entry = component(calendar) if calendar else None
    except ValueError:
        entry = None
    return Mail(raw, envelope_from, envelope_to, message, _fields(raw), calendar, entry)


def _fields(raw: bytes) -> list[tuple[str, bytes]]:
    """Header fields as they stand, folds included."""
    head = raw.partition(b"\r\n\r\n")[0]
    found = re.split(rb"\r\n(?![ \t])", head)
    return [(field.partition(b":")[0].decode("latin-1").lower(), field) for field in found]
