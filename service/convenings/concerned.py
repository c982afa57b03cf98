"""Whom a change of a convening concerns: its live registrations, read in one go."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.convenings.meetings import Kept
from service.db import Connection


class LiveRow(Struct, frozen=True):
    """One live registration and the sessions that it chose: with a place, or only wished for.

    `suppressed` where we no longer write to its address.
    """

    id: UUID
    state: str
    offered_until: datetime | None
    suppressed: bool
    placed: list[UUID]
    wished: list[UUID]


async def live(conn: Connection, convening_id: UUID) -> list[LiveRow]:
    """All of them, by their ids."""
    return await db.many(
        conn,
        LiveRow,
        """select r.id, r.state, r.offered_until,
                  exists (select from suppression s join person p on p.email_key = s.address_key
                           where p.id = r.person_id) as suppressed,
                  coalesce(array_agg(c.session_id) filter (where c.placed), '{}') as placed,
                  coalesce(array_agg(c.session_id) filter (where not c.placed), '{}') as wished
             from registration r left join registration_session c on c.registration_id = r.id
            where r.convening_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
            group by r.id order by r.id""",
        convening_id,
    )


class FamilyRow(Struct, frozen=True):
    """One signer for a student of a panel whom mail reaches, as workers/family_changes.py will find them.

    `knows` where times and place went to them before; `suppressed` where we no longer write to their address.
    """

    consent_id: UUID
    signup_id: UUID
    session_id: UUID
    asked_for: date | None
    said_yes: bool
    is_under_way: bool
    is_seated: bool
    knows: bool
    suppressed: bool


async def families(conn: Connection, convening_id: UUID) -> list[FamilyRow]:
    """Those who were asked or have said yes, by their ids."""
    return await db.many(
        conn,
        FamilyRow,
        """select o.id as consent_id, u.id as signup_id, p.session_id, u.asked_for,
                  o.state in ('signed_unverified', 'signed', 'signed_paper') as said_yes, t.is_under_way, t.is_seated,
                  exists (select from delivery d
                           where d.subject_id = o.id and d.kind = 'logistics' and not d.is_test) as knows,
                  exists (select from suppression x where x.address_key = lower(o.email)) as suppressed
             from consent o join signup u on u.id = o.signup_id join signup_standing t on t.id = u.id
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1 and u.withdrawn_at is null and (o.signer = 'student') = u.signs_for_self
              and o.email <> '' and o.state in ('asked', 'opened', 'superseded', 'signed_unverified', 'signed',
                                                'signed_paper', 'on_hold_objection')
            order by o.id""",
        convening_id,
    )


class WrittenRow(Struct, frozen=True):
    """What stands in one seated person's calendar entry, and the newest revision of it that left, with its state."""

    registration_id: UUID
    facts: dict[str, Any]
    state: str | None
    carried: dict[str, Any] | None


async def written(conn: Connection, convening_id: UUID) -> list[WrittenRow]:
    """Of everybody with a seat whose entry was begun; the newest revision as `service.deliveries.entries.carried` has it."""
    return await db.many(
        conn,
        WrittenRow,
        """select e.registration_id, e.facts, n.state, n.carried
             from calendar_entry e join registration r on r.id = e.registration_id
             left join lateral (
               select state, message #> '{revision,gathering}' as carried from delivery d
                where d.calendar_uid = e.uid and (d.state in ('sending', 'handover', 'sent', 'unknown') or d.doubtful)
                order by d.sequence desc, d.state <> 'sent' limit 1) n on true
            where r.convening_id = $1 and r.state = 'confirmed' and e.ended_at is null""",
        convening_id,
    )


async def meetings(conn: Connection, convening_id: UUID) -> list[Kept]:
    """What coaches offer there, booked or free."""
    return await db.many(
        conn,
        Kept,
        """select s.id, s.coach_id, s.starts_at, s.ends_at, s.first_day, s.time_zone, b.id as booked,
                  (select count(*) from person p where p.id in (s.coach_id, b.member_id) and b.id is not null
                      and not exists (select from suppression x where x.address_key = p.email_key)) as reached
             from coach_slot s left join coach_booking b on b.slot_id = s.id and b.state = 'booked'
            where s.convening_id = $1 and s.removed_at is null order by s.id""",
        convening_id,
    )


async def silent(conn: Connection, convening_id: UUID) -> int:
    """How many were invited and have not answered."""
    return await db.one(
        conn,
        int,
        """select count(*) as silent from invitation
            where convening_id = $1 and not own and answer = 'silent'""",
        convening_id,
    )


class CopyRow(Struct, frozen=True):
    """A convening that another can be made from."""

    id: UUID
    title: str
    time_zone: str
    starts_at: datetime


async def to_copy(conn: Connection) -> list[CopyRow]:
    """The 200 that start last."""
    return await db.many(
        conn, CopyRow, "select id, title, time_zone, starts_at from convening order by starts_at desc, id limit 200"
    )
