"""The forms of this slice, as the values that actions take."""

import msgspec

from service.coaching import actions, rules
from service.coaching.queries import SlotRow
from service.coaching.rules import MOST_WORDS, Audience, Plan
from service.convenings import meetings, wall_time
from service.convenings.queries import ConveningRow
from service.errors import Refused
from service.text import Line, Note, Prose, unusable
from service.web.forms import Form

MOST_NOTED = 8000
AUDIENCES: dict[str, Audience] = {"own": "own", "network": "network"}


def empty(row: ConveningRow) -> Form:
    """What the form that offers times begins with."""
    return Form({"day": [meetings.days(row)[0].isoformat()], "minutes": ["30"], "audience": ["own"]})


def plan(form: Form) -> Plan | None:
    """What a coach wants to offer, or None with the sentences in the form."""
    try:
        day = wall_time.day(form.text("day"))
    except Refused as refusal:
        form.errors["day"] = refusal.sentence
        return None
    minutes, audience, place = _minutes(form), _audience(form), _place(form)
    if minutes is None or audience is None or form.errors:
        return None
    return Plan(day, form.text("begins"), form.text("ends"), minutes, place, audience)


def of_slot(row: SlotRow, time_zone: str) -> Form:
    """A slot, filled in."""
    starts = wall_time.wall(row.starts_at, time_zone)
    return Form(
        {
            "day": [starts[:10]],
            "begins": [starts[11:]],
            "minutes": [str(round((row.ends_at - row.starts_at).total_seconds() / 60))],
            "place": [row.place],
            "audience": [row.audience],
        }
    )


def fill(form: Form, row: SlotRow, time_zone: str) -> None:
    """Let the fields that a form does not have say how the slot stands; what was emptied stays empty."""
    stands = of_slot(row, time_zone)
    for name in stands.given.keys() - form.given.keys():
        form.put(name, stands)


def different(form: Form, row: SlotRow, convening: ConveningRow) -> actions.Different | None:
    """A slot as it is to stand, or None with the sentences in the form."""
    stands = of_slot(row, convening.time_zone)
    minutes, audience, place = _minutes(form), _audience(form), _place(form)
    if minutes is None or audience is None or form.errors:
        return None
    if all(form.text(name) == stands.text(name) for name in ("day", "begins", "minutes")):
        return actions.Different(row.span, place, audience)
    try:
        begins = wall_time.clock(form.text("begins"))
        ends = begins.total_seconds() / 60 + minutes
        if ends > 24 * 60:
            raise rules.NotThatLong("It must end on the same day.", pointer="/minutes")
        day = wall_time.day(form.text("day"))
        if day not in meetings.days(convening):
            raise rules.NotADay(pointer="/day")
        span = rules.one(day, form.text("begins"), minutes, convening.time_zone)
    except Refused as refusal:
        form.errors[refusal.pointer.strip("/") or "begins"] = refusal.sentence
        return None
    return actions.Different(span, place, audience)


def words(form: Form) -> str | None:
    """What whoever cancels says to the other, or None with the sentence in the form."""
    text = form.text("words").strip()
    if len(text) > MOST_WORDS:
        form.errors["words"] = f"Write at most {MOST_WORDS} characters. These are {len(text):,}."
        return None
    try:
        return msgspec.convert(text, Note)
    except msgspec.ValidationError:
        form.errors["words"] = unusable(text)
        return None


def note(form: Form) -> str | None:
    """The words of a note, or None with the sentence in the form."""
    text = form.text("text").strip()
    if not text:
        form.errors["text"] = "Write something, or leave the page."
        return None
    if len(text) > MOST_NOTED:
        form.errors["text"] = f"Write at most {MOST_NOTED:,} characters. These are {len(text):,}."
        return None
    try:
        return msgspec.convert(text, Prose)
    except msgspec.ValidationError:
        form.errors["text"] = unusable(text)
        return None


def _minutes(form: Form) -> int | None:
    try:
        return rules.minutes(form.text("minutes"))
    except Refused as refusal:
        form.errors["minutes"] = refusal.sentence
        return None


def _audience(form: Form) -> Audience | None:
    found = AUDIENCES.get(form.text("audience"))
    if found is None:
        form.errors["audience"] = rules.NoSuchAudience().sentence
    return found


def _place(form: Form) -> str:
    try:
        return msgspec.convert(form.text("place").strip(), Line)
    except msgspec.ValidationError:
        form.errors["place"] = "Write one line of at most 200 characters."
        return ""
