"""Scans of papers: what may be one, kept as an entry of the proof itself, so that it is proven and erased with it (E7)."""

import hashlib
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service.consents import evidence
from service.db import Connection
from service.errors import Invalid, NotFound

MOST_BYTES = 5 * 1024 * 1024


class Sort(NamedTuple):
    """A sort of file by how it begins."""

    begins: bytes
    media_type: str
    suffix: str


SORTS = (
    Sort(b"%PDF-", "application/pdf", "pdf"),
    Sort(b"\xff\xd8\xff", "image/jpeg", "jpg"),
    Sort(b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)


class NotAScan(Invalid):
    """A scan is a PDF, a JPEG or a PNG. Save it as one of these."""

    code = "not-a-scan"


class ScanTooLarge(Invalid):
    """A scan has at most 5 MB. Scan it with fewer dots per inch, or in black and white."""

    code = "scan-too-large"


def sort_of(content: bytes) -> Sort:
    """Told by how it begins, whatever its name says; raises NotAScan, ScanTooLarge."""
    if len(content) > MOST_BYTES:
        raise ScanTooLarge(pointer="/scan")
    found = next((one for one in SORTS if content.startswith(one.begins)), None)
    if found is None:
        raise NotAScan(pointer="/scan")
    return found


def hash_of(content: bytes | None) -> str:
    """What the proof of the signature says of it; empty where there is none."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


async def keep(conn: Connection, signup_id: UUID, consent_id: UUID, content: bytes, now: datetime) -> None:
    """Put it into the chain; call behind the sign-up's lock. Raises NotAScan, ScanTooLarge."""
    sort_of(content)
    await evidence.append(conn, signup_id, "scan", content, now, consent_id=consent_id)


async def newest(conn: Connection, signup_id: UUID) -> bytes:
    """The newest scan of a sign-up; raises NotFound where there is none, any more."""
    kept = [one.body for one in await evidence.chain(conn, signup_id) if one.kind == "scan" and one.body is not None]
    if not kept:
        raise NotFound
    return kept[-1]


async def is_there(conn: Connection, signup_id: UUID) -> bool:
    """Whether there is a scan to look at."""
    return any(one.kind == "scan" and one.body is not None for one in await evidence.chain(conn, signup_id))
