"""Parts of a mail, as the standard library reads them. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from typing import TypeAlias, cast

from markupsafe import Markup

Mail: TypeAlias = "Message[str, str]"


def inner(mail: Mail) -> list[Mail]:
    """The parts right inside; empty where there is a body."""
    payload = cast("list[Mail | str] | str", mail.get_payload())
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def body(mail: Mail) -> bytes:
    """The bytes that a part carries; empty where there are parts instead."""
    payload = cast("bytes | None", mail.get_payload(decode=True))
    return payload or b""


def text(mail: Mail) -> str:
    """What a person wrote: the first plain text, else the words of the first page."""
    for kind in ("text/plain", "text/html"):
        part = next((one for one in written(mail) if one.get_content_type() == kind), None)
        if part is not None:
            said = _decoded(body(part), str(part.get_content_charset("utf-8")))
            return said if kind == "text/plain" else Markup(_BREAK.sub(" ", _UNSEEN.sub(" ", said))).striptags()  # noqa: S704 - to take the marks out
    return ""


def written(mail: Mail) -> Iterator[Mail]:
    """Its parts, and theirs, without those of mails that were forwarded in it."""
    yield mail
    if mail.get_content_maintype() != "message":
        for part in inner(mail):
            yield from written(part)


_UNSEEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"(?=<br\b|</(?:p|div|li|tr|td|h\d)\b)", re.IGNORECASE)


def decoded(value: str) -> str:
    """A header as words, on one line; what cannot be decoded is replaced."""
    said: list[str] = []
    for one, charset in cast("list[tuple[str | bytes, str | None]]", decode_header(value)):
        said.append(one if isinstance(one, str) else _decoded(one, charset or "utf-8"))
    return one_line("".join(said))


def one_line(text: str) -> str:
    """On one line, without signs that no database and no page may carry."""
    kept = "".join(sign if unicodedata.category(sign) not in ("Cc", "Cs") else " " for sign in text)
    return " ".join(kept.split())


def _decoded(value: bytes, charset: str) -> str:
    try:
        return value.decode(charset, "replace")
    except LookupError:
        return value.decode("utf-8", "replace")
