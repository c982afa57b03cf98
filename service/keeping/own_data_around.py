"""What stands around an adult, for their own file: roles, sign-ins, answers under their name, what they did."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class OwnAddress(Struct, frozen=True):
    """An address of theirs: one that they had before, one that gets no mail, or not all kinds."""

    address: str
    what: str
    since: datetime


class OwnRole(Struct, frozen=True):
    """What they may do beyond their own things, or look after; of one convening, or of all."""

    role: str
    of: str
    since: datetime | None


class OwnInvitation(Struct, frozen=True):
    """An invitation to a convening."""

    convening: str
    created_at: datetime
    mailed_at: datetime | None
    declined_at: datetime | None
    ended_at: datetime | None


class OwnAnswer(Struct, frozen=True):
    """An answer to a confidential survey, a quote under their name, or a plan for themselves."""

    convening: str
    what: str
    said: Any


class OwnVisit(Struct, frozen=True):
    """A sign-in that was asked for, or a browser that is signed in: from where."""

    what: str
    client: str
    agent: str
    at: datetime
    last_at: datetime | None


class OwnKey(Struct, frozen=True):
    """An API token, or the address of a calendar feed; neither itself is kept."""

    what: str
    since: datetime
    until: datetime | None
    last_used_at: datetime | None


class OwnAct(Struct, frozen=True):
    """What they did, or what was done about them; `client` is the address of the network where it was they."""

    at: datetime
    action: str
    thing: str
    by_you: bool
    client: str


async def addresses(conn: Connection, person_id: UUID) -> list[OwnAddress]:
    """Beside the one that stands in their details."""
    return await db.many(
        conn,
        OwnAddress,
        """with mine as (select email_key as key from person where id = $1
                  union select lower(email) from former_address where person_id = $1)
           select email as address, 'You signed in with it until then' as what, changed_at as since from former_address
            where person_id = $1
           union all
           select s.address_key, 'We do not write to it', s.created_at
             from suppression s join mine m on m.key = s.address_key
           union all
           select o.address_key, 'It asked for no more ' || o.stream, o.created_at
             from opt_out o join mine m on m.key = o.address_key order by 3""",
        person_id,
    )


async def roles(conn: Connection, person_id: UUID) -> list[OwnRole]:
    """Roles, panels that they moderate, members whom they coach."""
    return await db.many(
        conn,
        OwnRole,
        """select g.role, coalesce(c.title, 'Everything') as of, g.created_at as since
             from role_grant g left join convening c on c.id = g.convening_id where g.person_id = $1
           union all
           select 'moderator of a panel', s.title, null
             from panel p join session s on s.id = p.session_id where p.moderator_id = $1
           union all
           select 'coach', o.name, null from membership m join person o on o.id = m.person_id where m.coach_id = $1
            order by 3 nulls last, 1, 2""",
        person_id,
    )


async def invitations(conn: Connection, person_id: UUID) -> list[OwnInvitation]:
    """In the order in which they were made."""
    return await db.many(
        conn,
        OwnInvitation,
        """select c.title as convening, i.created_at, i.mailed_at, i.declined_at, i.ended_at
             from invitation i join convening c on c.id = i.convening_id
            where i.person_id = $1 order by i.created_at, i.id""",
        person_id,
    )


async def answers(conn: Connection, person_id: UUID) -> list[OwnAnswer]:
    """Of confidential surveys alone. Nobody knows which anonymous answer is theirs, or whether there is one."""
    return await db.many(
        conn,
        OwnAnswer,
        """select c.title as convening, s.code || ' ' || a.part as what, a.body as said
             from answer a join answer_source x on x.answer_id = a.id join survey_invitation i on i.id = x.invitation_id
             join survey s on s.id = i.survey_id join convening c on c.id = s.convening_id
            where i.person_id = $1 and s.privacy = 'confidential'
           union all
           select c.title, 'a quote under your name', to_jsonb(q.words)
             from named_quote q join survey_invitation i on i.id = q.invitation_id join survey s on s.id = i.survey_id
             join convening c on c.id = s.convening_id where i.person_id = $1
           union all
           select c.title, 'a plan for yourself', to_jsonb(m.words)
             from commitment m join convening c on c.id = m.convening_id where m.person_id = $1 order by 1, 2""",
        person_id,
    )


async def visits(conn: Connection, person_id: UUID) -> list[OwnVisit]:
    """Sign-ins of the last day, and browsers that are signed in."""
    return await db.many(
        conn,
        OwnVisit,
        """select 'You asked for a mail to sign in' as what, '' as client, '' as agent, created_at as at, used_at as last_at
             from sign_in where person_id = $1
           union all
           select 'A browser is signed in', client, agent, created_at, seen_at from web_session where person_id = $1
            order by 4""",
        person_id,
    )


async def keys(conn: Connection, person_id: UUID) -> list[OwnKey]:
    """What opens something of theirs."""
    return await db.many(
        conn,
        OwnKey,
        """select 'API token “' || name || '”' as what, created_at as since, expires_at as until, last_used_at
             from api_token where created_by = $1
           union all
           select 'Calendar feed', changed_at, null, null from calendar_feed where person_id = $1 order by 2""",
        person_id,
    )


def acts(conn: Connection, person_id: UUID) -> AsyncGenerator[list[OwnAct]]:
    """The audit log about them, also as a second entry: what they did, and what was done to them or what is theirs."""
    return db.portions(
        conn,
        OwnAct,
        """with me as (select $1::uuid as id union all select former_id from merged_person where person_id = $1)
           select a.at, a.action, a.thing_kind as thing,
                  coalesce(a.person_id in (select id from me), false) as by_you,
                  case when a.person_id in (select id from me) then a.client else '' end as client
             from audit_entry a
            where a.person_id = any(array(select id from me))
               or a.thing_id = any(array(select id from me union select id from registration where person_id = $1
                                          union select id from invitation where person_id = $1))
            order by a.at, a.id""",
        person_id,
    )
