"""Whom a new version of a text concerns, and what is written of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.texts import Template
from service.db import Connection


class ConcernedRow(Struct, frozen=True):
    """A sign-up that lies ahead: has somebody said yes to a text, or is only asked; which language they read."""

    signup_id: UUID
    panel_id: UUID
    said_yes: bool
    language: str
    starts_at: datetime
    time_zone: str
    family_zone: str


async def ahead(conn: Connection, template: Template, now: datetime) -> list[ConcernedRow]:
    """Sign-ups of coming convenings, under way, whose family (or for `assent` the student) signed a text or was asked."""
    return await db.many(
        conn,
        ConcernedRow,
        """select u.id as signup_id, u.panel_id,
                  case when $1 = 'assent' then a.state in ('yes', 'talk_first')
                       else bool_or(o.state in ('signed_unverified', 'signed', 'signed_paper')) end as said_yes,
                  min(o.language) as language, c.starts_at, c.time_zone, d.time_zone as family_zone
             from signup u join signup_standing t on t.id = u.id join assent a on a.signup_id = u.id
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening c on c.id = s.convening_id join school h on h.id = u.school_id
             join district d on d.id = h.district_id
             join consent o on o.signup_id = u.id and (o.signer = 'student') = u.signs_for_self
            where c.state = 'published' and c.starts_at > $2 and t.is_under_way
            group by u.id, a.signup_id, c.id, d.id
           having case when $1 = 'assent' then a.state in ('asked', 'yes', 'talk_first')
                       else bool_or(o.state in ('asked', 'opened', 'superseded', 'signed_unverified', 'signed',
                                                'signed_paper')) end
            order by u.panel_id, u.queue_number""",
        template,
        now,
    )


async def panels_ahead(conn: Connection, now: datetime) -> list[UUID]:
    """Panels with sign-ups whose convening has not begun, in the order of their locks."""
    return await db.many(
        conn,
        UUID,
        """select p.id from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            where c.starts_at > $1 and exists (select from signup u where u.panel_id = p.id) order by p.id""",
        now,
    )


class OutdatedRow(Struct, frozen=True):
    """A sign-up of whom a yes no longer counts, and the zone of its family's day."""

    signup_id: UUID
    family_zone: str


async def supersede(conn: Connection, panel_id: UUID, now: datetime) -> list[OutdatedRow]:
    """A yes to an older meaning asks once more: the clearance, and the seat with it, falls by the trigger; the place stays.

    A signed no stays a no.
    """
    return await db.many(
        conn,
        OutdatedRow,
        """with asked as (
             update consent c set state = 'superseded', changed_at = $2 from signup u join panel p on p.id = u.panel_id
              where u.id = c.signup_id and u.panel_id = $1 and u.withdrawn_at is null
                and (c.signer = 'student') = u.signs_for_self and c.joins
                and c.state in ('signed_unverified', 'signed', 'signed_paper')
                and is_outdated(c.version_id, 'panelist', p.locked_at)
             returning c.signup_id)
           select u.id as signup_id, d.time_zone as family_zone
             from signup u join school h on h.id = u.school_id join district d on d.id = h.district_id
            where u.id in (select signup_id from asked) order by u.queue_number""",
        panel_id,
        now,
    )


async def give_time(conn: Connection, signup_ids: Sequence[UUID], until: Sequence[datetime]) -> int:
    """Who is asked again has as long as somebody who is signed up today; nobody has less than before."""
    return await db.run(
        conn,
        """update signup u set deadline_at = greatest(u.deadline_at, given.until)
             from unnest($1::uuid[], $2::timestamptz[]) as given (id, until) where u.id = given.id""",
        signup_ids,
        until,
    )


async def ask_students(conn: Connection, panel_id: UUID) -> list[UUID]:
    """Students who answered an older text of theirs are asked once more, but who said no."""
    return await db.many(
        conn,
        UUID,
        """update assent a set state = 'asked' from signup u join panel p on p.id = u.panel_id
            where u.id = a.signup_id and u.panel_id = $1 and u.withdrawn_at is null and a.state in ('yes', 'talk_first')
              and is_outdated(a.version_id, 'assent', p.locked_at) returning a.signup_id""",
        panel_id,
    )


async def under_way(conn: Connection, signup_ids: Sequence[UUID]) -> list[UUID]:
    """Of these, in order of the line, for whom a yes can still come."""
    return await db.many(
        conn,
        UUID,
        "select id from signup_standing where id = any($1::uuid[]) and is_under_way order by queue_number",
        signup_ids,
    )
