"""The fall's surveys as its file tells: asked, answered, closed, published; the others are ready and follow the clock."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from service.convenings import queries as convenings
from service.db import Connection
from service.local.demo_files import id_of
from service.settings import Settings
from service.surveys import answering, asked_queries, closing, creating, opening, queries, set_files
from service.surveys.office_pages import USUAL
from service.surveys.queries import SurveyRow
from service.surveys.rules import Definition
from service.surveys.sealing import Keys

ANSWERED = timedelta(hours=3)
"""So long after a survey opened the file's people answered."""
PUBLISHED = ("member_post", "school_contact_post")


async def load(conn: Connection, folder: Path, settings: Settings, now: datetime) -> None:
    """Everything of both convenings; what the file has answers to is closed even before its day, so that it can be seen."""
    sets = set_files.read(USUAL.read_bytes())
    responses: dict[str, list[dict[str, Any]]] = msgspec.json.decode((folder / "responses_fall-2026.json").read_bytes())
    await creating.add(conn, id_of("convening", "spring-2027"), sets, now)
    fall = await convenings.convening(conn, id_of("convening", "fall-2026"))
    await creating.add(conn, fall.id, sets, fall.starts_at)
    for row in await queries.of_convening(conn, fall.id):
        if (rows := responses.get(row.code)) is not None:
            await _live(conn, settings, row, rows, fall.ends_at, now)


async def _live(
    conn: Connection, settings: Settings, row: SurveyRow, rows: list[dict[str, Any]], ended_at: datetime, now: datetime
) -> None:
    keys = Keys(settings.survey_keys_dir)
    opened = await opening.open_survey(conn, keys, row.id, ended_at)
    asked = await asked_queries.unanswered(conn, row.id)
    for invitation, given in zip(asked, rows, strict=False):
        there = await answering.seat_of(conn, invitation.id, ended_at)
        await answering.answer(conn, there, _known(there.definition, given), ended_at + ANSWERED)
    closed_at = min(opened.closes_at or now, now)
    await closing.close(conn, keys, row.id, closed_at)
    keys.destroy(row.id)
    if row.code in PUBLISHED:
        await closing.publish(conn, row.id, closed_at)


def _known(definition: Definition, given: dict[str, Any]) -> dict[str, Any]:
    """What the file has of the questions that are asked."""
    asked = {one.id for one in definition.questions}
    return {name: value for name, value in given.items() if name in asked}
