"""Reports of mail servers about our mails: RFC 3464, and what some write instead; and complaints (RFC 5965). Pure."""

import re

from service.exchange import parts
from service.exchange.letters import Fate, Report
from service.exchange.parts import Mail

TOKEN = re.compile(r"\bb\+([0-9a-f]{20,64})@([a-z0-9.-]+)", re.IGNORECASE)
STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
SAID = re.compile(r"\b[245]\d\d[ -]+#?([245]\.\d{1,3}\.\d{1,3})(?![.\d])")
"""A status behind a reply code, as servers speak (RFC 2034): numbers elsewhere are addresses and versions."""
POLICY = ("5.7.", "5.1.7", "5.1.8")
"""What is wrong is ours: the sender, or what we may not."""
HARD = ("5.1.", "5.4.4", "5.2.1")
SOFT = ("5.2.2", "5.3.4", "5.2.3")
UNKNOWN = re.compile(r"\b5\.4\.1\b.*recipient address rejected", re.IGNORECASE | re.DOTALL)
"""What one large provider says of an address that is not there."""
ACTIONS: dict[str, Fate] = {"delayed": "delayed", "delivered": "delivered", "relayed": "delivered", "expanded": "delivered"}
LONGEST_WORDS = 500


def token_of(address: str, bounce_domain: str) -> str:
    """What our return path carried; empty for any other address."""
    found = TOKEN.fullmatch(address.strip().strip("<>"))
    return found[1].lower() if found and found[2].lower() == bounce_domain.lower() else ""


def delivery_report(mail: Mail, token: str) -> Report | None:
    """The report in a mail that came to our return path; None where it is none."""
    part = next((one for one in mail.walk() if one.get_content_type() == "message/delivery-status"), None)
    if part is not None:
        return _standard(part, token)
    failed = str(mail.get("X-Failed-Recipients", "")).strip()
    words = parts.text(mail).partition("------ This is a copy")[0].strip()
    if failed or "mailer-daemon" in str(mail.get("From", "")).lower():
        said = SAID.search(words)
        status = said[1] if said else "5.0.0"
        named = _addresses(failed.split(",")[0])
        return Report(token, fate(status, "failed", words), named, status, parts.one_line(words)[:LONGEST_WORDS])
    return None


def complaint_token(mail: Mail, bounce_domain: str) -> str:
    """About which mail somebody complained; empty where the report does not say."""
    for part in mail.walk():
        if part.get_content_type() in ("message/feedback-report", "message/rfc822", "text/rfc822-headers"):
            for found in TOKEN.finditer(str(part.as_bytes(), "latin-1")):
                if found[2].lower() == bounce_domain.lower():
                    return found[1].lower()
    return ""


def complaint(token: str) -> Report | None:
    """Somebody said that a mail of ours is unwanted."""
    return Report(token, "hard", (), "", "complaint") if token else None


def fate(status: str, action: str, words: str = "") -> Fate:
    """What a status and an action mean for the address."""
    if action in ACTIONS:
        return ACTIONS[action]
    if status.startswith("2"):
        return "delivered"
    if status.startswith(POLICY):
        return "policy"
    if status.startswith(SOFT) or status.startswith("4"):
        return "soft"
    return "hard" if status.startswith(HARD) or UNKNOWN.search(f"{status} {words}") else "soft"


def is_hard(response: str) -> bool:
    """Whether a server's own “no” to a recipient is for good: it says which status it means."""
    said = SAID.search(response)
    return said is not None and fate(said[1], "failed", response) == "hard"


def _standard(part: Mail, token: str) -> Report | None:
    for fields in parts.inner(part):
        named = [str(fields.get(name, "")).rpartition(";")[2] for name in ("Final-Recipient", "Original-Recipient")]
        action = str(fields.get("Action", "")).strip().lower()
        if not any(named) or not action:
            continue
        words = parts.one_line(str(fields.get("Diagnostic-Code", "")))[:LONGEST_WORDS]
        status = _status(str(fields.get("Status", "")), words)
        return Report(token, fate(status, action, words), _addresses(*named), status, words)
    return None


def _status(field: str, words: str) -> str:
    """What the report says, or, where it says no more than “failed”, what the server said whose words it repeats."""
    found, said = STATUS.match(field), SAID.search(words)
    status = found[1] if found else "5.0.0"
    return said[1] if said and status.endswith(".0.0") else status


def _addresses(*named: str) -> tuple[str, ...]:
    cleaned = (parts.one_line(one).strip("<> ").lower()[:254] for one in named)
    return tuple(one for one in cleaned if one)
