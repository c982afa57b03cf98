"""What goes: at close who was reminded, and so had not answered; later the rows, of which what was counted stays."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def keep_theme_counts(conn: Connection, ended_before: datetime) -> int:
    """How many texts spoke of each theme, before the texts go."""
    return await db.run(
        conn,
        """update survey_theme t set kept = (select count(*) from answer_theme a where a.theme_id = t.id)
             from survey s join convening_keeping k on k.id = s.convening_id
            where s.id = t.survey_id and t.kept is null and k.ends_at < $1 and not k.is_held""",
        ended_before,
    )


async def forget_answers(conn: Connection, ended_before: datetime) -> int:
    """Rows of closed surveys, with what people made of their words; how many."""
    return await db.run(
        conn,
        """delete from answer a using survey s join convening_keeping k on k.id = s.convening_id
            where s.id = a.survey_id and s.state = 'closed' and k.ends_at < $1 and not k.is_held""",
        ended_before,
    )


async def forget_quotes(conn: Connection, ended_before: datetime) -> int:
    """Quotes under names; how many."""
    return await db.run(
        conn,
        """delete from named_quote q using survey_invitation i, survey s, convening_keeping k
            where i.id = q.invitation_id and s.id = i.survey_id and k.id = s.convening_id and s.state = 'closed'
              and k.ends_at < $1 and not k.is_held""",
        ended_before,
    )


async def forget_plans(conn: Connection, ended_before: datetime) -> int:
    """What people planned for themselves; how many."""
    return await db.run(
        conn,
        """delete from commitment m using convening_keeping k
            where k.id = m.convening_id and k.ends_at < $1 and not k.is_held""",
        ended_before,
    )


async def forget_mails(conn: Connection, survey_id: UUID | None) -> int:
    """Which mails of a closed anonymous survey (None: of all) reached whom: who got the last one had not answered by then.

    One that a worker has in its hands stays until the next time.
    """
    return await db.one(conn, int, "select forget_survey_mails($1::uuid) as n", survey_id)
