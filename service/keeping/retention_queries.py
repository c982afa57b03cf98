"""What has had its time, and what is still there although it had: two different looks at the same promise."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class RunRow(Struct, frozen=True):
    """What one night's deletion did: rows by kind, and what it found afterwards that should not be there."""

    night: date
    started_at: datetime
    gone: dict[str, int]
    left_over: dict[str, int]
    cleared: dict[str, Any]
    """By table: a `Cleared`."""
    ended_at: datetime | None
    """None: it is under way, or broke off and did not go on before the next night."""

    @property
    def was_quiet(self) -> bool:
        """Whether nothing was due, and nothing is left over."""
        return self.ended_at is not None and not self.gone and not self.left_over


class LeftRow(Struct, frozen=True):
    """A kind of data of which too much is there."""

    kind: str
    count: int


async def unsigned(conn: Connection, ended_before: datetime, most: int) -> list[UUID]:
    """Students whose form nobody signed with a yes, of convenings that ended before then."""
    return await db.many(
        conn,
        UUID,
        """select u.id from convening_keeping k join session s on s.convening_id = k.id join panel p on p.session_id = s.id
             join signup u on u.panel_id = p.id
            where k.ends_at < $1 and not k.is_held
              and not exists (select from consent c where c.signup_id = u.id and c.signed_at is not null and c.joins)
            order by u.panel_id, u.id limit $2""",
        ended_before,
        most,
    )


async def signed(conn: Connection, ended_before: datetime, most: int) -> list[UUID]:
    """Students with a signed yes, of convenings that ended before then; not while something published has them in it."""
    return await db.many(
        conn,
        UUID,
        """select u.id from convening_keeping k join session s on s.convening_id = k.id join panel p on p.session_id = s.id
             join signup u on u.panel_id = p.id
            where k.ends_at < $1 and not k.is_held
              and exists (select from consent c where c.signup_id = u.id and c.signed_at is not null and c.joins)
              and not exists (select from media_student m where m.signup_id = u.id and m.down_at is null)
            order by u.panel_id, u.id limit $2""",
        ended_before,
        most,
    )


async def forget_topics(conn: Connection, ended_before: datetime, most: int) -> int:
    """The colors that students gave to topics; what they signed stays with its proof."""
    return await db.run(
        conn,
        """update assent set topics = '{}' where signup_id in (
             select a.signup_id from assent a join signup u on u.id = a.signup_id join panel p on p.id = u.panel_id
               join session s on s.id = p.session_id join convening_keeping k on k.id = s.convening_id
              where a.topics <> '{}' and k.ends_at < $1 and not k.is_held limit $2)""",
        ended_before,
        most,
    )


async def orphans(conn: Connection) -> list[LeftRow]:
    """What has nobody any more to whom it belongs."""
    return await db.many(
        conn,
        LeftRow,
        """with found as (
             select 'proofs of students who are gone' as kind, count(*) as count from evidence e
               join evidence_body b on b.evidence_id = e.id
              where e.kind not in ('document', 'erased') and not exists (select from signup u where u.id = e.signup_id)
             union all
             select 'documents of students who are gone', count(*) from document d join evidence e on e.id = d.subject_id
              where not exists (select from signup u where u.id = e.signup_id)
             union all
             select 'mails of students who are gone', count(*) from delivery d join erasure r on r.signup_id = d.signup_id
              where d.message <> '{}'::jsonb or d.person_id is null and d.recipient not like 'erased:%'
             union all
             select 'answers still sealed after close', count(*) from sealed_answer a
               join survey_invitation i on i.id = a.invitation_id join survey s on s.id = i.survey_id
              where s.state = 'closed'
             union all
             select 'students who were deleted', count(*) from signup u join erasure r on r.signup_id = u.id)
           select kind, count from found where count > 0 order by kind""",
    )


async def claim(conn: Connection) -> bool:
    """Whether this connection is now the only one that deletes; until it gives that back, or ends."""
    return await db.one(conn, bool, "select pg_try_advisory_lock(7300004) as mine")


async def give_back(conn: Connection) -> bool:
    """Somebody else may delete."""
    return await db.one(conn, bool, "select pg_advisory_unlock(7300004) as held")


async def begin(conn: Connection, night: date, now: datetime) -> int:
    """A night begins, or goes on that broke off."""
    return await db.run(
        conn,
        "insert into retention_run (night, started_at, gone, left_over) values ($1, $2, '{}', '{}') on conflict do nothing",
        night,
        now,
    )


async def count(conn: Connection, night: date, kind: str, count: int) -> int:
    """So much more of a kind went; say it where it goes."""
    return await db.run(
        conn,
        """update retention_run
              set gone = gone || jsonb_build_object($2::text, coalesce((gone ->> $2)::bigint, 0) + $3::int)
            where night = $1""",
        night,
        kind,
        count,
    )


async def gone(conn: Connection, night: date) -> dict[str, int]:
    """What went until now."""
    [run] = [one for one in await nights(conn, 1) if one.night == night]
    return run.gone


async def write_left(conn: Connection, night: date, left: dict[str, int]) -> int:
    """What this night found."""
    return await db.run(conn, "update retention_run set left_over = $2 where night = $1", night, left)


async def write_cleared(conn: Connection, night: date, cleared: dict[str, Any]) -> int:
    """Which tables were cleared of dead rows in this night, besides those that were said before."""
    return await db.run(conn, "update retention_run set cleared = cleared || $2 where night = $1", night, cleared)


async def end(conn: Connection, night: date, now: datetime) -> int:
    """It is done."""
    return await db.run(conn, "update retention_run set ended_at = $2 where night = $1", night, now)


async def erased_since(conn: Connection, moment: datetime | None) -> bool:
    """Whether anybody was erased by order since then: their rows are dead, and wait for the night."""
    return await db.one(
        conn,
        bool,
        """select exists (select from erasure where $1::timestamptz is null or created_at >= $1)
               or exists (select from person_erasure
                           where done_at is not null and ($1::timestamptz is null or done_at >= $1))""",
        moment,
    )


async def latest(conn: Connection, most: int = 1) -> list[RunRow]:
    """The last nights that are done, the latest first."""
    return await db.many(
        conn,
        RunRow,
        """select night, started_at, gone, left_over, cleared, ended_at from retention_run where ended_at is not null
            order by night desc limit $1""",
        most,
    )


async def nights(conn: Connection, most: int) -> list[RunRow]:
    """The same with those that are under way, or broke off."""
    return await db.many(
        conn,
        RunRow,
        "select night, started_at, gone, left_over, cleared, ended_at from retention_run order by night desc limit $1",
        most,
    )
