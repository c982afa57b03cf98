"""Questions about versions of texts, and what is written of them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.texts import Template
from service.db import Connection


class VersionRow(Struct, frozen=True):
    """One number of a template; all its languages share it."""

    id: UUID
    template: Template
    number: int
    created_at: datetime
    published_at: datetime | None
    is_material: bool


class TextRow(Struct, frozen=True):
    """The text of a version in one language."""

    version_id: UUID
    language: str
    body: str
    is_machine: bool
    approved_by: str
    approved_at: datetime | None


class StaleRow(Struct, frozen=True):
    """A language that has an older published text of a template, and none of the newest."""

    template: Template
    language: str
    last: int
    newest: int


async def lock_template(conn: Connection, template: Template) -> None:
    """Hold a template's numbers until the transaction ends."""
    await db.run(conn, "select pg_advisory_xact_lock(hashtextextended('consent ' || $1, 0))", template)


async def next_number(conn: Connection, template: Template) -> int:
    """The number of the next version; call behind `lock_template`."""
    return await db.one(
        conn, int, "select coalesce(max(number), 0) + 1 as number from consent_version where template = $1", template
    )


async def insert_version(conn: Connection, version_id: UUID, template: Template, number: int, now: datetime) -> int:
    """A draft without texts."""
    return await db.run(
        conn,
        "insert into consent_version (id, template, number, created_at) values ($1, $2, $3, $4)",
        version_id,
        template,
        number,
        now,
    )


async def lock(conn: Connection, version_id: UUID) -> VersionRow:
    """A version, held until the transaction ends; raises NotFound."""
    return await db.one(
        conn,
        VersionRow,
        "select id, template, number, created_at, published_at, is_material from consent_version where id = $1 for update",
        version_id,
    )


async def version(conn: Connection, version_id: UUID) -> VersionRow:
    """A version; raises NotFound."""
    return await db.one(
        conn,
        VersionRow,
        "select id, template, number, created_at, published_at, is_material from consent_version where id = $1",
        version_id,
    )


async def versions(conn: Connection) -> list[VersionRow]:
    """All of them, the newest of each template first."""
    return await db.many(
        conn,
        VersionRow,
        """select id, template, number, created_at, published_at, is_material
             from consent_version order by template, number desc""",
    )


async def newest(conn: Connection, template: Template) -> VersionRow | None:
    """What is signed now; None before anything was published."""
    return await db.maybe(
        conn,
        VersionRow,
        """select id, template, number, created_at, published_at, is_material from consent_version
            where template = $1 and published_at is not null order by number desc limit 1""",
        template,
    )


async def by_number(conn: Connection, template: Template, number: int) -> VersionRow | None:
    """A published version by its number; None where there is none, or a newer one is signed now."""
    return await db.maybe(
        conn,
        VersionRow,
        """select id, template, number, created_at, published_at, is_material from consent_version v
            where template = $1 and number = $2 and published_at is not null
              and not exists (select from consent_version n where n.template = v.template and n.number > v.number
                                 and n.published_at is not null)""",
        template,
        number,
    )


async def texts(conn: Connection, version_id: UUID) -> list[TextRow]:
    """A version's texts by language."""
    return await db.many(
        conn,
        TextRow,
        """select version_id, language, body, is_machine, approved_by, approved_at from consent_text
            where version_id = $1 order by language""",
        version_id,
    )


async def put_text(conn: Connection, version_id: UUID, language: str, body: str, is_machine: bool) -> int:
    """Write a draft's text, or anew; who approved the old words did not approve these."""
    return await db.run(
        conn,
        """insert into consent_text (version_id, language, body, is_machine) values ($1, $2, $3, $4)
           on conflict (version_id, language) do update set body = excluded.body, is_machine = excluded.is_machine,
                  approved_by = '', approved_at = null""",
        version_id,
        language,
        body,
        is_machine,
    )


async def approve(conn: Connection, version_id: UUID, language: str, approved_by: str, now: datetime) -> int:
    """Somebody answers for a text."""
    return await db.run(
        conn,
        "update consent_text set approved_by = $3, approved_at = $4 where version_id = $1 and language = $2",
        version_id,
        language,
        approved_by,
        now,
    )


async def publish(conn: Connection, version_id: UUID, is_material: bool, now: datetime) -> int:
    """From now on nothing of it changes."""
    return await db.run(
        conn,
        "update consent_version set published_at = $2, is_material = $3 where id = $1",
        version_id,
        now,
        is_material,
    )


async def draft_of(conn: Connection, template: Template) -> UUID | None:
    """The newest draft of a text that is newer than everything published."""
    return await db.maybe(
        conn,
        UUID,
        """select id from consent_version d where template = $1 and published_at is null
              and number > (select coalesce(max(number), 0) from consent_version p
                             where p.template = d.template and p.published_at is not null)
            order by number desc limit 1""",
        template,
    )


async def last_text(conn: Connection, template: Template, language: str) -> TextRow | None:
    """The newest published text in a language, of whatever version."""
    return await db.maybe(
        conn,
        TextRow,
        """select t.version_id, t.language, t.body, t.is_machine, t.approved_by, t.approved_at
             from consent_text t join consent_version v on v.id = t.version_id
            where v.template = $1 and t.language = $2 and v.published_at is not null order by v.number desc limit 1""",
        template,
        language,
    )


async def stale(conn: Connection) -> list[StaleRow]:
    """Languages whose text is older than the newest version."""
    return await db.many(
        conn,
        StaleRow,
        """select v.template, t.language, max(v.number) as last, n.newest
             from consent_text t join consent_version v on v.id = t.version_id and v.published_at is not null
             join (select template, max(number) as newest from consent_version where published_at is not null
                    group by template) n on n.template = v.template
            group by v.template, t.language, n.newest having max(v.number) < n.newest order by v.template, t.language""",
    )
