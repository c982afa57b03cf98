"""How data of adults go when they have had their time: so many rows at once, so that nobody waits for a big night."""

from datetime import datetime

from service import db
from service.db import Connection


async def needs(conn: Connection, ended_before: datetime, most: int) -> int:
    """What adults wrote that they need at a convening; their own details stay as they wrote them."""
    return await db.run(
        conn,
        """update registration set dietary = '', access_needs = ''
            where id = any(array(select r.id from registration r join convening_keeping k on k.id = r.convening_id
                          where k.ends_at < $1 and not k.is_held and (r.dietary <> '' or r.access_needs <> '') limit $2))""",
        ended_before,
        most,
    )


async def attendance(conn: Connection, ended_before: datetime, most: int) -> int:
    """Registrations with all that hangs on them: sessions, notes, badges, scans, certificates, calendar entries."""
    return await db.run(
        conn,
        """with going as (
             select r.id from registration r join convening_keeping k on k.id = r.convening_id
              where k.ends_at < $1 and not k.is_held order by r.id limit $2 for update of r),
           papers as (delete from document d using certificate c join going g on g.id = c.registration_id
                       where d.kind = 'certificate' and d.subject_id = c.id),
           entries as (
             select e.uid from going g join calendar_entry e on e.registration_id = g.id
             union all
             select e.uid from going g join coach_booking b on b.registration_id = g.id
               join calendar_entry e on e.booking_id = b.id),
           mails as (update delivery d set calendar_uid = null, sequence = null from entries e where d.calendar_uid = e.uid)
           delete from registration r using going g where r.id = g.id""",
        ended_before,
        most,
    )


async def invitations(conn: Connection, ended_before: datetime, most: int) -> int:
    """Invitations from which no registration came."""
    return await db.run(
        conn,
        """delete from invitation where id = any(array(
             select i.id from invitation i join convening_keeping k on k.id = i.convening_id
              where k.ends_at < $1 and not k.is_held
                and not exists (select from registration r
                                 where r.convening_id = i.convening_id and r.person_id = i.person_id) limit $2))""",
        ended_before,
        most,
    )


async def unconfirmed(conn: Connection, ended_before: datetime, most: int) -> int:
    """Places that somebody asked for and never confirmed; nobody was ever at the convening with one."""
    return await db.run(
        conn,
        """delete from registration where id = any(array(
             select r.id from registration r join convening_keeping k on k.id = r.convening_id
              where k.ends_at < $1 and not k.is_held and r.state = 'expired' and r.left_from = 'held' limit $2))""",
        ended_before,
        most,
    )


async def reasons(conn: Connection, ended_before: datetime, most: int) -> int:
    """Why organizers decided about registrations; that they did, and who, stays with the registration."""
    return await db.run(
        conn,
        """update registration_note set reason = '' where id = any(array(
             select n.id from registration_note n join registration r on r.id = n.registration_id
               join convening_keeping k on k.id = r.convening_id
              where k.ends_at < $1 and not k.is_held and n.reason <> '' limit $2))""",
        ended_before,
        most,
    )


async def mail_rows(conn: Connection, finished_before: datetime, most: int) -> int:
    """That a mail went to an address; what a calendar may still hold stays until the convening is as old."""
    return await db.run(
        conn,
        """delete from delivery where id = any(array(
             select d.id from delivery d left join convening c on c.id = d.convening_id
              where d.created_at < $1 and d.finished_at < $1 and not exists (select from legal_hold where ended_at is null)
                and (d.calendar_uid is null or c.ends_at < $1) limit $2))""",
        finished_before,
        most,
    )


async def former_addresses(conn: Connection, changed_before: datetime, most: int) -> int:
    """What people signed in with before."""
    return await db.run(
        conn,
        """delete from former_address where id = any(array(
             select id from former_address
              where changed_at < $1 and not exists (select from legal_hold where ended_at is null) limit $2))""",
        changed_before,
        most,
    )


async def strangers(conn: Connection, made_before: datetime, most: int) -> int:
    """People of whom nothing else is known."""
    return await db.run(
        conn,
        """delete from person where id = any(array(
             select id from unknown_person where created_at < $1
                and not exists (select from legal_hold where ended_at is null) order by id limit $2))""",
        made_before,
        most,
    )


async def audit(conn: Connection, before: datetime, most: int) -> int:
    """The oldest entries of the audit log; the database lets them go in no other way."""
    return await db.one(conn, int, "select forget_audit($1, $2::int) as n", before, most)


async def survey_invitations(conn: Connection, ended_before: datetime, most: int) -> int:
    """Who was asked in closed surveys; how many they were stays with the survey."""
    return await db.run(
        conn,
        """delete from survey_invitation where id = any(array(
             select i.id from survey_invitation i join survey s on s.id = i.survey_id
               join convening_keeping k on k.id = s.convening_id
              where k.ends_at < $1 and not k.is_held and s.state = 'closed' limit $2))""",
        ended_before,
        most,
    )
