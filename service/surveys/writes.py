"""What is written about surveys, who is asked, and answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service import db
from service.db import Connection
from service.surveys import queries
from service.surveys.audiences import Asked
from service.surveys.rules import Audience, Privacy


async def insert(
    conn: Connection,
    survey_id: UUID,
    convening_id: UUID,
    code: str,
    audience: Audience,
    privacy: Privacy,
    definition: Any,
    now: datetime,
) -> int:
    """A draft under the next number of its set at this convening."""
    await queries.lock_set(conn, convening_id, code)
    return await db.one(
        conn,
        int,
        """insert into survey (id, convening_id, code, version, audience, privacy, definition, created_at)
           select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7
             from survey where convening_id = $2 and code = $3
           returning version""",
        survey_id,
        convening_id,
        code,
        audience,
        privacy,
        definition,
        now,
    )


async def write(
    conn: Connection,
    survey_id: UUID,
    audience: Audience,
    privacy: Privacy,
    definition: Any,
    asked_versions: Sequence[int],
    state: str,
) -> int:
    """Other questions of a draft, and whether it opens by itself."""
    return await db.run(
        conn,
        """update survey set audience = $2, privacy = $3, definition = $4, asked_versions = $5, state = $6
            where id = $1 and state in ('draft', 'ready')""",
        survey_id,
        audience,
        privacy,
        definition,
        asked_versions,
        state,
    )


async def retire(conn: Connection, convening_id: UUID, code: str, but: UUID) -> int:
    """Other versions of a set do not open by themselves any more."""
    return await db.run(
        conn,
        "update survey set state = 'draft' where convening_id = $1 and code = $2 and id <> $3 and state = 'ready'",
        convening_id,
        code,
        but,
    )


async def open_it(
    conn: Connection,
    survey_id: UUID,
    definition: Any,
    asked_versions: Sequence[int],
    public_key: bytes,
    now: datetime,
    closes_at: datetime,
) -> int:
    """From now on answers are taken, and nothing of the questions changes."""
    return await db.run(
        conn,
        """update survey set state = 'open', definition = $2, asked_versions = $3, public_key = $4, opened_at = $5,
                  closes_at = $6
            where id = $1""",
        survey_id,
        definition,
        asked_versions,
        public_key,
        now,
        closes_at,
    )


async def close_it(conn: Connection, survey_id: UUID, invited: int, release: Any, now: datetime) -> int:
    """With all that will ever be shown."""
    return await db.run(
        conn,
        "update survey set state = 'closed', closed_at = $2, invited = $3, release = $4 where id = $1",
        survey_id,
        now,
        invited,
        release,
    )


async def publish(conn: Connection, survey_id: UUID, now: datetime | None) -> int:
    """For members to see, or not any more."""
    return await db.run(conn, "update survey set published_at = $2 where id = $1", survey_id, now)


async def remove(conn: Connection, survey_id: UUID) -> int:
    """A draft that nobody was asked with."""
    return await db.run(conn, "delete from survey where id = $1 and state in ('draft', 'ready')", survey_id)


async def invite(conn: Connection, survey_id: UUID, asked: Sequence[Asked]) -> int:
    """Those who are not asked yet; the ids are random, so that they have no order."""
    return await db.run(
        conn,
        """insert into survey_invitation (id, survey_id, person_id, signup_id, consent_id)
           select gen_random_uuid(), $1, person_id, signup_id, consent_id
             from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as given (person_id, signup_id, consent_id)
           on conflict do nothing""",
        survey_id,
        [one.person_id for one in asked],
        [one.signup_id for one in asked],
        [one.consent_id for one in asked],
    )


async def keep_sealed(conn: Connection, invitation_id: UUID, sealed: bytes) -> None:
    """An answer under seal; a later one replaces it. That there is one is kept without a time."""
    await db.run(
        conn,
        """insert into sealed_answer (invitation_id, sealed) values ($1, $2)
           on conflict (invitation_id) do update set sealed = excluded.sealed""",
        invitation_id,
        sealed,
    )
    await db.run(conn, "update survey_invitation set answered = true where id = $1 and not answered", invitation_id)


async def keep_opened(conn: Connection, survey_id: UUID, ids: Sequence[UUID], part: str, bodies: Sequence[Any]) -> None:
    """Opened answers of one part, in the order that the caller has shuffled them into."""
    await db.run(
        conn,
        """insert into answer (id, survey_id, part, body)
           select id, $1, $3, body from unnest($2::uuid[], $4::jsonb[]) as given (id, body)""",
        survey_id,
        ids,
        part,
        bodies,
    )


async def keep_sources(conn: Connection, answer_ids: Sequence[UUID], invitation_ids: Sequence[UUID]) -> None:
    """Whose the answers of a confidential survey are."""
    await db.run(
        conn,
        "insert into answer_source (answer_id, invitation_id) select * from unnest($1::uuid[], $2::uuid[])",
        answer_ids,
        invitation_ids,
    )


async def forget_sealed(conn: Connection, survey_id: UUID) -> None:
    """Nothing stays under seal; of an anonymous survey not even who has answered.

    Those who were asked are written anew, in the order of their random ids, so that neither place nor age of a row tells it.
    Who is quoted under their name has said so.
    """
    await db.run(
        conn,
        "delete from sealed_answer a using survey_invitation i where i.id = a.invitation_id and i.survey_id = $1",
        survey_id,
    )
    await db.run(
        conn,
        """with gone as (
             delete from survey_invitation i using survey s
              where s.id = i.survey_id and s.id = $1 and s.privacy = 'anonymous'
                and not exists (select from named_quote q where q.invitation_id = i.id) returning i.*)
           insert into survey_invitation (id, survey_id, person_id, signup_id, consent_id, generation)
           select id, survey_id, person_id, signup_id, consent_id, generation from gone order by id""",
        survey_id,
    )
    await db.run(
        conn,
        """update survey_invitation i set answered = false from survey s
            where s.id = i.survey_id and s.id = $1 and s.privacy = 'anonymous'
              and exists (select from named_quote q where q.invitation_id = i.id)""",
        survey_id,
    )
