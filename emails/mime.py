"""The bytes of a mail: header lines and parts written out, because the shape never varies and each retry must be the same.

The standard library encodes what is hard; only the frame between is ours.
"""

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from datetime import UTC, datetime
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache

LINE = 78
"""Characters of a header line before it is folded (RFC 5322 2.1.1)."""
CHUNK = 39
"""Bytes of text in one encoded word, so that the word fits beside the longest name of a header that holds text."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})*")
"""An address that stands in a header as it is (`dot-atom` on both sides): the library parses it for the same result."""


def address_header(name: str, display_name: str, address: str) -> bytes:
    """A header with one mailbox; raises ValueError for an address that is not ASCII or not an address at all.

    The standard library says how a name is quoted, but does not fold it: CPython 3.11 loses the quotes of a long one,
    and with them what keeps its commas and addresses a name.
    """
    if not address.isascii():
        raise ValueError(f"an address that a relay without SMTPUTF8 cannot take: {address!r}")
    plain = PLAIN.fullmatch(address)
    mailbox = str(Address(display_name, *address.split("@")) if plain else Address(display_name, addr_spec=address))
    if mailbox.isascii() and len(f"{name}: {mailbox}") <= LINE:
        return f"{name}: {mailbox}\r\n".encode("ascii")
    return _folded(name, [*_encoded_words(display_name), f"<{address}>"])


@lru_cache(maxsize=64)
def sender_header(display_name: str, address: str) -> bytes:
    """The From line, which all mails of an installation share."""
    return address_header("From", display_name, address)


@lru_cache(maxsize=1024)
def text_header(name: str, text: str) -> bytes:
    """A header of one line of text, in encoded words where it is not ASCII (RFC 2047) or has a word too long to fold."""
    words = text.split(" ")
    plain = text.isascii() and all(len(word) < LINE - len(name) - 2 for word in words)
    return _folded(name, words if plain else _encoded_words(text))


def _folded(name: str, words: list[str]) -> bytes:
    """Words with a space between, on as few lines as hold them."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) <= LINE or lines == [f"{name}:"]:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _encoded_words(text: str) -> list[str]:
    """The text as base64 words that never split a character; readers drop the space between them."""
    chunks = [b""]
    for character in text:
        encoded = character.encode()
        if len(chunks[-1]) + len(encoded) > CHUNK:
            chunks.append(b"")
        chunks[-1] += encoded
    return [f"=?utf-8?b?{b64encode(chunk).decode('ascii')}?=" for chunk in chunks if chunk]


def plain_header(name: str, value: str) -> bytes:
    """A header whose ASCII value must stand as it is, on a line of its own if it is long."""
    gap = " " if len(name) + 2 + len(value) <= LINE else "\r\n "
    return f"{name}:{gap}{value}\r\n".encode("ascii")


@lru_cache(maxsize=256)
def date_header(date: datetime) -> bytes:
    """The Date line, in UTC with a numeric zone; remembered, because the mails of a crowd were owed in the same seconds."""
    return plain_header("Date", format_datetime(date.astimezone(UTC)))


def text_part(subtype: str, text: str) -> bytes:
    """A text part in quoted-printable, which stays readable in the source and never has a long line."""
    return quoted_part(subtype, quoted(text))


def quoted_part(subtype: str, quoted_text: bytes) -> bytes:
    """The same of text that is in quoted-printable already."""
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode("ascii") + quoted_text


def quoted(text: str) -> bytes:
    """Text in quoted-printable with CRLF; each of its lines by itself, so that lines can be encoded apart."""
    return _TOO_LONG.sub(rb"\1=\n\2", b2a_qp(text.encode(), istext=True)).replace(b"\n", b"\r\n")


_TOO_LONG = re.compile(rb"(?m)^([^\n]{74,})(=[0-9A-F]{2})$")
"""The library gives a line one sign more than the 76 of RFC 2045 where its last one is a space that must be kept."""


def calendar_parts(calendar: bytes, method: str) -> tuple[bytes, bytes]:
    """The inline part that clients act on and its copy to save; base64 keeps the CRLFs and folds through every relay."""
    body = encodebytes(calendar).replace(b"\n", b"\r\n")
    inline = f"Content-Type: text/calendar; charset=UTF-8; method={method}; component=VEVENT\r\n"
    copy = (
        "Content-Type: application/ics; name=invite.ics\r\n"
        "Content-Disposition: attachment; filename=invite.ics\r\n"
    )  # fmt: skip
    encoding = b"Content-Transfer-Encoding: base64\r\n\r\n"
    return inline.encode("ascii") + encoding + body, copy.encode("ascii") + encoding + body


def multipart(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    """Parts between boundaries; `boundary` starts with `=_`, which no encoded body can contain."""
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    line = f"--{boundary}".encode("ascii")
    between = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return head + between + line + b"--\r\n"


def image_part(png: bytes, name: str) -> bytes:
    """A picture that the page shows by its name (`cid:`), and that is not listed as an attachment (RFC 2392)."""
    head = (
        f"Content-Type: image/png; name={name}.png\r\nContent-ID: <{name}>\r\n"
        f"Content-Disposition: inline; filename={name}.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + encodebytes(png).replace(b"\n", b"\r\n")
