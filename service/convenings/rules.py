"""States, values and refusals of convenings; pure decisions."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from service.errors import Invalid, Refused
from service.text import Heading, Line, Prose, ZoneText

State: TypeAlias = Literal["draft", "published", "cancelled", "completed"]
Phase: TypeAlias = Literal["draft", "announced", "open", "full", "closed", "under_way", "over", "cancelled", "completed"]
SessionKind: TypeAlias = Literal["plenary", "workshop", "student_panel", "coaching", "social"]
Capacity: TypeAlias = Annotated[int, Meta(ge=0, le=100_000)]
Instant: TypeAlias = Annotated[datetime, Meta(tz=True, examples=["2027-03-10T08:30:00-05:00"])]

OVER: tuple[State, ...] = ("cancelled", "completed")
"""States in which nothing of a convening can be changed any more."""
LONGEST = timedelta(days=60)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Beyond these a time is a slip of the pen; near the years 1 and 9999 it could not even be turned into UTC."""


class Venue(Struct, frozen=True, forbid_unknown_fields=True):
    """Where it is; coordinates in degrees (WGS 84)."""

    name: Line = ""
    address: Line = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class VenuePatch(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different about where it is; null takes a coordinate away."""

    name: Line | UnsetType = UNSET
    address: Line | UnsetType = UNSET
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None | UnsetType = UNSET
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None | UnsetType = UNSET


class SessionDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One session of the agenda as it is asked for; with an `id` it replaces that session, without it is a new one.

    `taken` and `full` are answered only; what is sent back in them changes nothing.
    """

    title: Heading
    starts_at: Instant
    ends_at: Instant
    id: UUID | None = None
    kind: SessionKind = "workshop"
    track: Line = ""
    room: Line = ""
    signup: bool = False
    capacity: Capacity | None = None
    credit_minutes: Annotated[int, Meta(ge=0, le=1440)] = 0
    code: Line | None = None
    taken: int | None = None
    full: bool | None = None


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A convening as it is asked for."""

    title: Heading
    timezone: ZoneText
    starts_at: Instant
    ends_at: Instant
    capacity: Capacity
    summary: Prose = ""
    venue: Venue = Venue()
    registration_opens_at: Instant | None = None
    registration_closes_at: Instant | None = None
    sessions: Annotated[list[SessionDraft], Meta(max_length=200)] = []


class Patch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; `sessions` replaces the whole agenda, by id."""

    title: Heading | UnsetType = UNSET
    timezone: ZoneText | UnsetType = UNSET
    starts_at: Instant | UnsetType = UNSET
    ends_at: Instant | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    summary: Prose | UnsetType = UNSET
    venue: VenuePatch | UnsetType = UNSET
    registration_opens_at: Instant | None | UnsetType = UNSET
    registration_closes_at: Instant | None | UnsetType = UNSET
    sessions: Annotated[list[SessionDraft], Meta(max_length=200)] | UnsetType = UNSET


class EndsBeforeStart(Invalid):
    """The end must be after the start."""


class OutOfReach(Invalid):
    """A time must lie between the years 2000 and 2200."""


class TooLong(Invalid):
    """A convening lasts at most 60 days."""


class WindowReversed(Invalid):
    """Registration must open before it closes, and close before the convening ends."""


class SessionOutside(Invalid):
    """A session must lie between the start and the end of the convening."""


class SessionUnknown(Invalid):
    """There is no session with this id in this convening."""


class CapacityNeedsSignup(Invalid):
    """A session with a capacity needs sign-up, or everybody would be in it."""


class VenueHalfLocated(Invalid):
    """Give both latitude and longitude, or neither."""


class SignupHasPeople(Refused):
    """People have a place in this session, so its sign-up cannot be turned off."""

    code = "signup-has-people"


class SessionIsPanel(Refused):
    """A student panel is planned in this session, so it stays on the agenda, and stays a panel."""

    code = "session-is-panel"


class CapacityBelowTaken(Refused):
    """More seats are taken than that."""

    code = "capacity-below-taken"


class NotADraft(Refused):
    """Only a draft can be published."""

    code = "not-a-draft"


class AlreadyOver(Refused):
    """This convening was cancelled or completed; it can no longer be changed."""

    code = "already-over"


class NotRemovable(Refused):
    """Only a draft that nobody is registered for can be thrown away."""

    code = "not-removable"


class NotPublished(Refused):
    """Only a published convening can be cancelled or completed."""

    code = "not-published"


class NotYetOver(Refused):
    """A convening can be completed when it has started."""

    code = "not-yet-over"


class Standing(Struct, frozen=True):
    """What the phase is derived from."""

    state: State
    starts_at: datetime
    ends_at: datetime
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    seats_left: int
    waiting: int


def phase(standing: Standing, now: datetime) -> Phase:
    """Where a convening stands: the stored state, and for a published one what seats and now say."""
    if standing.state != "published":
        return standing.state
    if now >= standing.ends_at:
        return "over"
    if now >= standing.starts_at:
        return "under_way"
    if standing.registration_opens_at and now < standing.registration_opens_at:
        return "announced"
    if standing.registration_closes_at and now >= standing.registration_closes_at:
        return "closed"
    return "full" if standing.seats_left <= 0 or standing.waiting > 0 else "open"


def check_times(draft: Draft, *, agenda_given: bool = True) -> None:
    """Refuse times that contradict each other; pointers name the field, one of those that were given."""
    for field in ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at"):
        moment: datetime | None = getattr(draft, field)
        if moment is not None and not EARLIEST <= moment <= LATEST:
            raise OutOfReach(pointer=f"/{field}")
    if draft.ends_at <= draft.starts_at:
        raise EndsBeforeStart(pointer="/ends_at")
    if draft.ends_at - draft.starts_at > LONGEST:
        raise TooLong(pointer="/ends_at")
    opens, closes = draft.registration_opens_at, draft.registration_closes_at
    if (opens and closes and opens >= closes) or (closes and closes > draft.ends_at) or (opens and opens >= draft.ends_at):
        raise WindowReversed(pointer="/registration_closes_at" if closes else "/registration_opens_at")
    if (draft.venue.latitude is None) != (draft.venue.longitude is None):
        raise VenueHalfLocated(pointer="/venue")
    for index, session in enumerate(draft.sessions):
        if agenda_given:
            check_session(session, draft, f"/sessions/{index}")
        elif session.starts_at < draft.starts_at or session.ends_at > draft.ends_at:
            raise SessionOutside(
                f"“{session.title}” would lie outside. Send `sessions` along, with their new times.",
                pointer="/starts_at" if session.starts_at < draft.starts_at else "/ends_at",
            )


def check_session(session: SessionDraft, draft: Draft, pointer: str) -> None:
    """Refuse a session that cannot be in this agenda."""
    if session.ends_at <= session.starts_at:
        raise EndsBeforeStart(pointer=f"{pointer}/ends_at")
    if session.starts_at < draft.starts_at or session.ends_at > draft.ends_at:
        raise SessionOutside(pointer=f"{pointer}/starts_at")
    if session.capacity is not None and not session.signup:
        raise CapacityNeedsSignup(pointer=f"{pointer}/capacity")


def fields_of(patch: Patch) -> str:
    """The names of what a patch is to make different, for the audit log."""
    return ", ".join(name for name in patch.__struct_fields__ if getattr(patch, name) is not UNSET)
