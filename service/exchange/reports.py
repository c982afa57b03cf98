"""Reports of mail servers about our mails: RFC 3464, and what some write instead; and complaints (RFC 5965). Pure."""

import re

from service.exchange import parts
from service.exchange.letters import Fate, Report
from service.exchange.parts import Mail

TOKEN = re.compile(r"\bb\+([0-9a-f]{20,64})@([a-z0-9.-]+)", re.IGNORECASE)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
HARD = ("5.1.", "5.4.4", "5.2.1")
SOFT = ("5.2.2", "5.3.4", "5.2.3")
POLICY = ("5.7.",)
ACTIONS: dict[str, Fate] = {"delayed": "delayed", "delivered": "delivered", "relayed": "delivered", "expanded": "delivered"}
LONGEST_WORDS = 500


def token_of(address: str, bounce_domain: str) -> str:
    """What our return path carried; empty for any other address."""
    found = TOKEN.search(address)
    return found[1].lower() if found and found[2].lower() == bounce_domain.lower() else ""


def delivery_report(mail: Mail, token: str) -> Report | None:
    """The report in a mail that came to our return path; None where it is none."""
    part = next((one for one in mail.walk() if one.get_content_type() == "message/delivery-status"), None)
    if part is not None:
        return _standard(part, token)
    failed = str(mail.get("X-Failed-Recipients", "")).strip()
    words = parts.text(mail).partition("------ This is a copy")[0].strip()
    if failed or "mailer-daemon" in str(mail.get("From", "")).lower():
        status = ".".join(found) if (found := _first_status(words)) else "5.0.0"
        address = parts.one_line(failed.split(",")[0]).lower()[:254]
        return Report(token, fate(status, "failed"), address, status, parts.one_line(words)[:LONGEST_WORDS])
    return None


def complaint_token(mail: Mail, bounce_domain: str) -> str:
    """About which mail somebody complained; empty where the report does not say."""
    for part in mail.walk():
        if part.get_content_type() in ("message/feedback-report", "message/rfc822", "text/rfc822-headers"):
            found = token_of(str(part.as_bytes(), "latin-1"), bounce_domain)
            if found:
                return found
    return ""


def complaint(token: str) -> Report | None:
    """Somebody said that a mail of ours is unwanted."""
    return Report(token, "hard", "", "", "complaint") if token else None


def fate(status: str, action: str) -> Fate:
    """What a status and an action mean for the address."""
    if action in ACTIONS:
        return ACTIONS[action]
    if status.startswith("2"):
        return "delivered"
    if status.startswith(POLICY):
        return "policy"
    if status.startswith(SOFT) or status.startswith("4"):
        return "soft"
    return "hard" if status.startswith(HARD) else "soft"


def _standard(part: Mail, token: str) -> Report | None:
    for fields in parts.inner(part):
        recipient = str(fields.get("Final-Recipient", "") or fields.get("Original-Recipient", ""))
        action = str(fields.get("Action", "")).strip().lower()
        if not recipient or not action:
            continue
        found = STATUS.search(str(fields.get("Status", "")))
        status = found[0] if found else "5.0.0"
        address = parts.one_line(recipient.partition(";")[2]).lower()[:254]
        words = parts.one_line(str(fields.get("Diagnostic-Code", "")))[:LONGEST_WORDS]
        return Report(token, fate(status, action), address, status, words)
    return None


def _first_status(text: str) -> tuple[str, str, str] | None:
    found = STATUS.search(text)
    return (found[1], found[2], found[3]) if found else None
