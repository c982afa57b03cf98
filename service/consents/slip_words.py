"""What a printed slip and a text for a call say, in the family's language as far as we have it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from service.consents.school import Offer
from service.consents.school_queries import ContactRow
from service.consents.speaking import ENGLISH, Spoken

Reader: TypeAlias = Literal["guardian", "self", "student"]
"""Who gets a slip: who signs for a student, a student who signs, or a student for the answer that is theirs alone (W4)."""
OTHERWISE: Mapping[Reader, Mapping[str, str]] = {
    "guardian": {},
    "self": {"heading": "heading_self", "invited": "invited_student"},
    "student": {"heading": "heading_student", "invited": "invited_student", "answer": "answer_student"},
}
"""The lines that are other words for them."""


class Lines(Struct, frozen=True):
    """The lines of a slip in one language."""

    spoken: Spoken
    heading: str
    invited: str
    when: str
    where: str
    answer: str
    scan: str
    free: str
    ask: str


def told(language: str, offered: Sequence[Spoken]) -> Spoken:
    """The language that a family is written to in: their own where we have it, else English."""
    return next((one for one in offered if one.code == language), ENGLISH)


def languages_of(language: str, offered: Sequence[Spoken], *, is_known: bool) -> Sequence[Spoken]:
    """In which languages a slip speaks: in the family's, or in all where it is not known or is another."""
    own = [one for one in offered if one.code == language]
    return own if is_known and own else offered


def slip(offer: Offer, contact: ContactRow, by: str, spoken: Spoken, reader: Reader = "guardian") -> Lines:
    """A slip in one language; `by` is until when the family can answer, in words of that language."""
    row = offer.row
    reach = contact.phone.replace("-", "\N{NON-BREAKING HYPHEN}") or contact.email
    values = {"school": contact.school_name, "by": by, "name": contact.name, "reach": reach}
    names = ("heading", "invited", "answer", "scan", "free", "ask")
    lines = {name: spoken.tell(f"slip_{OTHERWISE[reader].get(name, name)}", **values) for name in names}
    where = ", ".join(part for part in (row.venue_name, row.venue_address) if part)
    return Lines(spoken=spoken, when=spoken.span(row.starts_at, row.ends_at, row.time_zone), where=where, **lines)


def call_text(offer: Offer, contact: ContactRow, name: str, by: str, link: str, spoken: Spoken) -> str:
    """What the contact copies into a message of their own: the student's first name at most, and nothing of the topics."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    return spoken.tell(
        "call_student" if first else "call_nobody",
        school=contact.school_name,
        first=first,
        day=spoken.short_day(offer.row.convening_starts_at, offer.row.time_zone),
        by=by,
        link=link,
        reach=contact.phone or contact.email,
    )
