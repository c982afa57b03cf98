"""A calendar entry with gaps: what the library wrote for all people of a convening, and the lines that are one person's."""

import re

from icalendar import vDatetime, vInt, vText, vUri
from icalendar.parser import Contentline
from msgspec import Struct

from emails.calendar import attendee_of, stamp_of
from emails.gaps import MARK, Piece, joined
from emails.messages import Revision

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
                return _line(name, vDatetime(stamp_of(revision)).to_ical())
            case "SEQUENCE":
                return _line(name, vInt(revision.sequence).to_ical())
            case "ATTENDEE":
                whom = attendee_of(revision, attendee)
                return folded(Contentline.from_parts(name, whom.params, whom))
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
