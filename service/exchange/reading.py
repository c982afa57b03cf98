"""A mail that came in: limits, loops, reports, answers of calendars, automatic replies, people; in this order. Pure."""

import email
import re
from collections.abc import Iterator
from email import policy
from email.errors import MessageError
from email.utils import getaddresses

from msgspec.structs import replace

from service.exchange import calendars, limits, parts, reports
from service.exchange.calendars import NoAnswer, Said, Unusable
from service.exchange.letters import Kind, Letter, Own
from service.exchange.parts import Mail

LONGEST_SUBJECT = 200
LONGEST_TEXT = 4000
AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Vacation", "X-MS-Exchange-Inbox-Rules-Loop", "List-Id")
AUTOMATIC_SUBJECT = re.compile(r"^(auto(matic)?[ -]?(reply|response)|out of (the )?office)", re.IGNORECASE)
OURS = "X-Plenary-Delivery"
"""A header of our own mails: who has it sends ours back."""
KINDS: dict[str, Kind] = {"REPLY": "reply", "COUNTER": "counter", "REFRESH": "refresh"}
LONGEST_RESULTS = 4000
QUOTED, COMMENT = re.compile(r'"[^"]*"'), re.compile(r"\([^()]*\)")
PASSED = re.compile(r"dmarc=pass(?: [^;]*)? header\.from=([a-z0-9.-]+)(?: .*)?")
PRECEDENCE = ("bulk", "junk", "list", "auto_reply")
UNREADABLE = (MessageError, RecursionError, UnicodeError, LookupError, ValueError)
"""What the library may raise at a mail that was made to break it."""


def read(raw: bytes, envelope_from: str, envelope_to: str, own: Own) -> Letter:
    """What a mail is; whatever it holds, this returns."""
    if reason := limits.broken(raw):
        return Letter(kind="hostile", reason=reason)
    try:
        mail = email.message_from_bytes(raw, policy=policy.compat32)
        if reason := _too_deep(mail) or _doubled(mail):
            return Letter(kind="hostile", reason=reason)
        return _judged(mail, envelope_from, envelope_to, own)
    except UNREADABLE as error:
        return Letter(kind="hostile", reason=f"it cannot be read ({type(error).__name__})")


def _judged(mail: Mail, envelope_from: str, envelope_to: str, own: Own) -> Letter:
    sender = _sender(mail)
    letter = Letter(
        kind="human",
        sender=sender,
        subject=parts.decoded(str(mail.get("Subject", "")))[:LONGEST_SUBJECT],
        is_authentic=_is_authentic(mail, sender, own.border),
    )
    token = reports.token_of(envelope_to, own.bounce_domain)
    if token:
        report = reports.delivery_report(mail, token)
        return replace(letter, kind="dsn", report=report) if report else _written(mail, letter, envelope_from, own)
    if not sender or sender == own.address.lower() or OURS in mail:
        return replace(letter, kind="hostile", reason="it is from ourselves, or from nobody")
    if mail.get_content_type() == "multipart/report":
        return _reported(mail, letter, own)
    return _calendar(mail, letter, own) or _written(mail, letter, envelope_from, own)


def _reported(mail: Mail, letter: Letter, own: Own) -> Letter:
    kind = str(mail.get_param("report-type") or "").lower()
    if kind == "feedback-report":
        token = reports.complaint_token(mail, own.bounce_domain)
        return replace(letter, kind="complaint", report=reports.complaint(token))
    if kind == "disposition-notification":
        return replace(letter, kind="mdn")
    return replace(letter, kind="autoreply", reason="a report that did not come to the return path of a mail of ours")


def _calendar(mail: Mail, letter: Letter, own: Own) -> Letter | None:
    """The answer of a calendar; None where there is no calendar in it."""
    said: set[Said] = set()
    for body, declared in _calendars(mail):
        try:
            said.add(calendars.read(body, declared))
        except NoAnswer:
            continue
        except Unusable as reason:
            return replace(letter, kind="hostile", reason=str(reason))
    if not said:
        return None
    if len(said) > 1:
        return replace(letter, kind="hostile", reason="its calendars say different things")
    [one] = said
    answer = replace(one.answer, comment=_without_links(one.answer.comment, own))
    return replace(letter, kind=KINDS[one.method], answer=answer)


def _without_links(text: str, own: Own) -> str:
    """Who answers quotes what we wrote, with links that are theirs alone."""
    return re.sub(rf"{re.escape(own.public_url)}/\S+", "[a link of theirs]", text) if own.public_url else text


def _written(mail: Mail, letter: Letter, envelope_from: str, own: Own) -> Letter:
    auto = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    is_automatic = (
        auto not in ("", "no")
        or any(name in mail for name in AUTOMATIC)
        or str(mail.get("Precedence", "")).strip().lower() in PRECEDENCE
        or envelope_from in ("", "<>")
        or AUTOMATIC_SUBJECT.match(letter.subject) is not None
    )
    return (
        replace(letter, kind="autoreply")
        if is_automatic
        else replace(letter, text=calendars.plain(_without_links(parts.text(mail), own), LONGEST_TEXT))
    )


def _calendars(mail: Mail) -> Iterator[tuple[bytes, str]]:
    """Each calendar that the sender wrote, and the method that its part declares; none out of a mail that was forwarded."""
    if mail.get_content_maintype() == "message":
        return
    for part in parts.inner(mail):
        yield from _calendars(part)
    if mail.get_content_type() == "text/calendar":
        yield parts.body(mail), str(mail.get_param("method") or "")


def _too_deep(mail: Mail) -> str:
    waiting, count = [(mail, 1)], 0
    while waiting:
        one, depth = waiting.pop()
        count += 1
        if depth > limits.DEEPEST or count > limits.MOST_PARTS:
            return "too many parts, or too deep in one another"
        waiting += [(part, depth + 1) for part in parts.inner(one)]
    return ""


def _doubled(mail: Mail) -> str:
    """What the parser found twice that is to be there once: it may see lines where others see none."""
    twice = [name for name in ("From", "Content-Type") if len(mail.get_all(name, [])) > 1]
    return "a header field stands there twice" if twice else ""


def _sender(mail: Mail) -> str:
    """The one address that it says it is from; empty where that is not one."""
    found = [address for _, address in getaddresses([str(mail.get("From", ""))]) if "@" in address]
    return parts.one_line(found[0]).lower()[:254] if len(found) == 1 else ""


def _is_authentic(mail: Mail, sender: str, border: str) -> bool:
    """Whether our border found that the domain of the sender stands behind it; what others claim does not count."""
    domain = sender.rpartition("@")[2]
    first = str(mail.get("Authentication-Results", "")).lower()
    server, _, results = " ".join(first.split()).partition(";")
    named = server.split()[:1]  # a version may stand behind it
    return bool(border and domain) and named == [border.lower()] and _passed(results) == domain


def _passed(results: str) -> str:
    """The domain for which DMARC passed, and no other word about it stands there.

    Between the results are words that strangers choose, like the sender of the envelope. Checkers quote them, not all well.
    """
    if "\\" in results or len(results) > LONGEST_RESULTS or results.count("dmarc=") != 1:
        return ""
    plain = QUOTED.sub("", results)
    while COMMENT.search(plain):
        plain = COMMENT.sub(" ", plain)
    if any(sign in plain for sign in '"()'):
        return ""
    found = next((found for one in plain.split(";") if (found := PASSED.fullmatch(one.strip()))), None)
    return found[1] if found else ""
