"""A calendar entry with gaps: what the library wrote for all people of a convening, and the lines that are one person's."""

import re
from datetime import datetime
from functools import lru_cache

from icalendar import vDatetime, vInt, vText, vUri
from icalendar.parser import Contentline, Parameters
from msgspec import Struct

from emails.calendar import attendee_of, common_name, stamp_of
from emails.gaps import MARK, Piece, joined
from emails.messages import Method, Revision
from emails.messages.parts import Partstat

NAME = re.compile("[A-Z-]+")
ROOM = 74
"""Octets that the library puts on one line, less the break (RFC 5545 3.1 has room for 75)."""
ESCAPES = ("\\", "^")
"""No line ends with the first half of an escaped sign."""
OWN = ("UID", "DTSTAMP", "SEQUENCE", "ATTENDEE", "DESCRIPTION", "URL")
"""Properties whose value is another for each person; the rest belongs to the convening."""


class Entry(Struct, frozen=True):
    """The lines of one calendar: those that all share, folded, and the names of those that do not."""

    pieces: tuple[Piece, ...]
    described: tuple[bytes, str]
    """The description: as far as all share its folded lines, and the rest of it, with the mark of the person's link."""

    def of(self, revision: Revision, attendee: str, link: str) -> bytes:
        """One person's, of a tidied revision."""
        return b"".join(
            piece if isinstance(piece, bytes) else self._line(piece, revision, attendee, link) for piece in self.pieces
        )

    def _line(self, name: str, revision: Revision, attendee: str, link: str) -> bytes:
        match name:
            case "UID":
                return _line(name, vText(revision.uid).to_ical())
            case "DTSTAMP":
                return _stamp(stamp_of(revision))
            case "SEQUENCE":
                return _line(name, vInt(revision.sequence).to_ical())
            case "ATTENDEE":
                return attendee_line(revision.method, revision.partstat, revision.attendee_name, attendee)
            case "URL":
                return _line(name, vUri(link).to_ical())
            case _:
                shared, rest = self.described
                return shared + folded(MARK.sub(lambda _: vText(link).to_ical().decode(), rest))


def cut(calendar: bytes) -> Entry:
    """What the library wrote for somebody of whose link only the mark is known."""
    lines = calendar.decode().removesuffix("\r\n").replace("\r\n ", "").split("\r\n")
    described = next((line for line in lines if line.startswith("DESCRIPTION:")), "")
    until = found.start() if (found := MARK.search(described)) else len(described)
    shared, fold, begun = folded(described[:until]).decode().removesuffix("\r\n").rpartition("\r\n ")
    pieces = joined(name if (name := _name(line)) in OWN else folded(line) for line in lines)
    return Entry(pieces, (f"{shared}{fold}".encode(), begun + described[until:]))


def _name(line: str) -> str:
    found = NAME.match(line)
    return found[0] if found else ""


@lru_cache(maxsize=256)
def _stamp(moment: datetime) -> bytes:
    """Remembered, because many who write at the same time are answered in the same second."""
    return _line("DTSTAMP", vDatetime(moment).to_ical())


def attendee_line(method: Method, partstat: Partstat, name: str, address: str) -> bytes:
    """Whom the entry is for, of a tidied name: as the library writes it, which sets each parameter anew."""
    before, after = _around_the_name(method, partstat)
    return folded(f"{before}{_named(common_name(name) or address)}{after}{address}")


@lru_cache(maxsize=16)
def _around_the_name(method: Method, partstat: Partstat) -> tuple[str, str]:
    """What the library writes before somebody's name, and between it and the address."""
    whom = attendee_of(method, partstat, "somebody", "")
    before, after = Contentline.from_parts("ATTENDEE", whom.params, whom).split(_named("somebody"))
    return before, after


def _named(name: str) -> str:
    return Parameters({"CN": name}).to_ical().decode()


def _line(name: str, value: bytes) -> bytes:
    """One property without parameters, as the library writes it."""
    return folded(f"{name}:{value.decode()}")


def folded(line: str) -> bytes:
    """As the library folds it, which looks at each sign of it: here only those are looked at where a line may end."""
    lines: list[str] = []
    at = 0
    while (len(piece := line[at : at + ROOM])) + at < len(line) or len(piece.encode()) > ROOM:
        end = at + len(piece)
        too_many = len(piece.encode()) - ROOM
        while too_many > 0:
            end -= 1
            too_many -= len(line[end].encode())
        end -= line[end - 1] in ESCAPES and end - 1 > at
        lines.append(line[at:end])
        at = end
    return "\r\n ".join([*lines, f"{line[at:]}\r\n"]).encode()
