"""Surveys: what one is made of, what stands in the way of asking it, when it opens, reminds and closes. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct
from msgspec.structs import replace

from service.errors import Refused
from service.surveys.questions import (
    TEXTS,
    ChoiceMany,
    ChoiceOne,
    Likert,
    Nps,
    OnlyWithFact,
    Option,
    Question,
    QuoteConsent,
    Ranking,
    Words,
)

Audience: TypeAlias = Literal["members", "students", "school_contacts", "guardians", "coaches"]
AUDIENCES: dict[Audience, str] = {
    "members": "Members",
    "students": "Students",
    "school_contacts": "School contacts",
    "guardians": "Guardians",
    "coaches": "Coaches",
}
Privacy: TypeAlias = Literal["anonymous", "confidential"]
State: TypeAlias = Literal["draft", "ready", "open", "closed"]
Opening: TypeAlias = Literal["closing_session", "panels", "first_mail"]
"""A survey opens with the last session for everybody, when the last student panel ends, or with its first mail."""
WHEN = r"^T\+[0-9]{1,3}(h|d( ([01][0-9]|2[0-3]):[0-5][0-9])?)$"
When: TypeAlias = Annotated[str, Meta(pattern=WHEN)]
"""From the end of the convening: `T+2h`, `T+2d`, `T+1d 16:00`; days keep the hour on the wall whatever the clocks do."""
LEAST: dict[Audience, int] = {"members": 5, "students": 10, "school_contacts": 5, "guardians": 10, "coaches": 5}
"""Fewer answers than these are never shown; a survey may ask for more."""
FOLLOWED_UP = timedelta(days=60)
"""A survey whose first mail goes later than this is a follow-up."""
SHORTEST = timedelta(days=1)
"""An organizer who opens it late still leaves people this long."""
PREVIEW = timedelta(days=14)
"""So long before they are asked families can read the questions."""


ASKED_ABOUT = ("published", "completed")
"""The states of a convening that people are asked about."""


class Cadence(Struct, frozen=True, forbid_unknown_fields=True):
    """When it opens, each mail to who has not answered, and when it closes."""

    opens: Opening
    mails: Annotated[list[When], Meta(min_length=1, max_length=5)]
    closes: When


class Definition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A set of questions and how it is asked; `least` is how many answers must be there before any are shown."""

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,40}$")]
    audience: Audience
    privacy: Privacy
    title: Words
    minutes: Annotated[int, Meta(ge=1, le=60)] = 3
    intro: Words = {}
    help: Words = {}
    """Stands beside the questions all the time, with the number to call."""
    least: Annotated[int, Meta(ge=1, le=100)]
    cadence: Cadence
    questions: Annotated[list[Question], Meta(min_length=1, max_length=80)]

    @property
    def languages(self) -> list[str]:
        """Those that every question is written in; English first."""
        return ["en", *sorted(set[str].intersection(*(_languages(one) for one in self.questions)) - {"en"})]

    @property
    def asks_to_quote(self) -> bool:
        """Whether people say themselves whether they may be quoted."""
        return any(isinstance(one, QuoteConsent) for one in self.questions)


class AlreadyOpen(Refused):
    """This survey is open or closed, so its questions stay. What is different is a new version."""

    code = "survey-opened"


class NotOpen(Refused):
    """This survey is not open."""

    code = "survey-not-open"


class SurveyClosed(Refused):
    """This survey is closed. Thank you for wanting to answer."""

    code = "survey-closed"


class NotClosed(Refused):
    """There are no results before the survey closes: nobody sees an answer while others are still deciding."""

    code = "survey-not-closed"


class OtherVersionOpen(Refused):
    """Another version of these questions was opened at this convening. People are asked once."""

    code = "other-version-open"


class QuestionsUnread(Refused):
    """Families have not been shown these questions, so nobody can have said yes to them. Publish them for families first."""

    code = "questions-unread"


class NotFamilies(Refused):
    """Only what students are asked is shown to families."""

    code = "not-for-families"


class NoConveningYet(Refused):
    """This convening is a draft or was cancelled. Nobody can be asked about it."""

    code = "no-convening-to-ask-about"


def due(when: str, ends_at: datetime, zone: str) -> datetime:
    """The instant of a `When` for a convening that ends then, in its zone."""
    place = ZoneInfo(zone)
    offset, _, clock = when.removeprefix("T+").partition(" ")
    if offset.endswith("h"):
        return ends_at + timedelta(hours=int(offset[:-1]))
    local = ends_at.astimezone(place)
    at = time.fromisoformat(clock) if clock else local.time()
    return datetime.combine(local.date() + timedelta(days=int(offset[:-1])), at, place)


def is_follow_up(cadence: Cadence) -> bool:
    """Whether it asks months later."""
    return offset(cadence.mails[0]) > FOLLOWED_UP


def with_sessions(definition: Definition, sessions: Sequence[Option]) -> Definition:
    """The definition with the convening's sessions where a question offers them."""
    questions = [
        replace(one, options=list(sessions)) if isinstance(one, ChoiceMany) and one.options_from == "sessions" else one
        for one in definition.questions
    ]
    return replace(definition, questions=questions)


def apart(question: Question) -> bool:
    """Whether its answers lie in a part of their own.

    So lies what could be compared with what we know of each person from elsewhere, and what somebody wrote: beside the other
    answers it would say whose they are.
    """
    from_facts = isinstance(question, ChoiceMany) and question.options_from is not None
    return from_facts or isinstance(question, (*TEXTS, QuoteConsent)) or isinstance(question.show_if, OnlyWithFact)


def offset(when: str) -> timedelta:
    """How long after the end that is, about."""
    number, unit = re.findall(r"^T\+(\d+)([hd])", when)[0]
    return timedelta(hours=int(number)) if unit == "h" else timedelta(days=int(number))


def _languages(question: Question) -> set[str]:
    """The languages in which everything of a question is said; a hint, and the title of a session, may be English alone."""
    said: list[dict[str, str]] = [question.words]
    match question:
        case Likert(labels=labels) | QuoteConsent(labels=labels):
            said += labels
        case Nps(low=low, high=high):
            said += [low, high]
        case ChoiceOne(options=options) | ChoiceMany(options=options, options_from=None) | Ranking(options=options):
            said += [one.words for one in options]
        case _:
            pass
    return set[str].intersection(*(set(one) for one in said))
