"""What is written about invitations, in sets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def lock(conn: Connection, invitation_id: UUID) -> None:
    """Hold one invitation until the transaction ends; raises NotFound."""
    await db.one(conn, UUID, "select id from invitation where id = $1 for no key update", invitation_id)


async def put_mailed(
    conn: Connection, ids: Sequence[UUID], convening_id: UUID, person_ids: Sequence[UUID], now: datetime
) -> list[UUID]:
    """Invitations of these people that a mail goes out for, new or as they are there; what was said before is over."""
    return await db.many(
        conn,
        UUID,
        """insert into invitation (id, convening_id, person_id, mailed_at, created_at)
           select id, $2, person_id, $4, $4 from unnest($1::uuid[], $3::uuid[]) as given (id, person_id) order by person_id
           on conflict (convening_id, person_id) do update
              set mailed_at = excluded.mailed_at, own = false, declined_at = null, ended_at = null
           returning id""",
        ids,
        convening_id,
        person_ids,
        now,
    )


async def put_own(conn: Connection, invitation_id: UUID, convening_id: UUID, person_id: UUID, now: datetime) -> UUID:
    """Somebody's own way to the form that is filled in: the invitation that is there, or one that nobody sees.

    One that was taken back stays so until they register.
    """
    return await db.one(
        conn,
        UUID,
        """insert into invitation (id, convening_id, person_id, own, created_at) values ($1, $2, $3, true, $4)
           on conflict (convening_id, person_id) do update set own = invitation.own returning id""",
        invitation_id,
        convening_id,
        person_id,
        now,
    )


async def mail_again(conn: Connection, invitation_id: UUID, now: datetime) -> int:
    """It stands (again), and a mail goes out for it."""
    return await db.run(
        conn,
        "update invitation set mailed_at = $2, own = false, ended_at = null where id = $1",
        invitation_id,
        now,
    )


async def end(conn: Connection, invitation_id: UUID, now: datetime) -> int:
    """Take it back: its link leads nowhere from now on."""
    return await db.run(
        conn,
        "update invitation set ended_at = $2, generation = generation + 1 where id = $1 and ended_at is null",
        invitation_id,
        now,
    )


async def new_links(conn: Connection, person_id: UUID) -> int:
    """Revoke the links of a person's invitations: they went to an address that is not theirs any more."""
    return await db.run(conn, "update invitation set generation = generation + 1 where person_id = $1", person_id)


async def decline(conn: Connection, invitation_id: UUID, now: datetime) -> int:
    """They cannot come; 0 where they said so before."""
    return await db.run(
        conn, "update invitation set declined_at = $2 where id = $1 and declined_at is null", invitation_id, now
    )


async def answer_yes(conn: Connection, invitation_id: UUID) -> int:
    """They come: what was said before, by whomever, is over."""
    return await db.run(
        conn,
        """update invitation set declined_at = null, ended_at = null
            where id = $1 and (declined_at is not null or ended_at is not null)""",
        invitation_id,
    )


async def name_unproven(conn: Connection, person_id: UUID, name: str) -> int:
    """Call somebody as an organizer does, whom only strangers' forms know: see also `members.is_known`."""
    return await db.run(
        conn,
        """update person p set name = $2
            where p.id = $1 and p.name <> $2
              and exists (select from registration r where r.person_id = p.id)
              and not exists (select from registration r where r.person_id = p.id
                                 and (r.source <> 'public' or r.confirmed_at is not null
                                   or r.state not in ('held', 'expired')))""",
        person_id,
        name,
    )
