"""What somebody writes for the day, read with each mistake named in their language."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import ValidationError, convert

from service.consents.day_rules import DayFacts, Diet, Injector, Need, Reachable, Travel
from service.consents.rules import Phone
from service.consents.speaking import Spoken
from service.text import Line, Name, Note, folded
from service.web.forms import Form

CONTACTS, COLLECTORS, NOT_TO = 2, 3, 3
"""How many of each can be written."""
FOODS = ("vegetarian", "vegan", "halal", "kosher", "no_pork", "no_gluten", "no_lactose", "no_nuts")
CARRIERS = ("student", "school_adult", "safety_lead")
WAYS = ("school", "family", "alone")
YES_NO = ("yes", "no")


def read(form: Form, spoken: Spoken, signer: Reachable | None, fields: Sequence[str]) -> DayFacts | None:
    """These fields, or None with a sentence for each that is wrong; `signer` is nobody to call in their place."""
    readers: dict[str, Callable[[], Any]] = {
        "reach": lambda: _reach(form, spoken),
        "emergency": lambda: _people(form, spoken, "contact", CONTACTS, signer),
        "collectors": lambda: _people(form, spoken, "collector", COLLECTORS, None),
        "do_not_release": lambda: _names(form, spoken),
        "allergies": lambda: _need(form, spoken, "allergies"),
        "injector": lambda: _injector(form, spoken),
        "medication": lambda: _need(form, spoken, "medication"),
        "diet": lambda: _diet(form, spoken),
        "travel": lambda: Travel(
            there=_one_of(form, "there", WAYS),
            back=_one_of(form, "back", WAYS),
            overnight=_one_of(form, "overnight", YES_NO),
        ),
    }
    values = {name: readers[name]() for name in fields}
    return None if form.errors else DayFacts(**values)


def filled(facts: DayFacts) -> Form:
    """The form as it was written."""
    given: dict[str, list[str]] = {
        "reach": [facts.reach],
        "allergies": [facts.allergies.answer],
        "allergies_which": [facts.allergies.which],
        "injector": [facts.injector.answer],
        "carrier": [facts.injector.carrier],
        "medication": [facts.medication.answer],
        "medication_which": [facts.medication.which],
        "diet": [*facts.diet.kinds],
        "diet_other": [facts.diet.other],
        "there": [facts.travel.there],
        "back": [facts.travel.back],
        "overnight": [facts.travel.overnight],
    }
    for kind, people in (("contact", facts.emergency), ("collector", facts.collectors)):
        for number, one in enumerate(people, 1):
            given |= {f"{kind}{number}_name": [one.name], f"{kind}{number}_phone": [one.phone]}
            given |= {f"{kind}{number}_relation": [one.relation]}
    return Form(given | {f"not_to{number}": [name] for number, name in enumerate(facts.do_not_release, 1)})


def is_same(one: Reachable, other: Reachable) -> bool:
    """Whether two are one person, by name or by the last digits of the number."""
    digits = [re.sub(r"\D", "", who.phone)[-9:] for who in (one, other)]
    names = [folded(" ".join(who.name.split())) for who in (one, other)]
    return bool(names[0] and names[0] == names[1]) or bool(digits[0] and digits[0] == digits[1])


def _people(form: Form, spoken: Spoken, kind: str, most: int, signer: Reachable | None) -> tuple[Reachable, ...]:
    """Who is named with a number; a half of one is a mistake."""
    found: list[Reachable] = []
    own = _line(form, "reach")
    for number in range(1, most + 1):
        name, phone, relation = (_line(form, f"{kind}{number}_{part}") for part in ("name", "phone", "relation"))
        if not (name or phone or relation):
            continue
        wrong = [part for part, text, type_ in (("name", name, Name), ("phone", phone, Phone)) if not _fits(text, type_)]
        for part in wrong:
            form.errors[f"{kind}{number}_{part}"] = spoken.sorry(f"day_{part}")
        if not _fits(relation, Line):
            form.errors[f"{kind}{number}_relation"] = spoken.sorry("day_long")
        one = Reachable(name, phone, relation)
        if signer is not None and any(is_same(one, Reachable(signer.name, phone)) for phone in (signer.phone, own)):
            form.errors.setdefault(f"{kind}{number}_name", spoken.sorry("day_not_you"))
        elif any(is_same(one, other) for other in found):
            form.errors.setdefault(f"{kind}{number}_name", spoken.sorry("day_twice"))
        found.append(one)
    return tuple(found)


def _reach(form: Form, spoken: Spoken) -> str:
    phone = _line(form, "reach")
    if phone and not _fits(phone, Phone):
        form.errors["reach"] = spoken.sorry("day_phone")
    return phone


def _names(form: Form, spoken: Spoken) -> tuple[str, ...]:
    found = {f"not_to{number}": _line(form, f"not_to{number}") for number in range(1, NOT_TO + 1)}
    for field, name in found.items():
        if name and not _fits(name, Name):
            form.errors[field] = spoken.sorry("day_name")
    return tuple(name for name in found.values() if name)


def _need(form: Form, spoken: Spoken, name: str) -> Need:
    """Yes needs a word which; a word without a yes or beside a no is asked about, and never dropped."""
    answer, which = _one_of(form, name, YES_NO), form.text(f"{name}_which").strip()
    if answer == "yes" and not which:
        form.errors[f"{name}_which"] = spoken.sorry("day_which")
    elif which and answer != "yes":
        form.errors[name] = spoken.sorry("day_yes_or_no")
    elif not _fits(which, Note):
        form.errors[f"{name}_which"] = spoken.sorry("day_long")
    return Need(answer=answer, which=which)


def _injector(form: Form, spoken: Spoken) -> Injector:
    answer, carrier = _one_of(form, "injector", YES_NO), _one_of(form, "carrier", CARRIERS)
    if answer == "yes" and not carrier:
        form.errors["carrier"] = spoken.sorry("day_carrier")
    return Injector(answer=answer, carrier=carrier if answer == "yes" else "")


def _diet(form: Form, spoken: Spoken) -> Diet:
    other = _line(form, "diet_other")
    if not _fits(other, Line):
        form.errors["diet_other"] = spoken.sorry("day_long")
    return Diet(kinds=tuple(kind for kind in FOODS if kind in form.chosen("diet")), other=other)


def _one_of(form: Form, name: str, options: Sequence[str]) -> Any:
    """What was chosen; empty for nothing, and for what was not offered."""
    return form.text(name) if form.text(name) in options else ""


def _line(form: Form, name: str) -> str:
    return " ".join(form.text(name).split())


def _fits(text: str, kind: object) -> bool:
    try:
        convert(text, kind)
    except ValidationError:
        return False
    return True
