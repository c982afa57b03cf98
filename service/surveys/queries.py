"""Questions about surveys, and about what lies under seal or was in it."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.db import Connection
from service.surveys.release import Release
from service.surveys.rules import ASKED_ABOUT, Audience, Definition, Privacy, State

FIRST = UUID(int=0)
"""Before every id: an index finds its way from it, which it could not from nothing."""


class SurveyRow(Struct, frozen=True):
    """One version of a set of questions at one convening."""

    id: UUID
    convening_id: UUID
    code: str
    version: int
    audience: Audience
    privacy: Privacy
    body: Any
    asked_versions: list[int]
    state: State
    public_key: bytes | None
    created_at: datetime
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None
    invited: int | None
    found: Any

    @property
    def definition(self) -> Definition:
        """What is asked, and how."""
        return msgspec.convert(self.body, Definition)

    @property
    def release(self) -> Release | None:
        """What may be shown of the answers; None before it is closed."""
        return msgspec.convert(self.found, Release) if self.found is not None else None


class SealedRow(Struct, frozen=True):
    """One answer under seal."""

    invitation_id: UUID
    sealed: bytes


class PartRow(Struct, frozen=True):
    """One part of an opened answer."""

    id: UUID
    body: dict[str, Any]


async def survey(conn: Connection, survey_id: UUID) -> SurveyRow:
    """One survey; raises NotFound."""
    return await db.one(
        conn,
        SurveyRow,
        """select id, convening_id, code, version, audience, privacy, definition as body, asked_versions, state, public_key,
                  created_at, opened_at, closes_at, closed_at, published_at, invited, release as found
             from survey where id = $1""",
        survey_id,
    )


async def lock(conn: Connection, survey_id: UUID) -> SurveyRow:
    """The same, held with its set until the transaction ends."""
    found = await survey(conn, survey_id)
    await lock_set(conn, found.convening_id, found.code)
    await db.one(conn, UUID, "select id from survey where id = $1 for no key update", survey_id)
    return await survey(conn, survey_id)


async def lock_set(conn: Connection, convening_id: UUID, code: str) -> None:
    """One set at one convening: its versions are numbered, retired and opened one after the other; before any row of it."""
    await db.run(conn, "select pg_advisory_xact_lock(7300011, hashtext($1::text || $2))", str(convening_id), code)


async def share(conn: Connection, survey_id: UUID) -> SurveyRow:
    """The same for who answers: many at once, and none while it is being closed."""
    await db.one(conn, UUID, "select id from survey where id = $1 for share", survey_id)
    return await survey(conn, survey_id)


async def of_convening(conn: Connection, convening_id: UUID) -> list[SurveyRow]:
    """All surveys of a convening, the newest version of each set first."""
    return await db.many(
        conn,
        SurveyRow,
        """select id, convening_id, code, version, audience, privacy, definition as body, asked_versions, state, public_key,
                  created_at, opened_at, closes_at, closed_at, published_at, invited, release as found
             from survey where convening_id = $1
            order by array_position(array['members', 'students', 'school_contacts', 'guardians', 'coaches'], audience), code,
                     version desc""",
        convening_id,
    )


async def of_set(conn: Connection, code: str) -> list[SurveyRow]:
    """Closed surveys of one set, over all convenings, in the order in which they closed."""
    return await db.many(
        conn,
        SurveyRow,
        """select id, convening_id, code, version, audience, privacy, definition as body, asked_versions, state, public_key,
                  created_at, opened_at, closes_at, closed_at, published_at, invited, release as found
             from survey where code = $1 and state = 'closed' order by closed_at, id""",
        code,
    )


async def sealed(conn: Connection, survey_id: UUID, after: UUID | None, limit: int) -> list[SealedRow]:
    """Answers under seal, some at a time."""
    return await db.many(
        conn,
        SealedRow,
        """select a.invitation_id, a.sealed
             from sealed_answer a join survey_invitation i on i.id = a.invitation_id
            where i.survey_id = $1 and a.invitation_id > $2 order by a.invitation_id limit $3""",
        survey_id,
        after or FIRST,
        limit,
    )


def parts(conn: Connection, survey_id: UUID, part: str) -> AsyncGenerator[list[PartRow]]:
    """Opened answers of one part, in the order of their random ids, portion by portion."""
    return db.portions(
        conn, PartRow, "select id, body from answer where survey_id = $1 and part = $2 order by id", survey_id, part
    )


async def with_due_clock(conn: Connection) -> list[SurveyRow]:
    """Surveys that may have to open, remind or close; what is open closes, whatever becomes of its convening."""
    return await db.many(
        conn,
        SurveyRow,
        """select s.id, s.convening_id, s.code, s.version, s.audience, s.privacy, s.definition as body, s.asked_versions,
                  s.state, s.public_key, s.created_at, s.opened_at, s.closes_at, s.closed_at, s.published_at, s.invited,
                  s.release as found
             from survey s join convening c on c.id = s.convening_id
            where s.state = 'open' or (s.state = 'ready' and c.state = any($1)) order by s.id""",
        ASKED_ABOUT,
    )


async def closed(conn: Connection, survey_ids: Sequence[UUID]) -> list[UUID]:
    """Which of these are closed."""
    return await db.many(conn, UUID, "select id from survey where id = any($1::uuid[]) and state = 'closed'", survey_ids)
