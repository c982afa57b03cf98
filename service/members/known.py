"""What is known when a file of people is looked at: its people, and all districts, schools and coaches. Pure."""

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
    """A person of the file as they stand."""

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
    """A district, or a school with the district that it is in."""

    id: UUID
    code: str
    name: str
    district_id: UUID | None = None


class Known(Struct, frozen=True):
    """Everything that rows are compared with; people by address in lower case, coaches by the same."""

    people: Mapping[str, KnownPerson]
    districts: Sequence[KnownPlace]
    schools: Sequence[KnownPlace]
    coaches: frozenset[str]

    def district(self, cell: str) -> Named:
        """The district of a name or code; raises Invalid with the nearest names."""
        return _place(cell, self.districts, "district")

    def school(self, cell: str, district: Named | None) -> Named:
        """The school of a name or code, of two alike the one in this district; raises Invalid with the nearest names."""
        here = [one for one in self.schools if district and one.district_id == district.id]
        if any(_is_called(one, cell) for one in here):
            return _place(cell, here, "school")
        return _place(cell, self.schools, "school")


def _is_called(place: KnownPlace, cell: str) -> bool:
    return cell.casefold() in (place.name.casefold(), place.code)


def _place(cell: str, places: Sequence[KnownPlace], kind: str) -> Named:
    by_code = [one for one in places if one.code == cell.casefold()]
    found = by_code or [one for one in places if _is_called(one, cell)]
    if len(found) == 1:
        return Named(found[0].id, found[0].name)
    if found:
        raise Invalid(
            f"There are {len(found)} {kind}s of this name. Write the short code: {_or(one.code for one in found)}."
        )
    shown = "".join(sign if sign.isprintable() else " " for sign in cell)[:60]
    by_name = {one.name.casefold(): one.name for one in places}
    near = [by_name[one] for one in get_close_matches(cell[:200].casefold(), by_name, n=3, cutoff=0.5)]
    hint = f" Did you mean {_or(f'“{one}”' for one in near)}?" if near else ""
    raise Invalid(f"We know no {kind} “{shown}”.{hint}")


def _or(words: Iterable[str]) -> str:
    """`one`, `one or two`, `one, two or three`."""
    listed = list(words)
    return " or ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
