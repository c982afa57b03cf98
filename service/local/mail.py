"""Caught mail as files: `<id>.eml` with the exact bytes, `<id>.json` with who sent it to whom; the newest are kept."""

import asyncio
import re
import secrets
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import Header, decode_header, make_header
from pathlib import Path

import msgspec

KEEP = 5_000


class Caught(msgspec.Struct, frozen=True):
    """One caught mail without its text."""

    id: str
    at: datetime
    envelope_from: str
    recipients: tuple[str, ...]
    sender: str
    to: str
    subject: str
    size: int
    method: str
    """The iTIP method of its calendar part, or nothing."""


class MailFolder:
    """The folder and its table of contents, which this process alone keeps."""

    def __init__(self, path: Path, keep: int = KEEP) -> None:
        self.path = path
        self.keep = keep
        self.changed = asyncio.Event()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        entries = sorted(path.glob("*.json"))
        self._caught = {file.stem: msgspec.json.decode(file.read_bytes(), type=Caught) for file in entries}

    def __len__(self) -> int:
        return len(self._caught)

    def add(self, envelope_from: str, recipients: list[str], raw: bytes) -> Caught:
        """Keep one mail: it is on disk when this returns, whole or not at all."""
        message = message_from_bytes(raw)
        methods = [part.get_param("method") for part in message.walk() if part.get_content_type() == "text/calendar"]
        caught = Caught(
            id=f"{time.time_ns():020d}-{secrets.token_hex(3)}",
            at=datetime.now(UTC),
            envelope_from=envelope_from,
            recipients=tuple(recipients),
            sender=readable(message.get("From", "")),
            to=readable(message.get("To", "")),
            subject=readable(message.get("Subject", "")),
            size=len(raw),
            method=str(methods[0] or "").upper() if methods else "",
        )
        self._write(f"{caught.id}.eml", raw)
        self._write(f"{caught.id}.json", msgspec.json.encode(caught))
        self._caught[caught.id] = caught
        self._forget_oldest()
        self.changed.set()
        self.changed = asyncio.Event()
        return caught

    def newest(self, limit: int) -> list[Caught]:
        """At most `limit` mails, newest first."""
        return list(self._caught.values())[: -limit - 1 : -1]

    def find(self, mail_id: str) -> tuple[Caught, bytes] | None:
        """One mail and its exact bytes."""
        caught = self._caught.get(mail_id)
        return (caught, (self.path / f"{caught.id}.eml").read_bytes()) if caught else None

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self.path / f".{name}"
        unfinished.write_bytes(content)
        unfinished.rename(self.path / name)

    def _forget_oldest(self) -> None:
        while len(self._caught) > self.keep:
            oldest = next(iter(self._caught))
            del self._caught[oldest]
            (self.path / f"{oldest}.json").unlink(missing_ok=True)
            (self.path / f"{oldest}.eml").unlink(missing_ok=True)


def readable(value: str | Header) -> str:
    """A header as a person reads it; one that is coded wrongly stays as it came."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(value))
    try:
        return str(make_header(decode_header(unfolded)))
    except (ValueError, LookupError):  # HeaderParseError and UnicodeDecodeError are ValueErrors
        return unfolded
