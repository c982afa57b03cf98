"""H and V: header fields and the envelope."""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from tests.emails.rules.mail import Mail

SINGLE = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
AT_MOST_ONCE = ("cc", "bcc", "reply-to", "sender", "references", "in-reply-to", "content-transfer-encoding")
QUALIFIED = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*")


def _times(mail: Mail, name: str) -> int:
    return sum(field == name for field, _ in mail.fields)


def h01(mail: Mail) -> Iterator[str]:
    yield from (f"{name} occurs {_times(mail, name)} times" for name in SINGLE if _times(mail, name) != 1)
    yield from (f"{name} is repeated" for name in AT_MOST_ONCE if _times(mail, name) > 1)


def h02(mail: Mail) -> Iterator[str]:
    senders = mail.message["From"].addresses
    if len(senders) != 1 or not QUALIFIED.fullmatch(senders[0].domain):
        yield f"From is {mail.message['From']}"


def h03(mail: Mail) -> Iterator[str]:
    if len(mail.message["To"].addresses) != 1 or mail.message["Cc"] or mail.message["Bcc"]:
        yield f"not exactly one recipient: {mail.message['To']}"


def h04(mail: Mail) -> Iterator[str]:
    date = next((field.decode("latin-1").partition(":")[2].strip() for name, field in mail.fields if name == "date"), "")
    if not re.search(r"[+-]\d{4}$", date) or parsedate_to_datetime(date).tzinfo is None:
        yield f"Date is {date}"


def h05(mail: Mail) -> Iterator[str]:
    found = re.fullmatch(r"<[^<>@\s]+@([^<>@\s]+)>", str(mail.message["Message-ID"]).strip())
    if not found or not QUALIFIED.fullmatch(found[1]):
        yield f"Message-ID is {mail.message['Message-ID']}"


def h06(mail: Mail) -> Iterator[str]:
    subject = str(mail.message["Subject"])
    if not subject.strip() or len(subject) > 255 or re.search(r"[\x00-\x1f\x7f-\x9f]|=\?.*\?=", subject):
        yield f"Subject is {subject!r}"


def h07(mail: Mail) -> Iterator[str]:
    if mail.message["Auto-Submitted"] not in {"auto-generated", "auto-replied"}:
        yield f"Auto-Submitted is {mail.message['Auto-Submitted']}"


def h08(mail: Mail) -> Iterator[str]:
    if mail.calendar and mail.message["Precedence"]:
        yield "Precedence on an invite"


def h09(mail: Mail) -> Iterator[str]:
    if mail.message["Disposition-Notification-To"] or mail.message["Return-Receipt-To"]:
        yield "asks for a receipt"


def h10(mail: Mail) -> Iterator[str]:
    reply_to = mail.message["Reply-To"]
    if reply_to and not all(QUALIFIED.fullmatch(address.domain) for address in reply_to.addresses):
        yield f"Reply-To is {reply_to}"


def h11(mail: Mail) -> Iterator[str]:
    reply_to = mail.message["Reply-To"]
    if (
        mail.entry
        and reply_to
        and mail.vevent.value("ORGANIZER").lower() != f"mailto:{reply_to.addresses[0].addr_spec.lower()}"
    ):
        yield "Reply-To is not ORGANIZER"


def h12(mail: Mail) -> Iterator[str]:
    if mail.calendar and mail.message["Sender"] and mail.message["Sender"].address.addr_spec != mail.sender():
        yield "Sender is not From"


def h13(mail: Mail) -> Iterator[str]:
    domain = str(mail.message["Message-ID"]).strip("<> ").rpartition("@")[2]
    ours = mail.sender().rpartition("@")[2]
    if domain != ours and not domain.endswith(f".{ours}"):
        yield f"Message-ID's domain {domain} is not of {ours}"


def h14(mail: Mail) -> Iterator[str]:
    shown = [
        str(mail.message["Subject"]),
        mail.text(),
        re.sub(r"<style>.*?</style>", "", mail.text("text/html"), flags=re.DOTALL),
    ]
    if any(re.search(r"\{\{|\}\}|\{%|%\}", text) for text in shown):
        yield "a template's placeholder is left"


def v01(mail: Mail) -> Iterator[str]:
    if mail.envelope_to.lower() != mail.message["To"].addresses[0].addr_spec.lower():
        yield f"RCPT TO {mail.envelope_to} is not To {mail.message['To']}"


def v02(mail: Mail) -> Iterator[str]:
    if not re.fullmatch(r"[^@+]+\+([0-9a-f]{16}){2,3}", mail.envelope_from.rpartition("@")[0]):
        yield f"MAIL FROM {mail.envelope_from!r} holds no token of its own"


def v03(mail: Mail) -> Iterator[str]:
    bounce, ours = (address.rpartition("@")[2].split(".")[-2:] for address in (mail.envelope_from, mail.sender()))
    if bounce != ours:
        yield f"MAIL FROM is of {bounce}, From of {ours}"


def v04(mail: Mail) -> Iterator[str]:
    if not mail.envelope_from or not mail.envelope_to:
        yield "no envelope"
