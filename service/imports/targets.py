"""What a row of a file says about a person: cells → the person as they are to stand. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.errors import Invalid, Refused
from service.imports.known import Known, KnownPerson, Named
from service.members.rules import year
from service.text import Line, Name, Note, email_address, time_zone, unusable

TEXTS: dict[str, Any] = {
    "name": Name,
    "title": Line,
    "pronouns": Line,
    "dietary": Note,
    "access_needs": Note,
    "badge_name": Line,
}
WORDS = {
    "name": "Name",
    "title": "Title",
    "district": "District",
    "time_zone": "Time zone",
    "pronouns": "Pronouns",
    "dietary": "Dietary needs",
    "access_needs": "Access needs",
    "badge_name": "Badge name",
    "joined": "Member since",
    "coach": "Coach",
    "coaches": "Coaches",
    "school": "Answers for",
}
"""What pages call the fields, in the order in which changes are told."""
ROLES = {
    "member": "member",
    "coach": "coach",
    "school contact": "school_contact",
    "contact": "school_contact",
}


class Target(Struct, frozen=True, kw_only=True):
    """A person as they are to stand; `coach` is the mail address of theirs, in lower case."""

    person_id: UUID | None = None
    email: str
    name: str = ""
    title: str = ""
    district: Named | None = None
    time_zone: str = ""
    pronouns: str = ""
    dietary: str = ""
    access_needs: str = ""
    badge_name: str = ""
    joined: int | None = None
    coach: str = ""
    coaches: bool = False
    school: Named | None = None


def target_of(person: KnownPerson | None, email: str) -> Target:
    """Somebody as they stand now; of an unknown one only the address."""
    if person is None:
        return Target(email=email)
    return Target(
        person_id=person.id,
        email=person.email,
        name=person.name,
        title=person.title,
        district=Named(person.district_id, person.district_name) if person.district_id else None,
        time_zone=person.time_zone,
        pronouns=person.pronouns,
        dietary=person.dietary,
        access_needs=person.access_needs,
        badge_name=person.badge_name,
        joined=person.joined_year,
        coach=person.coach_key,
        coaches=person.coaches,
        school=Named(person.school_id, person.school_name) if person.school_id else None,
    )


FAILED = frozenset(
    ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA")
)
"""What spreadsheets show in a cell whose formula found nothing: nobody wrote that."""


class Reading:
    """One row being read: what goes wrong is kept in its order, and the row is read to its end."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        failed = dict.fromkeys(cell for cell in cells.values() if cell in FAILED)
        self.sentences = [f"A formula in this row came to “{one}”. Write what it was to find." for one in failed]

    def value(self, field: str, read: Callable[[str], Any], otherwise: Any) -> Any:
        """What a cell says, or `otherwise` where it is empty or cannot be used."""
        cell = self.cells.get(field, "")
        if not cell or cell in FAILED:
            return otherwise
        try:
            return read(cell)
        except Refused as refusal:
            self.sentences.append(refusal.sentence)
        return otherwise


def read(reading: Reading, before: Target, known: Known, now: datetime) -> Target:
    """Somebody as the row wants them; an empty cell deletes nothing."""
    texts = {
        field: reading.value(field, lambda cell, f=field, k=kind: _text(f, cell, k), getattr(before, field))
        for field, kind in TEXTS.items()
    }
    zone = reading.value("time_zone", time_zone, before.time_zone)
    district = reading.value("district", known.districts.of, before.district)
    parts: frozenset[str] = reading.value("role", _parts, frozenset())
    is_member = before.joined is not None or "member" in parts
    joined = reading.value("joined", year, before.joined or (now.year if is_member else None))
    coach = reading.value("coach", lambda cell: known.coach(email_address(cell)), before.coach)
    if not is_member and ("joined" in reading.cells or "coach" in reading.cells):
        reading.sentences.append("A year of joining and a coach are for members: write “member” as the role.")
    stated = district if "district" in reading.cells else None
    school = reading.value("school", lambda cell: _school(cell, known, before, district, stated), before.school)
    if "school" in reading.cells and not before.school and "school_contact" not in parts:
        reading.sentences.append("A school is for its contact: write “school contact” as the role.")
    if "school_contact" in parts and school is None and "school" not in reading.cells:
        reading.sentences.append("A school contact needs a school.")
    return replace(
        before,
        **texts,
        time_zone=zone,
        district=district,
        joined=joined,
        coach=coach,
        coaches=before.coaches or "coach" in parts,
        school=school,
    )


def _text(field: str, cell: str, kind: Any) -> str:
    """A cell of words, bounded; raises Invalid."""
    try:
        return str(msgspec.convert(cell, kind))
    except msgspec.ValidationError:
        most = {"name": 120, "dietary": 1000, "access_needs": 1000}.get(field, 200)
        if len(cell) > most:
            raise Invalid(f"{WORDS[field]}: at most {most:,} characters; these are {len(cell):,}.") from None
        said = unusable(cell, name=kind is Name)
        raise Invalid(f"{WORDS[field]}: {said[0].lower()}{said[1:]}") from None


def _school(cell: str, known: Known, before: Target, district: Named | None, stated: Named | None) -> Named:
    """The school that a row means; one that is elsewhere than the row states is theirs already, or meant by its code."""
    found = known.schools.place(cell, district)
    is_theirs = before.school is not None and before.school.id == found.id
    if stated and found.district_id != stated.id and cell.lower() != found.code and not is_theirs:
        raise Invalid(f"“{found.name}” is not in {stated.name}. If it is meant, write its short code: {found.code}.")
    return Named(found.id, found.name)


def _parts(cell: str) -> frozenset[str]:
    """What somebody is said to be; raises Invalid."""
    given = [" ".join(re.split(r"[\s_-]+", one.strip().lower())) for one in re.split(r"[,;/+&|]|\band\b", cell)]
    unknown = [one for one in given if one and one not in ROLES]
    if unknown:
        near = get_close_matches(unknown[0][:200], ROLES, n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        raise Invalid(f"“{shown(unknown[0])}” is no role. Write member, coach or school contact.{hint}")
    return frozenset(ROLES[one] for one in given if one)


def shown(text: str) -> str:
    """What somebody wrote, as a page can show it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:120]
