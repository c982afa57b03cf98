"""What is still there although it had its time: counted from the data, and not from where the deletion begins (S1)."""

from datetime import datetime

from service import db
from service.db import Connection


async def day_facts(conn: Connection, before: datetime) -> int:
    """Facts of the day, why somebody broke the glass for them, who brought and took students, and minors on no list."""
    return await db.one(
        conn,
        int,
        """with over as (
             select u.id from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
               join convening_keeping k on k.id = s.convening_id where k.ends_at < $1 and not k.is_held),
           ended as (select id from convening_keeping where ends_at < $1 and not is_held)
           select (select count(*) from day_fact f join consent c on c.id = f.consent_id join over o on o.id = c.signup_id)
                + (select count(*) from glass_break g join over o on o.id = g.signup_id where g.reason <> '')
                + (select count(*) from unlisted_minor n join ended e on e.id = n.convening_id)
                + (select count(*) from scan x join ended e on e.id = x.convening_id where x.adult <> '') as n""",
        before,
    )


async def topics(conn: Connection, before: datetime) -> int:
    """Colors of topics."""
    return await db.one(
        conn,
        int,
        """select count(*) from assent a join signup u on u.id = a.signup_id join panel p on p.id = u.panel_id
             join session s on s.id = p.session_id join convening_keeping k on k.id = s.convening_id
            where k.ends_at < $1 and not k.is_held and a.topics <> '{}'""",
        before,
    )


async def unsigned(conn: Connection, before: datetime) -> int:
    """Students without a signed yes."""
    return await db.one(
        conn,
        int,
        """select count(*) from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening_keeping k on k.id = s.convening_id
            where k.ends_at < $1 and not k.is_held
              and not exists (select from consent c where c.signup_id = u.id and c.signed_at is not null and c.joins)""",
        before,
    )


async def forms(conn: Connection, before: datetime) -> int:
    """Students with one, and with nothing published that needs it."""
    return await db.one(
        conn,
        int,
        """select count(*) from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening_keeping k on k.id = s.convening_id
            where k.ends_at < $1 and not k.is_held
              and exists (select from consent c where c.signup_id = u.id and c.signed_at is not null and c.joins)
              and not exists (select from media_student m where m.signup_id = u.id and m.down_at is null)""",
        before,
    )


async def answers(conn: Connection, before: datetime) -> int:
    """What people said in surveys, and who was asked."""
    return await db.one(
        conn,
        int,
        """select (select count(*) from said_in_survey a join convening_keeping k on k.id = a.convening_id
                    where k.ends_at < $1 and not k.is_held)
                + (select count(*) from survey_invitation i join survey s on s.id = i.survey_id
                     join convening_keeping k on k.id = s.convening_id
                    where k.ends_at < $1 and not k.is_held and s.state = 'closed') as n""",
        before,
    )


async def mails(conn: Connection, before: datetime) -> int:
    """Mails that still say something; what a calendar still holds is needed."""
    return await db.one(
        conn,
        int,
        """select count(*) from delivery d where d.calendar_uid is null and d.finished_at < $1 and d.message <> '{}'::jsonb
              and not exists (select from held_signup h where h.id = d.signup_id)""",
        before,
    )


async def incoming(conn: Connection, before: datetime) -> int:
    """Mails that came in and still say who wrote."""
    return await db.one(
        conn,
        int,
        """select count(*) from inbound_mail where judged_at is not null and received_at < $1
              and (sender <> '' or address <> '' or envelope_from <> '' or reason <> '' or said is not null)""",
        before,
    )


async def codes(conn: Connection, before: datetime) -> int:
    """Codes of families."""
    return await db.one(
        conn,
        int,
        """select count(*) from consent_code k join consent c on c.id = k.consent_id where k.created_at < $1
              and not exists (select from held_signup h where h.id = c.signup_id)""",
        before,
    )


async def needs(conn: Connection, before: datetime) -> int:
    """What adults wrote that they need."""
    return await db.one(
        conn,
        int,
        """select count(*) from registration r join convening_keeping k on k.id = r.convening_id
            where k.ends_at < $1 and not k.is_held and (r.dietary <> '' or r.access_needs <> '')""",
        before,
    )


async def attendance(conn: Connection, before: datetime) -> int:
    """Registrations, with what hangs on them."""
    return await db.one(
        conn,
        int,
        """select count(*) from registration r join convening_keeping k on k.id = r.convening_id
            where k.ends_at < $1 and not k.is_held""",
        before,
    )


async def invitations(conn: Connection, before: datetime) -> int:
    """Invitations from which no registration came."""
    return await db.one(
        conn,
        int,
        """select count(*) from invitation i join convening_keeping k on k.id = i.convening_id
            where k.ends_at < $1 and not k.is_held
              and not exists (select from registration r
                               where r.convening_id = i.convening_id and r.person_id = i.person_id)""",
        before,
    )


async def unconfirmed(conn: Connection, before: datetime) -> int:
    """Places that somebody asked for and never confirmed."""
    return await db.one(
        conn,
        int,
        """select count(*) from registration r join convening_keeping k on k.id = r.convening_id
            where k.ends_at < $1 and not k.is_held and r.state = 'expired' and r.left_from = 'held'""",
        before,
    )


async def reasons(conn: Connection, before: datetime) -> int:
    """Why organizers decided about registrations."""
    return await db.one(
        conn,
        int,
        """select count(*) from registration_note n join registration r on r.id = n.registration_id
             join convening_keeping k on k.id = r.convening_id
            where k.ends_at < $1 and not k.is_held and n.reason <> ''""",
        before,
    )


async def addresses(conn: Connection, before: datetime) -> int:
    """To whom a mail went, of a calendar's mails after the convening, and former addresses; under a legal hold they stay."""
    return await db.one(
        conn,
        int,
        """select case when exists (select from legal_hold where ended_at is null) then 0
                  else (select count(*) from delivery d left join convening c on c.id = d.convening_id
                         where d.created_at < $1 and d.finished_at < $1 and (d.calendar_uid is null or c.ends_at < $1))
                     + (select count(*) from former_address where changed_at < $1) end as n""",
        before,
    )
