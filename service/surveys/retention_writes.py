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


async def forget_answers(conn: Connection, ended_before: datetime, most: int) -> int:
    """Rows of closed surveys, with what people made of their words; how many."""
    return await db.run(
        conn,
        """delete from answer where id = any(array(
             select a.id from answer a join survey s on s.id = a.survey_id join convening_keeping k on k.id = s.convening_id
              where s.state = 'closed' and k.ends_at < $1 and not k.is_held limit $2))""",
        ended_before,
        most,
    )


async def forget_quotes(conn: Connection, ended_before: datetime, most: int) -> int:
    """Quotes under names; how many."""
    return await db.run(
        conn,
        """delete from named_quote where invitation_id = any(array(
             select q.invitation_id from named_quote q join survey_invitation i on i.id = q.invitation_id
               join survey s on s.id = i.survey_id join convening_keeping k on k.id = s.convening_id
              where s.state = 'closed' and k.ends_at < $1 and not k.is_held limit $2))""",
        ended_before,
        most,
    )


async def forget_plans(conn: Connection, ended_before: datetime, most: int) -> int:
    """What people planned for themselves; how many."""
    return await db.run(
        conn,
        """delete from commitment where (convening_id, person_id) in (
             select m.convening_id, m.person_id from commitment m join convening_keeping k on k.id = m.convening_id
              where k.ends_at < $1 and not k.is_held limit $2)""",
        ended_before,
        most,
    )


async def forget_mails(conn: Connection, survey_id: UUID | None) -> int:
    """Which mails of a closed anonymous survey (None: of all) reached whom: who got the last one had not answered by then.

    One that a worker has in its hands stays until the next time.
    """
    return await db.one(conn, int, "select forget_survey_mails($1::uuid) as n", survey_id)
