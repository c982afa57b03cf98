"""States, values and refusals of registrations; who gets a seat and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from service.errors import Invalid, Refused
from service.text import EmailText, Line, Name, Note

State: TypeAlias = Literal["held", "confirmed", "waitlisted", "offered", "withdrawn", "expired", "declined"]
Source: TypeAlias = Literal["public", "invitation", "organizer", "return", "walk_in"]
SessionIds: TypeAlias = Annotated[list[UUID], Meta(max_length=50)]

LIVE: frozenset[str] = frozenset({"held", "confirmed", "waitlisted", "offered"})
HOLD = timedelta(minutes=30)
OFFER = timedelta(hours=48)
OFFER_ENDS_BEFORE_START = timedelta(hours=24)
OFFER_AT_LEAST = timedelta(hours=2)
HELD_SHARE = 0.10


class Register(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who wants to come."""

    name: Name
    email: EmailText
    title: Line = ""
    district: Line = ""
    dietary: Note = ""
    access_needs: Note = ""
    sessions: SessionIds = []


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different about a registration."""

    name: Name | UnsetType = UNSET
    email: EmailText | UnsetType = UNSET
    title: Line | UnsetType = UNSET
    district: Line | UnsetType = UNSET
    dietary: Note | UnsetType = UNSET
    access_needs: Note | UnsetType = UNSET
    sessions: SessionIds | UnsetType = UNSET


class Registered(Struct, frozen=True):
    """What became of a request; `position` counts from 1 for those who wait."""

    id: UUID
    state: State
    position: int | None = None


class AlreadyRegistered(Refused):
    """This person is already registered for this convening."""

    code = "already-registered"
    registration_id: UUID | None = None
    """The live registration, for those who may know of it."""


class RegistrationClosed(Refused):
    """Registration for this convening is closed."""

    code = "registration-closed"


class SessionFull(Refused):
    """This session is full."""

    code = "session-full"


class NoSuchSession(Invalid):
    """There is no session with this id that you can choose in this convening."""

    code = "no-such-session"


class SessionsOverlap(Refused):
    """Two of these sessions are at the same time."""

    code = "sessions-overlap"


class NotLive(Refused):
    """This registration has ended."""

    code = "registration-ended"


class NoOffer(Refused):
    """There is no seat on offer to you now."""

    code = "no-offer"


class OfferOver(Refused):
    """The time to answer this offer is over."""

    code = "offer-over"


class HoldOver(Refused):
    """The 30 minutes to confirm this address are over. Register again; it takes two minutes."""

    code = "hold-over"


class AddressNotUsable(Refused):
    """We cannot move your registration to this address. Write to us and a person helps you."""

    code = "address-not-usable"


class NoSeatToHandOver(Refused):
    """Only somebody who has a seat can hand it to a colleague."""

    code = "no-seat-to-hand-over"


class HandedToOneself(Refused):
    """This is the address of the person who has the seat. Write the colleague’s."""

    code = "handed-to-oneself"


class NotWaiting(Refused):
    """This person does not wait for a seat now, so there is no place on the list to change."""

    code = "not-waiting"


class OnlyUp(Invalid):
    """Write a place that is further up the list."""

    code = "only-up"


class Seats(Struct, frozen=True):
    """The seats of a convening, looked at behind its lock; `held` counts seats kept for unconfirmed addresses."""

    capacity: int
    taken: int
    waiting: int
    held: int

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return self.capacity - self.taken


class Admission(Struct, frozen=True):
    """The decision about one request."""

    state: State
    seated: bool


def admit(seats: Seats, source: Source, count: int) -> list[Admission]:
    """Decide `count` requests in order: first come, first served, nobody new passes the waiting list.

    A stranger's place is held, with a seat only while held seats stay within a tenth of the capacity. Who stands at the door
    takes a seat that is free: for an offer to those who wait it is too late then.
    """
    free = seats.free if seats.waiting == 0 or source == "walk_in" else 0
    if source == "public":
        allowed = max(0, min(free, int(seats.capacity * HELD_SHARE) - seats.held))
        return [Admission("held", seated=index < allowed) for index in range(count)]
    return [
        Admission("confirmed", seated=True) if index < free else Admission("waitlisted", seated=False)
        for index in range(count)
    ]


def offer_deadline(now: datetime, starts_at: datetime) -> datetime | None:
    """Until when an offer made now stands: 48 hours, not past T-24 h, at least 2 hours; None where it would be too late."""
    deadline = max(min(now + OFFER, starts_at - OFFER_ENDS_BEFORE_START), now + OFFER_AT_LEAST)
    return deadline if deadline <= starts_at else None


class Slot(Struct, frozen=True):
    """What choosing a session needs to know about it; `left` is None where it has no capacity."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    signup: bool
    left: int | None


def check_choice(chosen: Sequence[UUID], slots: Sequence[Slot], *, placed: bool, pointer: str = "/sessions") -> None:
    """Refuse unknown sessions, two at once, and (for people with a seat) full ones, naming what is open."""
    by_id = {slot.id: slot for slot in slots if slot.signup}
    for index, session_id in enumerate(chosen):
        if session_id not in by_id or session_id in chosen[:index]:
            raise NoSuchSession(pointer=f"{pointer}/{index}")
    ordered = sorted((by_id[session_id] for session_id in chosen), key=lambda slot: slot.starts_at)
    for first, second in pairwise(ordered):
        if second.starts_at < first.ends_at:
            raise SessionsOverlap(
                f"“{first.title}” and “{second.title}” are at the same time. Choose one of them.", pointer=pointer
            )
    for index, session_id in enumerate(chosen):
        if placed and by_id[session_id].left == 0:
            raise SessionFull(_full(by_id[session_id], slots), pointer=f"{pointer}/{index}")


def _full(full: Slot, slots: Sequence[Slot]) -> str:
    others = [f"“{slot.title}”" for slot in slots if slot.signup and slot.left != 0 and slot.id != full.id]
    rest = f"There is still room in {', '.join(others)}." if others else "There is no room in another session either."
    return f"“{full.title}” is full. {rest}"


def passed_on(places: Sequence[Slot], own: Sequence[Slot]) -> list[UUID]:
    """Which of somebody's places a colleague takes over with the seat: what they chose themselves goes before."""
    return [
        slot.id
        for slot in places
        if not any(slot.starts_at < mine.ends_at and mine.starts_at < slot.ends_at for mine in own)
    ]


def moved_up(queue: Sequence[UUID], who: UUID, position: int) -> list[UUID]:
    """The part of the list that changes, in its new order: `who` at `position` (from 1), then those who were there.

    It is empty where `who` is there already; raises NotWaiting and OnlyUp.
    """
    if who not in queue:
        raise NotWaiting
    now_at = queue.index(who) + 1
    if not 1 <= position <= now_at:
        raise OnlyUp(f"Write a place from 1 to {now_at - 1:,}." if now_at > 1 else "", pointer="/position")
    return [who, *queue[position - 1 : now_at - 1]] if position < now_at else []
