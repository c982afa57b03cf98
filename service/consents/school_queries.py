"""Questions of a school's contact: whose contact they are, which panels their school can fill, when a form went out."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class ContactRow(Struct, frozen=True):
    """Somebody who speaks for a school; `state` and `time_zone` are its district's."""

    name: str
    email: str
    phone: str
    school_id: UUID
    school_name: str
    district_name: str
    state: str
    time_zone: str
    student_signs_at: int | None


class NoticeRow(Struct, frozen=True):
    """A contact to write to."""

    person_id: UUID
    name: str
    email: str
    school_name: str
    time_zone: str


class OfferRow(Struct, frozen=True):
    """A panel as one school sees it: places kept for it, places kept for others, and how many of its students are named."""

    panel_id: UUID
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    convening_id: UUID
    convening_title: str
    convening_state: str
    convening_starts_at: datetime
    convening_ends_at: datetime
    time_zone: str
    venue_name: str
    venue_address: str
    seats: int
    taken: int
    asked: int
    held: int
    own_places: int
    own_until: datetime | None
    own_left: int
    own_named: int


async def contact(conn: Connection, person_id: UUID) -> ContactRow:
    """Whose contact a person is; raises NotFound for who is nobody's."""
    return await db.one(
        conn,
        ContactRow,
        """select p.name, p.email, k.phone, k.school_id, s.name as school_name, d.name as district_name, d.state,
                  d.time_zone, d.student_signs_at
             from school_contact k join person p on p.id = k.person_id join school s on s.id = k.school_id
             join district d on d.id = s.district_id where k.person_id = $1""",
        person_id,
    )


async def contacts(conn: Connection, school_id: UUID) -> list[NoticeRow]:
    """Everybody who speaks for a school."""
    return await db.many(
        conn,
        NoticeRow,
        """select p.id as person_id, p.name, p.email, s.name as school_name, d.time_zone
             from school_contact k join person p on p.id = k.person_id join school s on s.id = k.school_id
             join district d on d.id = s.district_id where k.school_id = $1 order by p.name, p.id""",
        school_id,
    )


async def school_of(conn: Connection, signup_id: UUID) -> UUID:
    """Whose student a sign-up is; raises NotFound."""
    return await db.one(conn, UUID, "select school_id from signup where id = $1", signup_id)


async def offers(conn: Connection, school_id: UUID, panel_id: UUID | None, now: datetime) -> list[OfferRow]:
    """Panels of convenings that are not drafts and not over, in the order of their time; or this panel alone, whenever."""
    return await db.many(
        conn,
        OfferRow,
        """with hold as (
             select h.panel_id, h.school_id, h.places, h.held_until, h.held_until > $3 as runs, greatest(0, h.places - (
                      select count(*) from signup_standing u
                       where u.panel_id = h.panel_id and u.school_id = h.school_id and u.is_under_way))::int as free
               from panel_hold h)
           select p.id as panel_id, s.title, s.room, s.starts_at, s.ends_at, c.id as convening_id,
                  c.title as convening_title, c.state as convening_state, c.starts_at as convening_starts_at,
                  c.ends_at as convening_ends_at, c.time_zone, c.venue_name, c.venue_address, p.seats, p.taken,
                  (select count(*) from signup_standing u where u.panel_id = p.id and u.is_under_way) as asked,
                  coalesce((select sum(h.free) from hold h where h.panel_id = p.id and h.runs), 0) as held,
                  coalesce(o.places, 0) as own_places, o.held_until as own_until,
                  case when o.runs then o.free else 0 end as own_left,
                  (select count(*) from signup u where u.panel_id = p.id and u.school_id = $1) as own_named
             from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
             left join hold o on o.panel_id = p.id and o.school_id = $1
            where c.state <> 'draft' and case when $2::uuid is null then c.ends_at > $3 else p.id = $2 end
            order by s.starts_at, s.ordinal, p.id""",
        school_id,
        panel_id,
        now,
    )


async def asked_at(conn: Connection, convening_id: UUID, signup_id: UUID) -> datetime | None:
    """When the form last went out."""
    return await db.maybe(
        conn,
        datetime,
        """select created_at from event
            where kind = 'consent_asked' and payload ->> 'convening_id' = $1::uuid::text
              and payload ->> 'signup_id' = $2::uuid::text order by ordinal desc limit 1""",
        convening_id,
        signup_id,
    )


async def slips(conn: Connection, panel_id: UUID, school_id: UUID) -> int:
    """How many slips without a name a school had made for a panel, filled in or not; call behind the panel's lock."""
    return await db.one(
        conn,
        int,
        """select count(*) from signup
            where panel_id = $1 and school_id = $2 and (basis is null or basis = 'family')""",
        panel_id,
        school_id,
    )
