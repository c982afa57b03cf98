"""What is written about what is kept: files that were taken along, what is deleted, tombstones, requests and holds."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.keeping.queries import GoingRow
from service.keeping.rules import ExportKind, OrderedBy, RequestKind


async def insert_export(
    conn: Connection,
    kind: ExportKind,
    convening_id: UUID | None,
    school_id: UUID | None,
    person_id: UUID,
    students: int,
    now: datetime,
) -> UUID:
    """Somebody takes so many students along as a file; its number."""
    export_id = db.new_id(now)
    await db.run(
        conn,
        """insert into student_export (id, kind, convening_id, school_id, person_id, students, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        export_id,
        kind,
        convening_id,
        school_id,
        person_id,
        students,
        now,
    )
    return export_id


class Gone(Struct, frozen=True):
    """A tombstone to be: whose, by whose order, and the kinds of data that went."""

    signup: GoingRow
    ordered_by: OrderedBy
    person_id: UUID | None
    what: tuple[str, ...]


async def insert_tombstone(conn: Connection, gone: Gone, now: datetime) -> int:
    """Nothing is left of a student."""
    return await db.run(
        conn,
        """insert into erasure (id, signup_id, school_id, convening_id, ordered_by, person_id, what, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        db.new_id(now),
        gone.signup.id,
        gone.signup.school_id,
        gone.signup.convening_id,
        gone.ordered_by,
        gone.person_id,
        gone.what,
        now,
    )


async def delete_signup(conn: Connection, signup_id: UUID) -> int:
    """The student and all that hangs on them: signers, answers, codes, facts of the day, seat, extensions."""
    return await db.run(conn, "delete from signup where id = $1", signup_id)


async def empty_mails(conn: Connection, signup_id: UUID, now: datetime) -> int:
    """Mails about a student say nothing any more, and those to the family have no address; what is owed is not sent."""
    return await db.run(
        conn,
        """with address as (
             select lower(c.email) as key from consent c where c.signup_id = $1 and c.email <> ''
               and not exists (select from consent o where lower(o.email) = lower(c.email) and o.signup_id <> $1)
               and not exists (select from person p where p.email_key = lower(c.email)))
           update delivery d
              set message = '{}'::jsonb, response = null, error = null,
                  recipient = case when d.person_id is null then 'erased:' || d.id else d.recipient end,
                  state = case when d.state in ('queued', 'sending') then 'cancelled' else d.state end,
                  finished_at = coalesce(d.finished_at, case when d.state in ('queued', 'sending') then $2::timestamptz end)
            where d.signup_id = $1 or (d.person_id is null and lower(d.recipient) in (select key from address))""",
        signup_id,
        now,
    )


async def empty_late_mails(conn: Connection, now: datetime) -> int:
    """The same of mails that a worker wrote while their student was being deleted."""
    return await db.run(
        conn,
        """update delivery d
              set message = '{}'::jsonb, response = null, error = null,
                  recipient = case when d.person_id is null then 'erased:' || d.id else d.recipient end,
                  state = case when d.state in ('queued', 'sending') then 'cancelled' else d.state end,
                  finished_at = coalesce(d.finished_at, case when d.state in ('queued', 'sending') then $1::timestamptz end)
             from erasure r
            where r.signup_id = d.signup_id
              and (d.message <> '{}'::jsonb or d.person_id is null and d.recipient not like 'erased:%')""",
        now,
    )


async def empty_late_words(conn: Connection) -> int:
    """What a mail server said after the deletion about a mail that it was being given meanwhile: it may name the address."""
    return await db.run(
        conn,
        """update delivery set response = null, error = null
            where recipient like 'erased:%' and (response is not null or error is not null)""",
    )


async def forget_addresses(conn: Connection, signup_id: UUID) -> int:
    """That we do not write to an address is nothing to remember of somebody whom we do not know any more.

    Call before `empty_mails`, which forgets former addresses.
    """
    return await db.run(
        conn,
        """with address as (
             select lower(email) as key from consent where signup_id = $1
              union select lower(recipient) from delivery where signup_id = $1 and person_id is null)
           delete from suppression x using address a
            where x.address_key = a.key
              and not exists (select from consent o where lower(o.email) = a.key and o.signup_id <> $1)
              and not exists (select from person p where p.email_key = a.key)""",
        signup_id,
    )


async def forget_incoming(conn: Connection, signup_id: UUID) -> int:
    """Who of the family wrote to us, what mail servers said of mails to them, and what they asked for no more of.

    Call before `empty_mails`, like `forget_addresses`.
    """
    return await db.run(
        conn,
        """with address as (
             select a.key from (select lower(email) as key from consent where signup_id = $1
                                 union select lower(recipient) from delivery where signup_id = $1 and person_id is null) a
              where a.key <> '' and not exists (select from person p where p.email_key = a.key)
                and not exists (select from consent o where lower(o.email) = a.key and o.signup_id <> $1)),
           refused as (delete from opt_out o using address a where o.address_key = a.key)
           update inbound_mail m
              set said = null, sender = '', subject = '', envelope_from = '', address = '', reason = ''
            where m.delivery_id in (select id from delivery where signup_id = $1)
               or m.address in (select key from address) or m.sender in (select key from address)
               or lower(m.envelope_from) in (select key from address)""",
        signup_id,
    )


async def forget_late_incoming(conn: Connection) -> int:
    """What mail servers said after a deletion about mails whose address is gone."""
    return await db.run(
        conn,
        """update inbound_mail m set said = null, sender = '', subject = '', envelope_from = '', address = '', reason = ''
             from delivery d
            where d.id = m.delivery_id and d.recipient like 'erased:%' and m.judged_at is not null
              and (m.sender <> '' or m.address <> '' or m.envelope_from <> '' or m.reason <> '')""",
    )


async def forget_answers(conn: Connection, signup_id: UUID) -> int:
    """What the API would answer once more to the same request."""
    return await db.run(conn, "delete from idempotency_key where position($1::uuid::text in answer::text) > 0", signup_id)


async def insert_request(
    conn: Connection,
    signup_id: UUID,
    convening_id: UUID,
    kind: RequestKind,
    now: datetime,
    due_at: datetime,
    consent_id: UUID | None = None,
) -> int:
    """A signer asks a person (None: whoever holds the slip); 0 where they have asked the same, and it is open."""
    return await db.run(
        conn,
        """insert into student_request (id, signup_id, convening_id, kind, asked_at, due_at, consent_id)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (signup_id, consent_id, kind) where done_at is null do nothing""",
        db.new_id(now),
        signup_id,
        convening_id,
        kind,
        now,
        due_at,
        consent_id,
    )


async def finish_requests(
    conn: Connection, signup_id: UUID | None, request_id: UUID | None, by: UUID | None, now: datetime
) -> int:
    """One request, or all of a student, is done."""
    return await db.run(
        conn,
        """update student_request set done_at = $4, done_by = $3
            where done_at is null and (signup_id = $1 or id = $2)""",
        signup_id,
        request_id,
        by,
        now,
    )


async def insert_hold(conn: Connection, convening_id: UUID | None, reason: str, by: UUID, now: datetime) -> int:
    """A hold begins; 0 where there is one."""
    return await db.run(
        conn,
        """insert into legal_hold (id, convening_id, reason, begun_by, begun_at) values ($1, $2, $3, $4, $5)
           on conflict (convening_id) where ended_at is null do nothing""",
        db.new_id(now),
        convening_id,
        reason,
        by,
        now,
    )


async def end_hold(conn: Connection, hold_id: UUID, by: UUID, now: datetime) -> int:
    """A hold ends; 0 where it had."""
    return await db.run(
        conn,
        "update legal_hold set ended_at = $3, ended_by = $2 where id = $1 and ended_at is null",
        hold_id,
        by,
        now,
    )
