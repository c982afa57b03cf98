"""Questions about invitations: who was invited, what they answered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.registrations.inviting_rules import Answer


class AnswersRow(Struct, frozen=True):
    """How a convening's invitations stand; who waits counts as registered, and one that was taken back as none."""

    convening_id: UUID
    invited: int
    registered: int
    declined: int
    silent: int


async def answers(conn: Connection, convening_ids: Sequence[UUID]) -> list[AnswersRow]:
    """The answers to the invitations of these convenings; one without invitations has no row."""
    return await db.many(
        conn,
        AnswersRow,
        """select convening_id, sum(n)::int as invited,
                  coalesce(sum(n) filter (where answer in ('registered', 'waits')), 0)::int as registered,
                  coalesce(sum(n) filter (where answer = 'declined'), 0)::int as declined,
                  coalesce(sum(n) filter (where answer = 'silent'), 0)::int as silent
             from (select convening_id, answer, count(*) as n from invitation
                    where convening_id = any($1::uuid[]) and not own and answer <> 'ended' group by convening_id, answer) i
            group by convening_id""",
        convening_ids,
    )


class InvitationRow(Struct, frozen=True):
    """A personal invitation, and what was answered to it."""

    id: UUID
    convening_id: UUID
    person_id: UUID
    generation: int
    mailed_at: datetime | None
    declined_at: datetime | None
    ended_at: datetime | None
    answer: Answer


async def invitation(conn: Connection, invitation_id: UUID) -> InvitationRow:
    """One invitation."""
    return await db.one(
        conn,
        InvitationRow,
        """select i.id, i.convening_id, i.person_id, i.generation, i.mailed_at, i.declined_at, i.ended_at, a.answer
             from invitation i join invitation_answer a on a.id = i.id where i.id = $1""",
        invitation_id,
    )


async def invitation_of(conn: Connection, convening_id: UUID, person_id: UUID) -> UUID | None:
    """The invitation of somebody to a convening, made by an organizer, unless it was taken back."""
    return await db.maybe(
        conn,
        UUID,
        """select id from invitation where convening_id = $1 and person_id = $2 and not own and mailed_at is not null
              and ended_at is null""",
        convening_id,
        person_id,
    )


async def is_suppressed(conn: Connection, email: str) -> bool:
    """Whether we no longer write to this address, or no more invitations."""
    return await db.one(
        conn,
        bool,
        """select exists (select from suppression where address_key = lower($1::text))
               or exists (select from opt_out where address_key = lower($1::text) and stream = 'invitations') as closed""",
        email,
    )


class CountRow(Struct, frozen=True):
    """How many invitations have this answer."""

    answer: Answer
    count: int


async def counts(conn: Connection, convening_id: UUID) -> list[CountRow]:
    """How the invitations to a convening stand."""
    return await db.many(
        conn,
        CountRow,
        """select answer, count(*) as count from invitation where convening_id = $1 and not own
            group by answer order by answer""",
        convening_id,
    )


class InvitedRow(Struct, frozen=True):
    """One invited person in the list, with the newest mail."""

    id: UUID
    name: str
    email: str
    created_at: datetime
    mailed_at: datetime | None
    answer: Answer
    registration_id: UUID | None
    delivery_id: UUID | None
    mail_state: str | None


async def listed(
    conn: Connection,
    convening_id: UUID,
    answer: str,
    search: str,
    after: tuple[datetime, UUID] | None,
    limit: int,
    only: Sequence[UUID] | None = None,
) -> list[InvitedRow]:
    """The invited people of a convening, newest first, behind `after`: of one answer, each word in name or address.

    `only` are people among whom all of them are, where that is known.
    """
    created_at, last_id = after or (None, None)
    return await db.many(
        conn,
        InvitedRow,
        """select i.id, p.name, p.email, i.created_at, i.mailed_at, i.answer, a.registration_id, d.id as delivery_id,
                  d.state as mail_state
             from invitation i
             join lateral (select name, email, words from person where id = i.person_id offset 0) p on true
             join lateral (select registration_id from invitation_answer where id = i.id offset 0) a on true
             left join lateral (select id, state from delivery where subject_id = i.id and kind = 'invitation'
                                 order by created_at desc, id desc limit 1) d on true
            where i.convening_id = $1 and not i.own and ($2::text = '' or i.answer = $2)
              and ($3 = '' or p.words like all(sought($3)))
              and ($7::uuid[] is null or i.person_id = any($7))
              and ($4::timestamptz is null or (i.created_at, i.id) < ($4, $5::uuid))
            order by i.created_at desc, i.id desc limit $6""",
        convening_id,
        answer,
        search,
        created_at,
        last_id,
        limit,
        only,
    )
