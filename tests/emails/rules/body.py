"""M: the parts, and what they say."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser

from tests.emails.rules.mail import Mail
from tests.emails.rules.times import start_words

FORBIDDEN = {"script", "iframe", "form", "object", "embed", "input"}


class Page(HTMLParser):
    """Collects what mail programs block, and whether the page says its language and title."""

    def __init__(self, html: str):
        super().__init__()
        self.bad: list[str] = []
        self.language, self.titled = "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.titled |= tag == "title"
        self.language = self.language or (dict(attrs).get("lang") or "" if tag == "html" else "")
        if tag in FORBIDDEN:
            self.bad.append(tag)
        for name, value in attrs:
            blocked = name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
            if blocked or (tag == "img" and (value or "").startswith("http:")):
                self.bad.append(f"{tag} {name}")


def _levels(part: EmailMessage) -> int:
    return 1 + max(map(_levels, part.iter_parts()), default=0) if part.is_multipart() else 1


def m01(mail: Mail) -> Iterator[str]:
    if not mail.text().strip():
        yield "no text/plain"


def m02(mail: Mail) -> Iterator[str]:
    wanted = ["text/plain", "text/html", *(["text/calendar"] if mail.calendar is not None else [])]
    for alternative in mail.parts("multipart/alternative"):
        if (order := [part.get_content_type() for part in alternative.iter_parts()]) != wanted:
            yield f"the order is {order}"


def m03(mail: Mail) -> Iterator[str]:
    for part in mail.parts("text/plain") + mail.parts("text/html"):
        if (part.get_content_charset() or "") not in {"utf-8", "us-ascii"}:
            yield f"{part.get_content_type()} is in {part.get_content_charset()}"
        part.get_payload(decode=True).decode("utf-8")


def m04(mail: Mail) -> Iterator[str]:
    for part in mail.message.walk():
        if part.get("Content-Transfer-Encoding", "7bit").lower() not in {"7bit", "quoted-printable", "base64"}:
            yield f"{part.get_content_type()} in {part['Content-Transfer-Encoding']}"


def m05(mail: Mail) -> Iterator[str]:
    if _levels(mail.message) > 4 or len(list(mail.message.walk())) > 12:
        yield "too deep or too many parts"
    if any(part.is_multipart() and not list(part.iter_parts()) for part in mail.message.walk()):
        yield "an empty multipart"


def m06(mail: Mail) -> Iterator[str]:
    if mail.calendar is None:
        return
    ends = [list(part.iter_parts())[-1].get_content_type() for part in mail.parts("multipart/alternative")]
    if len(mail.parts("text/calendar")) != 1 or ends != ["text/calendar"]:
        yield "text/calendar is not the one last alternative"


def m07(mail: Mail) -> Iterator[str]:
    for part in mail.parts("text/calendar"):
        if part.get_param("method") != mail.method:
            yield f"method={part.get_param('method')} but METHOD:{mail.method}"


def m08(mail: Mail) -> Iterator[str]:
    if any(part.get_content_charset() != "utf-8" for part in mail.parts("text/calendar")):
        yield "text/calendar does not say UTF-8"


def m09(mail: Mail) -> Iterator[str]:
    if any(part.get_content_disposition() == "attachment" for part in mail.parts("text/calendar")):
        yield "the inline calendar is an attachment"


def m10(mail: Mail) -> Iterator[str]:
    copies = mail.parts("application/ics")
    if len(copies) > 1:
        yield "several copies"
    for part in copies:
        named = (part.get_filename() or "").endswith(".ics") and part.get_content_disposition() == "attachment"
        if not named or part.get_payload(decode=True) != mail.calendar:
            yield "the copy is not an .ics attachment of the same bytes"


def m11(mail: Mail) -> Iterator[str]:
    yield from Page(mail.text("text/html")).bad


def m12(mail: Mail) -> Iterator[str]:
    for html in [part.get_content() for part in mail.parts("text/html")]:
        page = Page(html)
        if not page.language or not page.titled or len(html.encode()) >= 102_000:
            yield "HTML without language or title, or too long for Gmail"


def m13(mail: Mail) -> Iterator[str]:
    if mail.entry and " ".join(mail.vevent.text("SUMMARY").split()) not in " ".join(mail.text().split()):
        yield "text/plain does not contain the SUMMARY"


def m14(mail: Mail) -> Iterator[str]:
    if mail.entry and not any(words in mail.text() for words in start_words(mail.vevent)):
        yield "text/plain does not name the start time"


def m15(mail: Mail) -> Iterator[str]:
    for part in mail.message.walk():
        if "=?" in part.get("Content-Disposition", "") or not (part.get_filename() or "").isascii():
            yield f"file name {part.get_filename()}"


def m16(mail: Mail) -> Iterator[str]:
    for part in mail.parts("text/calendar"):
        named = part.get_param("component")
        if named and not re.fullmatch(named, "VEVENT", re.IGNORECASE):
            yield f"component={named}"
