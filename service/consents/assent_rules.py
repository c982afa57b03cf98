"""A student's own answer: when it can be given, what belongs to it, and what a panel's moderator may read of it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

from service.consents.deadlines import lock_at
from service.consents.rules import Colour, NotOpen, StudentStatus
from service.errors import Invalid, Refused

Answer: TypeAlias = Literal["yes", "no", "talk_first"]
NameUse: TypeAlias = Literal["full", "first_only", "made_up"]
MadeUp: TypeAlias = Annotated[str, Meta(max_length=60, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""One line that fits on a badge; whatever somebody wants to be called."""
MOST_PRIVATE_LAST: tuple[NameUse, ...] = ("full", "first_only", "made_up")
MOMENT = timedelta(seconds=1)
"""The lock is a midnight; the day that people hear of is the one before."""
NOBODY = "Panelist"
"""On the badge where a made-up name is wanted and nobody made one up."""


class StudentAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a student says: whether, about what, and under which name; only a yes needs the last two."""

    answer: Answer
    name_use: NameUse | None = None
    made_up: MadeUp = ""
    topics: dict[str, Colour] = {}


class Read(Struct, frozen=True):
    """The text as it stood on the page, word for word."""

    version: int
    language: str
    text: str


class Proof(Struct, frozen=True, kw_only=True):
    """The body of the evidence. It stands under `assented` for a yes and under `declined` for everything that is not one."""

    document: Read
    answer: StudentAnswer
    client: str
    agent: str
    at: datetime


class Occasion(Struct, frozen=True):
    """What decides whether an answer can be given."""

    withdrawn: bool
    convening_state: str
    starts_at: datetime
    time_zone: str
    paper_at: datetime | None = None
    """When a guardian last signed on paper."""

    @property
    def is_locked_at(self) -> datetime | None:
        """From when on a yes is too late; none where a guardian signed in person after the lock."""
        return None if self.paper_at is not None and self.paper_at >= self.lock else self.lock

    @property
    def lock(self) -> datetime:
        """Until then a student may change their mind; a no is taken at any time."""
        return lock_at(self.starts_at, self.time_zone)


class RosterLocked(Refused):
    """The list of panelists is closed. You can still say no."""

    code = "student-roster-locked"


class SlipUsed(Refused):
    """This slip was used. Ask your school for a new one; you can still say no."""

    code = "student-slip-used"


class TextRenewed(Refused):
    """The text was renewed while you read it. Please read it once more."""

    code = "student-text-renewed"


class NoTextYet(Refused):
    """There is nothing to answer yet."""

    code = "student-no-text"


class TopicUnanswered(Invalid):
    """Choose green, yellow or red for each topic."""

    code = "student-topic-unanswered"


class NameUnanswered(Invalid):
    """Choose how you want to be called."""

    code = "student-name-unanswered"


class NoMadeUpName(Invalid):
    """Write the name that you want to be called."""

    code = "student-no-made-up-name"


def require_open(occasion: Occasion, answer: Answer, now: datetime) -> None:
    """Raise NotOpen or RosterLocked; a no is always taken while the school has the student on its list."""
    if occasion.withdrawn:
        raise NotOpen
    if answer == "no":
        return
    if occasion.convening_state != "published":
        raise NotOpen
    if occasion.is_locked_at is not None and now >= occasion.is_locked_at:
        raise RosterLocked


def check(given: StudentAnswer, topics: Sequence[str]) -> None:
    """Raise what is missing of a yes, and in any answer what speaks of a topic that this panel does not have."""
    for code in given.topics:
        if code not in topics:
            raise TopicUnanswered(pointer="/topics")
    if given.answer != "yes":
        return
    for code in topics:
        if code not in given.topics:
            raise TopicUnanswered(pointer=f"/topic-{code}")
    if given.name_use is None:
        raise NameUnanswered(pointer="/name_use")
    if given.name_use == "made_up" and not given.made_up.strip():
        raise NoMadeUpName(pointer="/made_up")


def kept(given: StudentAnswer) -> StudentAnswer:
    """What is stored: of a no nothing but the no, and a made-up name only where it is used."""
    if given.answer == "no":
        return StudentAnswer(answer="no")
    made_up = given.made_up.strip() if given.name_use == "made_up" else ""
    name_use = given.name_use or "first_only"
    return StudentAnswer(answer=given.answer, name_use=name_use, made_up=made_up, topics=given.topics)


def standing_answer(
    state: StudentStatus, name_use: NameUse, made_up: str, topics: dict[str, Colour]
) -> StudentAnswer | None:
    """What stands already; None before the first answer."""
    if state in ("not_asked", "asked"):
        return None
    return StudentAnswer(answer=state, name_use=name_use, made_up=made_up, topics=topics)


def badge_name(name: str, label: str, uses: Collection[NameUse], made_up: str) -> str:
    """What stands on the badge: of all that guardian and student answered about the name, the most private counts."""
    use = max(uses, key=MOST_PRIVATE_LAST.index, default="made_up")
    if use == "made_up":
        return made_up or NOBODY
    whole = name.strip() or label.strip() or NOBODY
    return whole if use == "full" else whole.split()[0]


def colours(
    topics: Sequence[str], student: Mapping[str, Colour], guardians: Sequence[Mapping[str, Any]]
) -> dict[str, Colour]:
    """A colour for each topic of a panel: green or yellow only where the student says so and every signer said yes (P6).

    Whose no a red comes from, nobody can read from it (P7).
    """
    agreed = {code for code in topics if guardians and all(one.get(code) == "yes" for one in guardians)}
    return {code: student.get(code, "red") if code in agreed else "red" for code in topics}
