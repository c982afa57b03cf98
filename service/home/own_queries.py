"""What a person's own page asks for."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.surveys.rules import AUDIENCES, Audience


class ProfileRow(Struct, frozen=True):
    """What the network knows of somebody, and whether colleagues find them in the directory."""

    title: str
    district_name: str
    pronouns: str
    dietary: str
    access_needs: str
    listed: bool
    email_listed: bool
    time_zone: str
    """In which their times are shown, too; empty where neither they nor their district have one."""


class ModeratedRow(Struct, frozen=True):
    """A panel that somebody moderates."""

    panel_id: UUID
    title: str
    convening_title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str


async def moderated(conn: Connection, person_id: UUID, now: datetime) -> list[ModeratedRow]:
    """Panels to come that name them, or lie in a convening in which they are a moderator."""
    return await db.many(
        conn,
        ModeratedRow,
        """select p.id as panel_id, s.title, c.title as convening_title, s.starts_at, s.ends_at, c.time_zone
             from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            where c.state in ('draft', 'published') and s.ends_at > $2
              and (p.moderator_id = $1
                or exists (select from role_grant g where g.person_id = $1 and g.role = 'moderator'
                              and (g.convening_id is null or g.convening_id = c.id)))
            order by s.starts_at, p.id""",
        person_id,
        now,
    )


class LookedAfterRow(Struct, frozen=True):
    """A convening with students whose safety lead somebody is."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str


async def looked_after(conn: Connection, person_id: UUID, now: datetime) -> list[LookedAfterRow]:
    """Convenings with a student panel that are not long over, of which somebody is the safety lead."""
    return await db.many(
        conn,
        LookedAfterRow,
        """select c.id, c.title, c.starts_at, c.ends_at, c.time_zone from convening c
            where c.state in ('published', 'completed') and c.ends_at > $2::timestamptz - interval '2 days'
              and exists (select from panel p join session s on s.id = p.session_id where s.convening_id = c.id)
              and exists (select from role_grant g where g.person_id = $1 and g.role = 'safety_lead'
                             and (g.convening_id is null or g.convening_id = c.id))
            order by c.starts_at, c.id""",
        person_id,
        now,
    )


async def profile(conn: Connection, person_id: UUID) -> ProfileRow:
    """One person's."""
    return await db.one(
        conn,
        ProfileRow,
        """select p.title, coalesce(d.name, '') as district_name, p.pronouns, p.dietary, p.access_needs, p.listed,
                  p.email_listed, coalesce(p.time_zone, d.time_zone, '') as time_zone
             from person p left join district d on d.id = p.district_id where p.id = $1""",
        person_id,
    )


async def newest_of_each(conn: Connection, person_id: UUID) -> list[UUID]:
    """Of each convening the registration that counts: the live one, else the newest; in the order of the convenings."""
    return await db.many(
        conn,
        UUID,
        """select n.id from (
             select distinct on (r.convening_id) r.id, c.starts_at, c.id as convening_id
               from registration r join convening c on c.id = r.convening_id where r.person_id = $1
              order by r.convening_id, r.state in ('held', 'confirmed', 'waitlisted', 'offered') desc, r.id desc
           ) n order by n.starts_at, n.convening_id""",
        person_id,
    )


class ResultsRow(Struct, frozen=True):
    """Results that were published."""

    id: UUID
    title: str
    audience: Audience
    convening_title: str
    closed_at: datetime
    time_zone: str

    @property
    def who(self) -> str:
        """Who answered."""
        return AUDIENCES[self.audience]


async def results(conn: Connection, limit: int) -> list[ResultsRow]:
    """The newest that were published."""
    return await db.many(
        conn,
        ResultsRow,
        """select s.id, s.definition -> 'title' ->> 'en' as title, s.audience, c.title as convening_title, s.closed_at,
                  c.time_zone
             from survey s join convening c on c.id = s.convening_id
            where s.published_at is not null order by s.closed_at desc, s.id limit $1""",
        limit,
    )


class EvaluatedRow(Struct, frozen=True):
    """A convening whose answers somebody evaluates."""

    id: UUID
    title: str


async def evaluated(conn: Connection, person_id: UUID, limit: int) -> list[EvaluatedRow]:
    """Those with a closed survey, the newest first."""
    return await db.many(
        conn,
        EvaluatedRow,
        """select c.id, c.title from convening c
            where exists (select from role_grant g where g.person_id = $1 and g.role = 'evaluator'
                             and (g.convening_id is null or g.convening_id = c.id))
              and exists (select from survey s where s.convening_id = c.id and s.state = 'closed')
            order by c.ends_at desc, c.id limit $2""",
        person_id,
        limit,
    )
