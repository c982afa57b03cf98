"""What is known of those whom some rows are about: people, districts, schools, coaches, and no others. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from uuid import UUID

from msgspec import Struct

from service.errors import Invalid


class Named(Struct, frozen=True):
    """A district or a school."""

    id: UUID
    name: str


class KnownPerson(Struct, frozen=True):
    """A person of the file as they stand; `asked` is the address by which they were found."""

    asked: str
    id: UUID
    email: str
    email_key: str
    name: str
    title: str
    district_id: UUID | None
    district_name: str
    time_zone: str
    pronouns: str
    dietary: str
    access_needs: str
    badge_name: str
    joined_year: int | None
    coach_key: str
    coaches: bool
    school_id: UUID | None
    school_name: str


class KnownPlace(Struct, frozen=True):
    """A district, or a school with the district that it is in.

    Of one that was merged into another `code` and `former` are what it was called, and the rest is of the one that stayed.
    """

    id: UUID
    code: str
    name: str
    district_id: UUID | None = None
    former: str = ""


class Places(Struct, frozen=True):
    """Districts, or schools, of the names and codes in some rows; for what is none, names that may have been meant."""

    kind: str
    found: Sequence[KnownPlace]
    alike: Mapping[str, Sequence[str]] = {}

    def of(self, cell: str, district: Named | None = None) -> Named:
        """The place of a name or code as `place` finds it."""
        found = self.place(cell, district)
        return Named(found.id, found.name)

    def place(self, cell: str, district: Named | None = None) -> KnownPlace:
        """The place of a name or code, of several alike the one in this district; raises Invalid with the nearest names."""
        here = [one for one in self.found if district and one.district_id == district.id and is_called(one, cell)]
        called = here or [one for one in self.found if is_called(one, cell)]
        called = [one for one in called if one.code == lower(cell)] or called
        each = {one.id: one for one in sorted(called, key=lambda one: one.former == "")}
        if len(each) == 1:
            return each.popitem()[1]
        if each:
            codes = either(sorted(one.code for one in each.values()))
            raise Invalid(f"There are {len(each)} {self.kind}s of this name. Write the short code: {codes}.")
        raise Invalid(self._unknown(cell))

    def _unknown(self, cell: str) -> str:
        shown = "".join(sign if sign.isprintable() else " " for sign in cell)[:60]
        by_name = {one.lower(): one for one in self.alike.get(lower(cell), ())}
        near = [by_name[one] for one in get_close_matches(cell[:200].lower(), by_name, n=3, cutoff=0.5)]
        hint = f" Did you mean {either(f'“{one}”' for one in near)}?" if near else ""
        return f"We know no {self.kind} “{shown}”.{hint}"


class Known(Struct, frozen=True):
    """Everything that rows of people are compared with, by addresses in lower case, also those of merged entries.

    `coaches` leads from an address to the one that they sign in with, `erased` to what is said of somebody who is gone.
    """

    people: Mapping[str, KnownPerson]
    districts: Places
    schools: Places
    coaches: Mapping[str, str]
    erased: Mapping[str, str] = {}

    def coach(self, address: str) -> str:
        """The address that a coach signs in with, of one that they have or had; of nobody's, the same."""
        return self.coaches.get(address.lower(), address.lower())


def is_called(place: KnownPlace, cell: str) -> bool:
    """Whether this is its name or its code; of one that was merged into another, what those were."""
    return lower(cell) in (lower(place.former or place.name), place.code)


def lower(text: str) -> str:
    """In lower case as PostgreSQL has it: sign by sign, also where a language would write it otherwise (İ, a final Σ)."""
    return text.lower() if text.isascii() else "".join(sign.lower()[0] for sign in text)


def either(words: Iterable[str]) -> str:
    """`one`, `one or two`, `one, two or three`."""
    listed = list(words)
    return " or ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
