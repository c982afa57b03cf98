"""Keyset pages: `next` of one page is `after` of the following one, and means nothing to anybody else."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

import msgspec

from service.errors import Invalid

Place = tuple[datetime, UUID]
"""The last row of a page: the next one starts behind it."""


class NoSuchPlace(Invalid):
    """`after` must be what an earlier page called `next`."""

    code = "no-such-place"


def cursor(at: datetime, row_id: UUID) -> str:
    """A place as text for an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode((at, row_id))).decode().rstrip("=")


def place(text: str | None) -> Place | None:
    """The place that a cursor means; raises NoSuchPlace."""
    if text is None:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw, type=Place)
        if found[0].tzinfo is None or not 1900 < found[0].year < 2300:
            raise NoSuchPlace(pointer="?after")
    except (binascii.Error, ValueError):
        raise NoSuchPlace(pointer="?after") from None
    return found
