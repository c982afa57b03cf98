"""What the pages of a family show: one context for all of them, and the page for each state."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar.response import Template
from markupsafe import Markup

from service.consents import documents, family_forms
from service.consents.carrying import Carried
from service.consents.documents import Reading
from service.consents.family_door import Door
from service.consents.speaking import NEEDS_INTERPRETER, RIGHT_TO_LEFT, Spoken
from service.db import Connection
from service.settings import Settings
from service.web.forms import Form

CLOSED = {"answered": "family_answered.html", "objected": "family_said.html", "over": "family_said.html"}


def student_of(door: Door, spoken: Spoken, carried: Carried | None = None) -> str:
    """What the student is called in the text: by name, or on a slip that nobody filled in "your child"."""
    if carried is not None and carried.details is not None:
        return carried.details.student
    return door.about.student or spoken.tell("the_student")


async def reading(
    conn: Connection, door: Door, spoken: Spoken, settings: Settings, carried: Carried | None = None
) -> Reading:
    """The newest text about this student."""
    student = student_of(door, spoken, carried)
    return await documents.reading(conn, door.about, student, door.topics, spoken, settings)


def context(door: Door, spoken: Spoken, now: datetime, carried: Carried | None = None, step: str = "") -> dict[str, Any]:
    """What every page needs. `step` is which of the four it is."""
    about = door.about
    last = about.deadline_at - timedelta(seconds=1)
    here, home_zone = (spoken.span(about.starts_at, about.ends_at, zone) for zone in (about.time_zone, about.family_zone))
    local = about.starts_at.astimezone
    return {
        "spoken": spoken,
        "say": spoken.say,
        "tell": spoken.tell,
        "languages": door.languages,
        "home": door.home,
        "path": f"{door.home}/{spoken.code}",
        "door": door,
        "about": about,
        "student": student_of(door, spoken, carried),
        "first": first_name(student_of(door, spoken, carried), door, carried),
        "title": _title(door, spoken, carried),
        "is_self": door.consent.signer == "student",
        "topics": [(topic, documents.label(topic, spoken)) for topic in door.topics],
        "when": here,
        "when_home": "" if _same(local, about.time_zone, about.family_zone) else home_zone,
        "deadline": spoken.day(last, about.family_zone),
        "address": masked(door.consent.email),
        "step": step,
        "needs_interpreter": NEEDS_INTERPRETER,
        "right_to_left": RIGHT_TO_LEFT,
        "now": now,
    }


def _same(local: Any, one: str, other: str) -> bool:
    return local(ZoneInfo(one)).utcoffset() == local(ZoneInfo(other)).utcoffset()


def first_name(student: str, door: Door, carried: Carried | None) -> str:
    """Zuri of Zuri Camberwell; "your child" stays whole."""
    named = bool(door.about.student) or (carried is not None and carried.details is not None)
    return student.split(maxsplit=1)[0] if named and student.split() else student


def _title(door: Door, spoken: Spoken, carried: Carried | None) -> Markup:
    if door.consent.signer == "student":
        return spoken.say("title_self")
    if not door.about.student and (carried is None or carried.details is None):
        return spoken.say("title_slip")
    return spoken.say("title", student=first_name(student_of(door, spoken, carried), door, carried))


def masked(email: str) -> str:
    """`a•••@families.example`: enough to know one's own."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}•••@{domain}" if domain else ""


def choosing(
    door: Door, spoken: Spoken, now: datetime, form: Form, carried: Carried | None, seal: str, status: int
) -> Template:
    """The nine questions, as they were answered so far."""
    more = {
        "form": form,
        "questions": {one.name: one.options for one in family_forms.questions(door.about.recording)},
        "carried": seal,
    }
    return page("family_choices.html", context(door, spoken, now, carried, "choose") | more, status)


def closed(door: Door, spoken: Spoken, now: datetime, form: Form | None = None, status: int = 200) -> Template:
    """The page for whoever cannot fill in the form now; it shows nothing of what was answered."""
    state = door.state(now)
    if state == "open":
        state = "over"
    name = CLOSED.get(state, "family_said.html")
    what = {"objected": "objected", "over": "over"}.get(state, "gone")
    more = {"form": form or Form(), "what": what, "asked": False}
    return page(name, context(door, spoken, now) | more, status)


def page(name: str, given: dict[str, Any], status: int = 200) -> Template:
    """A page in a language; its address belongs to one family."""
    return Template(template_name=name, context=given, status_code=status)
