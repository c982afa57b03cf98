"""What people write in the forms of this slice, as the structs that actions take; and the sessions that they can choose."""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from uuid import UUID

from msgspec import Struct

from service.convenings.queries import SessionRow
from service.members.queries import PersonRow
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Change, Register
from service.text import email_address
from service.web.forms import Form, build

NEEDED = {"name": "Write your name.", "email": "Write a mail address like name@school.org."}
OTHERS_NEEDED = {"name": "Write the person’s name.", "email": NEEDED["email"]}
"""Where somebody fills the form in for another person."""
CHECKS = {"email": email_address}
DETAILS = frozenset({"name", "title", "district", "dietary", "access_needs"})
ADDRESS = frozenset({"email"})
SESSIONS = frozenset({"sessions"})
TRAP = "leave_empty"
"""A field that no person sees; who fills it is a program."""


def wanted(form: Form, fixed: Mapping[str, str] | None = None, needed: Mapping[str, str] = NEEDED) -> Register | None:
    """A registration, or None with the sentences in the form."""
    return build(form, Register, needed=needed, checks=CHECKS, fixed=fixed)


def change(form: Form, only: frozenset[str], needed: Mapping[str, str] = NEEDED) -> Change | None:
    """A change of these fields, or None with the sentences in the form."""
    return build(form, Change, needed=needed, checks=CHECKS, only=only)


def of_person(person: PersonRow) -> Form:
    """What we know of somebody, filled in."""
    return Form(
        {
            "name": [person.name],
            "title": [person.title],
            "district": [person.district_name],
            "dietary": [person.dietary],
            "access_needs": [person.access_needs],
        }
    )


def of_registration(row: RegistrationRow) -> Form:
    """A registration as it stands, filled in."""
    return Form(
        {
            "name": [row.name],
            "title": [row.title],
            "district": [row.district_name],
            "dietary": [row.dietary],
            "access_needs": [row.access_needs],
        }
    )


class Option(Struct, frozen=True):
    """One session to choose; a `closed` one is full and not this person's."""

    session: SessionRow
    chosen: bool
    closed: bool


class Group(Struct, frozen=True):
    """Sessions that touch in time; of an `exclusive` group only one can be chosen."""

    options: list[Option]
    exclusive: bool


def groups(
    agenda: Sequence[SessionRow], chosen: Collection[str], *, own: Collection[UUID] = (), waits: bool = False
) -> list[Group]:
    """The sessions with sign-up, those at the same time together.

    `chosen` are ids as text; `own` have a place of this person's; who `waits` may keep wishing for a full one.
    """
    made: list[list[Option]] = []
    until = None
    for session in sorted((one for one in agenda if one.signup), key=lambda one: one.starts_at):
        ticked = str(session.id) in chosen
        closed = session.full and session.id not in own and not (ticked and waits)
        option = Option(session, ticked and not closed, closed)
        if until is not None and session.starts_at < until:
            made[-1].append(option)
            until = max(until, session.ends_at)
        else:
            made.append([option])
            until = session.ends_at
    return [Group(options, _all_at_once([one.session for one in options])) for options in made]


def _all_at_once(sessions: Sequence[SessionRow]) -> bool:
    """Whether each of several sessions overlaps with each other one."""
    pairs = combinations(sessions, 2)
    return len(sessions) > 1 and all(one.starts_at < two.ends_at and two.starts_at < one.ends_at for one, two in pairs)
