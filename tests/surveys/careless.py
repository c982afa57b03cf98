"""What is shared by the products in which somebody was careless; each of these the adversary must find out."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.surveys import answering, closing, writes
from service.surveys.answering import Seat
from service.surveys.answers import Answers
from service.surveys.queries import SurveyRow

Patch: TypeAlias = pytest.MonkeyPatch
Careless: TypeAlias = Callable[[Patch, Connection], Awaitable[None]]
"""Changes the code and, as the owner, the tables."""
Parts: TypeAlias = dict[str, list[tuple[dict[str, Any], UUID]]]
Keep: TypeAlias = Callable[[Connection, SurveyRow, Parts], Awaitable[None]]


def also(patch: Patch, do: Callable[[Connection, Seat, Answers], Awaitable[None]]) -> None:
    """Something more, in the transaction of an answer."""
    keep = answering.keep

    async def keep_and_do(conn: Connection, there: Seat, kept: Answers, now: datetime) -> None:
        await keep(conn, there, kept, now)
        await do(conn, there, kept)

    patch.setattr(answering, "keep", keep_and_do)


def keep_under(patch: Patch, new_id: Callable[[UUID], UUID]) -> None:
    """Opened answers under other ids, made from their invitations."""

    async def keep_parts(conn: Connection, row: SurveyRow, parts: Parts) -> None:
        for part, bodies in parts.items():
            ids = [new_id(invitation_id) for _, invitation_id in bodies]
            await writes.keep_opened(conn, row.id, ids, part, [body for body, _ in bodies])

    patch.setattr(closing, "_keep", keep_parts)


async def keep_beside(patch: Patch, owner: Connection, column: str, told: Callable[[UUID], str]) -> None:
    """One more column of opened answers, in which something of each invitation is told."""
    await owner.execute(f"alter table answer add column {column} text; grant update on answer to plenary_app")
    keep_opened, keep = writes.keep_opened, closing._keep
    told_now: list[str] = []

    async def keep_and_tell(conn: Connection, survey_id: UUID, ids: Any, part: str, bodies: Any) -> None:
        await keep_opened(conn, survey_id, ids, part, bodies)
        sql: Any = f"update answer set {column} = t from unnest($1::uuid[], $2::text[]) as g (i, t) where id = i"
        await db.run(conn, sql, ids, [told_now.pop(0) for _ in ids])

    async def keep_parts(conn: Connection, row: SurveyRow, parts: Parts) -> None:
        told_now[:] = [told(invitation_id) for bodies in parts.values() for _, invitation_id in bodies]
        await keep(conn, row, parts)

    patch.setattr(writes, "keep_opened", keep_and_tell)
    patch.setattr(closing, "_keep", keep_parts)
