"""Sign-ups whose convening has another first day than their families know."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class MovedRow(Struct, frozen=True):
    """One of them: panel, family's zone, whether somebody said yes to the other day, whether a yes can still come."""

    signup_id: UUID
    panel_id: UUID
    family_zone: str
    said_yes: bool
    is_under_way: bool


async def moved(conn: Connection, convening_id: UUID) -> list[MovedRow]:
    """Those on their school's list, panel by panel, whether or not anything stands in their way today."""
    return await db.many(
        conn,
        MovedRow,
        """select u.id as signup_id, u.panel_id, d.time_zone as family_zone,
                  exists (select from consent o where o.signup_id = u.id and (o.signer = 'student') = u.signs_for_self
                             and o.joins and coalesce(o.state_before, o.state) in ('signed_unverified', 'signed',
                                                                                    'signed_paper')) as said_yes,
                  t.is_under_way
             from signup u join signup_standing t on t.id = u.id
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening c on c.id = s.convening_id join school h on h.id = u.school_id
             join district d on d.id = h.district_id
            where c.id = $1 and u.withdrawn_at is null and u.asked_for <> (c.starts_at at time zone c.time_zone)::date
            order by u.panel_id, u.queue_number""",
        convening_id,
    )


async def follow(conn: Connection, signup_ids: Sequence[UUID], deadlines: Sequence[datetime], first_day: date) -> int:
    """From now on they are about this day, and can be answered until these moments."""
    return await db.run(
        conn,
        """update signup u set deadline_at = given.deadline_at, asked_for = $3
             from unnest($1::uuid[], $2::timestamptz[]) as given (id, deadline_at) where u.id = given.id""",
        signup_ids,
        deadlines,
        first_day,
    )


async def supersede(conn: Connection, signup_ids: Sequence[UUID], now: datetime) -> int:
    """A yes to another day asks once more: the clearance, and the seat with it, falls by the trigger; the place stays.

    Of who objects the yes that an end of the objection would bring back.
    """
    return await db.run(
        conn,
        """update consent c set changed_at = $2,
                  state = case when c.state = 'on_hold_objection' then c.state else 'superseded' end,
                  state_before = case when c.state = 'on_hold_objection' then 'superseded' end
             from signup u
            where u.id = c.signup_id and u.id = any($1::uuid[]) and (c.signer = 'student') = u.signs_for_self and c.joins
              and coalesce(c.state_before, c.state) in ('signed_unverified', 'signed', 'signed_paper')""",
        signup_ids,
        now,
    )


async def told(conn: Connection, convening_id: UUID) -> list[UUID]:
    """Signers whom mail reaches and who were asked, or have said yes: they learn that it does not take place."""
    return await db.many(
        conn,
        UUID,
        """select o.id from consent o join signup u on u.id = o.signup_id
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1 and u.withdrawn_at is null and (o.signer = 'student') = u.signs_for_self
              and o.email <> '' and o.state in ('asked', 'opened', 'superseded', 'signed_unverified', 'signed',
                                                'signed_paper', 'on_hold_objection')
            order by u.queue_number, o.signer""",
        convening_id,
    )
