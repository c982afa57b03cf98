"""The form of a panel: filled from one that stands, and read into one as it is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.convenings import wall_time
from service.errors import Invalid, Refused
from service.panels.queries import HoldRow, PanelRow, TopicRow
from service.panels.rules import Hold, PanelDraft, Recording
from service.text import Prose, email_address
from service.web.forms import Form, build

EMPTY_ROWS = 3
"""Rows for more schools below those that have places."""
MOST_ROWS = 50
"""A form has a limit of fields; where more schools have places, the page leaves them alone."""
RECORDING_WORDS: dict[Recording, str] = {
    "none": "No recording",
    "staff_notes": "Written notes, kept by staff",
    "network": "Video for the network",
    "public": "Video for everybody",
}


class Texts(Struct, frozen=True):
    """The fields that are texts."""

    audience_rules: Prose


class Wanted(Struct, frozen=True):
    """A panel as it is asked for, and the moderator's address, empty for nobody."""

    draft: PanelDraft
    moderator: str
    holds_stay: bool = False


def of_panel(row: PanelRow, holds: Sequence[HoldRow], moderator: str) -> Form:
    """A panel as it stands, filled in."""
    given = {
        "seats": [str(row.seats)],
        "topics": list(row.topics),
        "moderator": [moderator],
        "recording": [row.recording],
        "audience_rules": [row.audience_rules],
    }
    for index, hold in enumerate(holds, start=1):
        given[f"school_{index}"] = [str(hold.school_id)]
        given[f"places_{index}"] = [str(hold.places)]
        given[f"until_{index}"] = [wall_time.wall(hold.held_until, row.time_zone)]
    return Form(given)


def rows_of(form: Form) -> list[int]:
    """The numbers of the rows for schools: what is filled in, and some empty ones."""
    last = max((index for index in range(1, MOST_ROWS + 1) if _row(form, index)), default=0)
    return list(range(1, min(last + EMPTY_ROWS, MOST_ROWS) + 1))


def schools_of(rows: Iterable[int]) -> list[str]:
    """Their fields for a school."""
    return [f"school_{index}" for index in rows]


def _row(form: Form, index: int) -> bool:
    return any(form.text(f"{name}_{index}").strip() for name in ("school", "find_school", "places", "until"))


def wanted(
    form: Form,
    zone: str,
    catalog: Sequence[TopicRow],
    before: PanelRow | None = None,
    held: Sequence[HoldRow] = (),
) -> Wanted | None:
    """The panel, or None with the sentences in the form; `before` and `held` are what stands."""
    texts = build(form, Texts, needed={})
    session = before.session_id if before else _uuid(form, "session", "Choose a session of the agenda.")
    seats = _whole(form, "seats", "Write how many seats there are, as a number up to 100.", least=0)
    recording: Recording | None = next((one for one in RECORDING_WORDS if one == form.text("recording")), None)
    if recording is None:
        form.errors["recording"] = "Choose what is recorded."
    moderator = form.text("moderator").strip()
    if moderator:
        try:
            moderator = email_address(moderator, "/moderator")
        except Refused as refusal:
            form.errors["moderator"] = refusal.sentence
    standing = {one.school_id: one.held_until for one in held}
    holds = [_hold(form, index, zone, standing) for index in range(1, MOST_ROWS + 1) if _row(form, index)]
    if form.errors or texts is None or session is None or seats is None or recording is None:
        return None
    draft = PanelDraft(
        session_id=session,
        seats=seats,
        topics=_in_order(form.chosen("topics"), catalog, before),
        recording=recording,
        audience_rules=texts.audience_rules,
        holds=[hold for hold in holds if hold is not None],
    )
    return Wanted(draft, moderator)


def _in_order(ticked: Sequence[str], catalog: Sequence[TopicRow], before: PanelRow | None) -> list[str]:
    """Topics that stand keep their place, new ones follow as in the catalog; an unknown one stays, to be refused."""
    order = [*(before.topics if before else ()), *(topic.code for topic in catalog)]
    return sorted(dict.fromkeys(ticked), key=lambda code: order.index(code) if code in order else len(order))


def _hold(form: Form, index: int, zone: str, standing: Mapping[UUID, datetime]) -> Hold | None:
    """One row; a time that was not touched stays as it is to the second."""
    school = _uuid(form, f"school_{index}", "Choose a school.")
    places = _whole(form, f"places_{index}", "Write how many places are kept, as a number from 1 to 100.", least=1)
    until = standing.get(school) if school else None
    if until is not None and wall_time.wall(until, zone) == form.text(f"until_{index}").strip():
        return Hold(school, places, until) if school and places else None
    try:
        until = wall_time.instant(form.text(f"until_{index}"), zone, "first")
    except Invalid as refusal:
        form.errors[f"until_{index}"] = refusal.sentence
    return Hold(school, places, until) if school and places and until else None


def _uuid(form: Form, name: str, sentence: str) -> UUID | None:
    try:
        return msgspec.convert(form.text(name).strip(), UUID)
    except msgspec.ValidationError:
        form.errors[name] = sentence
        return None


def _whole(form: Form, name: str, sentence: str, *, least: int) -> int | None:
    text = form.text(name).strip()
    if text.isascii() and text.isdigit() and len(text) <= 3 and least <= int(text) <= 100:
        return int(text)
    form.errors[name] = sentence
    return None


def refuse(form: Form, refusal: Refused) -> None:
    """A rule's answer at its field: a school's row is found by its place among those that are filled in."""
    parts = refusal.pointer.strip("/").split("/")
    if parts[0] == "holds" and len(parts) > 1:
        filled = [index for index in range(1, MOST_ROWS + 1) if _row(form, index)]
        form.errors[f"school_{filled[int(parts[1])]}"] = refusal.sentence
    elif parts[0] in ("session_id", "moderator_id"):
        form.errors[parts[0].removesuffix("_id")] = refusal.sentence
    else:
        form.refuse(refusal)
