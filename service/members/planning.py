"""What taking in a file of people would do: each row against what is known. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.members.importing import GivenRow
from service.members.known import Known, Named
from service.members.targets import WORDS, Reading, Target, read, shown, target_of
from service.text import email_address

Kind: TypeAlias = Literal["new", "changed", "unchanged", "refused"]


class Difference(Struct, frozen=True):
    """What is to be different about somebody, in words."""

    field: str
    before: str
    after: str


class Outcome(Struct, frozen=True):
    """What becomes of a row: `sentences` say why it is refused, `target` is None then."""

    number: int
    kind: Kind
    name: str
    email: str
    differences: tuple[Difference, ...] = ()
    sentences: tuple[str, ...] = ()
    target: Target | None = None

    @property
    def mark(self) -> str:
        """Changes with everything that the row would do; eight signs."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:8]


def plan(rows: Sequence[GivenRow], known: Known, now: datetime) -> list[Outcome]:
    """What becomes of each row, in the order of the file."""
    first_row: dict[str, int] = {}
    outcomes: list[Outcome] = []
    for row in rows:
        outcome = _outcome(row, known, now)
        key = outcome.email.lower()
        if outcome.target and key in first_row:
            outcome = _without(outcome, f"This address is in row {first_row[key]} already.")
        elif outcome.target:
            first_row[key] = row.number
        outcomes.append(outcome)
    return _with_coaches(outcomes, known)


def _with_coaches(outcomes: list[Outcome], known: Known) -> list[Outcome]:
    """Refuse those whose coach is none, neither before nor by this file; refusing one may take another's coach away."""
    while True:
        coaches = known.coaches | {one.email.lower() for one in outcomes if one.target and one.target.coaches}
        checked = [_coach_checked(one, coaches) for one in outcomes]
        if checked == outcomes:
            return checked
        outcomes = checked


def _coach_checked(outcome: Outcome, coaches: Iterable[str]) -> Outcome:
    coach = outcome.target.coach if outcome.target else ""
    if not coach:
        return outcome
    if coach == outcome.email.lower():
        return _without(outcome, "Nobody coaches themselves.")
    if coach not in coaches:
        return _without(outcome, f"{coach} is the address of no coach. Import the coach first, or in this file.")
    return outcome


def _without(outcome: Outcome, sentence: str) -> Outcome:
    return replace(outcome, kind="refused", differences=(), target=None, sentences=(*outcome.sentences, sentence))


def _outcome(row: GivenRow, known: Known, now: datetime) -> Outcome:
    reading = Reading(row.cells)
    typed = row.cells.get("email", "")
    email = reading.value("email", email_address, "")
    if not typed:
        reading.sentences.append("The mail address is missing.")
    if row.too_many:
        reading.sentences.append("This row has more cells than the table has columns.")
    person = known.people.get(email.lower())
    before = target_of(person, email)
    after = read(reading, before, known, now)
    if not after.name and "name" not in row.cells:
        reading.sentences.append("The name is missing.")
    words = shown(row.cells.get("name", after.name)), shown(email or typed)
    if reading.sentences:
        return Outcome(row.number, "refused", *words, sentences=tuple(reading.sentences))
    found = tuple(_differences(before, after)) if person else ()
    kind: Kind = "new" if person is None else "changed" if found else "unchanged"
    return Outcome(row.number, kind, *words, differences=found, target=after)


def _differences(before: Target, after: Target) -> Iterable[Difference]:
    for field, words in WORDS.items():
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            yield Difference(words, _said(one), _said(other))


def _said(value: object) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Named():
            return value.name
        case _:
            return str(value)
