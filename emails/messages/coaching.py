"""Between members and their coaches: who coaches whom, and conversations at a convening."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct

from emails.messages.parts import Change, ConveningMessage, Gathering, Message, Policy, Revision, Stream

Side: TypeAlias = Literal["member", "coach"]
"""Which of the two reads it."""


class CoachingMessage(ConveningMessage, frozen=True, kw_only=True):
    """About one conversation: `gathering` is it, `page` where its reader changes it, `other` whom they meet."""

    policy: ClassVar[Policy] = "resend"
    links: ClassVar[tuple[str, ...]] = ("page",)
    entry_link: ClassVar[str] = "page"

    side: Side
    other: str
    convening: str
    page: str


class CoachingBooked(CoachingMessage, frozen=True, kw_only=True, tag="coaching_booked"):
    """A conversation is booked: the calendar entry comes with it."""

    revision: Revision


class CoachingMoved(CoachingMessage, frozen=True, kw_only=True, tag="coaching_moved"):
    """It is at another time, in another place, or with somebody else; the entry follows."""

    revision: Revision
    before: Gathering
    changes: tuple[Change, ...]


class CoachingOff(CoachingMessage, frozen=True, kw_only=True, tag="coaching_off"):
    """It does not take place, or its reader is not part of it any more. Without a revision it is a plain notice."""

    why: Literal["member", "calendar", "coach", "organizer", "registration", "convening", "moved", "address"]
    words: str = ""
    """What whoever cancelled wrote to the other."""
    revision: Revision | None = None


class CoachingDeclineAsked(CoachingMessage, frozen=True, kw_only=True, tag="coaching_decline_asked"):
    """A calendar said no for its reader: did they mean it?"""

    policy: ClassVar[Policy] = "hold"


class Meeting(Struct, frozen=True):
    """One conversation of a day: with whom, when, where."""

    other: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""


class CoachingReminder(ConveningMessage, frozen=True, kw_only=True, tag="coaching_reminder"):
    """Tomorrow: all conversations of that day in one mail."""

    stream: ClassVar[Stream | None] = "reminders"
    links: ClassVar[tuple[str, ...]] = ("page",)
    bulk: ClassVar[bool] = True

    meetings: tuple[Meeting, ...]
    page: str


class YourCoach(Message, frozen=True, kw_only=True, tag="your_coach"):
    """To a member: who coaches them from now on; empty: nobody for now."""

    links: ClassVar[tuple[str, ...]] = ("page",)
    bulk: ClassVar[bool] = True

    name: str
    coach: str
    page: str = "/me/coaching"


class YourMembers(Message, frozen=True, kw_only=True, tag="your_members"):
    """To a coach: whom they coach from now on, and whom no more."""

    links: ClassVar[tuple[str, ...]] = ("page",)

    name: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    page: str = "/coach"
