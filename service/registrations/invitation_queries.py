"""Questions about invitations: who was invited, what they answered, who could be invited still."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class AnswersRow(Struct, frozen=True):
    """How a convening's invitations stand; who waits counts as registered, and one that was taken back as none."""

    convening_id: UUID
    invited: int
    registered: int
    declined: int
    silent: int


async def answers(conn: Connection, convening_ids: Sequence[UUID]) -> list[AnswersRow]:
    """The answers to the invitations of these convenings; one without invitations has no row."""
    return await db.many(
        conn,
        AnswersRow,
        """select convening_id, count(*) as invited, count(*) filter (where answer in ('registered', 'waits')) as registered,
                  count(*) filter (where answer = 'declined') as declined, count(*) filter (where answer = 'silent') as silent
             from invitation_answer where convening_id = any($1::uuid[]) and not own and answer <> 'ended'
            group by convening_id""",
        convening_ids,
    )
