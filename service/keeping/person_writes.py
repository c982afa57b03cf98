"""What goes when an adult is erased, table by table; `person_tables.PLACES` lists them all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def end_access(conn: Connection, person_id: UUID, by: UUID | None) -> None:
    """They are nothing in the network any more and can sign in nowhere; what they kept running is its orderer's."""
    await db.run(conn, "delete from web_session where person_id = $1", person_id)
    await db.run(conn, "delete from sign_in where person_id = $1", person_id)
    await db.run(conn, "delete from role_grant where person_id = $1", person_id)
    await db.run(conn, "update membership set coach_id = null where coach_id = $1", person_id)
    await db.run(conn, "delete from coach where person_id = $1", person_id)
    await db.run(conn, "delete from membership where person_id = $1", person_id)
    await db.run(conn, "delete from school_contact where person_id = $1", person_id)
    await db.run(conn, "update person set listed = false, email_listed = false where id = $1", person_id)
    await db.run(conn, "update panel set moderator_id = null where moderator_id = $1", person_id)
    await db.run(conn, "delete from calendar_feed where person_id = $1", person_id)
    await db.run(conn, "update webhook set kept_by = $2 where kept_by = $1", person_id, by)


async def forget_around(conn: Connection, person_id: UUID) -> None:
    """Invitations, plans, and what a program would be told once more."""
    await db.run(conn, "delete from invitation where person_id = $1", person_id)
    await db.run(conn, "delete from commitment where person_id = $1", person_id)
    await db.run(
        conn,
        """delete from idempotency_key k where position($1::uuid::text in k.answer::text) > 0
              or exists (select from registration r
                          where r.person_id = $1 and position(r.id::text in k.answer::text) > 0)""",
        person_id,
    )


async def forget_answers(conn: Connection, person_id: UUID) -> None:
    """What they said under their name, or confidentially. Nobody knows which anonymous answer is theirs: it stays."""
    await db.run(
        conn,
        """delete from answer where id in (
             select s.answer_id from answer_source s join survey_invitation i on i.id = s.invitation_id
              where i.person_id = $1)""",
        person_id,
    )
    await db.run(
        conn,
        "delete from named_quote where invitation_id in (select id from survey_invitation where person_id = $1)",
        person_id,
    )
    await db.run(conn, "delete from survey_invitation where person_id = $1", person_id)


async def forget_certificates(conn: Connection, person_id: UUID) -> list[UUID]:
    """Those of attendance alone; their ids."""
    return await db.many(conn, UUID, "select forget_certificates($1) as id", person_id)


async def empty_registrations(conn: Connection, person_id: UUID, name: str, now: datetime) -> None:
    """They are counted as before, and nobody knows who it was; nor from the reason that stands beside who got the seat."""
    await db.run(
        conn,
        """update registration set name = $2, title = '', district_name = '', dietary = '', access_needs = '',
                  generation = generation + 1 where person_id = $1""",
        person_id,
        name,
    )
    await db.run(
        conn,
        """with theirs as (select n.id, n.action, n.created_at, n.reason from registration r
                            join registration_note n on n.registration_id = r.id where r.person_id = $1 and n.reason <> '')
           update registration_note n set reason = '' from theirs t
            where n.id = t.id or (t.action = 'handed_over' and (n.action, n.created_at, n.reason)
                                                            = (t.action, t.created_at, t.reason))""",
        person_id,
    )
    await db.run(
        conn,
        """update attendance_correction c set reason = 'erased' from registration r
            where r.id = c.registration_id and r.person_id = $1""",
        person_id,
    )
    await db.run(
        conn,
        """update calendar_entry e set recipient = 'erased:' || e.id, ended_at = coalesce(e.ended_at, $2), partstat = null,
                  answered_at = null from registration r where r.id = e.registration_id and r.person_id = $1""",
        person_id,
        now,
    )


async def forget_incoming(conn: Connection, person_id: UUID) -> None:
    """What they wrote, what mail servers said of mails to them, what they asked for no more of. Call before `empty_mails`.

    Where a family has the same address, what we know of that stays with the family.
    """
    await db.run(
        conn,
        """with address as (
             select lower(a.email) as key from (select email from person where id = $1
                       union select email from former_address where person_id = $1
                       union select recipient from delivery where person_id = $1) a
              where not exists (select from consent c where lower(c.email) = lower(a.email))
                and not exists (select from person p where p.email_key = lower(a.email) and p.id <> $1)),
           refused as (delete from opt_out o using address a where o.address_key = a.key),
           stopped as (delete from suppression s using address a where s.address_key = a.key)
           update inbound_mail m
              set said = null, sender = '', subject = '', envelope_from = '', address = '', reason = '', partstat = ''
            where m.judged_at is not null
              and (m.delivery_id in (select id from delivery where person_id = $1)
                   or m.registration_id in (select id from registration where person_id = $1)
                   or m.address in (select key from address) or m.sender in (select key from address)
                   or lower(m.envelope_from) in (select key from address))""",
        person_id,
    )


async def empty_mails(conn: Connection, person_ids: Sequence[UUID], now: datetime) -> int:
    """Mails to them say nothing any more and have no address; what is owed is not sent."""
    return await db.run(
        conn,
        """update delivery d
              set message = '{}'::jsonb, response = null, error = null, content_hash = null, recipient = 'erased:' || d.id,
                  state = case when d.state in ('queued', 'sending', 'unknown') then 'cancelled' else d.state end,
                  finished_at = coalesce(d.finished_at,
                                         case when d.state in ('queued', 'sending') then $2::timestamptz end)
            where d.person_id = any($1::uuid[])
              and (d.message <> '{}'::jsonb or d.recipient not like 'erased:%' or d.state in ('queued', 'sending', 'unknown')
                   or d.response is not null or d.error is not null)""",
        person_ids,
        now,
    )


async def empty_person(conn: Connection, person_id: UUID, name: str) -> int:
    """What is left is an id."""
    await db.run(conn, "delete from former_address where person_id = $1", person_id)
    return await db.run(
        conn,
        """update person set code = null, name = $2, email = 'erased:' || id, title = '', district_id = null,
                  time_zone = null, pronouns = '', dietary = '', access_needs = '', badge_name = '', listed = false,
                  email_listed = false, about = ''
            where id = $1""",
        person_id,
        name,
    )


async def insert_order(conn: Connection, person_id: UUID, by: UUID | None, marks: Sequence[bytes], now: datetime) -> int:
    """Their erasure is ordered; 0 where it was."""
    return await db.run(
        conn,
        """insert into person_erasure (id, person_id, ordered_by, ordered_at, address_marks) values ($1, $2, $3, $4, $5)
           on conflict (person_id) do nothing""",
        db.new_id(now),
        person_id,
        by,
        now,
        marks,
    )


async def finish_order(conn: Connection, person_id: UUID, what: Sequence[str], now: datetime) -> int:
    """It is done; 0 where it was."""
    return await db.run(
        conn,
        "update person_erasure set done_at = $2, what = $3 where person_id = $1 and done_at is null",
        person_id,
        now,
        what,
    )
