"""What a printed slip and a text for a call say, in the family's language as far as we have it. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from service.consents import day_words
from service.consents.day_words import Told
from service.consents.school import Offer
from service.consents.school_queries import ContactRow

TOLD: tuple[Told, ...] = ("en", "es")


class Lines(Struct, frozen=True):
    """The lines of a slip in one language."""

    language: Told
    heading: str
    invited: str
    when: str
    where: str
    answer: str
    scan: str
    free: str
    ask: str


SLIP: Mapping[Told, Mapping[str, str]] = {
    "en": {
        "heading": "A letter for a parent or guardian",
        "invited": "{school} would like your student to join a panel where students speak about school.",
        "answer": "Please read and answer by {by}. Yes or no are both fine.",
        "scan": "Scan the code with a phone, or type the address under it.",
        "free": "It is free. You need no account and no app. Paper is fine.",
        "ask": "For paper, help or another language: {name}, {reach}.",
    },
    "es": {
        "heading": "Una carta para la madre, el padre o el tutor",
        "invited": "{school} quiere que su estudiante participe en un panel donde los estudiantes hablan de la escuela.",
        "answer": "Lea y responda antes de esta fecha: {by}. Puede decir sí o no.",
        "scan": "Escanee el código con un teléfono, o escriba la dirección que está debajo.",
        "free": "Es gratis. No necesita cuenta ni aplicación. También puede ser en papel.",
        "ask": "Para papel, ayuda u otro idioma: {name}, {reach}.",
    },
}
CALL: Mapping[Told, Mapping[str, str]] = {
    "en": {
        "student": "{school} has invited {first} to a student event on {day}. Please read and answer by {by}. Yes or no are "
        "both fine: {link} Paper is available: {reach}",
        "nobody": "{school} has invited your student to a student event on {day}. Please read and answer by {by}. Yes or no "
        "are both fine: {link} Paper is available: {reach}",
    },
    "es": {
        "student": "{school} invitó a {first} a un evento estudiantil el {day}. Lea y responda antes de esta fecha: {by}. "
        "Puede decir sí o no: {link} También hay papel: {reach}",
        "nobody": "{school} invitó a su estudiante a un evento estudiantil el {day}. Lea y responda antes de esta fecha: "
        "{by}. Puede decir sí o no: {link} También hay papel: {reach}",
    },
}


def told(language: str) -> Told:
    """The language that a family is written to in: their own where we have it, else English."""
    return "es" if language == "es" else "en"


def languages_of(language: str, *, is_known: bool) -> Sequence[Told]:
    """In which languages a slip speaks: in the family's, or in all where it is not known or is another."""
    own: list[Told] = [one for one in TOLD if one == language]
    return own if is_known and own else TOLD


def slip(offer: Offer, contact: ContactRow, by: str, language: Told) -> Lines:
    """A slip in one language; `by` is until when the family can answer, in words of that language."""
    row = offer.row
    reach = contact.phone.replace("-", "\N{NON-BREAKING HYPHEN}") or contact.email
    values = {"school": contact.school_name, "by": by, "name": contact.name, "reach": reach}
    lines = {name: text.format_map(values) for name, text in SLIP[language].items()}
    where = ", ".join(part for part in (row.venue_name, row.venue_address) if part)
    when = day_words.span(row.starts_at, row.ends_at, row.time_zone, language)
    return Lines(language=language, when=when, where=where, **lines)


def call_text(offer: Offer, contact: ContactRow, name: str, by: str, link: str, language: Told) -> str:
    """What the contact copies into a message of their own: the student's first name at most, and nothing of the topics."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    values = {
        "school": contact.school_name,
        "first": first,
        "day": day_words.day(offer.row.convening_starts_at, offer.row.time_zone, language),
        "by": by,
        "link": link,
        "reach": contact.phone or contact.email,
    }
    return CALL[language]["student" if first else "nobody"].format_map(values)
