"""A calendar entry with gaps: what the library wrote for all people of a convening, and the lines that are one person's."""

import re

from icalendar import vDatetime, vInt, vText, vUri
from icalendar.parser import Contentline
from msgspec import Struct

from emails.calendar import attendee_of, stamp_of
from emails.gaps import MARK, Piece, joined
from emails.messages import Revision

NAME = re.compile("[A-Z-]+")
SHORT = 75
"""Octets of a line that is folded at the least (RFC 5545 3.1, less the break)."""
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
                return _folded(Contentline.from_parts(name, whom.params, whom))
            case "URL":
                return _line(name, vUri(link).to_ical())
            case _:
                shared, rest = self.described
                return shared + _folded(MARK.sub(lambda _: vText(link).to_ical().decode(), rest))


def cut(calendar: bytes) -> Entry:
    """What the library wrote for somebody of whose link only the mark is known."""
    lines = calendar.decode().removesuffix("\r\n").replace("\r\n ", "").split("\r\n")
    described = next((line for line in lines if line.startswith("DESCRIPTION:")), "")
    until = found.start() if (found := MARK.search(described)) else len(described)
    shared, fold, begun = _folded(described[:until]).decode().removesuffix("\r\n").rpartition("\r\n ")
    pieces = joined(name if (name := _name(line)) in OWN else _folded(line) for line in lines)
    return Entry(pieces, (f"{shared}{fold}".encode(), begun + described[until:]))


def _name(line: str) -> str:
    found = NAME.match(line)
    return found[0] if found else ""


def _line(name: str, value: bytes) -> bytes:
    """One property without parameters, as the library writes it."""
    return _folded(f"{name}:{value.decode()}")


def _folded(line: str) -> bytes:
    """As the library folds it, which looks at each sign of it even where there is nothing to fold."""
    if len(line) < SHORT and line.isascii():
        return f"{line}\r\n".encode("ascii")
    return Contentline(line).to_ical() + b"\r\n"
