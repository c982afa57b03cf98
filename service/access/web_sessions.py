"""The table of browsers that somebody is signed in with."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.access.rules import Held, SessionKind
from service.db import Connection


class LiveRow(Struct, frozen=True):
    """A session that is neither idle nor over, and whose it is."""

    id: UUID
    person_id: UUID
    kind: SessionKind
    seen_at: datetime
    ends_at: datetime
    name: str
    email: str
    time_zone: str


class SessionRow(Struct, frozen=True):
    """A session as its owner sees it."""

    id: UUID
    kind: SessionKind
    client: str
    agent: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


async def insert(
    conn: Connection,
    session_id: UUID,
    *,
    token_hash: bytes,
    person_id: UUID,
    kind: SessionKind,
    client: str,
    agent: str,
    now: datetime,
    idle_until: datetime,
    ends_at: datetime,
) -> int:
    """Begin one."""
    return await db.run(
        conn,
        """insert into web_session (id, token_hash, person_id, kind, client, agent, created_at, seen_at, idle_until, ends_at)
           values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)""",
        session_id,
        token_hash,
        person_id,
        kind,
        client,
        agent,
        now,
        idle_until,
        ends_at,
    )


async def live(conn: Connection, token_hash: bytes, now: datetime) -> LiveRow | None:
    """The session of a cookie, if it still is one."""
    return await db.maybe(
        conn,
        LiveRow,
        """select s.id, s.person_id, s.kind, s.seen_at, s.ends_at, p.name, p.email,
                  coalesce(p.time_zone, d.time_zone, 'America/New_York') as time_zone
             from web_session s join person p on p.id = s.person_id left join district d on d.id = p.district_id
            where s.token_hash = $1 and s.idle_until > $2 and s.ends_at > $2""",
        token_hash,
        now,
    )


async def see(conn: Connection, session_id: UUID, now: datetime, idle_until: datetime) -> int:
    """It is in use."""
    return await db.run(
        conn, "update web_session set seen_at = $2, idle_until = $3 where id = $1", session_id, now, idle_until
    )


async def roles_of(conn: Connection, person_id: UUID) -> Sequence[Held]:
    """What a person was granted, and what they are in the network."""
    return await db.many(
        conn,
        Held,
        """select role, convening_id from role_grant where person_id = $1
           union all select 'member', null from membership where person_id = $1
           union all select 'coach', null from coach where person_id = $1
           union all select 'school_contact', null from school_contact where person_id = $1""",
        person_id,
    )


async def of_person(conn: Connection, person_id: UUID, now: datetime) -> list[SessionRow]:
    """Where somebody is signed in, the last used first."""
    return await db.many(
        conn,
        SessionRow,
        """select id, kind, client, agent, created_at, seen_at, ends_at from web_session
            where person_id = $1 and idle_until > $2 and ends_at > $2 order by seen_at desc, id""",
        person_id,
        now,
    )


async def end(conn: Connection, session_id: UUID, person_id: UUID) -> int:
    """End a session of that person; 0 where there is none."""
    return await db.run(conn, "delete from web_session where id = $1 and person_id = $2", session_id, person_id)


async def end_all(conn: Connection, person_id: UUID) -> int:
    """They are signed in nowhere any more."""
    return await db.run(conn, "delete from web_session where person_id = $1", person_id)


async def is_there(conn: Connection, session_id: UUID) -> bool:
    """Whether it is anybody's."""
    return await db.one(conn, bool, "select exists (select from web_session where id = $1)", session_id)


async def end_by_cookie(conn: Connection, token_hash: bytes) -> int:
    """End what a cookie stood for."""
    return await db.run(conn, "delete from web_session where token_hash = $1", token_hash)


async def forget(conn: Connection, now: datetime) -> int:
    """Drop those that are idle or over."""
    return await db.run(conn, "delete from web_session where idle_until < $1 or ends_at < $1", now)
