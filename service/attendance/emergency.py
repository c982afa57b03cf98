"""What helpers must know of students, as words ready to be read: for the safety lead's device and for paper."""

from collections.abc import Iterable

from msgspec import Struct

from service.consents.day_facts import Kept, OnSite, Written
from service.consents.day_rules import Need, Reachable
from service.consents.speaking import ENGLISH
from service.documents.rules import Pair

LOST = "Cannot be read: ask the family"
NOT_ANSWERED = "Not answered"


class Sheet(Struct, frozen=True):
    """One student; `flags` come first."""

    signup_id: str
    name: str
    school: str
    panel: str
    flags: list[str]
    facts: list[Pair]


def sheet(found: OnSite) -> Sheet:
    """All that was written about a student, by everybody who signed."""
    student = found.student
    facts: list[Pair] = []
    for kept in found.kept:
        by = f" (by {kept.writer.name or 'the family'})" if len(found.kept) > 1 else ""
        facts += [Pair(label + by, words) for label, words in _facts(kept)]
    return Sheet(str(student.signup_id), student.name, student.school_name, student.panel, _flags(found), facts)


def _flags(found: OnSite) -> list[str]:
    flags = ["Allergy, auto-injector or medication"] if found.has_health_flag else []
    if not found.has_health_flag and not found.is_written:
        flags.append("Nothing written about health: ask the family")
    if found.has_stop:
        flags.append("Never release to somebody")
    return flags


def _facts(kept: Kept) -> Iterable[tuple[str, str]]:
    """In the order in which somebody in a hurry looks for them."""
    written, facts = kept.written, kept.written.facts
    if written.fields:
        yield "Allergies", _need(written, "allergies", facts.allergies)
        yield "Auto-injector", _injector(written)
        yield "Medication", _need(written, "medication", facts.medication)
        yield "Never release to", _or_lost(written, "do_not_release", ", ".join(facts.do_not_release) or "Nobody was named")
    caller = "The student" if kept.writer.signer == "student" else kept.writer.name or "The family"
    yield "Call first", f"{caller}: {facts.reach or kept.writer.phone or 'no phone number'}"
    if written.fields:
        yield "Call next", _or_lost(written, "emergency", _people(facts.emergency))
        yield "Who may collect", _or_lost(written, "collectors", _people(facts.collectors))


def _need(written: Written, field: str, need: Need) -> str:
    said = {"yes": need.which or "Yes", "no": "No"}.get(need.answer, NOT_ANSWERED)
    return _or_lost(written, field, said)


def _injector(written: Written) -> str:
    injector = written.facts.injector
    said = {"no": "No"}.get(injector.answer, NOT_ANSWERED)
    if injector.answer == "yes":
        carrier = ENGLISH.tell(f"day_carrier_{injector.carrier}") if injector.carrier else "nobody was named who"
        said = f"Yes. {carrier} carries it."
    return _or_lost(written, "injector", said)


def _people(found: Iterable[Reachable]) -> str:
    named = [f"{one.name}{f', {one.relation}' if one.relation else ''}: {one.phone}" for one in found]
    return "; ".join(named) or "Nobody was named"


def _or_lost(written: Written, field: str, words: str) -> str:
    return LOST if field in written.unreadable else words
