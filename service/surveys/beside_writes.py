"""What people keep beside a survey: quotes under a name, and plans for themselves."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class QuoteRow(Struct, frozen=True):
    """A quote that somebody gave under a name."""

    id: UUID
    name: str
    words: str


async def keep_quote(conn: Connection, quote_id: UUID, survey_id: UUID, name: str, words: str) -> int:
    """Of whom it is, only the name that was typed says."""
    return await db.run(
        conn,
        "insert into named_quote (id, survey_id, name, words) values ($1, $2, $3, $4)",
        quote_id,
        survey_id,
        name,
        words,
    )


async def quotes(conn: Connection, survey_id: UUID) -> list[QuoteRow]:
    """Those of a survey, by name."""
    return await db.many(
        conn, QuoteRow, "select id, name, words from named_quote where survey_id = $1 order by name, id", survey_id
    )


async def keep_commitment(conn: Connection, convening_id: UUID, person_id: UUID, words: str, now: datetime) -> int:
    """One a person and convening; the newest counts."""
    return await db.run(
        conn,
        """insert into commitment (convening_id, person_id, words, created_at) values ($1, $2, $3, $4)
           on conflict (convening_id, person_id) do update set words = excluded.words""",
        convening_id,
        person_id,
        words,
        now,
    )


async def commitment(conn: Connection, convening_id: UUID, person_id: UUID) -> str:
    """What somebody planned; empty where nothing."""
    found = await db.maybe(
        conn,
        str,
        "select words from commitment where convening_id = $1 and person_id = $2",
        convening_id,
        person_id,
    )
    return found or ""


async def commitments(conn: Connection, convening_id: UUID) -> int:
    """How many people planned something."""
    return await db.one(conn, int, "select count(*) as n from commitment where convening_id = $1", convening_id)
