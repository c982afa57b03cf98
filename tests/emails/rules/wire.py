"""W: bytes and lines."""

import re
from collections.abc import Iterator

from tests.emails.rules.mail import Mail


def w01(mail: Mail) -> Iterator[str]:
    if re.search(rb"\r(?!\n)|(?<!\r)\n", mail.raw):
        yield "a bare CR or LF"


def w03(mail: Mail) -> Iterator[str]:
    if any(len(line) > 998 for line in mail.raw.split(b"\r\n")):
        yield "a line over 998 octets"


def w04(mail: Mail) -> Iterator[str]:
    for name, field in mail.fields:
        if any(len(line) > 78 for line in field.split(b"\r\n")):
            yield f"{name} is not folded at 78"


def w05(mail: Mail) -> Iterator[str]:
    for name, field in mail.fields:
        if re.search(rb"[^\x20-\x7e\t\r\n]", field):
            yield f"{name} has raw 8-bit or control characters"


def w06(mail: Mail) -> Iterator[str]:
    if b"\0" in mail.raw:
        yield "a NUL"
    for part in mail.message.walk():
        if not part.is_multipart():
            yield from _transfer(
                part.get("Content-Transfer-Encoding", "7bit").lower(), part.get_payload().encode("utf-8", "replace")
            )


def _transfer(encoding: str, body: bytes) -> Iterator[str]:
    lines = body.replace(b"\r\n", b"\n").split(b"\n")
    if encoding in {"7bit", "quoted-printable", "base64"} and not body.isascii():
        yield f"8-bit bytes in {encoding}"
    if encoding in {"quoted-printable", "base64"} and any(len(line) > 76 for line in lines):
        yield f"a {encoding} line over 76"
    if encoding == "quoted-printable" and re.search(rb"=(?![0-9A-F]{2}|\n)|[ \t]\n", b"\n".join(lines) + b"\n"):
        yield "broken quoted-printable"
    if encoding == "base64" and re.search(rb"[^A-Za-z0-9+/=\n]", b"\n".join(lines)):
        yield "broken base64"


def w07(mail: Mail) -> Iterator[str]:
    for part in mail.message.walk():
        if not part.is_multipart():
            part.get_payload(decode=True)
        yield from (f"{part.get_content_type()}: {defect!r}" for defect in part.defects)
        yield from (f"{name}: {value.defects}" for name, value in part.items() if value.defects)


def w08(mail: Mail) -> Iterator[str]:
    if len(mail.raw) > 1024 * 1024:
        yield "over 1 MiB"
