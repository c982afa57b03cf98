"""Every event and its meaning, from the structs: `python -m service.events.catalogue` writes it into docs/events.md."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import get_args

import msgspec
from msgspec import Struct

from service.events.facts import AnyEvent, Event
from service.events.log import SUBJECTS

BEGINS = "## The catalogue"
FILE = Path(__file__).parents[2] / "docs/events.md"

FIELDS = {
    "convening_id": "the convening",
    "registration_id": "the registration, one person at one convening",
    "invitation_id": "the personal invitation, or whom a survey asks",
    "panel_id": "the student panel",
    "signup_id": "the sign-up of one student for one panel",
    "consent_id": "what one signer answers about one sign-up",
    "code_id": "a code that was mailed to a signer",
    "glass_break_id": "the look behind the glass, with its reason",
    "school_id": "the school",
    "scan_id": "the scan at the door, which says when",
    "certificate_id": "the certificate",
    "survey_id": "the survey",
    "booking_id": "the conversation with a coach",
    "coach_id": "the coach",
    "gained": "members who came",
    "lost": "members who left",
    "person_id": "the person",
    "former_address_id": "what the address was before",
    "sign_in_id": "the attempt to sign in",
    "delivery_id": "the mail",
    "webhook_id": "the webhook",
    "bulk_message_id": "the message to many",
    "release_id": "the event with which it was released",
    "reminding": "which reminder: `first`, `second` or `last_day`",
    "number": "which mail of the survey, from 1",
    "days": "how many days before the convening",
    "due_at": "when it was due, in UTC",
    "sample": "the name of the sample",
}
"""What each field of an event is."""
ABOUT = {
    "convening_id": "Convenings",
    "registration_id": "Registrations, the door, certificates",
    "invitation_id": "Invitations",
    "survey_id": "Surveys",
    "webhook_id": "Webhooks",
}
"""The headings of events that leave, by what they are about."""


class Entry(Struct, frozen=True):
    """One kind of event: what it means, what it carries, and what it is about where it leaves."""

    kind: str
    words: str
    fields: Sequence[str]
    leaves: bool
    about: str = ""


def entries() -> list[Entry]:
    """All kinds that the feed shows, by the alphabet."""
    found = [_entry(one) for one in get_args(AnyEvent) if one.is_public]
    return sorted(found, key=lambda entry: entry.kind)


def leaving() -> dict[str, list[Entry]]:
    """Those that webhooks tell, by heading."""
    found = entries()
    return {heading: [one for one in found if one.leaves and one.about == name] for name, heading in ABOUT.items()}


def catalogue() -> str:
    """The part of docs/events.md that is made from the structs."""
    own = [one for one in entries() if not one.leaves]
    told = [line for heading, found in leaving().items() for line in (f"### {heading}", "", *_table(found), "")]
    return "\n".join(
        [
            BEGINS,
            "",
            "What webhooks tell; the feed shows it too. An event is about the id that is set in bold.",
            "",
            *told,
            "### In the feed only",
            "",
            "About students, families, people's accounts and our own mail: no webhook tells it.",
            "",
            *_table(own),
            "",
            "### Fields",
            "",
            "| field | what it is |",
            "| --- | --- |",
            *(f"| `{name}` | {words} |" for name, words in sorted(FIELDS.items())),
            "",
        ]
    )


def renewed(text: str) -> str:
    """The document with the catalogue of today."""
    return text.partition(BEGINS)[0] + catalogue()


def _table(found: Iterable[Entry]) -> list[str]:
    rows = [f"| `{one.kind}` | {one.words} | {_carried(one)} |" for one in found]
    return ["| kind | what happened | carries |", "| --- | --- | --- |", *rows]


def _carried(entry: Entry) -> str:
    return ", ".join(f"**`{name}`**" if name == entry.about else f"`{name}`" for name in entry.fields)


def _entry(kind: type[Event]) -> Entry:
    fields = [field.name for field in msgspec.structs.fields(kind)]
    about = next((name for name in SUBJECTS if name in fields), "") if kind.leaves else ""
    words = " ".join((kind.__doc__ or "").split())
    return Entry(str(kind.__struct_config__.tag), words, fields, kind.leaves, about)


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text()))
