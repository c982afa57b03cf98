"""What a new convening can start from: an earlier one, or one of ours; times as they stand on the wall; pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from msgspec import Struct, structs

from service.convenings import wall_time
from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import Draft, SessionDraft, SessionKind, Venue
from service.errors import Invalid
from service.text import zone

DAY = timedelta(days=1)


class EndsTooEarly(Invalid):
    """The end would lie before the end of the last session."""


class PatternSession(Struct, frozen=True, kw_only=True):
    """A session; its times count from the midnight before the first day."""

    title: str
    kind: SessionKind
    starts: timedelta
    ends: timedelta
    room: str = ""
    track: str = ""
    signup: bool = False
    capacity: int | None = None
    credit_minutes: int = 0


class Pattern(Struct, frozen=True, kw_only=True):
    """A convening without its days; its times count from the midnight before the first one."""

    name: str
    words: str
    title: str
    starts: timedelta
    ends: timedelta
    capacity: int
    time_zone: str = ""
    summary: str = ""
    venue: Venue = Venue()
    sessions: tuple[PatternSession, ...] = ()

    @property
    def days(self) -> int:
        """On how many days it takes place."""
        return self.ends // DAY + 1


class Wish(Struct, frozen=True):
    """What the organizer says about the new one; None where the pattern's own is to stand, `ends` a time of the last day."""

    title: str
    time_zone: str
    first_day: date
    starts: timedelta | None
    ends: timedelta | None
    capacity: int | None


def draft(pattern: Pattern, wish: Wish) -> Draft:
    """The new convening: sessions keep their distance from the start on the wall. Raises EndsTooEarly."""
    starts = pattern.starts if wish.starts is None else wish.starts
    later = starts - pattern.starts
    last = max((session.ends + later for session in pattern.sessions), default=timedelta())
    ends = pattern.ends + later if wish.ends is None else (pattern.days - 1) * DAY + wish.ends
    if ends < last:
        raise EndsTooEarly(
            "That is before the last session ends. Leave this empty, and change the agenda afterwards.", pointer="/ends"
        )

    at = partial(wall_time.on, wish.first_day, name=wish.time_zone)
    return Draft(
        title=wish.title or pattern.title,
        timezone=wish.time_zone,
        starts_at=at(starts),
        ends_at=at(ends),
        capacity=pattern.capacity if wish.capacity is None else wish.capacity,
        summary=pattern.summary,
        venue=pattern.venue,
        sessions=[_session(session, at(session.starts + later), at(session.ends + later)) for session in pattern.sessions],
    )


def _session(session: PatternSession, starts_at: datetime, ends_at: datetime) -> SessionDraft:
    facts = structs.asdict(session)
    del facts["starts"], facts["ends"]
    return SessionDraft(**facts, starts_at=starts_at, ends_at=ends_at)


def of_convening(row: ConveningRow, agenda: Sequence[SessionRow]) -> Pattern:
    """What an earlier convening gives to a new one: everything but its people and its window of registration."""
    name = row.time_zone
    first_day = row.starts_at.astimezone(zone(name)).date()
    return Pattern(
        name=str(row.id),
        words="",
        title=row.title,
        starts=wall_time.since(first_day, row.starts_at, name),
        ends=wall_time.since(first_day, row.ends_at, name),
        capacity=row.capacity,
        time_zone=name,
        summary=row.summary,
        venue=Venue(row.venue_name, row.venue_address, row.venue_latitude, row.venue_longitude),
        sessions=tuple(
            PatternSession(
                title=session.title,
                kind=session.kind,
                starts=wall_time.since(first_day, session.starts_at, name),
                ends=wall_time.since(first_day, session.ends_at, name),
                room=session.room,
                track=session.track,
                signup=session.signup,
                capacity=session.capacity,
                credit_minutes=session.credit_minutes,
            )
            for session in agenda
        ),
    )
