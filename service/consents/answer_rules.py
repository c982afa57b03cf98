"""What may be answered when, and what a signature is made of. Pure."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from service.consents.deadlines import lock_at
from service.consents.queries import ConsentRow, Frame, SignupRow
from service.consents.rules import OPEN, SIGNED, Capacity, CapacityNeeded, Choices, Language, NotOpen, check_topics
from service.consents.texts import Template
from service.errors import Invalid, Refused
from service.text import Name

Factor: TypeAlias = Literal["code_by_mail", "none", "paper"]
"""What shows who signed, beside the link: nothing yet, where only a slip or a phone number is known."""
SPARE = timedelta(days=30)
AGAIN = frozenset({"refused", "withdrawn"})
"""A family that said no may think again while there is time."""
FOR_STUDENTS = frozenset({"student", "emancipated_student"})


class Document(Struct, frozen=True):
    """What was read before signing, word for word: the text, the survey's questions, the notice about signing online."""

    template: Template
    version: int
    language: Language
    text: str
    notice_version: int
    notice: str
    questions_version: int | None = None
    """Of the survey, whose questions stood below the text; none where there were none."""
    questions: tuple[str, ...] = ()


class Origin(Struct, frozen=True):
    """Where an answer comes from, kept in the evidence only."""

    client: str
    agent: str
    factor: Factor = "none"


class Interpreter(Struct, frozen=True, forbid_unknown_fields=True):
    """An adult who interpreted, and as what; never a student (T5)."""

    name: Name
    role: Name


class Signing(Struct, frozen=True, kw_only=True):
    """What somebody signs: their answers, the name that they typed, as what they sign, and when the student was born."""

    choices: Choices
    name: Name
    capacity: Capacity
    born: date | None = None


class Signature(Struct, frozen=True, kw_only=True):
    """The body of the proof of a signature."""

    document: Document
    answers: Choices
    name: str
    capacity: Capacity
    origin: Origin
    signer: str
    at: datetime
    valid_until: datetime | None = None
    checked_by: str = ""
    """On paper: who looked at it."""
    in_person: bool = False
    """On paper: it was signed before them."""
    scan: str = ""
    """On paper: the SHA-256 of its scan, which is the entry before."""
    interpreter: Interpreter | None = None


class Checked(Struct, frozen=True):
    """Who looked at a paper, whether it was signed before them, who interpreted, and the hash of the scan."""

    name: str
    in_person: bool = False
    interpreter: Interpreter | None = None
    scan: str = ""


ONLINE = Checked("")


class Paper(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form that was signed on paper: what it says, who signed, and who looked at it (E7)."""

    choices: Choices
    name: Name
    capacity: Capacity
    checked_by: Name
    language: Language = "en"
    version: Annotated[int, Meta(ge=1)] | None = None
    """The number printed on it; none: the newest."""
    born: date | None = None
    """The student's birth date as the guardian wrote it."""
    in_person: bool = False
    """The guardian signed before the person who checked it: once the roster is locked, nothing else counts."""
    signer: Literal["guardian", "second_guardian", "student"] | None = None
    """Whose it is; none: of whoever signs for this student."""
    interpreter: Interpreter | None = None
    scan: bytes | None = None
    """The scanned paper: PDF, JPEG or PNG, at most 5 MB."""


class TooLateToAnswer(Refused):
    """The time to answer has passed. Call the school: they know whether there is another way."""

    code = "too-late-to-answer"


class Lapsed(Refused):
    """The roster was locked three days before, and this was not complete. On site a guardian can still sign on paper, in
    person.
    """

    code = "roster-locked-for-family"


class InPersonOnly(Refused):
    """The roster is locked. Now a guardian can only sign in person: tick that they signed before you."""

    code = "in-person-only"


class StudentOfAge(Invalid):
    """This student is old enough to sign for themselves. The school gives them a form of their own."""

    code = "student-of-age"


class NotBornYet(Invalid):
    """Write the student's birth date."""

    code = "no-birth-date"


class WrongCapacity(Invalid):
    """Choose what you are to the student."""

    code = "wrong-capacity"


class StudentInterprets(Invalid):
    """Students never interpret for a family. Name the adult who did."""

    code = "student-interprets"


class NothingToConfirm(Refused):
    """There is no signature that waits for the school's word."""

    code = "nothing-to-confirm"


class WhoseSignature(Invalid):
    """Two guardians have signed, and each is called on their own. Say whom you called."""

    code = "whose-signature"


class NoObjection(Refused):
    """Nobody objects."""

    code = "no-objection"


class NotYetExtended(Refused):
    """More time can be given only after the deadline two weeks before, and before the roster is locked."""

    code = "no-extension-now"


def require_open(frame: Frame, signup: SignupRow, consent: ConsentRow, now: datetime) -> None:
    """Raise NotOpen or TooLateToAnswer where this signer cannot sign; who signed may change it until the convening."""
    if signup.withdrawn_at is not None or frame.convening_state != "published" or now >= frame.starts_at:
        raise NotOpen
    if (consent.signer == "student") != signup.signs_for_self or consent.state == "draft":
        raise NotOpen
    if consent.state in SIGNED or consent.state == "signed_unverified":
        return
    if signup.lapsed_at is not None:
        raise Lapsed
    if consent.state not in OPEN | AGAIN:
        raise NotOpen
    if now >= signup.deadline_at:
        raise TooLateToAnswer


def require_paper(
    frame: Frame, signup: SignupRow, consent: ConsentRow, over: datetime, now: datetime, *, in_person: bool
) -> None:
    """Raise what a paper is refused with: until the lock the same as online; then it is signed in person, until the end."""
    if now < lock_at(frame.starts_at, frame.time_zone):
        require_open(frame, signup, consent, now)
        return
    if signup.withdrawn_at is not None or frame.convening_state != "published" or now >= over:
        raise NotOpen
    if (consent.signer == "student") != signup.signs_for_self or consent.state == "on_hold_objection":
        raise NotOpen
    if not in_person:
        raise InPersonOnly(pointer="/in_person")


def check_signing(signing: Signing, topics: list[str], signer: str) -> None:
    """Raise TopicsUnanswered, CapacityNeeded or WrongCapacity."""
    check_topics(signing.choices, topics)
    if not signing.capacity:
        raise CapacityNeeded(pointer="/capacity")
    if (signing.capacity in FOR_STUDENTS) != (signer == "student"):
        raise WrongCapacity(pointer="/capacity")


def comes_of_age(born: date, age: int, zone: str) -> datetime:
    """The midnight that begins the birthday of that age in a family's zone; who is born on February 29 waits for March 1."""
    year = born.year + age
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    day = date(year, 3, 1) if (born.month, born.day) == (2, 29) and not leap else born.replace(year=year)
    return datetime.combine(day, time(0), ZoneInfo(zone))


def valid_until(born: date | None, signer: str, age: int, zone: str, ends_at: datetime, now: datetime) -> datetime | None:
    """Until when a guardian's word counts: the birthday from which the student signs (W2), kept where it comes before the
    end (F8), or so soon after it that a convening which lasts longer than was planned may meet it.

    Raises StudentOfAge where it is over, NotBornYet for a day that was not.
    """
    if signer == "student" or born is None:
        return None
    if not 1990 <= born.year <= now.year:
        raise NotBornYet(pointer="/born")
    until = comes_of_age(born, age, zone)
    if until <= now:
        raise StudentOfAge(pointer="/born")
    return until if until < ends_at + SPARE else None
