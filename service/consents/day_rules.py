"""What helpers must know about a student on the day, and when the safety lead may read it. Pure."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.consents import deadlines
from service.consents.queries import ConsentRow
from service.consents.rules import SIGNED, Phone, YesNo
from service.errors import Refused
from service.text import Line, Name, Note

Carrier: TypeAlias = Literal["student", "school_adult", "safety_lead"]
Food: TypeAlias = Literal["vegetarian", "vegan", "halal", "kosher", "no_pork", "no_gluten", "no_lactose", "no_nuts"]
Way: TypeAlias = Literal["school", "family", "alone"]

OPENS, CLOSES = timedelta(days=3), timedelta(days=1)
"""Whole days before the convening's first local date, and after its last one."""


class Reachable(Struct, frozen=True, forbid_unknown_fields=True):
    """A named adult with a phone number; who they are to the student, where somebody said so."""

    name: Name
    phone: Phone
    relation: Line = ""


class Need(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether there is one, and which; an empty answer: nobody said."""

    answer: YesNo | Literal[""] = ""
    which: Note = ""


class Injector(Struct, frozen=True, forbid_unknown_fields=True):
    """An auto-injector, and who carries it."""

    answer: YesNo | Literal[""] = ""
    carrier: Carrier | Literal[""] = ""


class Diet(Struct, frozen=True, forbid_unknown_fields=True):
    """What the student eats or does not."""

    kinds: tuple[Food, ...] = ()
    other: Line = ""


class Travel(Struct, frozen=True, forbid_unknown_fields=True):
    """How the student comes and goes, and whether they stay overnight."""

    there: Way | Literal[""] = ""
    back: Way | Literal[""] = ""
    overnight: YesNo | Literal[""] = ""


class DayFacts(Struct, frozen=True, kw_only=True):
    """All of it by one signer; each field is encrypted on its own."""

    reach: Line = ""
    emergency: tuple[Reachable, ...] = ()
    collectors: tuple[Reachable, ...] = ()
    do_not_release: tuple[Name, ...] = ()
    allergies: Need = Need()
    injector: Injector = Injector()
    medication: Need = Need()
    diet: Diet = Diet()
    travel: Travel = Travel()


FIELDS: tuple[str, ...] = DayFacts.__struct_fields__
CONTACTS: tuple[str, ...] = ("reach", "emergency", "collectors")
"""What the own school and the organizer read without glass, and what the school may type from paper."""
BEHIND_GLASS: tuple[str, ...] = ("do_not_release", "allergies", "injector", "medication", "diet", "travel")
HEALTH: tuple[str, ...] = ("allergies", "injector", "medication")
"""What raises the flag at the front desk."""
ALIVE = SIGNED | {"signed_unverified"}


class NotForTheDay(Refused):
    """What helpers must know on the day can be written once the form is signed with a yes, and until the event is over."""

    code = "not-for-the-day"


class Window(Struct, frozen=True):
    """From when until when the safety lead reads it."""

    opens: datetime
    closes: datetime

    def is_open(self, now: datetime) -> bool:
        """The first moment belongs to it, the last does not."""
        return self.opens <= now < self.closes


def window(starts_at: datetime, ends_at: datetime, zone: str) -> Window:
    """From the midnight that begins T-3 to the one that ends the day after the last, on the convening's own calendar."""
    first = deadlines.first_day(starts_at, zone)
    last = ends_at.astimezone(ZoneInfo(zone)).date()
    return Window(deadlines.end_of(first - OPENS - timedelta(days=1), zone), deadlines.end_of(last + CLOSES, zone))


def may_write(consent: ConsentRow, *, is_published: bool, is_listed: bool, ends_at: datetime, now: datetime) -> bool:
    """Whether this signer may write facts now: behind their own yes, until the convening is over."""
    return consent.state in ALIVE and consent.joins is True and is_published and is_listed and now < ends_at


def has_health_flag(facts: DayFacts, unreadable: frozenset[str]) -> bool:
    """Whether helpers must look at the health facts; what cannot be read raises the flag."""
    said = (facts.allergies.answer, facts.injector.answer, facts.medication.answer)
    return "yes" in said or not unreadable.isdisjoint(HEALTH)


def has_stop(facts: DayFacts, unreadable: frozenset[str]) -> bool:
    """Whether nobody may take the student along before the safety lead was asked; what cannot be read stops too."""
    return bool(facts.do_not_release) or "do_not_release" in unreadable
