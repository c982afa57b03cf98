"""What the demo's files look like, as far as they are read."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid5

from msgspec import Struct

from service.consents.rules import Capacity, Colour

NAMESPACE = UUID("6f2b0c1e-5f0a-4f6b-9d55-0d6c1f3a7e21")


def id_of(kind: str, code: str) -> UUID:
    """Ids are made from the demo's own short ids, so that they are the same on every machine."""
    return uuid5(NAMESPACE, f"{kind}:{code}")


class School(Struct):
    """A school in network.json."""

    id: str
    name: str


class District(Struct):
    """A district in network.json."""

    id: str
    name: str
    state: str
    timezone: str
    schools: list[School]


class Person(Struct):
    """A member, a coach, a moderator or a school's contact in network.json; which fields are filled differs."""

    id: str
    name: str
    email: str
    title: str = ""
    role: str = ""
    bio: str = ""
    district: str = ""
    school: str = ""
    phone: str = ""
    pronouns: str = ""
    dietary: str = ""
    access_needs: str = ""
    badge_name: str = ""
    joined: int = 0
    coach: str = ""


class Network(Struct):
    """network.json."""

    districts: list[District]
    members: list[Person]
    coaches: list[Person]
    school_contacts: list[Person]
    moderators: list[Person] = []


class Session(Struct):
    """A session in convenings.yaml: its day counts from 1, its times are the wall's."""

    id: str
    day: int
    start: str
    end: str
    title: str
    type: Literal["plenary", "workshop", "student_panel", "coaching"]
    track: str = ""
    credit_minutes: int = 0


class Place(Struct):
    """A venue in convenings.yaml."""

    name: str
    address: str


class Panel(Struct):
    """A student panel in convenings.yaml; its moderator is found by name, where the network has that person."""

    session: str
    moderator: str
    seats: int
    topics: list[str]
    recording: str = "none"
    audience_rules: str = ""
    holds: dict[str, int] = {}
    """Places kept for schools until the deadline of the forms, by a school's short id."""


class Topic(Struct):
    """What panels may talk about, in convenings.yaml."""

    id: str
    label: dict[str, str]
    ppra: list[int]
    default_prompt: str
    state_flags: list[str] = []
    explicit_optin: bool = False


class Convening(Struct):
    """A convening in convenings.yaml."""

    id: str
    name: str
    status: Literal["completed", "registration_open"]
    timezone: str
    city: str
    venue: Place
    starts: datetime
    ends: datetime
    capacity_adults: int
    sessions: list[Session]
    panels: list[Panel] = []


class Calendar(Struct):
    """convenings.yaml, as far as it is read."""

    convenings: list[Convening]
    topic_catalog: list[Topic] = []


class Guardian(Struct):
    """Who signs for a student in students.json. Whoever is reached by mail has an invented address, others a phone."""

    name: str
    lang: str
    channel: Literal["email", "sms", "phone"]
    objected_on: date | None = None


class Student(Struct):
    """A student in students.json: who is asked, and what became of it; `case` is the sentence of it."""

    id: str
    name: str
    grade: int
    age: int
    school: str
    convening: str
    panel: str
    consent: str
    case: str
    guardian: Guardian | None = None
    guardian2: Guardian | None = None
    interpreter_used: bool = False
    signed_on: date | None = None
    withdrawn_on: date | None = None
    signer_capacity: Capacity | Literal["foster_parent_with_authority"] | None = None
    student_assent: Literal["declined"] | None = None
    name_use: Literal["full", "first_only", "pseudonym"] | None = None
    pseudonym: str = ""
    photos: Literal["none", "network", "public"] = "none"
    recording: Literal["none", "staff_notes", "network", "public"] = "none"
    quotes: Literal["none", "without_name", "with_name"] = "none"
    survey: Literal["yes", "no"] = "no"
    topics: dict[str, Colour] = {}
    leave: Literal["listed_adults", "self_sign_out"] = "listed_adults"


class Students(Struct):
    """students.json."""

    students: list[Student]
