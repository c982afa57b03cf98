"""What the clock asks about families: drafts to send, forms to remind of, seats to tell about, families to call."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.rules import Status
from service.db import Connection


class PanelRow(Struct, frozen=True):
    """A panel with families who were named and not asked."""

    panel_id: UUID
    convening_id: UUID
    starts_at: datetime
    time_zone: str


class OpenRow(Struct, frozen=True):
    """A signer with an address whose answer is still to come."""

    consent_id: UUID
    signup_id: UUID
    convening_id: UUID
    starts_at: datetime
    time_zone: str
    family_zone: str
    deadline_at: datetime


class SeatedRow(Struct, frozen=True):
    """A signer with an address, whose student has a seat."""

    consent_id: UUID
    signup_id: UUID
    convening_id: UUID
    starts_at: datetime
    time_zone: str
    family_zone: str


class CallRow(Struct, frozen=True):
    """A school with families in one convening who have not answered; `since` is when the first of them was named."""

    convening_id: UUID
    school_id: UUID
    starts_at: datetime
    time_zone: str
    family_zone: str
    since: datetime


class ToCallRow(Struct, frozen=True):
    """How many families of one panel a school calls, and the last deadline among them."""

    panel_id: UUID
    count: int
    until: datetime


class MailRow(Struct, frozen=True):
    """What decides about mail to a signer; `state` is None while nothing may be asked of them."""

    state: Status | None
    is_seated: bool
    convening_state: str
    extended_at: datetime | None


async def with_drafts(conn: Connection, now: datetime, until: datetime) -> list[PanelRow]:
    """Panels of published convenings that begin by then."""
    return await db.many(
        conn,
        PanelRow,
        """select p.id as panel_id, c.id as convening_id, c.starts_at, c.time_zone
             from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            where c.state = 'published' and c.starts_at > $1 and c.starts_at <= $2 and exists (
                    select from consent q join signup u on u.id = q.signup_id join signup_standing t on t.id = u.id
                     where u.panel_id = p.id and u.deadline_at > $1 and t.is_under_way
                       and q.state = 'draft' and q.signer <> 'second_guardian')
            order by c.starts_at, p.id""",
        now,
        until,
    )


async def drafts(conn: Connection, panel_id: UUID, now: datetime) -> list[UUID]:
    """Its sign-ups whose family was named and not asked, and has time to answer; call behind the panel's lock."""
    return await db.many(
        conn,
        UUID,
        """select t.id from signup_standing t join signup u on u.id = t.id
            where t.panel_id = $1 and u.deadline_at > $2 and t.is_under_way and exists (
                    select from consent q
                     where q.signup_id = t.id and q.state = 'draft' and q.signer <> 'second_guardian')
            order by t.queue_number""",
        panel_id,
        now,
    )


async def open_forms(conn: Connection, now: datetime, until: datetime) -> list[OpenRow]:
    """Signers of published convenings that begin by then, whom mail reaches and who have not answered."""
    return await db.many(
        conn,
        OpenRow,
        """select q.id as consent_id, u.id as signup_id, c.id as convening_id, c.starts_at, c.time_zone,
                  d.time_zone as family_zone, u.deadline_at
             from convening c join session s on s.convening_id = c.id join panel p on p.session_id = s.id
             join signup u on u.panel_id = p.id join consent q on q.signup_id = u.id join family_mail m on m.id = q.id
             join school h on h.id = u.school_id join district d on d.id = h.district_id
            where c.state = 'published' and c.starts_at > $1 and c.starts_at <= $2 and u.deadline_at > $1
              and q.email <> '' and m.state in ('asked', 'opened', 'superseded')
            order by c.id, u.queue_number, q.id""",
        now,
        until,
    )


async def seated(conn: Connection, now: datetime, until: datetime) -> list[SeatedRow]:
    """Signers whose student has a seat, and who were not told times and place yet."""
    return await db.many(
        conn,
        SeatedRow,
        """select q.id as consent_id, u.id as signup_id, c.id as convening_id, c.starts_at, c.time_zone,
                  d.time_zone as family_zone
             from convening c join session s on s.convening_id = c.id join panel p on p.session_id = s.id
             join signup u on u.panel_id = p.id join consent q on q.signup_id = u.id join family_mail m on m.id = q.id
             join school h on h.id = u.school_id join district d on d.id = h.district_id
            where c.state = 'published' and c.starts_at > $1 and c.starts_at <= $2 and q.email <> ''
              and m.is_seated and m.state in ('signed', 'signed_paper')
              and not exists (select from clock_tick k where k.kind = 'logistics' and k.subject_id = q.id)
            order by c.id, u.queue_number, q.id""",
        now,
        until,
    )


async def to_call(conn: Connection, now: datetime, until: datetime) -> list[CallRow]:
    """Schools whose families have not answered, or signed on a slip that nobody confirmed, in convenings begun by then."""
    return await db.many(
        conn,
        CallRow,
        """select c.id as convening_id, u.school_id, c.starts_at, c.time_zone, d.time_zone as family_zone,
                  min(u.created_at) as since
             from convening c join session s on s.convening_id = c.id join panel p on p.session_id = s.id
             join signup u on u.panel_id = p.id join consent q on q.signup_id = u.id join family_mail m on m.id = q.id
             join school h on h.id = u.school_id join district d on d.id = h.district_id
            where c.state = 'published' and c.starts_at > $1 and c.starts_at <= $2 and q.signer = 'guardian'
              and (m.state = 'signed_unverified' or (m.state in ('asked', 'opened', 'superseded') and q.name <> ''))
            group by c.id, u.school_id, d.time_zone order by c.id, u.school_id""",
        now,
        until,
    )


async def calls(conn: Connection, convening_id: UUID, school_id: UUID) -> list[ToCallRow]:
    """Whom a school calls now, by panel: the same as its page of whom to call says."""
    return await db.many(
        conn,
        ToCallRow,
        """select u.panel_id, count(*) as count, max(u.deadline_at) as until
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join consent q on q.signup_id = u.id join family_mail m on m.id = q.id
            where s.convening_id = $1 and u.school_id = $2 and q.signer = 'guardian'
              and (m.state = 'signed_unverified' or (m.state in ('asked', 'opened', 'superseded') and q.name <> ''))
            group by u.panel_id order by count(*) desc, u.panel_id""",
        convening_id,
        school_id,
    )


async def mail(conn: Connection, consent_id: UUID) -> MailRow:
    """What decides about mail to a signer now; call behind the sign-up's lock."""
    return await db.one(
        conn,
        MailRow,
        """select m.state, m.is_seated, c.state as convening_state,
                  (select max(x.created_at) from signup_extension x where x.signup_id = q.signup_id) as extended_at
             from family_mail m join consent q on q.id = m.id join signup u on u.id = q.signup_id
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening c on c.id = s.convening_id where m.id = $1""",
        consent_id,
    )


async def asked_again_at(conn: Connection, convening_id: UUID, signup_id: UUID) -> datetime | None:
    """When the school last had the form sent again."""
    return await db.maybe(
        conn,
        datetime,
        """select created_at from event
            where kind = 'consent_asked_again' and payload ->> 'convening_id' = $1::uuid::text
              and payload ->> 'signup_id' = $2::uuid::text order by ordinal desc limit 1""",
        convening_id,
        signup_id,
    )
