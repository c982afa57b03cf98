"""What is said of a material: a form filled from one, and read into what is wanted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service.convenings import wall_time
from service.convenings.queries import ConveningRow, SessionRow
from service.errors import Invalid
from service.keeping.media_queries import ItemRow
from service.keeping.media_rules import USES
from service.materials import rules
from service.materials.queries import MaterialRow
from service.materials.rules import AUDIENCE_WORDS, LANGUAGES, Wanted
from service.text import Heading, Note
from service.web.forms import Form, build

SHARED_WORDS: dict[rules.Shared, str] = {
    "now": "As soon as the convening is published",
    "day": "On the day",
    "after": "Once the convening is over",
    "moment": "From a day and a time on",
}
HINTS: dict[rules.Audience, str] = {
    "organizers": "and who moderates the session",
    "seats": "on their own page",
    "network": "members, coaches and school contacts who are signed in, and who has a seat",
    "public": "on the convening’s page: students and their families too",
}
NOBODY = "Say that no student is in it, or choose what is recorded of those who are."


TEXTS = frozenset(("title", "description", "language", "url", "shared_at", "shared_at_which"))
FIELDS = TEXTS | {"session_id", "audience", "chosen_only", "shared", "media_id", "nobody"}
"""All of them, for who changes one while somebody else does."""


class Texts(Struct, frozen=True):
    """The fields that are texts."""

    title: Heading
    description: Note


def of_material(row: MaterialRow) -> Form:
    """One as it stands, filled in."""
    given: dict[str, Any] = {
        "title": row.title,
        "description": row.description,
        "language": row.language,
        "session_id": row.session_id or "",
        "audience": row.audience,
        "chosen_only": "yes" if row.chosen_only else "",
        "shared": row.shared,
        "shared_at": wall_time.wall(row.shared_at, row.time_zone),
        "shared_at_which": wall_time.which(row.shared_at, row.time_zone),
        "url": row.url,
        "media_id": row.media_id or "",
        "nobody": "yes" if row.is_there and row.media_id is None else "",
    }
    return Form({name: [str(value)] for name, value in given.items()})


def in_words(row: MaterialRow) -> dict[str, str]:
    """What stands in the choices of the form, as the page names it."""
    return {
        "session_id": row.session_title or "The whole convening",
        "audience": AUDIENCE_WORDS[row.audience],
        "shared": SHARED_WORDS[row.shared],
        "media_id": "What is recorded of students" if row.media_id else "",
    }


def read(form: Form, time_zone: str, standing: str = "") -> Wanted | None:
    """What is wanted, or None with a sentence in the form for each field that is wrong.

    `standing` is the language that a program may have said, which the form does not offer.
    """
    texts = build(form, Texts, needed={"title": "Write what it is."})
    given: dict[str, Any] = {
        "language": form.text("language"),
        "session_id": _id(form, "session_id"),
        "audience": _one_of(form, "audience", AUDIENCE_WORDS, "Choose who may see it."),
        "chosen_only": bool(form.chosen("chosen_only")),
        "shared": _one_of(form, "shared", SHARED_WORDS, "Choose from when it is shared."),
        "shared_at": _moment(form, time_zone) if form.text("shared") == "moment" else None,
        "media_id": students(form),
    }
    if given["language"] not in ("", standing, *LANGUAGES):
        form.errors["language"] = "Choose a language."
    if form.errors or texts is None:
        return None
    return Wanted(title=texts.title, description=texts.description, **given)


def students(form: Form) -> UUID | None:
    """What is recorded of those who are in it; None where no student is. Exactly one of the two must be said."""
    media_id = _id(form, "media_id")
    if bool(form.chosen("nobody")) == (media_id is not None) and "media_id" not in form.errors:
        form.errors["nobody"] = NOBODY if media_id is None else "Either no student is in it, or those whom you chose."
    return media_id


def choices(
    convening: ConveningRow, agenda: Sequence[SessionRow], items: Sequence[ItemRow], keeps: frozenset[UUID] | None
) -> dict[str, Any]:
    """What the form offers to whoever keeps these sessions (None: everything)."""
    return {
        "convening": convening,
        "organizes": keeps is None,
        "sessions": [(one.id, one.title) for one in agenda if keeps is None or one.id in keeps],
        "audiences": [
            (name, words, HINTS[name]) for name, words in AUDIENCE_WORDS.items() if keeps is None or name != "public"
        ],
        "sharing": list(SHARED_WORDS.items()),
        "languages": list(LANGUAGES.items()),
        "recorded": [(one.id, f"{one.title}: {USES[one.use].words}") for one in items] if keeps is None else [],
    }


def _id(form: Form, name: str) -> UUID | None:
    text = form.text(name)
    try:
        return UUID(text) if text else None
    except ValueError:
        form.errors[name] = "Choose from what is offered here."
        return None


def _one_of(form: Form, name: str, known: Any, otherwise: str) -> str:
    if form.text(name) not in known:
        form.errors[name] = otherwise
    return form.text(name)


def _moment(form: Form, time_zone: str) -> datetime | None:
    try:
        return wall_time.instant(form.text("shared_at"), time_zone, form.text("shared_at_which"))
    except wall_time.TwiceThatDay as refusal:
        form.errors["shared_at_which"] = refusal.sentence
    except Invalid as refusal:
        form.errors["shared_at"] = refusal.sentence
    return None


def url(form: Form) -> str:
    """Where a link leads, or a sentence in the form."""
    given = form.text("url").strip()
    try:
        rules.host(given)
    except Invalid as refusal:
        form.errors.setdefault("url", refusal.sentence)
    if len(given) > rules.LONGEST_ADDRESS:
        form.errors["url"] = f"Write at most {rules.LONGEST_ADDRESS:,} characters."
    return given
