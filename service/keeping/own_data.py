"""Everything that we hold about one adult: a page to read, JSON for programs, certificates as they were made.

`person_tables.PLACES` says of every table in which part it is here, or why it is not.
"""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service.access.words import ACTION_WORDS
from service.db import Connection
from service.field_cipher import Ring
from service.keeping import own_data_around as around
from service.keeping import own_data_coaching as coaching
from service.keeping import own_data_queries as queries
from service.web.mail_words import kind_words

Page = Callable[[str, dict[str, Any]], str]
"""Renders a template."""


class OwnData(Struct, frozen=True, kw_only=True):
    """All of it; times are UTC."""

    made_at: datetime
    person: queries.OwnPerson
    addresses: list[around.OwnAddress]
    roles: list[around.OwnRole]
    registrations: list[queries.OwnRegistration]
    presence: list[queries.OwnPresence]
    corrections: list[queries.OwnCorrection]
    certificates: list[queries.OwnCertificate]
    conversations: list[coaching.OwnConversation]
    notes: Sequence[coaching.OwnNote]
    invitations: list[around.OwnInvitation]
    mails: list[queries.OwnMail]
    letters: list[queries.OwnLetter]
    answers: list[around.OwnAnswer]
    visits: list[around.OwnVisit]
    keys: list[around.OwnKey]
    acts: list[around.OwnAct]


HEADINGS = {
    "person": "You",
    "addresses": "Your other addresses, and mail that they do not get",
    "roles": "What you may do, whom you coach, which panels you moderate",
    "registrations": "Registrations",
    "presence": "When your badge was scanned",
    "corrections": "What organizers decided about you, and why",
    "certificates": "Certificates",
    "conversations": "Conversations with coaches or members",
    "notes": "What a coach wrote and shares with you",
    "invitations": "Invitations",
    "mails": "Mails to you",
    "letters": "Mails from you",
    "answers": "What you said under your name, or confidentially",
    "visits": "Sign-ins and browsers",
    "keys": "API tokens and calendar feeds",
    "acts": "The audit log about you",
}
"""Every part, in the order of the page."""


async def everything(conn: Connection, person_id: UUID, keys: Ring, now: datetime) -> OwnData:
    """As it is now; raises NotFound."""
    return OwnData(
        made_at=now,
        person=await queries.person(conn, person_id),
        addresses=await around.addresses(conn, person_id),
        roles=await around.roles(conn, person_id),
        registrations=await queries.registrations(conn, person_id),
        presence=await queries.presence(conn, person_id),
        corrections=await queries.corrections(conn, person_id),
        certificates=await queries.certificates(conn, person_id),
        conversations=await coaching.conversations(conn, person_id),
        notes=await coaching.shared_notes(conn, keys, person_id),
        invitations=await around.invitations(conn, person_id),
        mails=await queries.mails(conn, person_id),
        letters=await queries.letters(conn, person_id),
        answers=await around.answers(conn, person_id),
        visits=await around.visits(conn, person_id),
        keys=await around.keys(conn, person_id),
        acts=await around.acts(conn, person_id),
    )


async def file(conn: Connection, person_id: UUID, keys: Ring, render: Page, now: datetime) -> bytes:
    """The ZIP: `everything.html` to read, `everything.json` with each field's own name, and the certificates."""
    held = await everything(conn, person_id, keys, now)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("everything.html", render("own_data_file.html", {"held": held, "parts": parts(held)}))
        archive.writestr("everything.json", msgspec.json.format(msgspec.json.encode(held), indent=2))
        for paper in await queries.papers(conn, person_id):
            archive.writestr(f"certificates/{paper.slug}-{paper.number}.pdf", paper.pdf)
    return written.getvalue()


def parts(held: OwnData) -> list[tuple[str, list[str], list[list[str]]]]:
    """Heading, columns and rows of each part, in words. Pure."""
    return [(heading, *_table(name, getattr(held, name))) for name, heading in HEADINGS.items()]


def _table(name: str, part: Struct | Sequence[Any]) -> tuple[list[str], list[list[str]]]:
    if isinstance(part, Struct):
        return ["What", "What we hold"], [[_label(field), _cell(value)] for field, value in _fields(part) if value != ""]
    columns = [_label(field) for field, _ in _fields(part[0])] if part else []
    return columns, [[_worded(name, field, value) for field, value in _fields(row)] for row in part]


def _fields(row: Struct) -> list[tuple[str, Any]]:
    return [(field, getattr(row, field)) for field in row.__struct_fields__]


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()


def _worded(part: str, field: str, value: Any) -> str:
    if field == "action":
        return ACTION_WORDS.get(value, _cell(value))
    if field == "sessions":
        return ", ".join(value)
    return kind_words(value) if (part, field) == ("mails", "kind") else _cell(value)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case dict() | list():
            return msgspec.json.encode(value).decode() if value else ""
        case _:
            return str(value)
