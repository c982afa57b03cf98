"""A convening as pages show it: its phase in words, its agenda by day."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from msgspec import Struct, structs

from emails import wording
from emails.messages import AgendaItem, Gathering
from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import Phase, phase
from service.text import zone
from service.web.calendar_links import Adding, adding, subscribing
from service.web.templating import many


class Shown(Struct, frozen=True):
    """A convening at the moment of a request; `row` as the public may know it."""

    row: ConveningRow
    phase: Phase
    may_register: bool
    words: str
    """Why nobody can register now; empty where somebody can."""

    @property
    def chip(self) -> tuple[str, str]:
        """Its mark, as a class of the style sheet, and what it says."""
        row = self.row
        opens = row.registration_opens_at or row.starts_at
        chips: dict[Phase, tuple[str, str]] = {
            "draft": ("", "Draft: only organizers see it"),
            "announced": ("", f"Registration opens {wording.day(opens, row.time_zone)}"),
            "open": ("", f"Open: {many(row.seats_left, 'seat', 'seats')} left"),
            "full": ("yes", "Full: waiting list open"),
            "closed": ("shut", "Registration closed"),
            "under_way": ("part", "Under way"),
            "cancelled": ("shut", "Cancelled"),
            "over": ("yes", "Took place"),
            "completed": ("yes", "Took place"),
        }
        return chips[self.phase]


class Day(Struct, frozen=True):
    """The sessions of one day on the convening's own calendar; `at` is an instant of that day."""

    at: datetime
    sessions: list[SessionRow]


def in_public(row: ConveningRow) -> ConveningRow:
    """The same without held seats: who asks for an address would see from them whether it is known."""
    return structs.replace(row, taken=row.taken - row.held, held=0)


def show(convening: ConveningRow, now: datetime) -> Shown:
    """What a page says about it."""
    row = in_public(convening)
    current = phase(row.standing, now)
    may_register = current in ("open", "full") or (current == "under_way" and _window_is_open(row, now))
    return Shown(row, current, may_register, "" if may_register else _why_not(row, current))


def _window_is_open(row: ConveningRow, now: datetime) -> bool:
    """Whether the organizer lets people register after the start."""
    opens, closes = row.registration_opens_at, row.registration_closes_at
    return closes is not None and now < closes and (opens is None or opens <= now)


def _why_not(row: ConveningRow, current: Phase) -> str:
    match current:
        case "announced":
            return f"Registration opens {_on(row, row.registration_opens_at)}."
        case "closed":
            return f"Registration closed {_on(row, row.registration_closes_at)}."
        case "under_way":
            return "This convening is under way. Registration is closed."
        case "cancelled":
            return "This convening was cancelled. It does not take place."
        case "over" | "completed":
            return "This convening has taken place. Registration is closed."
        case _:
            return "Registration for this convening is closed."


def _on(row: ConveningRow, instant: datetime | None) -> str:
    return f"on {wording.moment(instant, row.time_zone)}" if instant else "later"


def by_day(sessions: Iterable[SessionRow], time_zone: str) -> list[Day]:
    """The agenda, a list for each day."""
    place = zone(time_zone)
    days = groupby(sessions, key=lambda session: session.starts_at.astimezone(place).date())
    return [Day(found[0].starts_at, found) for found in (list(of_day) for _, of_day in days)]


def in_two(days: list[Day]) -> tuple[list[Day], list[Day]]:
    """The days in two columns that are about as long."""
    return min(((days[:cut], days[cut:]) for cut in range(1, len(days))), key=lambda parts: max(map(_length, parts)))


def _length(days: Iterable[Day]) -> int:
    return sum(2 + len(day.sessions) for day in days)


def agenda_items(sessions: Iterable[SessionRow]) -> list[AgendaItem]:
    """Sessions as the text of a calendar entry has them."""
    return [AgendaItem(one.title, one.starts_at, one.ends_at, one.room, one.id) for one in sessions]


def gathering(convening: ConveningRow, agenda: Iterable[AgendaItem]) -> Gathering:
    """The facts that matter to a calendar."""
    return Gathering(
        convening.title,
        convening.summary,
        convening.time_zone,
        convening.starts_at,
        convening.ends_at,
        convening.venue_name,
        convening.venue_address,
        convening.venue_latitude,
        convening.venue_longitude,
        tuple(agenda),
    )


class Calendar(Struct, frozen=True):
    """The ways into a calendar that everybody sees; `address` is the public feed."""

    adding: Adding
    subscribe: str
    address: str


def calendar_of(shown: Shown, public_url: str) -> Calendar | None:
    """None where there is nothing to come to any more."""
    if shown.phase in ("cancelled", "over", "completed"):
        return None
    page = f"{public_url}/convenings/{shown.row.slug}"
    feed = f"{page}/calendar.ics"
    return Calendar(adding(gathering(shown.row, ()), page), subscribing(feed), feed)
