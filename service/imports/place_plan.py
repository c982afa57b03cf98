"""What taking in rows about districts and schools would do: each against what is known. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service.errors import Invalid
from service.imports.known import Named, Places, either, lower
from service.imports.people_plan import said
from service.imports.rules import Becomes, Difference, GivenRow, Outcome
from service.imports.targets import Reading, shown
from service.members import rules
from service.text import Heading, time_zone, unusable

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 60
DISTRICT_WORDS = {
    "name": "Name",
    "state": "State",
    "time_zone": "Time zone",
    "student_signs_at": "Students sign for themselves at",
    "signers_needed": "Guardians who sign",
}
SCHOOL_WORDS = {"name": "Name", "district": "District"}
NAMED_BY = ("Name", "State", "District")
"""Where one of these is another one, a place is known by what another row of the file may bring as a new one."""


class District(Struct, frozen=True):
    """A district as it stands, or is to stand; without a code it gets one made of its name.

    A former one was merged into that of its id: a row that means it changes nothing.
    """

    id: UUID | None = None
    code: str = ""
    name: str = ""
    state: str = ""
    time_zone: str = ""
    student_signs_at: int | None = None
    signers_needed: int = 1
    former: bool = False


class School(Struct, frozen=True):
    """A school as it stands, or is to stand; a former one as with districts."""

    id: UUID | None = None
    code: str = ""
    name: str = ""
    district_id: UUID | None = None
    district_name: str = ""
    former: bool = False

    @property
    def district(self) -> Named | None:
        """Where it is."""
        return Named(self.district_id, self.district_name) if self.district_id else None


class KnownSchools(Struct, frozen=True):
    """What rows of schools are compared with."""

    schools: Sequence[School]
    districts: Places


def plan_districts(rows: Sequence[GivenRow], known: Sequence[District], now: datetime) -> list[Outcome]:
    """What becomes of each row."""
    del now  # what a district is hangs on no moment
    return [_district(row, known) for row in rows]


def plan_schools(rows: Sequence[GivenRow], known: KnownSchools, now: datetime) -> list[Outcome]:
    """What becomes of each row."""
    del now
    return [_school(row, known) for row in rows]


def district_twin(number: int) -> str:
    """Why the same district a second time is not taken."""
    return f"This district is in row {number:,} already."


def school_twin(number: int) -> str:
    """Why the same school a second time is not taken."""
    return f"This school is in row {number:,} already."


def _district(row: GivenRow, known: Sequence[District]) -> Outcome:
    reading = _reading(row)
    state = reading.value("state", rules.state, "")
    named = [one for one in known if lower(one.name) == lower(row.cells.get("name", ""))]
    before = _known(reading, known, [one for one in named if state in ("", one.state)], "district")
    start = before or District(code=reading.value("code", _code, ""))
    after = District(
        id=start.id,
        code=start.code,
        name=_name(reading, start, known),
        state=state or start.state,
        time_zone=reading.value("time_zone", time_zone, start.time_zone),
        student_signs_at=reading.value("signs_at", rules.signs_at, start.student_signs_at),
        signers_needed=reading.value("signers", rules.signers, start.signers_needed),
    )
    for field, words in (("name", "name"), ("state", "state"), ("time_zone", "time zone")):
        if not getattr(after, field) and field not in row.cells:
            reading.sentences.append(f"The {words} is missing.")
    return _outcome(row, reading, before, after, DISTRICT_WORDS, f"name:{after.state}:{lower(after.name)}")


def _school(row: GivenRow, known: KnownSchools) -> Outcome:
    reading = _reading(row)
    district: Named | None = reading.value("district", known.districts.of, None)
    named = [one for one in known.schools if lower(one.name) == lower(row.cells.get("name", ""))]
    here = [one for one in named if district is None or one.district == district]
    before = _known(reading, known.schools, here, "school")
    start = before or School(code=reading.value("code", _code, ""))
    after = School(
        id=start.id,
        code=start.code,
        name=_name(reading, start, known.schools),
        district_id=district.id if district else start.district_id,
        district_name=district.name if district else start.district_name,
    )
    if not after.name and "name" not in row.cells:
        reading.sentences.append("The name is missing.")
    if after.district is None and "district" not in row.cells:
        reading.sentences.append("The district is missing.")
    return _outcome(row, reading, before, after, SCHOOL_WORDS, f"name:{after.district_id}:{lower(after.name)}")


def _reading(row: GivenRow) -> Reading:
    reading = Reading(row.cells)
    if row.too_many:
        reading.sentences.append("This row has more cells than the table has columns.")
    return reading


def _known(reading: Reading, known: Sequence[Any], named: Sequence[Any], kind: str) -> Any:
    """Which one a row is about: by its code, or where it has none by its name; None where it is a new one."""
    code = reading.cells.get("code", "").lower()
    by_code = next((one for one in sorted(known, key=_is_former) if one.code == code), None) if code else None
    named = list({one.id: one for one in sorted(named, key=_is_former, reverse=True)}.values())
    codes = either(sorted(_code_now(one, known) for one in named)) if named else ""
    if by_code or not named:
        return by_code
    if code:
        reading.sentences.append(f"There is this {kind} already. Its code is {codes}: write that, or leave the cell empty.")
    elif len(named) > 1:
        reading.sentences.append(f"There are {len(named)} {kind}s of this name. Write the short code: {codes}.")
    return named[0]


def _is_former(one: Any) -> bool:
    return bool(one.former)


def _code_now(one: Any, known: Sequence[Any]) -> str:
    """The short code of a place; of a former one that of the one that stayed."""
    return str(next((other.code for other in known if other.id == one.id and not other.former), one.code))


def _name(reading: Reading, start: Any, known: Sequence[Any]) -> str:
    """What a place is to be called: a name that it, or one that was merged into it, lost by that is no new one."""
    name = lower(reading.cells.get("name", ""))
    lost = start.id and any(one.former and one.id == start.id and lower(one.name) == name for one in known)
    return start.name if lost else reading.value("name", _heading, start.name)


def _outcome(row: GivenRow, reading: Reading, before: Any, after: Any, words: dict[str, str], name_key: str) -> Outcome:
    name, code = str(row.cells.get("name", after.name)), str(after.code or row.cells.get("code", ""))
    about = shown(name), shown(code)
    if reading.sentences:
        return Outcome(row.number, "refused", *about, sentences=tuple(reading.sentences))
    if before is not None and before.former:
        return Outcome(row.number, "unchanged", *about)
    if before is None:
        keys = (name_key, f"code:{after.code}") if after.code else (name_key,)
        return Outcome(row.number, "new", *about, target=after, keys=keys)
    found = tuple(_differences(before, after, words))
    kind: Becomes = "changed" if found else "unchanged"
    renamed = any(one.field in NAMED_BY for one in found)
    keys = (f"id:{after.id}", name_key) if renamed else (f"id:{after.id}",)
    return Outcome(row.number, kind, *about, found, target=after, keys=keys)


def _differences(before: Any, after: Any, words: dict[str, str]) -> Iterable[Difference]:
    for field, called in words.items():
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            yield Difference(called, said(one), said(other))


def _heading(cell: str) -> str:
    try:
        return msgspec.convert(cell, Heading)
    except msgspec.ValidationError:
        if len(cell) > 200:
            raise Invalid(f"Name: at most 200 characters; these are {len(cell):,}.") from None
        told = unusable(cell)
        raise Invalid(f"Name: {told[0].lower()}{told[1:]}") from None


def _code(cell: str) -> str:
    code = cell.lower()
    if len(code) > LONGEST_CODE or not CODE.fullmatch(code):
        raise Invalid("Write a short code of small letters, digits and hyphens, like silver-sage, or leave it empty.")
    return code
