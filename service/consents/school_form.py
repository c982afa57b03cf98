"""The form with which a school names students: why it may, and up to ten rows of the few facts that are taken (F2, F3)."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct, ValidationError, convert

from service.consents.rules import Basis, Guardian, NoGuardianNeeded, NoWayToReach, Phone, Student
from service.consents.speaking import OWN_NAMES
from service.errors import Invalid, Refused
from service.text import EmailText, Line, Name, email_address
from service.web.forms import Form, build

ROWS = 10
FIELDS = ("name", "grade", "guardian", "email", "phone", "language", "signs")
Wording: TypeAlias = Mapping[Basis, tuple[str, str]]

BASIS: Wording = {
    "directory": ("Directory information", "Your school may share it, and nobody of these families opted out."),
    "consent_on_file": ("Written consent on file", "Each of these families agreed in writing that you give it to us."),
    "school_official": ("School-official agreement", "Your district has an agreement that makes us a school official."),
}
"""Why a school may give us the facts: what it is called, and what the school says by choosing it."""


class NoBasisChosen(Invalid):
    """Choose why your school may give us this. Without a reason, print slips: they carry no names."""


class OptOutsUnchecked(Invalid):
    """Tick this when you have looked: a family may have opted out of directory information."""


class NobodyWritten(Invalid):
    """Write at least one student."""


class NamedStudent(Struct, frozen=True):
    """A row for somebody whom a guardian signs for."""

    name: Name
    grade: Line
    guardian: Name
    email: Line = ""
    phone: Line = ""
    language: Line = ""


class GrownStudent(Struct, frozen=True):
    """A row for somebody who signs for themselves: no guardian is named."""

    name: Name
    grade: Line = ""


NEEDED = {
    "name": "Write the student’s name.",
    "grade": "Write the grade: a number from 1 to 13.",
    "guardian": "Write the name of a parent or guardian.",
}


class Batch(Struct, frozen=True):
    """What a form asks for: the reason, and the students by the number of their row."""

    basis: Basis
    students: dict[int, Student]


def field(row: int, name: str) -> str:
    """What a field of a row is called in the form."""
    return f"s{row}_{name}"


def is_filled(form: Form, row: int) -> bool:
    """Whether somebody wrote or ticked anything in a row."""
    return any(form.text(field(row, name)).strip() for name in FIELDS)


def read(form: Form, school_id: UUID, rows: Sequence[int] = range(1, ROWS + 1)) -> Batch | None:
    """The batch, or None with a sentence at each field that is wrong."""
    basis = _basis(form)
    filled = [row for row in rows if is_filled(form, row)]
    if not filled:
        form.errors[field(rows[0], "name")] = str(NobodyWritten())
    students = {row: student for row in filled if (student := _student(form, row, school_id))}
    return Batch(basis, students) if basis and not form.errors else None


def refuse(form: Form, refusal: Refused, row: int) -> None:
    """Put what a rule says of one student at the field of its row."""
    parts = refusal.pointer.strip("/").split("/")
    name = parts[-1] if parts[-1] in FIELDS else "name"
    form.errors.setdefault(field(row, name), refusal.sentence)


def _basis(form: Form) -> Basis | None:
    chosen = form.text("basis")
    found: Basis | None = next((basis for basis in BASIS if basis == chosen), None)
    if found is None:
        form.refuse(NoBasisChosen(pointer="/basis"))
    elif found == "directory" and not form.chosen("opt_outs"):
        form.refuse(OptOutsUnchecked(pointer="/opt_outs"))
    return found


def _student(form: Form, row: int, school_id: UUID) -> Student | None:
    typed = Form({name: [form.text(field(row, name))] for name in FIELDS})
    found = _grown(typed, school_id) if typed.chosen("signs") else _minor(typed, school_id)
    for name, sentence in typed.errors.items():
        form.errors[field(row, name)] = sentence
    return found


def _minor(typed: Form, school_id: UUID) -> Student | None:
    wanted = build(typed, NamedStudent, needed=NEEDED)
    grade, email, phone = _grade(typed), _email(typed), _phone(typed)
    language = typed.text("language").strip()
    if language not in OWN_NAMES:
        typed.errors["language"] = "Choose the language in which we write to the family."
    if not (email or phone) and not {"email", "phone"} & set(typed.errors):
        typed.errors["email"] = str(NoWayToReach())
    if wanted is None or typed.errors:
        return None
    guardian = Guardian(wanted.guardian, language, email or None, phone or None)
    return Student(school_id=school_id, name=wanted.name, grade=grade, guardian=guardian)


def _grown(typed: Form, school_id: UUID) -> Student | None:
    wanted = build(typed, GrownStudent, needed={"name": NEEDED["name"]})
    grade = _grade(typed) if typed.text("grade").strip() else None
    if any(typed.text(name).strip() for name in ("guardian", "email", "phone")):
        typed.errors["guardian"] = str(NoGuardianNeeded())
    if wanted is None or typed.errors:
        return None
    return Student(school_id=school_id, name=wanted.name, grade=grade, signs_for_self=True)


def _grade(typed: Form) -> int | None:
    text = typed.text("grade").strip()
    if text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= 13:
        return int(text)
    typed.errors.setdefault("grade", NEEDED["grade"])
    return None


def _email(typed: Form) -> str:
    text = typed.text("email").strip()
    if not text:
        return ""
    try:
        return email_address(convert(text, EmailText), "/email")
    except ValidationError:
        typed.errors["email"] = "Write a mail address like name@families.org, with at most 254 characters."
    except Refused as refusal:
        typed.refuse(refusal)
    return ""


def _phone(typed: Form) -> str:
    text = typed.text("phone").strip()
    if not text:
        return ""
    try:
        return convert(text, Phone)
    except ValidationError:
        typed.errors["phone"] = "Write the phone number in digits, like 555-555-0119."
    return ""


Shown: TypeAlias = Literal["first", "open", "closed"]


def shown(form: Form, row: int) -> Shown:
    """How a row stands on the page: the first always, others folded until something is in them or wrong with them."""
    if row == 1:
        return "first"
    wrong = any(field(row, name) in form.errors for name in FIELDS)
    return "open" if wrong or is_filled(form, row) else "closed"
