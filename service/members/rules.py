"""Values and refusals of the network: people, what they are, districts and schools."""

import re
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

from service.errors import Invalid, Refused
from service.text import EmailText, Heading, Line, Name, Note

Part: TypeAlias = Literal["", "member", "coach", "school_contact", "none"]
"""What somebody is in the network, as the list is filtered."""
Year: TypeAlias = Annotated[str, Meta(max_length=20)]
FIRST_YEAR, LAST_YEAR = 1990, 2200


class Membership(Struct, frozen=True):
    """A member since a year, and who coaches them."""

    joined_year: int
    coach_id: UUID | None = None


class Coaching(Struct, frozen=True):
    """A coach, and what they say about themselves."""

    bio: str = ""


class Contact(Struct, frozen=True):
    """Who answers for a school."""

    school_id: UUID
    role: str = ""
    phone: str = ""


class Person(Struct, frozen=True, kw_only=True):
    """A person as they are to stand."""

    name: str
    email: str
    title: str = ""
    district_id: UUID | None = None
    time_zone: str | None = None
    pronouns: str = ""
    dietary: str = ""
    access_needs: str = ""
    badge_name: str = ""
    membership: Membership | None = None
    coaching: Coaching | None = None
    contact: Contact | None = None


class PersonForm(Struct, frozen=True, kw_only=True):
    """What the organizer's form about a person asks."""

    name: Name
    email: EmailText
    title: Line
    district: Line
    time_zone: Line
    pronouns: Line
    dietary: Note
    access_needs: Note
    badge_name: Line
    joined: Year
    coached_by: Line
    bio: Note
    school: Line
    contact_role: Line
    phone: Line


class Details(Struct, frozen=True, kw_only=True):
    """What people say about themselves."""

    title: Line
    time_zone: Line
    pronouns: Line
    dietary: Note
    access_needs: Note
    badge_name: Line
    about: Note


class District(Struct, frozen=True, kw_only=True):
    """A district as it is to stand."""

    name: Heading
    state: Line
    time_zone: Line
    student_signs_at: Line = ""
    """From which age students sign for themselves; empty: as in the state."""
    signers: Line = "1"
    """How many guardians sign for one of its students: 1 or 2."""


class School(Struct, frozen=True, kw_only=True):
    """A school as it is to stand."""

    name: Heading
    district: Line


class AddressTaken(Refused):
    """Somebody in the network has this mail address already."""

    code = "address-taken"


class NoSuchDistrict(Invalid):
    """Choose one of the districts."""

    code = "no-such-district"


class NoSuchAge(Invalid):
    """Write an age from 14 to 25, or leave it empty: then the state’s rule counts."""

    code = "no-such-age"


class NoSuchSchool(Invalid):
    """Choose the school that they answer for."""

    code = "no-such-school"


class NoSuchCoach(Invalid):
    """Choose one of the coaches. Nobody coaches themselves."""

    code = "no-such-coach"


class CoachBooked(Refused):
    """Members have booked conversations with this coach. Cancel those first; then they can end being one."""

    code = "coach-booked"


class NoSuchYear(Invalid):
    """Write the year in which they joined, like 2026."""

    code = "no-such-year"


class NoSuchState(Invalid):
    """Write the state in two letters, like NY."""

    code = "no-such-state"


class DistrictInUse(Refused):
    """This district has schools or people. Give them another one first."""

    code = "district-in-use"


class SchoolInUse(Refused):
    """Somebody answers for this school. Give them another one first."""

    code = "school-in-use"


class NotLooked(Refused):
    """Something in the network changed after you looked. Nothing was written; this is how it stands now."""

    code = "changed-meanwhile"


class RowsLeft(Refused):
    """Some rows cannot be taken. Tick that they may be left out, or mend the file and choose it again."""

    code = "rows-left"


def year(text: str) -> int:
    """A year of joining; raises NoSuchYear."""
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise NoSuchYear(pointer="/joined")
    return int(text)


def signs_at(text: str) -> int | None:
    """An age that a district may set, or none; raises NoSuchAge."""
    if not text.strip():
        return None
    if not re.fullmatch(r"1[4-9]|2[0-5]", text.strip()):
        raise NoSuchAge(pointer="/student_signs_at")
    return int(text)


class OneOrTwoSigners(Invalid):
    """Choose one guardian or two."""

    code = "one-or-two-signers"


def signers(text: str) -> int:
    """One where nothing is chosen; raises OneOrTwoSigners."""
    if text not in ("", "1", "2"):
        raise OneOrTwoSigners(pointer="/signers")
    return int(text or "1")


def state(text: str) -> str:
    """Two capital letters; raises NoSuchState."""
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise NoSuchState(pointer="/state")
    return text.upper()
