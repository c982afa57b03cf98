"""What the demo's students and families say, and when: read out of students.json. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from service.consents import deadlines, family_forms
from service.consents.answer_rules import Signing
from service.consents.assent_rules import NameUse, StudentAnswer
from service.consents.day_rules import DayFacts, Diet, Injector, Need, Reachable, Travel
from service.consents.rules import Capacity, Choices, Colour, Guardian, YesNo
from service.local.demo_files import Student
from service.panels.queries import TopicRow

Deed: TypeAlias = Literal[
    "sign_up", "ask", "open", "sign", "paper", "confirm", "answer", "object", "withdraw", "day", "close"
]
NAMES: dict[str | None, NameUse] = {"full": "full", "pseudonym": "made_up"}
DESIGNATED = "Corinne Ashvale"
"""The adult whom a district named for a student without a guardian."""
SIGNED_ALONE = "signed_by_student"
OVER = ("expired_unsigned", "on_hold_objection")
BEFORE_OBJECTION = timedelta(days=8)
DAY = timedelta(days=1)


class Told(NamedTuple):
    """What happened, and when."""

    at: datetime
    deed: Deed


def past(student: Student, first: date, shift: timedelta, zone: str, convening_zone: str) -> list[Told]:
    """What happened for a convening that is over; `first` is its first day, `shift` by how much its dates moved."""

    def at(day: date, hour: int, deed: Deed, minute: int = 0) -> Told:
        return Told(datetime.combine(day, time(hour, minute), ZoneInfo(zone)), deed)

    told = [Told(_morning(first - deadlines.INVITE * DAY, convening_zone), "sign_up")]
    if student.consent == "expired_unsigned":
        over = deadlines.end_of(first - deadlines.DEADLINE * DAY, zone)
        return [*told, at(first - 30 * DAY, 19, "open"), Told(over, "close")]
    objected = student.guardian2.objected_on if student.guardian2 else None
    signed = student.signed_on or (objected and objected - BEFORE_OBJECTION)
    if signed is None:
        raise ValueError(f"students.json does not say when {student.id} was signed.")
    signed += shift
    if student.consent == "signed_paper":
        told.append(at(signed, 10, "paper"))
    else:
        told += [at(signed, 18, "open", 20), at(signed, 18, "sign", 40)]
        if email_of(student) is None:
            told.append(at(signed + DAY, 10, "confirm"))
    told.append(at(signed + 2 * DAY, 16, "answer"))
    if objected:
        told.append(at(objected + shift, 11, "object"))
    if student.withdrawn_on:
        told.append(at(student.withdrawn_on + shift, 8, "withdraw"))
    return told


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(zone))


def present(student: Student, first: date, convening_zone: str, now: datetime) -> list[Told]:
    """What happened so far for a convening that is ahead: the school named its students before the forms go out by
    themselves, and sent some at once.
    """
    begun = min(now - 9 * DAY, _morning(first - (deadlines.INVITE + 1) * DAY, convening_zone))
    told = [Told(begun, "sign_up")]
    if student.consent not in ("draft", "needs_district_signoff"):
        told.append(Told(now - 6 * DAY, "ask"))
    if student.consent in ("opened", "signed", SIGNED_ALONE):
        told.append(Told(now - 4 * DAY, "open"))
    if student.consent in ("signed", SIGNED_ALONE):
        told += [
            Told(now - 3 * DAY, "sign"),
            Told(now - 2 * DAY, "confirm"),
            Told(now - DAY, "answer"),
            Told(now - DAY, "day"),
        ]
    return told


def signs_alone(student: Student) -> bool:
    """Of age by the rule of their state."""
    return student.consent == SIGNED_ALONE or (student.guardian is None and student.signer_capacity is None)


def guardian_of(student: Student) -> Guardian | None:
    """Whom the school names; a guardian with a telephone is not reached by mail."""
    if signs_alone(student):
        return None
    found = student.guardian
    name, language = (found.name, found.lang) if found else (DESIGNATED, "en")
    email = email_of(student)
    return Guardian(name=name, language=language, email=email, phone=None if email else phone_of(student))


def email_of(student: Student) -> str | None:
    """An address made from the guardian's name, in a domain that is nobody's."""
    if signs_alone(student) or student.guardian is None or student.guardian.channel != "email":
        return None
    return f"{student.guardian.name.lower().replace(' ', '.')}@families.example"


def phone_of(student: Student) -> str:
    """A number that rings nowhere: 555-0151 for the first student, and so on."""
    return f"555-555-01{50 + int(student.id.removeprefix('st'))}"


def signing(student: Student, topics: Sequence[TopicRow], recording: str, first: date) -> Signing:
    """What is signed, by the guardian or by a student who signs alone."""
    alone = signs_alone(student)
    guardian = guardian_of(student)
    capacity: Capacity = "student" if alone else "parent"
    if student.signer_capacity == "foster_parent_with_authority":
        capacity = "foster_parent"
    elif student.signer_capacity:
        capacity = student.signer_capacity
    [planned] = [one.options for one in family_forms.questions(recording) if one.name == "recording"]
    choices = Choices(
        join="yes",
        name_use=NAMES.get(student.name_use, "first_only"),
        photos=student.photos,
        recording=student.recording if student.recording in planned else "staff_notes",
        quotes=student.quotes,
        survey=student.survey,
        leave=student.leave,
        emergency_care="yes",
        topics={topic.code: _allowed(student, topic) for topic in topics},
    )
    born = None if alone else date(first.year - student.age, 2, 14)
    return Signing(choices=choices, name=guardian.name if guardian else student.name, capacity=capacity, born=born)


def _allowed(student: Student, topic: TopicRow) -> YesNo:
    return "no" if _colour(student, topic) == "red" else "yes"


def _colour(student: Student, topic: TopicRow) -> Colour:
    """As the file says; where it says nothing, green, but for what starts at no."""
    return student.topics.get(topic.code) or ("red" if topic.explicit_optin or student.topics else "green")


def facts_of_day(student: Student) -> DayFacts:
    """What helpers must know: two to call who are not the guardian, and that there is nothing else."""
    family = student.name.split()[-1]
    return DayFacts(
        emergency=(
            Reachable(f"Ottoline {family}", "555-555-0190", "Aunt"),
            Reachable("Bertrand Halloway", "555-555-0191", "Neighbor"),
        ),
        allergies=Need("no"),
        injector=Injector("no"),
        medication=Need("no"),
        diet=Diet(("vegetarian",)),
        travel=Travel("school", "school", "no"),
    )


def answer(student: Student, topics: Sequence[TopicRow]) -> StudentAnswer:
    """The student's own word."""
    if student.student_assent == "declined":
        return StudentAnswer(answer="no")
    return StudentAnswer(
        answer="yes",
        name_use=NAMES.get(student.name_use, "first_only"),
        made_up=student.pseudonym,
        topics={topic.code: _colour(student, topic) for topic in topics},
    )
