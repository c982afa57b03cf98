"""How the surveys of convenings stand, as far as they ask something of a person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class SurveysRow(Struct, frozen=True):
    """Of one convening: surveys that should be closed and are not, students' texts that wait for a second person, whether
    students wait for an answer.
    """

    convening_id: UUID
    stuck: int
    to_agree: int
    owes_answer: bool


async def standing(conn: Connection, only: Sequence[UUID], now: datetime, late: datetime) -> list[SurveysRow]:
    """Of these convenings; what closes after `late` is not stuck yet."""
    return await db.many(
        conn,
        SurveysRow,
        """select c.id as convening_id,
                  (select count(*) from survey s
                    where s.convening_id = c.id and s.state = 'open' and s.closes_at < $3) as stuck,
                  (select count(*) from survey s join answer a on a.survey_id = s.id
                     join answer_review r on r.answer_id = a.id
                    where s.convening_id = c.id and s.audience = 'students' and r.words <> '' and r.second_by is null)
                  as to_agree,
                  c.state = 'completed' and c.ends_at < $2
                    and exists (select from session x join panel p on p.session_id = x.id join seat t on t.panel_id = p.id
                                 where x.convening_id = c.id)
                    and not exists (select from report_back b where b.convening_id = c.id and b.published_at is not null)
                  as owes_answer
             from convening c where c.id = any($1::uuid[])""",
        only,
        now,
        late,
    )
