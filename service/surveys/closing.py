"""A survey closes: in one transaction all seals are opened, what was in them is shuffled, kept apart and counted once."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from service import events
from service.db import Connection
from service.surveys import answers, asked_queries, audiences, queries, retention_writes, sealing, tallying, writes
from service.surveys.answers import CORE
from service.surveys.audiences import Asked
from service.surveys.queries import SurveyRow
from service.surveys.rules import Definition, NotClosed, NotOpen
from service.surveys.sealing import Keys

AT_ONCE = 500
INSERTED = 5000
SHUFFLE = secrets.SystemRandom()


async def close(conn: Connection, keys: Keys, survey_id: UUID, now: datetime) -> SurveyRow:
    """Open all seals now; raises NotFound, NotOpen, KeyMissing. The caller destroys the key after the commit."""
    row = await queries.lock(conn, survey_id)
    if row.state != "open" or row.public_key is None:
        raise NotOpen
    definition = row.definition
    opened = await _open_seals(conn, keys, row, definition, now)
    invited = (await asked_queries.counts(conn, row.id)).invited - opened.gone
    await _keep(conn, row, opened.parts)
    await writes.forget_sealed(conn, row.id)
    lying_apart = {part: [body[part] for body, _ in found] for part, found in opened.parts.items() if part != CORE}
    core = [body for body, _ in opened.parts[CORE]]
    release = await asyncio.to_thread(tallying.release, definition, core, lying_apart, invited)
    await writes.close_it(conn, row.id, invited, msgspec.to_builtins(release), now)
    await retention_writes.forget_mails(conn, row.id)
    await events.record(conn, now, [events.SurveyClosed(row.convening_id, row.id)])
    return await queries.survey(conn, row.id)


async def publish(conn: Connection, survey_id: UUID, now: datetime) -> SurveyRow:
    """Let members see the results; twice is once. Raises NotFound, NotClosed."""
    row = await queries.lock(conn, survey_id)
    if row.state != "closed":
        raise NotClosed
    if row.published_at is None:
        await writes.publish(conn, row.id, now)
        await events.record(conn, now, [events.SurveyPublished(row.convening_id, row.id)])
    return await queries.survey(conn, row.id)


async def hide(conn: Connection, survey_id: UUID) -> None:
    """Members do not see the results any more; raises NotFound, NotClosed."""
    row = await queries.lock(conn, survey_id)
    if row.state != "closed":
        raise NotClosed
    await writes.publish(conn, row.id, None)


async def destroy_keys(conn: Connection, keys: Keys) -> list[UUID]:
    """Those of surveys that are closed: after each close, and again for what a crash left behind; which could not be."""
    left: list[UUID] = []
    for survey_id in await queries.closed(conn, keys.kept()):
        try:
            keys.destroy(survey_id)
        except OSError:
            left.append(survey_id)
    return left


class Unsealed(Struct):
    """What was in the seals, by part; `gone` are people whose family's yes does not live any more, and who do not count."""

    parts: dict[str, list[tuple[dict[str, Any], UUID]]]
    gone: int = 0


async def _open_seals(conn: Connection, keys: Keys, row: SurveyRow, definition: Definition, now: datetime) -> Unsealed:
    """In the order of random ids, then shuffled: part by part, with a shuffle of its own for each."""
    assert row.public_key is not None
    private = keys.private(row.id, row.public_key)
    gone = await _gone(conn, row, now)
    found = Unsealed({CORE: []}, len(gone))
    after: UUID | None = None
    while batch := await queries.sealed(conn, row.id, after, AT_ONCE):
        for one in batch:
            after = one.invitation_id
            if one.invitation_id in gone:
                continue
            plain = sealing.opened(private, row.id, one.invitation_id, one.sealed)
            for part, body in answers.parts(definition, answers.unpacked(plain)).items():
                found.parts.setdefault(part, []).append((body, one.invitation_id))
    for bodies in found.parts.values():
        SHUFFLE.shuffle(bodies)
    return found


async def _gone(conn: Connection, row: SurveyRow, now: datetime) -> set[UUID]:
    """Of students and guardians: who was asked and does not belong to the audience any more."""
    families = await asked_queries.families_asked(conn, row.id)
    return {
        one.id
        for one in families
        if not await audiences.belongs(
            conn, row.convening_id, row.audience, row.asked_versions, Asked(None, one.signup_id, one.consent_id), now
        )
    }


async def _keep(conn: Connection, row: SurveyRow, parts: dict[str, list[tuple[dict[str, Any], UUID]]]) -> None:
    for part, bodies in parts.items():
        for start in range(0, len(bodies), INSERTED):
            some: Sequence[tuple[dict[str, Any], UUID]] = bodies[start : start + INSERTED]
            ids = [uuid4() for _ in some]
            await writes.keep_opened(conn, row.id, ids, part, [body for body, _ in some])
            if row.privacy == "confidential":
                await writes.keep_sources(conn, ids, [invitation_id for _, invitation_id in some])
