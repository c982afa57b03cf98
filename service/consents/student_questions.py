"""Versions of the students' questions: written, published for ever, and to which of them a family said yes (P1 to P5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.consents import question_queries, question_rules
from service.consents.question_rules import Question, QuestionsPublished
from service.db import Connection
from service.errors import NotFound


class QuestionSet(Struct, frozen=True):
    """One version."""

    version: int
    questions: list[Question]
    published_at: datetime | None

    @property
    def areas(self) -> set[int]:
        """The protected areas that it could touch."""
        return question_rules.areas(self.questions)


async def begin(conn: Connection, questions: Sequence[Question], now: datetime) -> int:
    """A draft under the next number."""
    return await question_queries.insert(conn, msgspec.to_builtins(questions), now)


async def write(conn: Connection, version: int, questions: Sequence[Question]) -> None:
    """Replace a draft's questions; raises NotFound, QuestionsPublished."""
    found = await question_queries.lock(conn, version)
    if found.published_at is not None:
        raise QuestionsPublished
    await question_queries.replace(conn, version, msgspec.to_builtins(questions))


async def publish(conn: Connection, version: int, now: datetime) -> None:
    """From now on families read these; who said yes to others has not said yes to them (P2).

    Raises NotFound, QuestionsPublished, and what stands in the way (P1).
    """
    found = _read(await question_queries.lock(conn, version))
    if found.published_at is not None:
        raise QuestionsPublished
    question_rules.check(found.questions)
    await question_queries.publish(conn, version, now)


async def keep_shipped(conn: Connection, now: datetime) -> None:
    """Publish the questions that come with the product, where none were ever published."""
    if await newest(conn) is None:
        await publish(conn, await begin(conn, question_rules.shipped(), now), now)


async def newest(conn: Connection) -> QuestionSet | None:
    """What families read now; None before anything was published."""
    found = await question_queries.newest(conn)
    return found and _read(found)


async def read_by_families(conn: Connection, asked: Sequence[Question]) -> list[QuestionSet]:
    """The versions in which families read all of these, word for word, the newest first (P2, P4)."""
    known = [_read(row) for row in await question_queries.published(conn)]
    return [one for one in known if all(any(had.is_as(wanted) for had in one.questions) for wanted in asked)]


async def add(conn: Connection, asked: Sequence[Question], now: datetime) -> int:
    """Publish a version with these questions beside those of the newest: from now on a yes is a yes to all of them."""
    known = await newest(conn)
    others = [one for one in (known.questions if known else []) if one.code not in {wanted.code for wanted in asked}]
    number = await begin(conn, [*others, *asked], now)
    await publish(conn, number, now)
    return number


async def version(conn: Connection, number: int) -> QuestionSet:
    """Any version, however old: what was signed is still there to be read; raises NotFound."""
    found = await question_queries.by_version(conn, number)
    if found is None:
        raise NotFound
    return _read(found)


async def survey_yes(conn: Connection, signup_id: UUID, versions: Sequence[int], now: datetime) -> bool:
    """Whether everybody who signs for a student said yes to one of these versions, and it counts at `now` (P2, F8).

    It has nothing to do with the panel: a no to one is no no to the other (P8).
    """
    return await question_queries.survey_yes(conn, signup_id, versions, now)


def _read(row: question_queries.QuestionsRow) -> QuestionSet:
    return QuestionSet(row.version, msgspec.convert(row.questions, list[Question]), row.published_at)
