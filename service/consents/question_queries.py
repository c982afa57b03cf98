"""Questions about the versions of the students' questions, and what is written of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class QuestionsRow(Struct, frozen=True):
    """One version as it is stored."""

    version: int
    questions: Any
    published_at: datetime | None


async def insert(conn: Connection, questions: Any, now: datetime) -> int:
    """A draft under the next number, which no other transaction gets."""
    await db.run(conn, "select pg_advisory_xact_lock(hashtextextended('student questions', 0))")
    return await db.one(
        conn,
        int,
        """insert into student_questions (version, questions, created_at)
           select coalesce(max(version), 0) + 1, $1, $2 from student_questions returning version""",
        questions,
        now,
    )


async def lock(conn: Connection, version: int) -> QuestionsRow:
    """One version, held until the transaction ends; raises NotFound."""
    return await db.one(
        conn,
        QuestionsRow,
        "select version, questions, published_at from student_questions where version = $1 for update",
        version,
    )


async def replace(conn: Connection, version: int, questions: Any) -> int:
    """Other questions of a draft."""
    return await db.run(conn, "update student_questions set questions = $2 where version = $1", version, questions)


async def publish(conn: Connection, version: int, now: datetime) -> int:
    """From now on nothing of it changes."""
    return await db.run(conn, "update student_questions set published_at = $2 where version = $1", version, now)


async def newest(conn: Connection) -> QuestionsRow | None:
    """The newest that is published."""
    return await db.maybe(
        conn,
        QuestionsRow,
        """select version, questions, published_at from student_questions
            where published_at is not null order by version desc limit 1""",
    )


async def published(conn: Connection) -> list[QuestionsRow]:
    """All that families have read, the newest first."""
    return await db.many(
        conn,
        QuestionsRow,
        """select version, questions, published_at from student_questions
            where published_at is not null order by version desc""",
    )


async def by_version(conn: Connection, version: int) -> QuestionsRow | None:
    """One version; None where there is none."""
    return await db.maybe(
        conn, QuestionsRow, "select version, questions, published_at from student_questions where version = $1", version
    )


async def survey_yes(conn: Connection, signup_id: UUID, versions: Sequence[int], now: datetime) -> bool:
    """Whether all who signed said yes to one of these versions, as many as are needed, and none of them counts no longer."""
    return await db.one(
        conn,
        bool,
        """select coalesce(bool_and(c.answers ->> 'survey' = 'yes' and c.survey_version = any($2::int[])
                                    and (c.signer = 'student' or c.valid_until is null or c.valid_until > $3)), false)
                  and count(*) >= case when bool_or(u.signs_for_self) then 1 else max(u.signers_needed) end
                  and not exists (select from consent o where o.signup_id = $1
                                     and o.state in ('on_hold_objection', 'refused', 'withdrawn')) as is_so
             from signup u join consent c on c.signup_id = u.id and (c.signer = 'student') = u.signs_for_self
                   and c.state in ('signed', 'signed_paper')
            where u.id = $1 and u.withdrawn_at is null""",
        signup_id,
        versions,
        now,
    )
