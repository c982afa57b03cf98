"""What an organizer does with consent texts: write a version, have translations approved, publish it for ever."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta

from service import db
from service.consents import linter, superseding, version_queries
from service.consents.rules import Language
from service.consents.texts import Template
from service.consents.version_queries import VersionRow
from service.db import Connection
from service.errors import Invalid, NotFound, Refused
from service.text import Name

Body: TypeAlias = Annotated[str, Meta(min_length=1, max_length=40_000)]
MASTER = "en"
"""The language in which a text is written first; no version is published without it."""


class Published(Refused):
    """This version is published, so it stays as it is. Begin a new one."""

    code = "version-published"


class NotFit(Invalid):
    """This text cannot be published yet."""

    code = "text-not-fit"


class NotApproved(Refused):
    """A machine wrote this translation. Somebody who reads the language must approve it, by name, first."""

    code = "text-not-approved"


class NoEnglish(Refused):
    """A version needs its English text before it is published."""

    code = "no-english-text"


class NobodyNamed(Invalid):
    """Write the name of the person who has read this text and answers for it."""

    code = "nobody-named"


async def begin(conn: Connection, template: Template, now: datetime) -> VersionRow:
    """A new version without texts, under the next number."""
    await version_queries.lock_template(conn, template)
    version_id = db.new_id(now)
    number = await version_queries.next_number(conn, template)
    await version_queries.insert_version(conn, version_id, template, number, now)
    return await version_queries.version(conn, version_id)


async def write(conn: Connection, version_id: UUID, language: Language, body: Body, *, is_machine: bool = False) -> None:
    """Write or replace one language of a draft; raises Published. An approval of other words ends with it."""
    await _draft(conn, version_id)
    await version_queries.put_text(conn, version_id, language, body, is_machine)


async def approve(conn: Connection, version_id: UUID, language: Language, name: Name, now: datetime) -> None:
    """A named person answers for one language; raises Published, NobodyNamed, NotFound."""
    await _draft(conn, version_id)
    if not name.strip():
        raise NobodyNamed(pointer="/name")
    if not await version_queries.approve(conn, version_id, language, name.strip(), now):
        raise NotFound


async def publish(conn: Connection, version_id: UUID, now: datetime, *, material: bool = False) -> VersionRow:
    """Let families sign this version from now on; raises Published, NoEnglish, NotFit, NotApproved.

    `material`: its meaning has changed, so whoever said yes to an older one and lies ahead is asked again (E9).

    Other languages of older versions are stale from then on: families read this version only in the languages it has.
    """
    row = await _draft(conn, version_id)
    found = await version_queries.texts(conn, version_id)
    if MASTER not in {text.language for text in found}:
        raise NoEnglish
    for text in found:
        if wrong := linter.findings(row.template, text.language, text.body):
            raise NotFit(" ".join(one.sentence for one in wrong), pointer=f"/{text.language}")
        if text.is_machine and not text.approved_by:
            raise NotApproved(pointer=f"/{text.language}")
    held = await superseding.hold(conn, row.template, now)
    await version_queries.publish(conn, version_id, material, now)
    if material:
        await superseding.ask_again(conn, held, now)
    return await version_queries.version(conn, version_id)


async def _draft(conn: Connection, version_id: UUID) -> VersionRow:
    row = await version_queries.lock(conn, version_id)
    if row.published_at is not None:
        raise Published
    return row
