"""What has had its time, and what is still there although it had: two different looks at the same promise."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.keeping.periods import Periods


class RunRow(Struct, frozen=True):
    """What one night's deletion did: rows by kind, and what it found afterwards that should not be there."""

    night: date
    started_at: datetime
    gone: dict[str, int]
    left_over: dict[str, int]


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


async def forget_topics(conn: Connection, ended_before: datetime) -> int:
    """The colors that students gave to topics; what they signed stays with its proof."""
    return await db.run(
        conn,
        """update assent a set topics = '{}'
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening_keeping k on k.id = s.convening_id
            where u.id = a.signup_id and a.topics <> '{}' and k.ends_at < $1 and not k.is_held""",
        ended_before,
    )


async def left_over(conn: Connection, periods: Periods, now: datetime) -> list[LeftRow]:
    """What should not be there any more, counted from the data and not from the convenings, where the deletion begins."""
    return await db.many(
        conn,
        LeftRow,
        """with held as (
             select u.id, k.ends_at from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
               join convening_keeping k on k.id = s.convening_id where not k.is_held),
           found as (
             select 'day_facts' as kind, count(*) as count from day_fact f join consent c on c.id = f.consent_id
               join held h on h.id = c.signup_id where h.ends_at < $1
             union all
             select 'topics', count(*) from assent a join held h on h.id = a.signup_id
              where h.ends_at < $2 and a.topics <> '{}'
             union all
             select 'unsigned', count(*) from held h where h.ends_at < $3
                and not exists (select from consent c where c.signup_id = h.id and c.signed_at is not null and c.joins)
             union all
             select 'forms', count(*) from held h where h.ends_at < $4
                and exists (select from consent c where c.signup_id = h.id and c.signed_at is not null and c.joins)
                and not exists (select from media_student m where m.signup_id = h.id and m.down_at is null)
             union all
             select 'answers', count(*) from said_in_survey a join convening_keeping k on k.id = a.convening_id
              where k.ends_at < $7 and not k.is_held
             union all
             select 'mails', count(*) from delivery d where d.calendar_uid is null and d.finished_at < $5
                and d.message <> '{}'::jsonb and not exists (select from held_signup h where h.id = d.signup_id)
             union all
             select 'codes', count(*) from consent_code k join consent c on c.id = k.consent_id where k.created_at < $6
                and not exists (select from held_signup h where h.id = c.signup_id))
           select kind, sum(count)::bigint as count from found group by kind having sum(count) > 0 order by kind""",
        now - periods.day_facts,
        now - periods.topics,
        now - periods.unsigned,
        now - periods.forms,
        now - periods.mails,
        now - periods.codes,
        now - periods.answers,
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


async def is_done(conn: Connection, night: date) -> bool:
    """Whether this night's deletion was done."""
    return await db.one(conn, bool, "select exists (select from retention_run where night = $1) as is_done", night)


async def begin(conn: Connection, night: date, now: datetime) -> bool:
    """This night's deletion is written down; false where it was."""
    return bool(
        await db.run(
            conn,
            """insert into retention_run (night, started_at, gone, left_over) values ($1, $2, '{}', '{}')
               on conflict (night) do nothing""",
            night,
            now,
        )
    )


async def finish(conn: Connection, night: date, gone: dict[str, int], left: dict[str, int]) -> int:
    """What it did and found."""
    return await db.run(conn, "update retention_run set gone = $2, left_over = $3 where night = $1", night, gone, left)


async def latest(conn: Connection, most: int = 1) -> list[RunRow]:
    """The last nights, the latest first."""
    return await db.many(
        conn, RunRow, "select night, started_at, gone, left_over from retention_run order by night desc limit $1", most
    )
