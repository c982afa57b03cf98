"""What becomes of each thing that a second entry has: see `decisions.py`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


async def put_own_words(
    conn: Connection, kept_id: UUID, former_id: UUID, *, code: str, about: str, listed: bool, email_listed: bool
) -> None:
    """What people say about themselves in the directory, and what another system calls them: one person at a time."""
    await db.run(conn, "update person set code = null where id = $1", former_id)
    await db.run(
        conn,
        "update person set code = nullif($2, ''), about = $3, listed = $4, email_listed = $5 where id = $1",
        kept_id,
        code,
        about,
        listed,
        email_listed,
    )


async def follow(conn: Connection, kept_id: UUID, former_id: UUID, by: UUID, now: datetime) -> None:
    """Whoever asks for the former id finds the kept one; what can simply move has moved."""
    await db.run(
        conn,
        "insert into merged_person (former_id, person_id, merged_by, merged_at) values ($1, $2, $3, $4)",
        former_id,
        kept_id,
        by,
        now,
    )
    await db.run(conn, "select follow_merge($1)", former_id)


async def renew_links(conn: Connection, registration_ids: Sequence[UUID], live: Sequence[UUID], now: datetime) -> int:
    """The personal links that were mailed to the address that goes lead nowhere any more; those that live have changed."""
    return await db.run(
        conn,
        """update registration set generation = generation + 1,
                  changed_at = case when id = any($2::uuid[]) then $3 else changed_at end
            where id = any($1::uuid[])""",
        registration_ids,
        live,
        now,
    )


async def join_coached(conn: Connection, kept_id: UUID, former_id: UUID) -> int:
    """Whom the former entry coached, the kept one coaches: nobody themselves."""
    return await db.run(
        conn,
        "update membership set coach_id = nullif($1, person_id) where coach_id = $2",
        kept_id,
        former_id,
    )


async def join_roles(conn: Connection, kept_id: UUID, former_id: UUID) -> int:
    """Roles that the kept one does not have already."""
    return await db.run(
        conn,
        """update role_grant g set person_id = $1 where g.person_id = $2
              and not exists (select from role_grant k where k.person_id = $1 and k.role = g.role
                                 and k.convening_id is not distinct from g.convening_id)""",
        kept_id,
        former_id,
    )


class JoinedInvitation(Struct, frozen=True):
    """An invitation whose link was mailed to the address that goes."""

    id: UUID
    convening_id: UUID


async def join_invitations(conn: Connection, kept_id: UUID, former_id: UUID) -> list[JoinedInvitation]:
    """Of two to one convening the one that stands, was made by an organizer and mailed last; those that moved.

    A no that was said after its mail counts for the one that stays.
    """
    await db.run(
        conn,
        """with pair as (
             select w.id as stays, l.id as goes, l.declined_at as said from invitation w join invitation l
                 on l.convening_id = w.convening_id and l.id <> w.id
              where w.person_id in ($1, $2) and l.person_id in ($1, $2)
                and (l.ended_at is not null, l.own, coalesce(w.mailed_at, w.created_at), l.person_id <> $1)
                  > (w.ended_at is not null, w.own, coalesce(l.mailed_at, l.created_at), w.person_id <> $1)),
           answered as (
             update invitation i set declined_at = p.said from pair p
              where i.id = p.stays and i.declined_at is null and p.said > coalesce(i.mailed_at, i.created_at))
           delete from invitation where id in (select goes from pair)""",
        kept_id,
        former_id,
    )
    return await db.many(
        conn,
        JoinedInvitation,
        """update invitation set person_id = $1, generation = generation + 1 where person_id = $2
           returning id, convening_id""",
        kept_id,
        former_id,
    )


async def join_surveys(conn: Connection, kept_id: UUID, former_id: UUID) -> None:
    """Asked once; of closed surveys that asked both, what was said under a name is told together and read again first."""
    await db.run(
        conn,
        """update named_quote q set words = q.words || e'\n\n' || o.words, shown_by = null
             from survey_invitation k join survey_invitation f on f.survey_id = k.survey_id
             join named_quote o on o.invitation_id = f.id
            where q.invitation_id = k.id and k.person_id = $1 and f.person_id = $2""",
        kept_id,
        former_id,
    )
    await db.run(
        conn,
        """update named_quote q set invitation_id = k.id
             from survey_invitation f join survey_invitation k on k.survey_id = f.survey_id
            where q.invitation_id = f.id and k.person_id = $1 and f.person_id = $2
              and not exists (select from named_quote t where t.invitation_id = k.id)""",
        kept_id,
        former_id,
    )
    await db.run(
        conn,
        """update survey_invitation f set person_id = $1, generation = f.generation + 1 where f.person_id = $2
              and not exists (select from survey_invitation k where k.survey_id = f.survey_id and k.person_id = $1)""",
        kept_id,
        former_id,
    )


async def join_plans(conn: Connection, kept_id: UUID, former_id: UUID) -> None:
    """What they planned for themselves: of two for one convening both, one below the other."""
    await db.run(
        conn,
        """update commitment k set words = k.words || e'\n' || f.words from commitment f
            where k.person_id = $1 and f.person_id = $2 and f.convening_id = k.convening_id""",
        kept_id,
        former_id,
    )
    await db.run(
        conn,
        """update commitment f set person_id = $1 where f.person_id = $2
              and not exists (select from commitment k where k.convening_id = f.convening_id and k.person_id = $1)""",
        kept_id,
        former_id,
    )


async def join_told_apart(conn: Connection, kept_id: UUID, former_id: UUID) -> int:
    """Whoever is not the one is not the other."""
    return await db.run(
        conn,
        """insert into told_apart (one_id, other_id, told_by, told_at)
           select least($1, t.who), greatest($1, t.who), t.told_by, t.told_at
             from (select case when one_id = $2 then other_id else one_id end as who, told_by, told_at
                     from told_apart where $2 in (one_id, other_id)) t
            where t.who <> $1 on conflict do nothing""",
        kept_id,
        former_id,
    )


async def remove(conn: Connection, former_id: UUID) -> int:
    """The entry goes, and with it what ends."""
    return await db.run(conn, "delete from person where id = $1", former_id)


async def keep_former_address(conn: Connection, former_address_id: UUID, kept_id: UUID, email: str, now: datetime) -> int:
    """Whoever writes this address means the kept one."""
    return await db.run(
        conn,
        "insert into former_address (id, person_id, email, changed_at, merged) values ($1, $2, $3, $4, true)",
        former_address_id,
        kept_id,
        email,
        now,
    )


async def tell_apart(conn: Connection, one_id: UUID, other_id: UUID, by: UUID, now: datetime) -> int:
    """They are two; 0 where somebody said so before. Raises ForeignKeyViolationError for who is not there."""
    return await db.run(
        conn,
        """insert into told_apart (one_id, other_id, told_by, told_at)
           values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3, $4) on conflict do nothing""",
        one_id,
        other_id,
        by,
        now,
    )
