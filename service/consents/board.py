"""The readiness board: a convening's students in three groups, its panels in numbers, and the days that are left."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from service.consents import board_queries, board_rules, interpreter_queries, queries, status_words, views
from service.consents.board_rules import Calendar, Group, Next
from service.consents.queries import SignupRow
from service.consents.speaking import own_name
from service.consents.status_words import Mark
from service.consents.views import Signup
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Invalid
from service.panels import queries as panels
from service.panels.queries import PanelRow
from service.text import Line, folded
from service.web.deps import AnyRequest


class BoardSearchUnusable(Invalid):
    """Search for words on one line, and choose the filters from what is offered."""

    code = "search-unusable"


class Asked(Struct, frozen=True):
    """The filled form above the board."""

    q: Line = ""
    panel: UUID | None = None
    standing: Literal["missing", "cleared", "out", "calls"] | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.q or self.panel or self.standing)


class Seen(Struct, frozen=True):
    """One student as the board shows them."""

    signup: Signup
    panel: str
    language: str
    group: Group
    guardian: Mark
    student: Mark
    next: Next
    last_day: date
    is_open: bool
    """Whether an answer of the family is still to come."""


class PanelCount(Struct, frozen=True):
    """A panel in numbers."""

    panel: PanelRow
    cleared: int
    missing: int
    calls: int

    @property
    def open(self) -> int:
        """Places that have nobody who is under way."""
        return max(0, self.panel.seats - self.panel.asked)


class DayCount(Struct, frozen=True):
    """A day on which families run out of time, and how many have not answered."""

    day: date
    days_left: int
    families: int


def asked(request: AnyRequest) -> Asked:
    """What the address says; raises BoardSearchUnusable."""
    given = {name: request.query_params.get(name, "").strip() for name in Asked.__struct_fields__}
    try:
        return msgspec.convert({name: value for name, value in given.items() if value}, Asked)
    except msgspec.ValidationError:
        raise BoardSearchUnusable from None


async def students(conn: Connection, convening: ConveningRow, of: Sequence[PanelRow], now: datetime) -> list[Seen]:
    """Everybody on the lists of these panels, what needs a person first."""
    dates = board_rules.calendar(convening.starts_at, convening.time_zone, now)
    found: list[Seen] = []
    for panel in of:
        rows = await queries.of_panel(conn, panel.id)
        found += await seen(conn, rows, panel, dates)
    return sorted(found, key=lambda one: (not one.next.calls, folded(one.signup.label), one.signup.id))


async def seen(conn: Connection, rows: Sequence[SignupRow], panel: PanelRow, dates: Calendar) -> list[Seen]:
    """Sign-ups of one panel; `rows` are all of them, since who is an alternate depends on the others."""
    shown = await views.shown(conn, rows, await views.waiting(conn, rows, panel.id, panel.seats, dates.now), dates.now)
    ids = [row.id for row in rows]
    beside = {one.signup_id: one for one in await board_queries.beside(conn, ids)}
    wait = {one.signup_id for one in await interpreter_queries.wanted(conn, ids)}
    return [
        Seen(
            signup=signup,
            panel=panel.title,
            language=own_name(beside[row.id].language),
            group=board_rules.group(signup, withdrawn=row.withdrawn_at is not None),
            guardian=status_words.guardian_mark(signup, withdrawn=row.withdrawn_at is not None),
            student=status_words.STUDENT[signup.student],
            next=board_rules.next_step(signup, dates, withdrawn=row.withdrawn_at is not None, interpreter=row.id in wait),
            last_day=board_rules.deadline_day(row.deadline_at, beside[row.id].time_zone),
            is_open=row.withdrawn_at is None and signup.guardian in ("draft", "asked", "opened", "superseded"),
        )
        for row, signup in zip(rows, shown, strict=True)
    ]


def narrowed(everybody: Sequence[Seen], form: Asked) -> list[Seen]:
    """Those who are looked for: all words occur in what the school calls them, or in the school's name."""
    words = folded(form.q).split()
    return [
        one
        for one in everybody
        if (form.panel is None or one.signup.panel_id == form.panel)
        and (form.standing is None or form.standing == one.group or (form.standing == "calls" and one.next.calls))
        and all(word in folded(f"{one.signup.label}\n{one.signup.school}") for word in words)
    ]


def counted(of: Sequence[PanelRow], everybody: Sequence[Seen]) -> list[PanelCount]:
    """Each panel in numbers."""
    groups = Counter((one.signup.panel_id, one.group) for one in everybody)
    calls = Counter(one.signup.panel_id for one in everybody if one.next.calls)
    return [PanelCount(one, groups[one.id, "cleared"], groups[one.id, "missing"], calls[one.id]) for one in of]


def by_day(everybody: Sequence[Seen], convening: ConveningRow, now: datetime) -> list[DayCount]:
    """The days to come on which time runs out, and for how many families."""
    today = now.astimezone(ZoneInfo(convening.time_zone)).date()
    days = Counter(one.last_day for one in everybody if one.is_open and one.group == "missing" and one.last_day >= today)
    return [DayCount(day, (day - today) // timedelta(days=1), families) for day, families in sorted(days.items())]


async def one(conn: Connection, row: SignupRow, convening: ConveningRow, now: datetime) -> Seen:
    """One student, as the board would show them."""
    panel = await panels.panel(conn, row.panel_id)
    dates = board_rules.calendar(convening.starts_at, convening.time_zone, now)
    everybody = await seen(conn, await queries.of_panel(conn, row.panel_id), panel, dates)
    return next(found for found in everybody if found.signup.id == row.id)
