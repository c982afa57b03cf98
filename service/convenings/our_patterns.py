"""The built-in patterns: agendas that have worked, to be changed."""

from datetime import timedelta

from service.convenings.patterns import Pattern, PatternSession
from service.convenings.rules import SessionKind

EVERYBODY: dict[SessionKind, str] = {"plenary": "Great Hall", "student_panel": "Great Hall", "social": "Foyer"}
"""Where sessions of a kind are unless a room is said."""


def _at(day: int, clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(days=day - 1, hours=int(hours), minutes=int(minutes))


def _session(
    day: int, times: str, kind: SessionKind, title: str, room: str = "", places: int | None = None
) -> PatternSession:
    """One session; with `places` it is one that people choose, and what teaches counts its minutes."""
    starts, ends = (_at(day, clock) for clock in times.split("-"))
    minutes = 0 if kind == "social" else (ends - starts) // timedelta(minutes=1)
    return PatternSession(
        title=title,
        kind=kind,
        starts=starts,
        ends=ends,
        room=room or EVERYBODY.get(kind, ""),
        signup=places is not None,
        capacity=places,
        credit_minutes=minutes,
    )


WORKSHOP = Pattern(
    name="workshop",
    words="A workshop of one day: two rounds of workshops to choose from, 40 seats",
    title="One-Day Workshop",
    starts=_at(1, "8:30"),
    ends=_at(1, "15:30"),
    capacity=40,
    sessions=(
        _session(1, "8:30-9:00", "social", "Arrivals and coffee"),
        _session(1, "9:00-9:45", "plenary", "Opening: what we want to change"),
        _session(1, "10:00-11:45", "workshop", "Reading our data together", "Room 1", 20),
        _session(1, "10:00-11:45", "workshop", "Listening to families", "Room 2", 20),
        _session(1, "11:45-12:45", "social", "Lunch"),
        _session(1, "12:45-14:30", "workshop", "One policy, ninety days", "Room 1", 20),
        _session(1, "12:45-14:30", "workshop", "Budgets in plain words", "Room 2", 20),
        _session(1, "14:45-15:30", "plenary", "Closing: who does what until when"),
    ),
)
CONVENING = Pattern(
    name="convening",
    words="A convening of two and a half days: student panels, coaching, workshops, 80 seats",
    title="Convening",
    starts=_at(1, "8:30"),
    ends=_at(3, "12:00"),
    capacity=80,
    sessions=(
        _session(1, "8:30-9:30", "social", "Arrivals and coffee"),
        _session(1, "9:30-10:45", "plenary", "Opening: promises kept and not kept"),
        _session(1, "11:00-12:15", "student_panel", "Student panel: belonging at school"),
        _session(1, "12:15-13:30", "social", "Lunch"),
        _session(1, "13:30-15:00", "workshop", "Talking with boards and families", "Room 1", 27),
        _session(1, "13:30-15:00", "workshop", "Discipline data without labels", "Room 2", 27),
        _session(1, "13:30-15:00", "workshop", "Reading a school budget", "Room 3", 27),
        _session(1, "15:30-16:30", "coaching", "Coaching circles, first round", "Room 4", 24),
        _session(2, "9:00-10:30", "student_panel", "Student panel: ready for what?"),
        _session(2, "10:45-12:15", "coaching", "Coaching circles, second round", "Room 4", 24),
        _session(2, "10:45-12:15", "workshop", "Access to services", "Room 1", 30),
        _session(2, "10:45-12:15", "workshop", "Hiring and keeping teachers", "Room 2", 30),
        _session(2, "12:15-13:30", "social", "Lunch"),
        _session(2, "13:30-15:00", "workshop", "Working session: one policy, ninety days", "Great Hall", 80),
        _session(2, "18:00-20:00", "social", "Dinner", "Dining Room"),
        _session(3, "9:00-11:30", "plenary", "Commitments"),
        _session(3, "11:30-12:00", "social", "Goodbye"),
    ),
)
EVENING = Pattern(
    name="evening",
    words="A half day that ends in the evening: one talk, small groups, supper, 30 seats",
    title="Evening Meeting",
    starts=_at(1, "15:30"),
    ends=_at(1, "20:00"),
    capacity=30,
    sessions=(
        _session(1, "15:30-16:00", "social", "Arrivals and coffee"),
        _session(1, "16:00-17:00", "plenary", "One question for tonight"),
        _session(1, "17:15-18:30", "coaching", "Small groups: bring one case", "Library", 15),
        _session(1, "17:15-18:30", "coaching", "Small groups: read one text", "Room 1", 15),
        _session(1, "18:30-19:30", "social", "Supper", "Dining Room"),
        _session(1, "19:30-20:00", "plenary", "What we take home"),
    ),
)
EMPTY = Pattern(
    name="empty",
    words="Empty: an agenda without sessions",
    title="",
    starts=_at(1, "9:00"),
    ends=_at(1, "16:00"),
    capacity=50,
)
OURS = {pattern.name: pattern for pattern in (EMPTY, WORKSHOP, CONVENING, EVENING)}
"""By name, in the order in which they are offered."""
