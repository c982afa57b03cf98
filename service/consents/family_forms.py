"""The forms of a family: what was chosen and typed, read with each mistake named in their language."""

import re
from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import Struct, ValidationError, convert

from service.consents.answer_rules import FOR_STUDENTS, Signing
from service.consents.carrying import Carried, Details
from service.consents.rules import Capacity, Choices, Phone
from service.consents.speaking import Spoken
from service.errors import Refused
from service.panels.queries import TopicRow
from service.text import Name, email_address
from service.web.forms import Form

CAPACITIES: tuple[Capacity, ...] = (
    "parent",
    "legal_guardian",
    "foster_parent",
    "relative_caregiver",
    "district_designated_adult",
    "student",
    "emancipated_student",
)
OPTIONS: dict[str, tuple[str, ...]] = {
    "join": ("yes", "no"),
    "name_use": ("full", "first_only", "made_up"),
    "photos": ("none", "network", "public"),
    "recording": ("none", "staff_notes", "network", "public"),
    "quotes": ("none", "without_name", "with_name"),
    "survey": ("yes", "no"),
    "leave": ("listed_adults", "self_sign_out"),
    "emergency_care": ("yes", "no"),
}
"""What each question can be answered with; topics are asked one by one."""


class Question(Struct, frozen=True):
    """One of the questions as it is answered for this panel."""

    name: str
    options: tuple[str, ...]


def questions(recording: str) -> list[Question]:
    """The questions but the topics; no more recording is asked for than is planned."""
    most = max(2, OPTIONS["recording"].index(recording) + 1)
    return [Question(name, options[:most] if name == "recording" else options) for name, options in OPTIONS.items()]


def capacities(signer: str) -> list[Capacity]:
    """As what this signer can sign."""
    return [one for one in CAPACITIES if (one in FOR_STUDENTS) == (signer == "student")]


def choices(form: Form, recording: str, topics: Sequence[TopicRow], spoken: Spoken) -> Choices | None:
    """The separate answers, or None with a sentence for each that is missing."""
    given: dict[str, object] = {}
    for question in questions(recording):
        chosen = form.text(question.name)
        if chosen not in question.options:
            form.errors[question.name] = spoken.sorry(question.name)
        given[question.name] = chosen
        if question.name == "name_use":
            given["topics"] = _about(form, topics, spoken)
    return None if form.errors else convert(given, Choices)


def _about(form: Form, topics: Sequence[TopicRow], spoken: Spoken) -> dict[str, str]:
    """Each topic's own answer; one that needs a yes of its own starts at no (P6)."""
    about = {topic.code: form.text(f"topic.{topic.code}") or ("no" if topic.explicit_optin else "") for topic in topics}
    if any(answer not in ("yes", "no") for answer in about.values()):
        form.errors["topics"] = spoken.sorry("topics")
    return about


def says_no(form: Form) -> bool:
    """Whether the panel is answered with no: then nothing else is needed."""
    return form.text("join") == "no"


def filled(carried: Carried | Choices) -> Form:
    """The form as it was answered."""
    if isinstance(carried, Carried):
        if carried.says_no:
            return Form({"join": ["no"]})
        return filled(carried.choices) if carried.choices else Form()
    plain = msgspec.to_builtins(carried)
    about = plain.pop("topics")
    return Form({name: [value] for name, value in plain.items()} | {f"topic.{code}": [v] for code, v in about.items()})


def signature(form: Form, carried: Choices, signer: str, spoken: Spoken) -> Signing | None:
    """What is signed, or None with a sentence for each field that is wrong; the code is looked at elsewhere."""
    if form.text("agree") != "yes":
        form.errors["agree"] = spoken.sorry("agree")
    name = _text(form, "name", spoken)
    offered: dict[str, Capacity] = {one: one for one in capacities(signer)}
    capacity = offered.get(form.text("capacity"))
    if capacity is None:
        form.errors["capacity"] = spoken.sorry("capacity")
    born = None if signer == "student" else _day(form, spoken)
    if form.errors or capacity is None:
        return None
    return Signing(choices=carried, name=name, capacity=capacity, born=born)


def details(form: Form, spoken: Spoken) -> Details | None:
    """What a family wrote on the page of its slip, or None with a sentence for each field that is wrong."""
    student, guardian = _text(form, "student", spoken), _text(form, "guardian", spoken)
    grade = form.text("grade").strip()
    if not re.fullmatch(r"[0-9]{1,2}", grade) or not 1 <= int(grade) <= 13:
        form.errors["grade"] = spoken.sorry("grade")
    email, phone = form.text("email").strip(), form.text("phone").strip()
    if email:
        try:
            email = email_address(email)
        except Refused:
            form.errors["email"] = spoken.sorry("email")
    if (phone and not _fits(phone, Phone)) or not (phone or email):
        form.errors["phone"] = spoken.sorry("phone")
    if form.errors:
        return None
    return Details(student=student, grade=int(grade), guardian=guardian, email=email, phone=phone)


def _text(form: Form, name: str, spoken: Spoken) -> str:
    text = " ".join(form.text(name).split())
    if not _fits(text, Name):
        form.errors[name] = spoken.sorry(name)
    return text


def _day(form: Form, spoken: Spoken) -> date | None:
    try:
        return date.fromisoformat(form.text("born").strip())
    except ValueError:
        form.errors["born"] = spoken.sorry("born")
        return None


def _fits(text: str, kind: object) -> bool:
    try:
        convert(text, kind)
    except ValidationError:
        return False
    return True
