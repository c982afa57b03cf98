"""Values and refusals of panels; pure decisions."""

from collections.abc import Collection, Sequence
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from service.convenings.rules import Instant
from service.errors import Invalid, Refused
from service.text import Prose

Recording: TypeAlias = Literal["none", "staff_notes", "network", "public"]
Seats: TypeAlias = Annotated[int, Meta(ge=0, le=100)]
TopicCode: TypeAlias = Annotated[str, Meta(max_length=60, pattern="^[a-z]+(_[a-z]+)*$", examples=["school_culture"])]
Topics: TypeAlias = Annotated[list[TopicCode], Meta(max_length=30)]

AREAS = {
    1: "Political beliefs",
    2: "Mental or psychological problems",
    3: "Sex behavior or attitudes",
    4: "Illegal, anti-social, self-incriminating or demeaning behavior",
    5: "Critical appraisals of close family",
    6: "Privileged relationships",
    7: "Religion",
    8: "Income",
}
"""The eight protected areas of the Protection of Pupil Rights Amendment (20 U.S.C. 1232h(b)), by their number there."""


class Hold(Struct, frozen=True, forbid_unknown_fields=True):
    """Places that a school may fill until a moment; then they are anybody's."""

    school_id: UUID
    places: Annotated[int, Meta(ge=1, le=100)]
    held_until: Instant


Holds: TypeAlias = Annotated[list[Hold], Meta(max_length=100)]


class PanelDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A panel as it is asked for: the session of the agenda that it is, its seats, and what it may talk about in order."""

    session_id: UUID
    seats: Seats
    topics: Topics
    moderator_id: UUID | None = None
    recording: Recording = "none"
    audience_rules: Prose = ""
    holds: Holds = []


class PanelPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; `topics` and `holds` replace the lists."""

    seats: Seats | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    moderator_id: UUID | None | UnsetType = UNSET
    recording: Recording | UnsetType = UNSET
    audience_rules: Prose | UnsetType = UNSET
    holds: Holds | UnsetType = UNSET


class NotAPanelSession(Invalid):
    """This is not a session of the kind “student panel” in this convening."""

    code = "not-a-panel-session"


class AlreadyAPanel(Refused):
    """This session is a panel already."""

    code = "already-a-panel"


class NoSuchTopic(Invalid):
    """There is no topic of this name in the catalog."""

    code = "no-such-topic"


class TopicTwice(Invalid):
    """This topic stands in the list twice."""

    code = "topic-twice"


class NoSuchModerator(Invalid):
    """We know no person with this id."""

    code = "no-such-moderator"


class NoSuchSchool(Invalid):
    """We know no school with this id."""

    code = "no-such-school"


class SchoolTwice(Invalid):
    """This school stands in the list twice."""

    code = "school-twice"


class TooManyHeld(Invalid):
    """More places are kept for schools than the panel has seats."""

    code = "too-many-held"


class SeatsBelowTaken(Refused):
    """More students have a seat than that."""

    code = "seats-below-taken"


class TopicAgreed(Refused):
    """Families have answered about this topic, so it stays: a panel does not change what they agreed to.

    Only topics can be added; those who agreed before are asked about the new one.
    """

    code = "topic-agreed"


def check_topics(wanted: Sequence[str], known: Collection[str]) -> None:
    """Raise NoSuchTopic or TopicTwice, at its place."""
    for index, code in enumerate(wanted):
        if code not in known:
            raise NoSuchTopic(pointer=f"/topics/{index}")
        if code in wanted[:index]:
            raise TopicTwice(pointer=f"/topics/{index}")


def check_holds(wanted: Sequence[Hold], seats: int, known: Collection[UUID]) -> None:
    """Raise NoSuchSchool, SchoolTwice or TooManyHeld, at its place."""
    schools: set[UUID] = set()
    for index, hold in enumerate(wanted):
        if hold.school_id not in known:
            raise NoSuchSchool(pointer=f"/holds/{index}/school_id")
        if hold.school_id in schools:
            raise SchoolTwice(pointer=f"/holds/{index}/school_id")
        schools.add(hold.school_id)
    held = sum(hold.places for hold in wanted)
    if held > seats:
        raise TooManyHeld(f"{held} places are kept for schools, and the panel has {seats} seats.", pointer="/holds")


class Standing(Struct, frozen=True):
    """How a panel stands at a moment: its seats, the sign-ups that may still get one, and what schools may still fill."""

    seats: int
    taken: int
    asked: int
    """Sign-ups that are under way or have a seat."""
    held: int
    """Places kept for schools and not filled, while the time runs."""

    @property
    def open_places(self) -> int:
        """Places that any school may fill now; who comes later is an alternate."""
        return max(0, self.seats - self.asked - self.held)
