"""Values and refusals of coaching; how a stretch of a day becomes slots. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from service.convenings import wall_time
from service.errors import Invalid, Refused
from service.text import Line

Audience: TypeAlias = Literal["own", "network"]
EndedBy: TypeAlias = Literal["member", "calendar", "coach", "organizer", "registration", "convening"]
AUDIENCES: dict[Audience, str] = {
    "own": "My own members only",
    "network": "Any member who comes to this convening",
}
SHORTEST, LONGEST = 5, 240
"""Minutes of one slot."""
MOST_AT_ONCE = 60
MOST_WORDS = 500


class Plan(Struct, frozen=True):
    """What a coach offers on one day: slots of so many minutes, one right after the other, between two times on the wall."""

    day: date
    begins: str
    ends: str
    minutes: int
    place: Line = ""
    audience: Audience = "own"


class Span(Struct, frozen=True, order=True):
    """A stretch of time."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether nobody could be in both; one may begin as the other ends."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class NoSuchMinutes(Invalid):
    """A conversation takes from 5 to 240 minutes."""

    code = "no-such-minutes"


class NotThatLong(Invalid):
    """No conversation of that length fits between these two times."""

    code = "no-slot-fits"


class TooMany(Invalid):
    """These are more than 60 slots at once. Choose a shorter stretch, or longer conversations."""

    code = "too-many-slots"


class NotADay(Invalid):
    """Choose one of the days of the convening."""

    code = "no-such-day"


class NoSuchAudience(Invalid):
    """Choose who may book."""

    code = "no-such-audience"


class InThePast(Invalid):
    """This time has begun already."""

    code = "in-the-past"


class OwnOverlap(Refused):
    """You offer another conversation at that time already."""

    code = "own-overlap"


class NothingOffered(Refused):
    """Slots are for a convening that is published and not over."""

    code = "nothing-offered"


class SlotTaken(Refused):
    """Somebody was quicker: this time is taken now. Choose another one."""

    code = "slot-taken"


class SlotGone(Refused):
    """This time is not offered any more. Choose another one."""

    code = "slot-gone"


class SlotBegun(Refused):
    """This conversation has begun, so nothing of it can be changed."""

    code = "slot-begun"


class NoSeat(Refused):
    """Conversations are for members who have a seat at this convening."""

    code = "no-seat"


class BookedThen(Refused):
    """You have booked another conversation at that time."""

    code = "booked-then"


class CoachElsewhere(Refused):
    """This coach has another conversation at that time. Choose another one."""

    code = "coach-elsewhere"


class MemberElsewhere(Refused):
    """Whoever booked this has another conversation at that time. Choose another one, or cancel it with a word for them."""

    code = "member-elsewhere"


class NotBooked(Refused):
    """This conversation was cancelled before."""

    code = "not-booked"


class ChangedMeanwhile(Refused):
    """This changed after you opened the page, so nothing was done. Look at it as it stands now, and decide again."""

    code = "changed-meanwhile"


def minutes(text: str) -> int:
    """The length of a conversation; raises NoSuchMinutes."""
    if not text.strip().isascii() or not text.strip().isdecimal() or not SHORTEST <= int(text[:9]) <= LONGEST:
        raise NoSuchMinutes(pointer="/minutes")
    return int(text)


def spans(plan: Plan, zone: str, days: Sequence[date]) -> list[Span]:
    """The slots of a plan, in real minutes: where the clocks go forward meanwhile there are fewer, where back, more.

    Raises NotADay, NotThatLong, TooMany, and what a time that is none on that day is refused with.
    """
    if plan.day not in days:
        raise NotADay(pointer="/day")
    begins = _instant(plan.day, plan.begins, zone, "first", "/begins")
    ends = _instant(plan.day, plan.ends, zone, wall_time.SECOND_TIME, "/ends")
    length = timedelta(minutes=plan.minutes)
    count = (ends - begins) // length
    if count < 1:
        raise NotThatLong(pointer="/ends")
    if count > MOST_AT_ONCE:
        raise TooMany(pointer="/ends")
    return [Span(begins + number * length, begins + (number + 1) * length) for number in range(count)]


def one(day: date, begins: str, minutes: int, zone: str) -> Span:
    """A single slot; raises what a time that is none on that day is refused with."""
    starts_at = _instant(day, begins, zone, "first", "/begins")
    return Span(starts_at, starts_at + timedelta(minutes=minutes))


def _instant(day: date, clock: str, zone: str, which: str, pointer: str) -> datetime:
    try:
        wall_time.clock(clock)
        return wall_time.instant(f"{day.isoformat()} {clock.strip().rjust(5, '0')}", zone, which)
    except Invalid as refusal:
        raise type(refusal)(refusal.sentence, pointer=pointer) from None


def require_apart(wanted: Sequence[Span], standing: Sequence[Span]) -> None:
    """Raise OwnOverlap where a slot would lie over one that stands."""
    if overlap(wanted, standing):
        raise OwnOverlap


def overlap(wanted: Sequence[Span], standing: Sequence[Span]) -> bool:
    """Whether one of these lies over one of those."""
    return any(one.overlaps(other) for one in wanted for other in standing)


class Offer(Struct, frozen=True):
    """A slot as somebody who wants to book it finds it."""

    span: Span
    coach_id: UUID
    audience: Audience
    removed: bool
    coaches: bool
    """Whether its coach is still one."""
    taken: bool
    coach_booked: tuple[Span, ...] = ()
    """Other conversations of its coach, who may be a member of another one."""


class Booker(Struct, frozen=True):
    """Who wants to book: a member, whose coach somebody may be, with a seat or without."""

    person_id: UUID
    seated: bool
    is_member: bool
    coach_id: UUID | None
    booked: tuple[Span, ...] = ()
    """Their other conversations, as a member or as a coach."""


def require_bookable(offer: Offer, booker: Booker, now: datetime) -> None:
    """Raise what speaks against it."""
    if not booker.seated or not booker.is_member or booker.person_id == offer.coach_id:
        raise NoSeat
    if offer.removed or not offer.coaches or (offer.audience == "own" and booker.coach_id != offer.coach_id):
        raise SlotGone
    if offer.span.starts_at <= now:
        raise SlotBegun
    if offer.taken:
        raise SlotTaken
    if overlap([offer.span], booker.booked):
        raise BookedThen
    if overlap([offer.span], offer.coach_booked):
        raise CoachElsewhere
