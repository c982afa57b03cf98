"""What the columns of a file are called: our own names, and what other programs and people call them. Pure."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from service.imports.rules import FileUnusable, GivenRow, Kind
from service.web.cells import as_written


class Columns(Struct, frozen=True):
    """Of a kind of file: the fields by our own names, in the order of the template, and by other names."""

    ours: Mapping[str, str]
    synonyms: Mapping[str, str]
    needed: str
    """The field without which a file is none of this kind."""
    about: str
    """What each row is about."""

    def field(self, header: str) -> str:
        """Which field a header means; empty for none of ours."""
        plain = _plain(header)
        return self.ours.get(plain) or self.synonyms.get(plain, "")


PEOPLE = Columns(
    {
        "name": "name",
        "email": "email",
        "title": "title",
        "district": "district",
        "role": "role",
        "school": "school",
        "joined": "joined",
        "coach": "coach",
        "time zone": "time_zone",
        "pronouns": "pronouns",
        "dietary": "dietary",
        "access needs": "access_needs",
        "badge name": "badge_name",
    },
    {
        "full name": "name",
        "first name": "first_name",
        "given name": "first_name",
        "forename": "first_name",
        "last name": "last_name",
        "surname": "last_name",
        "family name": "last_name",
        "e mail": "email",
        "mail": "email",
        "email address": "email",
        "e mail address": "email",
        "mail address": "email",
        "job title": "title",
        "position": "title",
        "district name": "district",
        "district code": "district",
        "school district": "district",
        "roles": "role",
        "school name": "school",
        "school code": "school",
        "joined year": "joined",
        "year joined": "joined",
        "member since": "joined",
        "coach email": "coach",
        "coach mail": "coach",
        "coach e mail": "coach",
        "coached by": "coach",
        "timezone": "time_zone",
        "dietary needs": "dietary",
        "dietary restrictions": "dietary",
        "diet": "dietary",
        "accessibility": "access_needs",
        "accessibility needs": "access_needs",
        "name on badge": "badge_name",
    },
    "email",
    "one person",
)
SCHOOLS = Columns(
    {"name": "name", "district": "district", "code": "code"},
    {
        "school": "name",
        "school name": "name",
        "district name": "district",
        "district code": "district",
        "school district": "district",
        "short code": "code",
        "school code": "code",
    },
    "name",
    "one school",
)
DISTRICTS = Columns(
    {
        "name": "name",
        "state": "state",
        "time zone": "time_zone",
        "code": "code",
        "students sign at": "signs_at",
        "guardians sign": "signers",
    },
    {
        "district": "name",
        "district name": "name",
        "school district": "name",
        "timezone": "time_zone",
        "short code": "code",
        "district code": "code",
        "student signs at": "signs_at",
        "students sign from": "signs_at",
        "age of signing": "signs_at",
        "signers": "signers",
        "guardians": "signers",
        "guardians needed": "signers",
    },
    "name",
    "one district",
)
COLUMNS: Mapping[Kind, Columns] = {"people": PEOPLE, "schools": SCHOOLS, "districts": DISTRICTS}


def fields(headers: Sequence[str], columns: Columns) -> tuple[list[str], list[str]]:
    """For each column the field that it is, empty where it is none of ours; and the names of those. Raises FileUnusable."""
    found = [columns.field(header) for header in headers]
    twice = {field for field in found if field and found.count(field) > 1}
    for header, field in zip(headers, found, strict=True):
        if field in twice:
            raise FileUnusable(f"More than one column is about “{_shown(header)}”. Keep one of them.")
    if columns.needed not in found:
        raise FileUnusable(
            f"No column of this file is called “{columns.needed}”. The first row must have the names of the columns."
        )
    return found, [_shown(header) for header, field in zip(headers, found, strict=True) if not field and header.strip()]


def given_row(number: int, cells: Sequence[str], found: Sequence[str]) -> GivenRow:
    """A row by its fields; first and last name are one name where no whole name is given."""
    known = {
        field: as_written(cell).replace("\r\n", "\n").replace("\r", "\n").strip()
        for field, cell in zip(found, cells, strict=False)
        if field
    }
    names = [known.pop(part, "") for part in ("first_name", "last_name")]
    if not known.get("name") and (joined := " ".join(filter(None, names))):
        known["name"] = joined
    given = {field: cell for field, cell in known.items() if cell}
    return GivenRow(number, given, any(cell.strip() for cell in cells[len(found) :]))


def _plain(header: str) -> str:
    return re.sub(r"[\s_\-–]+", " ", header.strip().casefold())


def _shown(header: str) -> str:
    """A header as a page can show it."""
    return "".join(sign if sign.isprintable() else " " for sign in header).strip()[:60]
