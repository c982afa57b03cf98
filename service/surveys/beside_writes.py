"""What people keep beside a survey: quotes under a name, and plans for themselves."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class QuoteRow(Struct, frozen=True):
    """A quote that somebody gave under a name, and whether an organizer lets it be shown."""

    invitation_id: UUID
    name: str
    words: str
    is_shown: bool


async def keep_quote(conn: Connection, invitation_id: UUID, name: str, words: str, *, replace: bool) -> int:
    """One a person; a newer one replaces it, and is read anew before it is shown. 0 where there is one that stays."""
    return await db.run(
        conn,
        """insert into named_quote (invitation_id, name, words) values ($1, $2, $3)
           on conflict (invitation_id) do update
              set name = excluded.name, words = excluded.words, shown_by = null where $4""",
        invitation_id,
        name,
        words,
        replace,
    )


async def quotes(conn: Connection, survey_id: UUID) -> list[QuoteRow]:
    """Those of a survey, by name."""
    return await db.many(
        conn,
        QuoteRow,
        """select q.invitation_id, q.name, q.words, q.shown_by is not null as is_shown
             from named_quote q join survey_invitation i on i.id = q.invitation_id
            where i.survey_id = $1 order by q.name, q.invitation_id""",
        survey_id,
    )


async def show_quote(conn: Connection, survey_id: UUID, invitation_id: UUID, name: str, words: str, by: UUID) -> int:
    """Let it be shown, if it still says what was read; 0 where it does not."""
    return await db.run(
        conn,
        """update named_quote q set shown_by = $5 from survey_invitation i
            where i.id = q.invitation_id and i.survey_id = $1 and i.id = $2 and q.name = $3 and q.words = $4""",
        survey_id,
        invitation_id,
        name,
        words,
        by,
    )


async def remove_quote(conn: Connection, survey_id: UUID, invitation_id: UUID) -> int:
    """It is not kept any longer."""
    return await db.run(
        conn,
        """delete from named_quote q using survey_invitation i
            where i.id = q.invitation_id and i.survey_id = $1 and i.id = $2""",
        survey_id,
        invitation_id,
    )


async def keep_commitment(
    conn: Connection, convening_id: UUID, person_id: UUID, words: str, now: datetime, *, replace: bool
) -> int:
    """One a person and convening; the newest counts. 0 where there is one that stays."""
    return await db.run(
        conn,
        """insert into commitment (convening_id, person_id, words, created_at) values ($1, $2, $3, $4)
           on conflict (convening_id, person_id) do update set words = excluded.words where $5""",
        convening_id,
        person_id,
        words,
        now,
        replace,
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
