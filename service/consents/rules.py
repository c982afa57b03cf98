"""Values and refusals of sign-ups, consents and assents; pure decisions."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from service.errors import Invalid, Refused
from service.text import EmailText, Line, Name

Status: TypeAlias = Literal[
    "draft",
    "asked",
    "opened",
    "signed_unverified",
    "signed",
    "signed_paper",
    "refused",
    "on_hold_objection",
    "expired",
    "withdrawn",
    "superseded",
]
"""How one signer's answer stands; schema.sql says what each means."""
StudentStatus: TypeAlias = Literal["not_asked", "asked", "yes", "no", "talk_first"]
Signer: TypeAlias = Literal["guardian", "second_guardian", "student"]
Capacity: TypeAlias = Literal[
    "parent",
    "legal_guardian",
    "foster_parent",
    "relative_caregiver",
    "district_designated_adult",
    "student",
    "emancipated_student",
]
"""As what somebody signs (W1). Why a student lives as they do is asked of nobody and stored nowhere."""
Basis: TypeAlias = Literal["directory", "consent_on_file", "school_official"]
HeldBasis: TypeAlias = Literal["directory", "consent_on_file", "school_official", "family"]
"""The same for what is held: on the page of a slip the family itself wrote it."""
AddressBy: TypeAlias = Literal["school", "family"]
"""Who gave a signer's mail address: the school, or whoever held a slip (then it is no second factor)."""
Language: TypeAlias = Annotated[str, Meta(pattern="^[a-z]{2,3}$", examples=["es"])]
Phone: TypeAlias = Annotated[str, Meta(max_length=40, pattern=r"^\+?[0-9][0-9 ().-]{6,}$", examples=["555-555-0119"])]
Grade: TypeAlias = Annotated[int, Meta(ge=1, le=13)]
YesNo: TypeAlias = Literal["yes", "no"]
Colour: TypeAlias = Literal["green", "yellow", "red"]

SIGNED: frozenset[str] = frozenset({"signed", "signed_paper"})
ANSWERED: frozenset[str] = frozenset({*SIGNED, "signed_unverified", "refused", "on_hold_objection", "withdrawn"})
"""Who has answered gets no reminder any more."""
OPEN: frozenset[str] = frozenset({"draft", "asked", "opened", "superseded"})
"""Here an answer is still to come."""
AWAITED: frozenset[str] = OPEN - {"draft"}
"""The form is out, and an answer is still to come."""


class Guardian(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a school may name: how to reach them, and in which language (F3)."""

    name: Name
    language: Language
    email: EmailText | None = None
    phone: Phone | None = None


class Student(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One student to sign up: name, grade and guardian; or only a `label`, for a printed slip without family data (F1)."""

    school_id: UUID
    name: Name | None = None
    grade: Grade | None = None
    guardian: Guardian | None = None
    label: Line = ""
    signs_for_self: bool = False


class Choices(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The separate answers of a guardian, or of a student who signs for themselves (M1): none of them implies another."""

    join: YesNo
    name_use: Literal["full", "first_only", "made_up"]
    photos: Literal["none", "network", "public"]
    recording: Literal["none", "staff_notes", "network", "public"]
    quotes: Literal["none", "without_name", "with_name"]
    survey: YesNo
    leave: Literal["listed_adults", "self_sign_out"]
    emergency_care: YesNo
    topics: dict[str, YesNo] = {}
    """By topic: may they be asked about it (P6)."""


class NoBasis(Invalid):
    """Say why your school may give us these names: directory information with opt-outs checked, written consent on file, or
    an agreement that makes us a school official. Without a reason, print slips: they carry no names.
    """

    code = "no-basis"


class NothingToSignUp(Invalid):
    """Write a name, a grade and whom to ask; or only a label, for a slip."""

    code = "nothing-to-sign-up"


class LabelAlone(Invalid):
    """A slip has a label and no name, grade or guardian: the family writes those."""

    code = "label-alone"


class NoWayToReach(Invalid):
    """Write a mail address or a phone number of the guardian."""

    code = "no-way-to-reach"


class NoGuardianNeeded(Invalid):
    """This student signs for themselves, so no guardian is asked. Leave the guardian out."""

    code = "no-guardian-needed"


class NotYours(Invalid):
    """This is not your school."""

    code = "not-your-school"


class TooLate(Refused):
    """Sign-up for this panel has ended: the roster is locked three days before the convening."""

    code = "roster-locked"


class NotOpen(Refused):
    """There is nothing to answer any more: this was answered, withdrawn, or its time has passed."""

    code = "not-open"


class OffTheList(Refused):
    """This student is off the list already."""

    code = "off-the-list"


class AnotherSchool(Invalid):
    """A place stays with its school: the student who takes it over is of the same one."""

    code = "another-school"


class TopicsUnanswered(Invalid):
    """Answer each topic of this panel: yes or no."""

    code = "topics-unanswered"


class CapacityNeeded(Invalid):
    """Say as what you sign: for example as parent or legal guardian."""

    code = "capacity-needed"


def check_student(student: Student, basis: Basis | None) -> None:
    """Refuse what cannot be signed up, with the field's place."""
    if student.name is None:
        if student.guardian is not None or student.grade is not None or student.signs_for_self:
            raise LabelAlone(pointer="/name")
        if not student.label.strip():
            raise NothingToSignUp(pointer="/name")
        return
    if basis is None:
        raise NoBasis(pointer="/basis")
    if student.signs_for_self:
        if student.guardian is not None:
            raise NoGuardianNeeded(pointer="/guardian")
        return
    if student.guardian is None or student.grade is None:
        raise NothingToSignUp(pointer="/guardian" if student.guardian is None else "/grade")
    if student.guardian.email is None and student.guardian.phone is None:
        raise NoWayToReach(pointer="/guardian/email")


def check_topics(choices: Choices, topics: list[str]) -> None:
    """Each topic of the panel has its own answer, and no other has one; who says no to the panel may leave them out."""
    if choices.join == "yes" and set(choices.topics) != set(topics):
        raise TopicsUnanswered(pointer="/topics")
