"""What the demo's files look like, as far as they are read."""

from datetime import datetime
from typing import Literal

from msgspec import Struct


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
    """A member, a coach or a school's contact in network.json; which fields are filled differs."""

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
