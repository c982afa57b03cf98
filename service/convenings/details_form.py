"""The form of a convening's facts: filled from a convening, and read into what is to be different."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from service.convenings import wall_time
from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import Patch, SessionDraft, VenuePatch
from service.errors import Invalid, Refused
from service.text import Heading, Line, Prose, ZoneText, time_zone
from service.web.forms import Form, build

ValueT = TypeVar("ValueT")
TIMES = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")
NAMES = (
    "title", "summary", "timezone", *(name for field in TIMES[:2] for name in (field, f"{field}_which")), "move_agenda",
    "capacity", "venue_name", "venue_address", "latitude", "longitude",
    *(name for field in TIMES[2:] for name in (field, f"{field}_which")),
)  # fmt: skip
"""The fields in the order of the page."""
LABELS = {
    "title": "Title",
    "summary": "What it is about",
    "timezone": "Time zone",
    "starts_at": "Starts",
    "ends_at": "Ends",
    "capacity": "Seats",
    "venue_name": "Name of the place",
    "venue_address": "Address",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "registration_opens_at": "Registration opens",
    "registration_closes_at": "Registration closes",
}


class Texts(Struct, frozen=True):
    """The fields that are texts."""

    title: Heading
    summary: Prose
    timezone: ZoneText
    venue_name: Line
    venue_address: Line


def of_convening(row: ConveningRow) -> Form:
    """A convening as it stands, filled in."""
    given: dict[str, Any] = {
        "title": row.title,
        "summary": row.summary,
        "timezone": row.time_zone,
        "capacity": row.capacity,
        "venue_name": row.venue_name,
        "venue_address": row.venue_address,
        "latitude": "" if row.venue_latitude is None else row.venue_latitude,
        "longitude": "" if row.venue_longitude is None else row.venue_longitude,
    }
    for name in TIMES:
        given[name] = wall_time.wall(getattr(row, name), row.time_zone)
        given[f"{name}_which"] = wall_time.which(getattr(row, name), row.time_zone)
    return Form({name: [str(value)] for name, value in given.items()})


def stands_now(form: Form, row: ConveningRow) -> list[tuple[str, str]]:
    """What is otherwise in the form than it stands: label and standing text."""
    standing = of_convening(row)
    return [(words, standing.text(name)) for name, words in LABELS.items() if form.text(name).strip() != standing.text(name)]


def patch(form: Form, row: ConveningRow, agenda: Sequence[SessionRow]) -> Patch | None:
    """What is to be different, or None with the sentences in the form."""
    texts = build(
        form,
        Texts,
        needed={"title": "Write a title.", "timezone": "Choose a time zone."},
        checks={"timezone": time_zone},
    )
    numbers = {
        "capacity": field(form, "capacity", _capacity),
        "latitude": field(form, "latitude", lambda text: degrees(text, 90)),
        "longitude": field(form, "longitude", lambda text: degrees(text, 180)),
    }
    zone = form.text("timezone").strip()
    times = {} if "timezone" in form.errors else {name: _time(form, name, row, zone) for name in TIMES}
    in_order(form, NAMES)
    if texts is None or form.errors:
        return None
    wanted = msgspec.structs.asdict(texts) | numbers | times
    return _different(wanted, row, agenda, move=bool(form.text("move_agenda")))


def _different(wanted: dict[str, Any], row: ConveningRow, agenda: Sequence[SessionRow], *, move: bool) -> Patch:
    """Only what is another value than it was; the agenda goes along where that is wished."""
    standing: dict[str, Any] = {
        "title": row.title,
        "summary": row.summary,
        "timezone": row.time_zone,
        "capacity": row.capacity,
    } | {name: getattr(row, name) for name in TIMES}
    given = {name: wanted[name] for name in standing if wanted[name] != standing[name]}
    places = {name: (wanted[f"venue_{name}"], getattr(row, f"venue_{name}")) for name in ("name", "address")}
    places |= {name: (wanted[name], getattr(row, f"venue_{name}")) for name in ("latitude", "longitude")}
    if venue := {name: new for name, (new, old) in places.items() if new != old}:
        given["venue"] = VenuePatch(**venue)
    if move and agenda and not given.keys().isdisjoint({"starts_at", "timezone"}):
        old, new = (row.starts_at, row.time_zone), (wanted["starts_at"], wanted["timezone"])
        given["sessions"] = [_moved(session, old, new) for session in agenda]
    return Patch(**given)


def _moved(session: SessionRow, old: tuple[datetime, str], new: tuple[datetime, str]) -> SessionDraft:
    """A session at the same distance from the start, and as long as it was."""
    starts_at = wall_time.moved(session.starts_at, old, new)
    ends_at = starts_at + (session.ends_at - session.starts_at)
    return msgspec.structs.replace(drafted(session), starts_at=starts_at, ends_at=ends_at)


def drafted(session: SessionRow) -> SessionDraft:
    """A session as it is asked for again."""
    asked = {name: getattr(session, name) for name in SessionDraft.__struct_fields__ if name not in ("taken", "full")}
    return SessionDraft(**asked)


def _time(form: Form, name: str, row: ConveningRow, zone: str) -> datetime | None:
    """The instant of a field; what was not touched stays as it is, to its second."""
    standing: datetime | None = getattr(row, name)
    text, chosen = form.text(name).strip(), form.text(f"{name}_which")
    if zone == row.time_zone and text == wall_time.wall(standing, zone) and chosen in ("", wall_time.which(standing, zone)):
        return standing
    if not text and name in TIMES[2:]:
        return None
    return moment(form, name, zone)


def moment(form: Form, name: str, zone: str) -> datetime | None:
    """The instant of a field for a day and a time; which of two is meant is asked in a field of its own."""
    try:
        return wall_time.instant(form.text(name), zone, form.text(f"{name}_which"))
    except wall_time.TwiceThatDay as refusal:
        form.errors[f"{name}_which"] = refusal.sentence
    except Refused as refusal:
        form.errors[name] = refusal.sentence
    return None


def field(form: Form, name: str, read: Callable[[str], ValueT]) -> ValueT | None:
    """What a field says, or None with the sentence in the form."""
    try:
        return read(form.text(name).strip())
    except Refused as refusal:
        form.errors[name] = refusal.sentence
        return None


def _capacity(text: str) -> int:
    return whole(text, 100_000)


def whole(text: str, most: int) -> int:
    """A whole number from 0 on."""
    plain = text.replace(",", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 10 and int(plain) <= most):
        raise Invalid(f"Write a whole number from 0 to {most:,}.")
    return int(plain)


def degrees(text: str, most: int) -> float | None:
    """A coordinate, or None for an empty field."""
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not -most <= found <= most:
        raise Invalid(f"Write degrees from −{most} to {most}, like 38.9072.")
    return found


def in_order(form: Form, names: Sequence[str]) -> None:
    """Bring the sentences into the order of the page."""
    form.errors = {name: form.errors[name] for name in names if name in form.errors}
