"""What the door knows: scans and their outcomes, walk-ins, how many adults minors need. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from service.errors import Invalid, Refused
from service.text import EmailText, Line, Name

Direction: TypeAlias = Literal["in", "out"]
Outcome: TypeAlias = Literal["recorded", "already", "refused"]
Reason: TypeAlias = Literal[
    "unknown_code",
    "elsewhere",
    "withdrawn",
    "no_seat",
    "not_cleared",
    "no_such_session",
    "private_session",
    "door_only",
    "cancelled",
    "another_scan",
]
Release: TypeAlias = Literal["self", "listed", "school", "decided", "unlisted"]
Instant: TypeAlias = Annotated[datetime, Meta(tz=True, examples=["2026-10-14T08:41:00-07:00"])]
Code: TypeAlias = Annotated[str, Meta(min_length=1, max_length=40, examples=["K7QM3XNP2W"])]
Device: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$", examples=["tablet 1"])
]

MOST = 1000
"""Scans in one batch."""
LONGEST_WAY = timedelta(seconds=20)
"""How long a device lets a request be on its way."""

SENTENCES: Mapping[str, str] = {
    "unknown_code": "We do not know this code. Look for the name instead.",
    "elsewhere": "This badge is for another convening.",
    "withdrawn": "The seat was given back. Ask the organizer.",
    "no_seat": "There is no seat for this person yet. Ask the organizer.",
    "not_cleared": "This student cannot be checked in. They count as here until signed out, and the safety lead knows.",
    "no_such_session": "This convening has no such session.",
    "private_session": "Coaching is private: nobody writes down who is there.",
    "door_only": "Students are signed in and out at the door, not at rooms.",
    "cancelled": "This convening does not take place.",
    "another_scan": "Another scan has this id already. Give each scan an id of its own.",
}
"""What the desk reads where somebody is not let in; nothing about anybody's family."""


class Scan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One scan: exactly one of the badge's `code`, `registration_id`, `signup_id` or `unlisted_id` says who.

    `at` is by the device's clock. Without a session it is the door of the house. `undoes` takes another scan back; nobody
    needs to be named then.
    """

    scan_id: UUID
    code: Code | None = None
    registration_id: UUID | None = None
    signup_id: UUID | None = None
    unlisted_id: UUID | None = None
    called: Line = ""
    """Of a minor who is on no list: what the desk calls them."""
    session_id: UUID | None = None
    direction: Direction
    at: Instant
    device: Device
    brought_by: Line = ""
    """The named adult who came with a student."""
    released_to: Line = ""
    """The named adult to whom a student was given; “self” where the form lets them go alone."""
    release: Release | None = None
    id_checked: bool = False
    undoes: UUID | None = None


class Subject(Struct, frozen=True):
    """Whom a scan is about: exactly one of the three, or nobody whom we know."""

    registration_id: UUID | None = None
    signup_id: UUID | None = None
    unlisted_id: UUID | None = None

    @property
    def is_minor(self) -> bool:
        """Whether a safety lead must be able to count them."""
        return self.registration_id is None and (self.signup_id is not None or self.unlisted_id is not None)


class Word(Struct, frozen=True):
    """What one scan says about presence; of one person's words the order is by `at`, then `id`."""

    id: UUID
    session_id: UUID | None
    direction: Direction
    at: datetime
    let_in: bool = True
    """False of a minor who is here and was not let in: present, and not signed in."""


class WalkIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An adult who is not on the list: four fields. The same `id` twice is one registration."""

    id: UUID
    name: Name
    email: EmailText
    title: Line = ""
    district: Line = ""
    at: Instant
    device: Device


class NoSeatLeft(Refused):
    """All seats are taken, or others wait for one. Ask the organizer."""

    code = "no-seat-left"


class NoMinors(Refused):
    """A student of this name is signed up here. A student cannot be added at the door: let the safety lead decide."""

    code = "no-minors"


class DoorClosed(Refused):
    """The door of this convening is not open: it is a draft, does not take place, or its day has not come."""

    code = "door-closed"


class AddressTaken(Refused):
    """Somebody else has a seat here under this mail address. Write the person's own address."""

    code = "address-taken"


class AnotherWalkIn(Refused):
    """Another person was written down under this id. Give each person an id of their own."""

    code = "another-walk-in"


class ImpossibleTime(Invalid):
    """This time is in another century. Set the clock of the device."""

    code = "impossible-time"


class Supervision(Struct, frozen=True):
    """How many minors one adult looks after at most, and how many adults there are at least where there is a minor."""

    minors_per_adult: int = 10
    least_adults: int = 2


class Count(Struct, frozen=True):
    """Minors against adults in the house now; `broken` says in words which rules are not kept, `needed` how many adults."""

    minors: int
    adults: int
    needed: int
    broken: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether all rules are kept."""
        return not self.broken


def count(minors: int, adults: int, rule: Supervision) -> Count:
    """Whether there are enough adults (Q7): without a minor there always are."""
    if minors == 0:
        return Count(0, adults, 0, ())
    by_ratio = -(-minors // rule.minors_per_adult)
    broken: list[str] = []
    if adults < rule.least_adults:
        broken.append(f"There must be at least {rule.least_adults} adults where there is a minor.")
    if adults < by_ratio:
        broken.append(f"There must be 1 adult for each {rule.minors_per_adult} minors.")
    return Count(minors, adults, max(by_ratio, rule.least_adults), tuple(broken))


def require_possible(at: datetime | None, pointer: str) -> None:
    """Raise ImpossibleTime for a clock that shows another century: such times cannot be reckoned with."""
    if at is not None and not 2000 <= at.year < 2200:
        raise ImpossibleTime(pointer=pointer)


def real_time(at: datetime, sent_at: datetime | None, now: datetime) -> datetime:
    """When something happened by our clock, from the device's `at` and what that clock showed when it sent (`sent_at`).

    A clock that is hours wrong is wrong by the same at both moments. Nothing happens later than now.
    """
    moved = at if sent_at is None else at + (now - sent_at)
    return min(moved, now)


def shows_now(sent_at: datetime, reckoned_at: datetime | None, now: datetime) -> datetime:
    """What a device's clock shows now, which showed `sent_at` when it took ours to show `reckoned_at`.

    What a request took on its way is no fault of the clock: what two of them bring keeps its order however long each took. A
    reckoning that is further off is not believed.
    """
    on_its_way = timedelta() if reckoned_at is None else now - reckoned_at
    return sent_at + on_its_way if abs(on_its_way) < LONGEST_WAY else sent_at


def told(words: Sequence[Word], new: Word) -> Outcome:
    """Whether a scan says something new about where somebody is, beside what was said before it and after it.

    Who was here and not let in is not signed in by that; signed out they are.
    """
    words = [word for word in words if word.let_in or new.direction == "out"]
    before = [word for word in words if (word.at, word.id) < (new.at, new.id)]
    after = [word for word in words if (word.at, word.id) > (new.at, new.id)]
    neighbours = [*before[-1:], *after[:1]]
    return "already" if any(word.direction == new.direction for word in neighbours) else "recorded"
