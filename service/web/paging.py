"""Keyset pages: `next` of one page is `after` of the following one, and means nothing to anybody else."""

import base64
import binascii
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from service.errors import Invalid

Place = tuple[datetime, UUID]
"""The last row of a page: the next one starts behind it."""
NamePlace = tuple[str, UUID]
"""The same in a list that is ordered by a name."""
AddressPlace = tuple[datetime, str, str]
"""The same in a list of addresses, each for one kind of mail or (an empty text) for all."""
PlaceT = TypeVar("PlaceT")
LONGEST = 1000
MOST_FOUND = 10_000
"""So many rows that have the words of a search are counted and put in order; of more a list says that they are more."""
MOST_LEFT = 1000
"""The same of what filters leave without words; among so many, those whose name begins with the words come first."""


def most(words: str) -> int:
    """How many rows of such a search are counted."""
    return MOST_FOUND if words else MOST_LEFT


class NoSuchPlace(Invalid):
    """`after` must be what an earlier page called `next`."""

    code = "no-such-place"


def cursor(at: datetime, row_id: UUID) -> str:
    """A place as text for an address."""
    return _packed((at, row_id))


def place(text: str | None) -> Place | None:
    """The place that a cursor means; raises NoSuchPlace."""
    if text is None:
        return None
    found = _unpacked(text, Place)
    _check_moment(found[0])
    return found


def address_cursor(at: datetime, address: str, kind: str = "") -> str:
    """A place in a list of addresses, as text for an address."""
    return _packed((at, address, kind))


def address_place(text: str | None) -> AddressPlace | None:
    """The place that such a cursor means; raises NoSuchPlace."""
    if not text:
        return None
    found = _unpacked(text, AddressPlace)
    _check_moment(found[0])
    if "\0" in found[1] + found[2]:
        raise NoSuchPlace(pointer="?after")
    return found


def name_cursor(name: str, row_id: UUID) -> str:
    """A place in a list ordered by a name, as text for an address."""
    return _packed((name, row_id))


def name_place(text: str | None) -> NamePlace | None:
    """The place that such a cursor means; raises NoSuchPlace."""
    if not text:
        return None
    found = _unpacked(text, NamePlace)
    if "\0" in found[0]:
        raise NoSuchPlace(pointer="?after")
    return found


def _check_moment(at: datetime) -> None:
    if at.tzinfo is None or not 1900 < at.year < 2300:
        raise NoSuchPlace(pointer="?after")


def _packed(found: tuple[object, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(found)).decode().rstrip("=")


def _unpacked(text: str, kind: type[PlaceT]) -> PlaceT:
    if len(text) > LONGEST:
        raise NoSuchPlace(pointer="?after")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=kind)
    except (binascii.Error, ValueError):
        raise NoSuchPlace(pointer="?after") from None
