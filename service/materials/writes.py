"""Writing materials: what is said of them, their bytes in pieces, their order, who was told."""

import hashlib
from datetime import datetime
from typing import IO
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.materials.rules import CHUNK, How, Kind, Wanted


class StoredFile(Struct, frozen=True):
    """A file as it is to be stored."""

    name: str
    media_type: str
    size: int
    content: IO[bytes]


async def lock(conn: Connection, convening_id: UUID) -> None:
    """Hold the materials of a convening until the transaction ends: room and order are looked at only behind this."""
    await db.run(conn, "select pg_advisory_xact_lock(7300020, hashtext($1::uuid::text))", convening_id)


async def insert(
    conn: Connection,
    material_id: UUID,
    convening_id: UUID,
    kind: Kind,
    wanted: Wanted,
    url: str,
    by: UUID | None,
    now: datetime,
) -> int:
    """A new one, the last among those of its session; a file is still to come."""
    return await db.run(
        conn,
        """insert into material (id, convening_id, session_id, kind, title, description, language, audience, chosen_only,
                                 shared, shared_at, url, media_id, created_by, created_at, changed_at, ordinal)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15,
                   (select coalesce(max(ordinal), 0) + 1 from material where convening_id = $2))""",
        material_id,
        convening_id,
        wanted.session_id,
        kind,
        wanted.title,
        wanted.description,
        wanted.language,
        wanted.audience,
        wanted.chosen_only,
        wanted.shared,
        wanted.shared_at,
        url,
        wanted.media_id,
        by,
        now,
    )


async def update(conn: Connection, material_id: UUID, wanted: Wanted, url: str, now: datetime) -> int:
    """What is said of one; an address that is another one is a change of what is shared."""
    return await db.run(
        conn,
        """update material set session_id = $2, title = $3, description = $4, language = $5, audience = $6, chosen_only = $7,
                  shared = $8, shared_at = $9, media_id = $10,
                  changed_at = case when url = $11 then changed_at else $12 end, url = $11
            where id = $1""",
        material_id,
        wanted.session_id,
        wanted.title,
        wanted.description,
        wanted.language,
        wanted.audience,
        wanted.chosen_only,
        wanted.shared,
        wanted.shared_at,
        wanted.media_id,
        url,
        now,
    )


async def put_file(conn: Connection, material_id: UUID, file: StoredFile, media_id: UUID | None, now: datetime) -> None:
    """The file of a material, piece by piece; the one before is gone."""
    await db.run(conn, "delete from material_chunk where material_id = $1", material_id)
    file_id, digest = db.new_id(now), hashlib.sha256()
    ordinal = 0
    file.content.seek(0)
    while piece := file.content.read(CHUNK):
        digest.update(piece)
        await db.run(
            conn,
            "insert into material_chunk (file_id, ordinal, content, material_id) values ($1, $2, $3, $4)",
            file_id,
            ordinal,
            piece,
            material_id,
        )
        ordinal += 1
    await db.run(
        conn,
        """update material set file_id = $2, file_name = $3, media_type = $4, size = $5, sha256 = $6, media_id = $7,
                  changed_at = $8
            where id = $1""",
        material_id,
        file_id,
        file.name,
        file.media_type,
        file.size,
        digest.digest(),
        media_id,
        now,
    )


async def remove(conn: Connection, material_id: UUID) -> int:
    """Gone with its file."""
    return await db.run(conn, "delete from material where id = $1", material_id)


async def move(conn: Connection, material_id: UUID, *, up: bool) -> int:
    """Change places with the one before it, or behind it, among those of the same session; 0 at the end of the row."""
    return await db.run(
        conn,
        """with mine as (select id, convening_id, session_id, ordinal from material where id = $1),
                other as (select o.id, o.ordinal from material o, mine
                           where o.convening_id = mine.convening_id and o.session_id is not distinct from mine.session_id
                             and case when $2 then o.ordinal < mine.ordinal else o.ordinal > mine.ordinal end
                           order by case when $2 then -o.ordinal else o.ordinal end limit 1)
           update material m set ordinal = case when m.id = mine.id then other.ordinal else mine.ordinal end
             from mine, other where m.id in (mine.id, other.id)""",
        material_id,
        up,
    )


async def copy(conn: Connection, source_id: UUID, target_id: UUID, now: datetime) -> int:
    """What one convening has, for another that was made from it: titles and links, for organizers only, and no file.

    A session is the one of the same title; what shows students stays where it is.
    """
    return await db.run(
        conn,
        """insert into material (id, convening_id, session_id, kind, title, description, language, audience, chosen_only,
                                 shared, url, created_at, changed_at, ordinal)
           select gen_random_uuid(), $2,
                  (select t.id from session t where t.convening_id = $2 and t.title = s.title order by t.starts_at limit 1),
                  m.kind, m.title, m.description, m.language, 'organizers', false,
                  case when m.shared = 'moment' then 'after' else m.shared end, m.url, $3, $3, m.ordinal
             from material m left join session s on s.id = m.session_id
            where m.convening_id = $1 and m.media_id is null""",
        source_id,
        target_id,
        now,
    )


async def notice(conn: Connection, convening_id: UUID, how: How, by: UUID | None, now: datetime) -> UUID | None:
    """Write down that people are told, or are not to be by themselves; None where this was said already."""
    return await db.maybe(
        conn,
        UUID,
        """insert into material_notice (id, convening_id, how, made_by, created_at) values ($1, $2, $3, $4, $5)
           on conflict do nothing returning id""",
        db.new_id(now),
        convening_id,
        how,
        by,
        now,
    )


async def allow_notice(conn: Connection, convening_id: UUID) -> int:
    """It may go by itself again."""
    return await db.run(conn, "delete from material_notice where convening_id = $1 and how = 'never'", convening_id)
