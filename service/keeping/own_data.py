"""Everything that we hold about one adult: a page to read, JSON for programs, certificates as they were made.

`person_tables.PLACES` says of every table in which part it is here, or why it is not. Of each part some hundred rows are
held at once, so that an organizer of ten years takes theirs along like anybody else.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.field_cipher import Ring
from service.keeping import own_data_around as around
from service.keeping import own_data_coaching as coaching
from service.keeping import own_data_mail as mail
from service.keeping import own_data_queries as queries
from service.keeping.own_data_words import Page, as_json, head, opened, rows_of, shown
from service.keeping.zipping import Archive

Rows: TypeAlias = AsyncGenerator[Sequence[Struct]]
Part: TypeAlias = Callable[[Connection, UUID, Ring], Rows]


def _once(question: Callable[[Connection, UUID], Any]) -> Part:
    """A part of which nobody has very much."""

    async def rows(conn: Connection, person_id: UUID, _keys: Ring) -> Rows:
        found = await question(conn, person_id)
        if found:
            yield [found] if isinstance(found, Struct) else found

    return rows


def _by_portions(question: Callable[[Connection, UUID], AsyncGenerator[list[Any]]]) -> Part:
    """A part that grows with the years."""

    async def rows(conn: Connection, person_id: UUID, _keys: Ring) -> Rows:
        async with aclosing(question(conn, person_id)) as portions:
            async for found in portions:
                yield found

    return rows


async def _notes(conn: Connection, person_id: UUID, keys: Ring) -> Rows:
    if found := await coaching.shared_notes(conn, keys, person_id):
        yield found


PARTS: Mapping[str, tuple[str, Part]] = {
    "person": ("You", _once(queries.person)),
    "addresses": ("Your other addresses, and mail that they do not get", _once(around.addresses)),
    "roles": ("What you may do, whom you coach, which panels you moderate", _once(around.roles)),
    "registrations": ("Registrations", _once(queries.registrations)),
    "presence": ("When your badge was scanned", _by_portions(queries.presence)),
    "corrections": ("What organizers decided about you, and why", _once(queries.corrections)),
    "certificates": ("Certificates", _once(queries.certificates)),
    "conversations": ("Conversations with coaches or members", _by_portions(coaching.conversations)),
    "notes": ("What a coach wrote and shares with you", _notes),
    "invitations": ("Invitations", _once(around.invitations)),
    "mails": ("Mails to you", _by_portions(mail.mails)),
    "letters": ("Mails from you, and what servers said of mails to you", _by_portions(mail.letters)),
    "answers": ("What you said under your name, or confidentially", _once(around.answers)),
    "visits": ("Sign-ins and browsers", _once(around.visits)),
    "keys": ("API tokens and calendar feeds", _once(around.keys)),
    "acts": ("The audit log about you", _by_portions(around.acts)),
}
"""Every part with its heading, in the order of the page. “You” is one row, all others are lists."""


async def file(url: str, person_id: UUID, keys: Ring, render: Page, now: datetime) -> AsyncGenerator[bytes]:
    """The ZIP, chunk by chunk, as it is at one moment: `everything.html`, `everything.json`, and the certificates.

    Raises NotFound before the first chunk.
    """
    async with (
        db.snapshot(url, "plenary-web-file") as conn,
        aclosing(packed(conn, person_id, keys, render, now)) as chunks,
    ):
        async for chunk in chunks:
            yield chunk


async def packed(conn: Connection, person_id: UUID, keys: Ring, render: Page, now: datetime) -> AsyncGenerator[bytes]:
    """The same on a connection that sees one moment."""
    archive = Archive()
    for name, texts in (
        ("everything.html", _page(conn, person_id, keys, render, now)),
        ("everything.json", _json(conn, person_id, keys, now)),
    ):
        with archive.member(name) as member:
            async with aclosing(texts) as pieces:
                async for text in pieces:
                    member.write(text.encode())
                    if chunk := archive.taken():
                        yield chunk
    for found in await queries.papers(conn, person_id):
        with archive.member(f"certificates/{found.slug}-{found.number}.pdf") as member:
            member.write(await queries.pdf(conn, found.id))
        yield archive.taken()
    yield archive.end()


async def _page(conn: Connection, person_id: UUID, keys: Ring, render: Page, now: datetime) -> AsyncGenerator[str]:
    whose = await queries.person(conn, person_id)
    yield head(render, whose.name, now)
    for number, (name, (heading, part)) in enumerate(PARTS.items(), 1):
        began = False
        async with aclosing(part(conn, person_id, keys)) as portions:
            async for rows in portions:
                columns, cells = shown(name, rows)
                if not began:
                    yield opened(render, number, heading, columns)
                    began = True
                yield rows_of(render, cells)
        yield "</tbody>\n</table>\n</div>\n" if began else opened(render, number, heading, ())
    yield "</body>\n</html>\n"


async def _json(conn: Connection, person_id: UUID, keys: Ring, now: datetime) -> AsyncGenerator[str]:
    yield f'{{\n"made_at": {as_json(now)}'
    for name, (_, part) in PARTS.items():
        yield f',\n"{name}": ' + ("" if name == "person" else "[")
        between = ""
        async with aclosing(part(conn, person_id, keys)) as portions:
            async for rows in portions:
                yield between + ",\n".join(as_json(row) for row in rows)
                between = ",\n"
        yield "" if name == "person" else "]"
    yield "\n}\n"
