"""The form of one session of an agenda: filled from a session, and read into one as it is asked for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import msgspec
from msgspec import Struct

from emails import wording
from service.convenings import wall_time
from service.convenings.details_form import drafted, field, in_order, moment, whole
from service.convenings.differences import Facts
from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import Patch, SessionDraft, SessionKind, SessionOutside
from service.errors import Refused
from service.text import Heading, Line
from service.web.forms import Form, build

NAMES = (
    "title", "kind", "starts_at", "starts_at_which", "ends_at", "ends_at_which", "room", "track", "signup", "capacity",
    "credit_minutes",
)  # fmt: skip
"""The fields in the order of the page."""


LABELS = {
    "title": "Title",
    "kind": "Kind",
    "starts_at": "Starts",
    "ends_at": "Ends",
    "room": "Room",
    "track": "Track",
    "signup": "Who comes",
    "capacity": "Places",
    "credit_minutes": "Minutes of credit",
}


class Texts(Struct, frozen=True):
    """The fields that are texts."""

    title: Heading
    room: Line
    track: Line


def of_session(session: SessionRow, zone: str) -> Form:
    """A session as it stands, filled in."""
    given = {
        "title": session.title,
        "kind": session.kind,
        "starts_at": wall_time.wall(session.starts_at, zone),
        "starts_at_which": wall_time.which(session.starts_at, zone),
        "ends_at": wall_time.wall(session.ends_at, zone),
        "ends_at_which": wall_time.which(session.ends_at, zone),
        "room": session.room,
        "track": session.track,
        "signup": "choice" if session.signup else "everybody",
        "capacity": "" if session.capacity is None else str(session.capacity),
        "credit_minutes": str(session.credit_minutes),
    }
    return Form({name: [value] for name, value in given.items()})


def stands_now(form: Form, standing: SessionRow | None, row: ConveningRow) -> list[tuple[str, str]]:
    """What is otherwise in the form than it stands: label and standing text."""
    if standing is None:
        return []
    stands = of_session(standing, row.time_zone)
    return [(words, stands.text(name)) for name, words in LABELS.items() if form.text(name).strip() != stands.text(name)]


def for_another(row: ConveningRow, agenda: Sequence[SessionRow]) -> Form:
    """An hour behind the last session, or at the start."""
    starts_at = max((session.ends_at for session in agenda), default=row.starts_at)
    if starts_at >= row.ends_at:
        starts_at = row.starts_at
    given = {
        "kind": "workshop",
        "starts_at": wall_time.wall(starts_at, row.time_zone),
        "ends_at": wall_time.wall(min(starts_at + timedelta(hours=1), row.ends_at), row.time_zone),
        "signup": "everybody",
        "credit_minutes": "0",
    }
    return Form({name: [value] for name, value in given.items()})


def session(form: Form, row: ConveningRow, standing: SessionRow | None) -> SessionDraft | None:
    """The session as it is asked for, or None with the sentences in the form."""
    texts = build(form, Texts, needed={"title": "Write a title."})
    kind = next((one for one in get_args(SessionKind) if one == form.text("kind")), None)
    if kind is None:
        form.errors["kind"] = "Choose one of these kinds."
    starts_at = moment(form, "starts_at", row.time_zone)
    ends_at = moment(form, "ends_at", row.time_zone)
    choice = form.text("signup")
    if choice not in ("everybody", "choice"):
        form.errors["signup"] = "Choose who comes to it."
    capacity = field(form, "capacity", lambda text: whole(text, 100_000) if text else None)
    minutes = field(form, "credit_minutes", lambda text: whole(text or "0", 1440))
    in_order(form, NAMES)
    if form.errors or texts is None or kind is None or starts_at is None or ends_at is None or minutes is None:
        return None
    asked = SessionDraft(
        **msgspec.structs.asdict(texts),
        id=standing.id if standing else None,
        code=standing.code if standing else None,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        signup=choice == "choice",
        capacity=capacity,
        credit_minutes=minutes,
    )
    return _to_the_second(asked, standing, row.time_zone) if standing else asked


def _to_the_second(asked: SessionDraft, standing: SessionRow, zone: str) -> SessionDraft:
    """Times that were not touched stay as they are: fields show minutes alone."""
    kept = {
        name: old
        for name, old in (("starts_at", standing.starts_at), ("ends_at", standing.ends_at))
        if wall_time.wall(getattr(asked, name), zone) == wall_time.wall(old, zone)
        and wall_time.which(getattr(asked, name), zone) == wall_time.which(old, zone)
    }
    return msgspec.structs.replace(asked, **kept)


def with_session(found: Facts, asked: SessionDraft) -> Patch:
    """The agenda with this session in it: a new one, or instead of the one with its id."""
    others = [drafted(one) if one.id != asked.id else asked for one in found.agenda]
    return Patch(sessions=others if asked.id else [*others, asked])


def without_session(found: Facts, session: SessionRow) -> Patch:
    """The agenda without it."""
    return Patch(sessions=[drafted(one) for one in found.agenda if one.id != session.id])


def refuse(form: Form, refusal: Refused, row: ConveningRow) -> None:
    """Put a rule's answer at the field of the session that it is about, or above the form."""
    sentence, name = refusal.sentence, refusal.pointer.rpartition("/")[2]
    if isinstance(refusal, SessionOutside):
        lasts = wording.span(row.starts_at, row.ends_at, row.time_zone)
        sentence = f"The convening lasts from {lasts}. A session lies within it, or its times must be changed first."
    if name in NAMES:
        form.errors[name] = sentence
    else:
        form.notice = sentence
