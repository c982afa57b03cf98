"""A person's own registration as the page shows it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from service.convenings import queries as convenings
from service.convenings.queries import SessionRow
from service.convenings.views import Shown, show
from service.db import Connection
from service.members import queries as members
from service.registrations import forms, queries
from service.registrations.forms import Group
from service.registrations.queries import RegistrationRow
from service.registrations.rules import LIVE, State
from service.web import seats
from service.web.forms import Form
from service.web.seats import Picture

Kind: TypeAlias = Literal[
    "confirmed",
    "waitlisted",
    "offered",
    "held",
    "gave_back",
    "left_list",
    "hold_over",
    "offer_over",
    "passed",
    "cancelled",
    "over",
]
"""What the page is about: the registration's state, as the convening and the clock let it stand."""

_KINDS: dict[State, Kind] = {
    "held": "held",
    "confirmed": "confirmed",
    "waitlisted": "waitlisted",
    "offered": "offered",
    "withdrawn": "gave_back",
    "expired": "offer_over",
    "declined": "passed",
}
_ENDS: dict[tuple[State, str | None], Kind] = {("withdrawn", "waitlisted"): "left_list", ("expired", "held"): "hold_over"}
"""Where it also matters in which state it ended."""


class Mine(Struct, frozen=True):
    """One session that concerns this person; `placed` where they are in it."""

    session: SessionRow
    placed: bool


class Own(Struct, frozen=True):
    """Everything that the page of one registration says."""

    row: RegistrationRow
    kind: Kind
    shown: Shown
    reader_zone: str
    sessions: list[Mine]
    groups: list[Group]
    undecided: bool
    """Sessions wait to be chosen."""
    reminders: list[datetime]
    picture: Picture | None

    @property
    def first_name(self) -> str:
        """How we greet."""
        return (self.row.name.split() or [self.row.email])[0]


async def own(conn: Connection, row: RegistrationRow, now: datetime, typed: Form | None = None) -> Own:
    """The page of one registration; `typed` are sessions that were just ticked and refused."""
    convening = await convenings.convening(conn, row.convening_id)
    agenda = await convenings.sessions(conn, row.convening_id)
    chosen = {choice.session_id: choice.placed for choice in await queries.choices(conn, [row.id])}
    shown = show(convening, now)
    ticked = typed.chosen("sessions") if typed else [str(session_id) for session_id in chosen]
    return Own(
        row=row,
        kind=kind(row, shown, now),
        shown=shown,
        reader_zone=(await members.person(conn, row.person_id)).time_zone,
        sessions=[
            Mine(session, chosen.get(session.id, not session.signup))
            for session in agenda
            if not session.signup or session.id in chosen
        ],
        groups=forms.groups(
            agenda, ticked, own=[session_id for session_id, placed in chosen.items() if placed], waits=not row.seated
        ),
        undecided=not chosen and any(session.signup for session in agenda),
        reminders=[at for at in _reminders(shown) if at > now],
        picture=_picture(row, shown),
    )


def kind(row: RegistrationRow, shown: Shown, now: datetime) -> Kind:
    """What the page is about."""
    if row.state in LIVE and shown.phase in ("cancelled", "over", "completed"):
        return "cancelled" if shown.phase == "cancelled" else "over"
    until = {"held": row.held_until, "offered": row.offered_until}.get(row.state)
    ended = "expired" if until and until <= now else row.state
    left_from = row.state if ended != row.state else row.left_from
    return _ENDS.get((ended, left_from), _KINDS[ended])


def _reminders(shown: Shown) -> Sequence[datetime]:
    """The days on which we write once more."""
    return [shown.row.starts_at - timedelta(days=days) for days in (7, 1)]


def _picture(row: RegistrationRow, shown: Shown) -> Picture | None:
    convening = shown.row
    if row.state == "waitlisted" and row.position:
        return seats.of_waiting(convening.capacity, convening.taken, convening.waiting, row.position)
    if row.seated:
        return seats.of_one(convening.capacity, convening.taken, row.id.int)
    return None
