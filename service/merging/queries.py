"""What is looked at before two entries become one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging.rules import Count, Entry
from service.merging.standing import Both, Live


async def entry(conn: Connection, person_id: UUID) -> Entry:
    """All that is written about one of them; raises NotFound."""
    return await db.one(
        conn,
        Entry,
        """select p.id, p.name, p.email, coalesce(p.code, '') as code, p.title, p.district_id,
                  coalesce(d.name, '') as district, coalesce(p.time_zone, '') as time_zone, p.pronouns, p.dietary,
                  p.access_needs, p.badge_name, p.about, p.listed, p.email_listed, m.joined_year as joined, m.coach_id,
                  coalesce((select o.name from person o where o.id = m.coach_id), '') as coach,
                  c.person_id is not null as coaches, coalesce(c.bio, '') as bio, k.school_id,
                  coalesce(s.name, '') as school, coalesce(k.role, '') as contact_role, coalesce(k.phone, '') as phone,
                  p.created_at, coalesce(z.reason, '') as stopped
             from person p left join suppression z on z.address_key = p.email_key
             left join district d on d.id = p.district_id left join membership m on m.person_id = p.id
             left join coach c on c.person_id = p.id left join school_contact k on k.person_id = p.id
             left join school s on s.id = k.school_id
            where p.id = $1 and p.email not like 'erased:%'""",
        person_id,
    )


async def stays_as(conn: Connection, former_id: UUID) -> UUID | None:
    """Who somebody is now whose entry went; None for an id that never went."""
    return await db.maybe(conn, UUID, "select person_id from merged_person where former_id = $1", former_id)


class _Both(Struct, frozen=True):
    convening_id: UUID
    title: str
    stands: bool
    kept_id: UUID
    kept_state: str
    kept_number: int
    kept_came: bool
    former_id: UUID
    former_state: str
    former_number: int
    former_came: bool


async def both(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> list[Both]:
    """Convenings for which both have a live registration."""
    rows = await db.many(
        conn,
        _Both,
        """select c.id as convening_id, c.title, c.state = 'published' and c.ends_at > $3 as stands,
                  k.id as kept_id, k.state as kept_state, k.queue_number as kept_number,
                  exists (select from presence s where s.registration_id = k.id) as kept_came,
                  f.id as former_id, f.state as former_state, f.queue_number as former_number,
                  exists (select from presence s where s.registration_id = f.id) as former_came
             from registration k join registration f on f.convening_id = k.convening_id
             join convening c on c.id = k.convening_id
            where k.person_id = $1 and f.person_id = $2 and k.state in ('held', 'confirmed', 'waitlisted', 'offered')
              and f.state in ('held', 'confirmed', 'waitlisted', 'offered')
            order by c.id""",
        kept_id,
        former_id,
        now,
    )
    return [
        Both(
            row.convening_id,
            row.title,
            row.stands,
            Live(row.kept_id, kept_id, row.kept_state, row.kept_number, row.kept_came),
            Live(row.former_id, former_id, row.former_state, row.former_number, row.former_came),
        )
        for row in rows
    ]


async def open_surveys(conn: Connection, kept_id: UUID, former_id: UUID) -> list[str]:
    """The convenings whose open survey asks both; it says nothing of who has answered."""
    return await db.many(
        conn,
        str,
        """select distinct c.title from survey_invitation k join survey_invitation f on f.survey_id = k.survey_id
             join survey s on s.id = k.survey_id join convening c on c.id = s.convening_id
            where k.person_id = $1 and f.person_id = $2 and s.state = 'open' order by c.title""",
        kept_id,
        former_id,
    )


async def to_meet(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> list[str]:
    """The convenings at which one of the two is to meet the other as a coach."""
    return await db.many(
        conn,
        str,
        """select distinct c.title from coach_booking b join coach_slot s on s.id = b.slot_id
             join convening c on c.id = s.convening_id
            where b.state = 'booked' and s.ends_at > $3
              and (b.member_id, s.coach_id) in (($1::uuid, $2::uuid), ($2, $1)) order by c.title""",
        kept_id,
        former_id,
        now,
    )


async def schools_alone(conn: Connection, kept_id: UUID, former_id: UUID) -> list[str]:
    """Where the two answer for different schools: those of them that nobody else answers for."""
    return await db.many(
        conn,
        str,
        """select s.name from school_contact k join school s on s.id = k.school_id
            where k.person_id in ($1, $2)
              and exists (select from school_contact o where o.person_id in ($1, $2) and o.school_id <> k.school_id)
              and not exists (select from school_contact o
                               where o.school_id = k.school_id and o.person_id not in ($1, $2))
            order by s.name, s.id""",
        kept_id,
        former_id,
    )


async def is_going(conn: Connection, kept_id: UUID, former_id: UUID) -> bool:
    """Whether the erasure of one of them is ordered, or done."""
    return await db.one(
        conn, bool, "select exists (select from person_erasure where person_id in ($1, $2)) as is_going", kept_id, former_id
    )


async def convenings_of(conn: Connection, person_ids: Sequence[UUID]) -> list[UUID]:
    """The convenings in which one of them has a part, in the order in which they are locked."""
    return await db.many(
        conn,
        UUID,
        """select convening_id from registration where person_id = any($1::uuid[])
           union select convening_id from invitation where person_id = any($1)
           union select convening_id from role_grant where person_id = any($1) and convening_id is not null
           union select convening_id from coach_slot where coach_id = any($1)
           union select s.convening_id from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
                  where u.created_by = any($1)
           order by 1""",
        person_ids,
    )


class _Counts(Struct, frozen=True):
    registrations: int
    invitations: int
    roles: int
    coached: int
    owed: int
    surveys: int
    plans: int
    tokens: int
    browsers: int
    feeds: int


async def counts(conn: Connection, former_id: UUID) -> list[Count]:
    """What the one who goes has, and what becomes of it; nothing that is not there."""
    row = await db.one(
        conn,
        _Counts,
        """select (select count(*) from registration where person_id = $1) as registrations,
                  (select count(*) from invitation where person_id = $1 and not own) as invitations,
                  (select count(*) from role_grant where person_id = $1) as roles,
                  (select count(*) from membership where coach_id = $1) as coached,
                  (select count(*) from delivery d where d.person_id = $1 and d.state = 'queued'
                      and not tells_who_answered(d.kind, d.state, d.subject_id)) as owed,
                  (select count(*) from survey_invitation where person_id = $1) as surveys,
                  (select count(*) from commitment where person_id = $1) as plans,
                  (select count(*) from api_token where created_by = $1) as tokens,
                  (select count(*) from web_session where person_id = $1) as browsers,
                  (select count(*) from calendar_feed where person_id = $1) as feeds""",
        former_id,
    )
    told = (
        Count("Registrations", "They go on, and calendar entries follow to the kept address.", row.registrations),
        Count("Invitations", "They go on, and open ones are mailed to the kept address.", row.invitations),
        Count("Roles", "They go on.", row.roles),
        Count("Members whom they coach", "They stay with them.", row.coached),
        Count("Mails that are owed", "They go to the kept address, each once.", row.owed, is_steady=False),
        Count("Surveys that ask them", "They ask once.", row.surveys),
        Count("Plans of their own", "They stay theirs alone.", row.plans),
        Count("API tokens", "They go on.", row.tokens),
        Count("Browsers that they are signed in with", "They are signed out.", row.browsers, is_steady=False),
        Count("Addresses of calendars", "They end, and can be made anew.", row.feeds),
    )
    return [one for one in told if one.count]


class Moving(Struct, frozen=True):
    """A live registration that goes on under the kept entry."""

    id: UUID
    convening_id: UUID


async def all_registrations(conn: Connection, person_id: UUID) -> list[UUID]:
    """Live or ended: the personal link of each was mailed to their address."""
    return await db.many(conn, UUID, "select id from registration where person_id = $1 order by id", person_id)


async def moving(conn: Connection, former_id: UUID, now: datetime) -> list[Moving]:
    """Those whose calendar entries and links are at the address that goes, of convenings that are still to come or run."""
    return await db.many(
        conn,
        Moving,
        """select r.id, r.convening_id from registration r join convening c on c.id = r.convening_id
            where r.person_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
              and c.state = 'published' and c.ends_at > $2
            order by r.id""",
        former_id,
        now,
    )
