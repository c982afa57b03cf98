"""What an organizer reads about a student: which group they belong to, what happens now, and who must act. Pure."""

from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.consents import deadlines
from service.consents.rules import OPEN, SIGNED
from service.consents.standing import MISSING
from service.consents.views import Signup

Group: TypeAlias = Literal["missing", "cleared", "out"]


class Next(Struct, frozen=True):
    """Who must act, and what they do; `calls`: somebody must be called or talked with today."""

    who: str
    does: str
    calls: bool = False


class Calendar(Struct, frozen=True):
    """A convening's dates for families: when the school calls, and when more time can be given."""

    now: datetime
    call_from: datetime
    extend_from: datetime
    lock: datetime


NOBODY = Next("Nobody", "The place goes to the next student.")
IN_PERSON: frozenset[str] = frozenset({*OPEN, "signed_unverified", "expired"})
OVER: frozenset[str] = frozenset({"refused", "withdrawn", "expired"})


def calendar(starts_at: datetime, zone: str, now: datetime) -> Calendar:
    """The dates of a convening, on its own wall."""
    first = deadlines.first_day(starts_at, zone)
    call, extend = (
        deadlines.end_of(first - timedelta(days=one + 1), zone) for one in (deadlines.CALL_LIST, deadlines.DEADLINE)
    )
    return Calendar(now, call, extend, deadlines.lock_at(starts_at, zone))


def group(signup: Signup, *, withdrawn: bool) -> Group:
    """Cleared, not coming, or something is missing that can still come."""
    if signup.cleared:
        return "cleared"
    no = MISSING["refused"] in signup.missing or signup.student == "no" or signup.lapsed
    return "out" if withdrawn or no or signup.guardian in OVER else "missing"


def next_step(signup: Signup, dates: Calendar, *, withdrawn: bool, interpreter: bool = False) -> Next:
    """Who must act now, and what they do; `interpreter`: the family waits for one."""
    if signup.cleared:
        return Next("Nobody", "Has a seat." if signup.seated else "Waits for a place: is next in line when one is free.")
    if signup.guardian == "expired" and not withdrawn and dates.extend_from <= dates.now < dates.lock:
        return Next("An organizer", "Can give this family more time, with a reason.")
    if signup.lapsed and not withdrawn and signup.guardian in IN_PERSON and signup.student != "no":
        return Next("A guardian", "Can still sign in person, on paper, before somebody of the school.")
    if group(signup, withdrawn=withdrawn) == "out":
        return NOBODY
    if called := _call(signup, interpreter=interpreter):
        return called
    return _student_next(signup) if signup.guardian in SIGNED else _family_next(signup, dates)


def _call(signup: Signup, *, interpreter: bool) -> Next | None:
    """What only people can settle, whatever day it is."""
    if signup.guardian == "on_hold_objection":
        return Next("The district", "Decides about the objection. Nothing goes on before.", calls=True)
    if signup.student == "talk_first":
        return Next("The school", "Talks with the student.", calls=True)
    if signup.guardian == "signed_unverified":
        return Next("The school", "Calls the guardian to confirm who signed.", calls=True)
    if interpreter:
        return Next("The school", "Finds an adult who interprets for the family.", calls=True)
    return None


def _student_next(signup: Signup) -> Next:
    if signup.student == "not_asked":
        return Next("The school", "Gives the student their own link.")
    if signup.student == "asked":
        return Next("The student", "Answers on their own page.")
    return Next("The family", signup.missing[0])


def _family_next(signup: Signup, dates: Calendar) -> Next:
    signer = "The student" if signup.signs_for_self else "The family"
    if signup.guardian == "draft":
        return Next("Plenary", "Sends the form six weeks before, once the convening is published.")
    if dates.call_from <= dates.now:
        return Next("The school", "Calls the family: the deadline is near.", calls=True)
    return Next(signer, "Answers the form.")


def deadline_day(deadline_at: datetime, zone: str) -> date:
    """The last day of a deadline in the family's zone: a deadline is the midnight that ends it."""
    return (deadline_at.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)).date()
