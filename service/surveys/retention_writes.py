"""Answers have had their time: rows go, what was counted of them stays."""

from datetime import datetime

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
