"""Questions before and while an adult is erased."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.keeping.person_rules import HoldsNow


async def holds_now(conn: Connection, person_id: UUID, now: datetime) -> HoldsNow:
    """What we hold of somebody, in numbers; raises NotFound."""
    return await db.one(
        conn,
        HoldsNow,
        """with theirs as (
             select r.id, r.state in ('held', 'confirmed', 'waitlisted', 'offered') and c.state = 'published'
                            and c.ends_at > $2 as is_live
               from registration r join convening c on c.id = r.convening_id where r.person_id = $1)
           select p.name, (select count(*) from theirs where is_live) as live,
                  (select count(*) from theirs where not is_live) as past,
                  (select count(*) from certificate f join theirs t on t.id = f.registration_id) as certificates,
                  (select count(*) from certificate f join theirs t on t.id = f.registration_id
                    where f.profile <> 'generic_certificate') as credited,
                  (select count(*) from delivery d where d.person_id = $1 and d.recipient not like 'erased:%'
                     and (d.kind <> 'survey_ask' or not tells_who_answered(d.kind, d.state, d.subject_id))) as mails,
                  (select count(*) from answer_source s join survey_invitation i on i.id = s.invitation_id
                    where i.person_id = $1)
                  + (select count(*) from named_quote q join survey_invitation i on i.id = q.invitation_id
                      where i.person_id = $1) as answers,
                  (select count(*) from (
                     select id from coach_booking where member_id = $1
                      union select b.id from coach_slot s join coach_booking b on b.slot_id = s.id
                             where s.coach_id = $1) b) as conversations,
                  (select count(*) from school_contact k join signup_standing u on u.school_id = k.school_id
                    where k.person_id = $1 and u.is_under_way
                      and not exists (select from school_contact o where o.school_id = k.school_id and o.person_id <> $1))
                    as students
             from person p where p.id = $1""",
        person_id,
        now,
    )


async def is_held(conn: Connection, person_id: UUID) -> bool:
    """Whether a legal hold runs over everything, or over a convening that they had any part in, or were asked to."""
    return await db.one(
        conn,
        bool,
        """select exists (
             select from legal_hold l where l.ended_at is null and (
               l.convening_id is null
               or exists (select from registration r where r.convening_id = l.convening_id and r.person_id = $1)
               or exists (select from coach_slot s where s.convening_id = l.convening_id and s.coach_id = $1)
               or exists (select from invitation i where i.convening_id = l.convening_id and i.person_id = $1)
               or exists (select from role_grant g where g.convening_id = l.convening_id and g.person_id = $1)
               or exists (select from survey y join survey_invitation i on i.survey_id = y.id
                           where y.convening_id = l.convening_id and i.person_id = $1)
               or exists (select from session s join panel p on p.session_id = s.id left join signup u on u.panel_id = p.id
                           where s.convening_id = l.convening_id
                             and (p.moderator_id = $1 or u.created_by = $1
                                  or u.school_id = (select k.school_id from school_contact k where k.person_id = $1)))))
             as is_held""",
        person_id,
    )


async def ordered_by(conn: Connection, person_id: UUID) -> UUID | None:
    """Which organizer ordered it, who may have another entry by now; None: a program, or somebody who is gone."""
    return await db.maybe(
        conn,
        UUID,
        """select p.id from person_erasure e left join merged_person m on m.former_id = e.ordered_by
             join person p on p.id = coalesce(m.person_id, e.ordered_by) where e.person_id = $1""",
        person_id,
    )


async def live_registrations(conn: Connection, person_id: UUID, now: datetime) -> list[UUID]:
    """For convenings that are not over, in the order in which their convenings are locked."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r join convening c on c.id = r.convening_id
            where r.person_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered') and c.state = 'published'
              and c.ends_at > $2 order by c.id, r.id""",
        person_id,
        now,
    )


class AheadRow(Struct, frozen=True):
    """A conversation that somebody who comes has before them with a coach."""

    convening_id: UUID
    booking_id: UUID


async def coached_ahead(conn: Connection, coach_id: UUID, now: datetime) -> list[AheadRow]:
    """Those of one coach, in the order in which their convenings are locked."""
    return await db.many(
        conn,
        AheadRow,
        """select s.convening_id, b.id as booking_id from coach_slot s join coach_booking b on b.slot_id = s.id
            where s.coach_id = $1 and b.state = 'booked' and s.ends_at > $2 order by s.convening_id, b.id""",
        coach_id,
        now,
    )


async def convenings_ahead(conn: Connection, person_id: UUID, now: datetime) -> list[UUID]:
    """Where they have a registration or offer times, of convenings that are not over, in the order of locks."""
    return await db.many(
        conn,
        UUID,
        """select c.id from convening c
            where c.ends_at > $2 and (exists (select from registration r where r.convening_id = c.id and r.person_id = $1)
                                   or exists (select from coach_slot s where s.convening_id = c.id and s.coach_id = $1))
            order by c.id""",
        person_id,
        now,
    )


async def addresses(conn: Connection, person_id: UUID) -> list[str]:
    """The address that they sign in with, and those before."""
    return await db.many(
        conn,
        str,
        "select email from person where id = $1 union select email from former_address where person_id = $1 order by 1",
        person_id,
    )


async def due(conn: Connection, now: datetime, patience: datetime) -> list[UUID]:
    """Whose erasure can be finished: their calendars have been told, or have had their time since `patience`."""
    return await db.many(
        conn,
        UUID,
        """select e.person_id from person_erasure e
            where e.done_at is null and e.ordered_at <= $1
              and (e.ordered_at <= $2
                   or not exists (select from registration r join event v on v.payload ->> 'registration_id' = r.id::text
                                   where r.person_id = e.person_id and v.handled_at is null and v.failed_at is null)
                  and not exists (select from delivery d where d.person_id = e.person_id and d.calendar_uid is not null
                                     and d.stage = 'open')
                  and not exists (
                    select from coach_slot s join coach_booking b on b.slot_id = s.id
                     where e.person_id in (s.coach_id, b.member_id)
                       and (exists (select from event v where v.payload ->> 'booking_id' = b.id::text
                                       and v.handled_at is null and v.failed_at is null)
                         or exists (select from delivery d where d.subject_id = b.id
                                       and d.stage = 'open'))))
            order by e.ordered_at, e.id limit 50""",
        now,
        patience,
    )


async def with_late_mails(conn: Connection) -> list[UUID]:
    """Who was erased while a worker wrote to them."""
    return await db.many(
        conn,
        UUID,
        """select distinct e.person_id from person_erasure e join delivery d on d.person_id = e.person_id
            where e.done_at is not null and (d.message <> '{}'::jsonb or d.recipient not like 'erased:%'
                                             or d.response is not null or d.error is not null)""",
    )
