"""Everything that we hold in words of the family's language; whatever has a value is said. Pure."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TypeAlias

from msgspec import Struct

from service.consents import answer_words, documents
from service.consents.day_rules import DayFacts, Need, Reachable
from service.consents.family_door import Door
from service.consents.speaking import OWN_NAMES, Spoken
from service.keeping.held import Everything, HeldOwn

Line: TypeAlias = tuple[str, str]
"""What it is, and what it says; empty ones are left out."""


class Section(Struct, frozen=True):
    """A heading and its lines."""

    heading: str
    lines: list[Line]


def sections(held: Everything, door: Door, spoken: Spoken) -> list[Section]:
    """In the order of the page."""
    answers = answer_words.in_words(held.your_answers, door.topics, spoken) if held.your_answers else []
    found = {
        "held_student": _student(held, door, spoken),
        "held_you": _you(held, door, spoken),
        "held_answers": [(question, said) for _, question, said in answers],
        "held_own": _own(held.students_own_answer, door, spoken),
        "held_day": _day(held.for_the_day, spoken),
        "held_proofs": [
            (spoken.tell(f"held_kind_{one.kind}"), spoken.moment(one.at, door.about.family_zone)) for one in held.proofs
        ],
    }
    return [Section(spoken.tell(key), [line for line in lines if line[1]]) for key, lines in found.items()]


def _student(held: Everything, door: Door, spoken: Spoken) -> list[Line]:
    one, zone = held.student, door.about.family_zone
    return [
        (spoken.tell("held_name"), one.name or one.listed_as),
        (spoken.tell("held_grade"), str(one.grade or "")),
        (spoken.tell("held_school"), one.school),
        (spoken.tell("held_event"), one.convening),
        (spoken.tell("held_panel"), one.panel),
        (spoken.tell("held_seat"), spoken.tell("yes" if one.has_seat else "no")),
        (spoken.tell("held_why"), spoken.tell(f"held_why_{one.basis}") if one.basis else ""),
        (spoken.tell("held_since"), spoken.moment(one.listed_at, zone)),
        (spoken.tell("held_off"), spoken.moment(one.off_the_list_at, zone) if one.off_the_list_at else ""),
        (spoken.tell("held_until"), spoken.moment(one.answer_until - timedelta(seconds=1), zone)),
        *((spoken.tell("held_until"), spoken.moment(more.until, zone)) for more in held.more_time),
    ]


def _you(held: Everything, door: Door, spoken: Spoken) -> list[Line]:
    one = held.you
    helped = [(OWN_NAMES.get(row.language, row.language), row.phone, row.interpreter) for row in held.interpreters]
    return [
        (spoken.tell("held_name"), one.name),
        (spoken.tell("held_mail"), one.email),
        (spoken.tell("held_phone"), one.phone),
        (spoken.tell("held_language"), OWN_NAMES.get(one.language, one.language)),
        (spoken.tell("held_standing"), spoken.tell(f"held_state_{one.answer}")),
        (spoken.tell("signed_as"), spoken.tell(f"capacity_{one.capacity}") if one.capacity else ""),
        (spoken.tell("signed_at"), spoken.moment(one.signed_at, door.about.family_zone) if one.signed_at else ""),
        *((spoken.tell("held_interpreter"), _joined(row)) for row in helped),
    ]


def _own(own: HeldOwn, door: Door, spoken: Spoken) -> list[Line]:
    words = {True: "held_takes_part", False: "held_not_part", None: "held_no_answer"}
    labels = {topic.code: documents.label(topic, spoken) for topic in door.topics}
    return [
        (spoken.tell("held_own"), spoken.tell(words[own.participates])),
        (spoken.tell("name_use"), spoken.tell(f"name_use_{own.name_use}") if own.name_use else ""),
        (spoken.tell("held_made_up"), own.made_up),
        *((labels.get(code, code), spoken.tell(f"held_{colour}")) for code, colour in own.topics.items()),
    ]


def _day(facts: DayFacts, spoken: Spoken) -> list[Line]:
    injector = [facts.injector.answer and spoken.tell(facts.injector.answer)]
    injector.append(facts.injector.carrier and spoken.tell(f"day_carrier_{facts.injector.carrier}"))
    food = [*(spoken.tell(f"day_food_{kind}") for kind in facts.diet.kinds), facts.diet.other]
    return [
        (spoken.tell("day_contacts"), "; ".join(map(_person, facts.emergency))),
        (spoken.tell("day_collectors"), "; ".join(map(_person, facts.collectors))),
        (spoken.tell("day_not_to"), "; ".join(facts.do_not_release)),
        (
            spoken.tell("day_allergies"),
            _need(facts.allergies, spoken),
        ),
        (spoken.tell("day_injector"), _joined(injector)),
        (
            spoken.tell("day_medication"),
            _need(facts.medication, spoken),
        ),
        (spoken.tell("day_diet"), _joined(food)),
        (spoken.tell("day_there"), facts.travel.there and spoken.tell(f"day_way_{facts.travel.there}")),
        (spoken.tell("day_back"), facts.travel.back and spoken.tell(f"day_way_{facts.travel.back}")),
        (spoken.tell("day_overnight"), facts.travel.overnight and spoken.tell(facts.travel.overnight)),
    ]


def _need(need: Need, spoken: Spoken) -> str:
    return _joined([spoken.tell(need.answer) if need.answer else "", need.which])


def _person(one: Reachable) -> str:
    return _joined([one.name, one.relation, one.phone])


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)
