"""What is printed for a convening's days: badges, the desk's list, the emergency list; and certificates of attendance. Pure.

Like all sheets they hold words that are ready to be set. All but certificates are made anew each time that somebody prints
them, and never kept: what is on them may be wrong an hour later (docs/decisions/015).
"""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from service.documents.rules import Pair

BadgeSize: TypeAlias = Literal["letter_4x3", "letter_3x2", "a4_90x60"]
Shape: TypeAlias = Literal["square", "diamond", "circle"]
"""Of a lanyard's mark: told apart in black and white, and by who sees no colors."""


class Lanyard(Struct, frozen=True):
    """What may be photographed of somebody, told by shape, color and letter together (M2)."""

    shape: Shape
    color: Literal["brick", "yellow", "green"]
    letter: str
    words: str


class Badge(Struct, frozen=True, kw_only=True):
    """One badge. Of a student it has no school, no district, no grade, and nothing about health."""

    large: str
    """The first name, or whatever somebody is called."""
    small: str
    """The rest of the name; may be empty."""
    role: str
    place: str
    """Title and district of an adult; empty for students."""
    pronouns: str
    lanyard: Lanyard | None
    code: str
    """As it is typed: two groups of five."""
    qr: str
    """The same code as an SVG picture with a white margin."""


class BadgeSheets(Struct, frozen=True, kw_only=True, tag="badge_sheets", tag_field="type"):
    """Badges on sheets of labels or to be cut, in the order of the list."""

    language: str
    title: str
    author: str
    convening: str
    size: BadgeSize
    badges: list[Badge]
    made_at: datetime


class DeskAdult(Struct, frozen=True):
    """An adult on the desk's printed list; a box to tick stands before each."""

    name: str
    place: str
    code: str


class DeskStudent(Struct, frozen=True):
    """A cleared student on the desk's printed list; `notes` are a few words each, such as “Ask first”."""

    name: str
    school: str
    panel: str
    letter: str
    notes: list[str]


class DeskList(Struct, frozen=True, kw_only=True, tag="desk_list", tag_field="type"):
    """The front desk on paper: who may come in, with room to write when they came and went."""

    language: str
    title: str
    author: str
    footer: str
    lead: list[str]
    students_title: str
    students: list[DeskStudent]
    adults_title: str
    adults: list[DeskAdult]
    made_at: datetime


class EmergencyStudent(Struct, frozen=True):
    """All that helpers must know of one student; `flags` first, in a few words each."""

    name: str
    school: str
    panel: str
    flags: list[str]
    facts: list[Pair]


class EmergencyList(Struct, frozen=True, kw_only=True, tag="emergency_list", tag_field="type"):
    """The safety lead's list on paper: readable in black and white, one student never split over two pages."""

    language: str
    title: str
    author: str
    footer: str
    lead: list[str]
    uncleared_title: str
    uncleared: list[Pair]
    """Minors in the house who may not be checked in: what the desk calls them, and since when they are here."""
    students: list[EmergencyStudent]
    made_at: datetime


class Certificate(Struct, frozen=True, kw_only=True, tag="certificate", tag_field="type"):
    """Who attended what for how long; `sessions` are title and minutes, `notes` what must be said below."""

    language: str
    title: str
    author: str
    footer: str
    name: str
    lead: str
    """Between the title and the name, such as “This certifies that”."""
    attended: str
    """Behind the name: what was attended, when and where, in a sentence."""
    hours: str
    hours_label: str
    facts: list[Pair]
    sessions_title: str
    session_head: str
    minutes_head: str
    sessions: list[Pair]
    notes: list[str]
    qr: str
    """The address at which anybody can check it, as an SVG picture."""
    verify: Pair
    made_at: datetime
