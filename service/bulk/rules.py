"""Bulk messages: to whom, what may stand in them, when they may leave. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from emails.filling import OF_CONVENING, OF_PERSON, VARIABLE
from service.errors import Invalid, Refused
from service.text import Heading, Line, Paragraphs

State: TypeAlias = Literal["draft", "scheduled", "released", "cancelled"]
Audience: TypeAlias = Literal["seated", "waiting", "silent", "came", "no_show", "members", "coaches", "school_contacts"]
OF_A_CONVENING: Mapping[Audience, str] = {
    "seated": "Who has a seat",
    "waiting": "Who waits, or has a seat on offer",
    "silent": "Who was invited and has not answered",
    "came": "Who came",
    "no_show": "Who had a seat and did not come",
}
OF_THE_NETWORK: Mapping[Audience, str] = {
    "members": "Members",
    "coaches": "Coaches",
    "school_contacts": "School contacts",
}
AUDIENCES: Mapping[Audience, str] = {**OF_A_CONVENING, **OF_THE_NETWORK}
BATCH = 1000
"""Recipients who are owed their mail in one go of a worker."""
NAMED = 12
"""Recipients whom the preview names."""


Hindrance: TypeAlias = Literal["writer", "called_off", "nobody"]
"""What keeps the clock from releasing a message."""


class BulkForm(Struct, frozen=True, kw_only=True):
    """What the form asks."""

    audience: Line
    district: Line = ""
    joined_from: Line = ""
    joined_until: Line = ""
    subject: Heading
    words: Annotated[Paragraphs, Meta(min_length=1, max_length=6000)]


class Wanted(Struct, frozen=True, kw_only=True):
    """A bulk message as it is to stand."""

    audience: Audience
    district_id: UUID | None
    joined_from: int | None
    joined_until: int | None
    subject: str
    words: str


class NoSuchAudience(Invalid):
    """Choose to whom it goes."""

    code = "no-such-audience"


class NoSuchYears(Invalid):
    """Write a year like 2021, or leave it empty; the first one is not after the second."""

    code = "no-such-years"


class OddWords(Invalid):
    """Something in these words would not come out as it is meant."""

    code = "odd-words"


class ReleasedAlready(Refused):
    """This message is released already, so nothing of it can be changed. Look at what became of it."""

    code = "bulk-released"


class NotReleased(Refused):
    """This message is not released, so there is nothing to take back."""

    code = "bulk-not-released"


class ChangedMeanwhile(Refused):
    """Somebody saved this message meanwhile. Yours is below and nothing of it is saved; save it again if it should stand."""

    code = "bulk-changed"


class OnlyItsWriter(Refused):
    """Only who saved it last can send it. Save it yourself first, and it is yours."""

    code = "bulk-of-somebody-else"


class LookAgain(Refused):
    """Something is different since you looked. Nothing was sent: look again, and send it if that is what you want."""

    code = "bulk-moved"


class NobodyThere(Refused):
    """Nobody would get it now. Choose others, or wait."""

    code = "bulk-to-nobody"


class InThePast(Invalid):
    """Write a time that is still to come."""

    code = "bulk-in-the-past"


def years(first: str, last: str) -> tuple[int | None, int | None]:
    """From when to when they joined; raises NoSuchYears."""
    found: list[int | None] = []
    for name, text in (("joined_from", first), ("joined_until", last)):
        if text and not re.fullmatch(r"(19|2[01])[0-9]{2}", text):
            raise NoSuchYears(pointer=f"/{name}")
        found.append(int(text) if text else None)
    if found[0] is not None and found[1] is not None and found[0] > found[1]:
        raise NoSuchYears(pointer="/joined_until")
    return found[0], found[1]


def check_words(text: str, field: str, *, of_convening: bool) -> None:
    """Raise OddWords for a variable that there is not, a brace by itself, or an address that becomes no link."""
    known = OF_PERSON | (OF_CONVENING if of_convening else {})
    offered = ", ".join(f"{{{name}}}" for name in known)
    for found in VARIABLE.finditer(text):
        if found[1] in known:
            continue
        if found[1] in OF_CONVENING:
            raise OddWords(f"{found[0]} is of a convening, and this message is about none.", pointer=f"/{field}")
        raise OddWords(f"There is nothing that could stand for {found[0]}. You can write: {offered}.", pointer=f"/{field}")
    if re.search(r"[{}]", VARIABLE.sub("", text)):
        raise OddWords(f"There is a brace by itself. Write a variable like {offered}, or no brace.", pointer=f"/{field}")
    if plain := re.search(r"\bhttp://\S+", text, re.IGNORECASE):
        raise OddWords(f"“{plain[0][:80]}” becomes no link: write its address with https://.", pointer=f"/{field}")


class Reached(Struct, frozen=True):
    """Whom a message would reach if it were released now: ids in their order."""

    everybody: Sequence[UUID]
    wanted: Sequence[UUID]
    """Those of them who would get it."""
    stopped: int
    """Left out, because we do not write to their address."""
    unasked: int
    """Left out, because they asked for no more of these."""

    @property
    def count(self) -> int:
        """How many would get it."""
        return len(self.wanted)

    def mark(self, version: int) -> str:
        """What the form carries: another one where another text or other people would be meant."""
        return f"{self.count}.{digest(version, self.wanted)}"


def digest(version: int, ids: Iterable[UUID]) -> str:
    """The text and the people in a few characters; it names nobody."""
    found = hashlib.sha256(str(version).encode())
    for one in sorted(ids):
        found.update(one.bytes)
    return found.hexdigest()[:32]


def require_looked(mark: str, reached: Reached, version: int) -> None:
    """Raise NobodyThere, and LookAgain where another text or other people were read."""
    if not reached.count:
        raise NobodyThere
    if mark == reached.mark(version):
        return
    seen = mark.partition(".")[0]
    if seen.isdecimal() and int(seen[:9]) != reached.count:
        raise LookAgain(f"{int(seen[:9]):,} became {reached.count:,}. Nothing was sent: look again.")
    raise LookAgain


def hindrance(*, organizes: bool, called_off: bool, reached: int) -> Hindrance | None:
    """What speaks against the clock's releasing a message; `organizes`: whether its writer still may send it."""
    if not organizes:
        return "writer"
    if called_off:
        return "called_off"
    return None if reached else "nobody"


def require_coming(at: datetime, now: datetime) -> None:
    """Raise InThePast."""
    if at <= now:
        raise InThePast(pointer="/at")
