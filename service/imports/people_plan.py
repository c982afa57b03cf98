"""What taking in rows about people would do: each against what is known. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from service.imports.known import Known, Named
from service.imports.rules import Becomes, Difference, GivenRow, Outcome
from service.imports.targets import WORDS, Reading, Target, read, shown, target_of
from service.text import email_address

COACHES = "coaches:"
"""Before the address of somebody who coaches, in the keys of the rows of a file."""


def plan(rows: Sequence[GivenRow], known: Known, now: datetime) -> list[Outcome]:
    """What becomes of each row, in the order of the file."""
    return [_outcome(row, known, now) for row in rows]


def twin(number: int) -> str:
    """Why the same address a second time is not taken."""
    return f"This address is in row {number:,} already."


def missing(need: str) -> str:
    """Why somebody is not taken whose coach is none, neither before nor by this file."""
    return f"{need.removeprefix(COACHES)} is the address of no coach. Import the coach first, or in this file."


def _outcome(row: GivenRow, known: Known, now: datetime) -> Outcome:
    reading = Reading(row.cells)
    typed = row.cells.get("email", "")
    email = reading.value("email", email_address, "")
    if not typed:
        reading.sentences.append("The mail address is missing.")
    if row.too_many:
        reading.sentences.append("This row has more cells than the table has columns.")
    person = known.people.get(email.lower())
    if person is None and (gone := known.erased.get(email.lower())):
        reading.sentences.append(gone)
    before = target_of(person, email)
    after = read(reading, before, known, now)
    if not after.name and "name" not in row.cells:
        reading.sentences.append("The name is missing.")
    if after.coach and after.coach in (email.lower(), after.email.lower()):
        reading.sentences.append("Nobody coaches themselves.")
    words = shown(row.cells.get("name", after.name)), shown(email or typed)
    if reading.sentences:
        return Outcome(row.number, "refused", *words, sentences=tuple(reading.sentences))
    found = tuple(_differences(before, after)) if person else ()
    kind: Becomes = "new" if person is None else "changed" if found else "unchanged"
    other_coach = after.coach != before.coach and after.coach not in known.coaches
    needs = f"{COACHES}{after.coach}" if other_coach else None
    return Outcome(row.number, kind, *words, found, target=after, keys=_keys(after), needs=needs)


def _keys(target: Target) -> tuple[str, ...]:
    key = target.email.lower()
    return (key, f"{COACHES}{key}") if target.coaches else (key,)


def _differences(before: Target, after: Target) -> Iterable[Difference]:
    for field, words in WORDS.items():
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            yield Difference(words, said(one), said(other))


def said(value: object) -> str:
    """A value as pages show it."""
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Named():
            return value.name
        case _:
            return str(value)
