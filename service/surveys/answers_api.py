"""Answering as JSON: whoever holds the personal link reads the questions, and answers until close. Nothing is logged."""

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.surveys import answering, examples, shapes
from service.surveys.answering import Seat
from service.surveys.answers import AnswerMissing, NoSuchQuestion
from service.surveys.questions import said
from service.surveys.rules import SurveyClosed
from service.surveys.shapes import AnswersGiven, Kept, Questions
from service.surveys.taking import NotAnAnswer
from service.web.deps import Conn, Given, Now

Language = Annotated[
    str, QueryParameter(pattern="^[a-z]{2,3}$", description="In which language; what is not written in it comes in English.")
]


@get("/answers/{token:str}", access="link", shows=examples.QUESTIONS, refuses=[SurveyClosed])
async def questions(conn: Conn, now: Now, settings: Given, token: FromPath[str], language: Language = "en") -> Questions:
    """What this person is asked."""
    there = await answering.seat(conn, settings.secret_key, token, now)
    if not there.is_open(now):
        raise SurveyClosed
    return _questions(there, language)


@post(
    "/answers/{token:str}",
    access="link",
    status_code=200,
    sends=examples.ANSWERS,
    shows=examples.KEPT,
    refuses=[SurveyClosed, NoSuchQuestion, NotAnAnswer, AnswerMissing],
)
async def answer(conn: Conn, now: Now, settings: Given, token: FromPath[str], data: JSONBody[AnswersGiven]) -> Kept:
    """Answer, or answer anew: until close the newest answer counts, and nobody can read any."""
    there = await answering.seat(conn, settings.secret_key, token, now)
    await answering.answer(conn, there, data.answers, now)
    assert there.row.closes_at is not None
    return Kept(answered=True, closes_at=there.row.closes_at)


def _questions(there: Seat, language: str) -> Questions:
    definition = there.definition
    assert there.row.closes_at is not None
    return Questions(
        convening=there.convening.title,
        title=said(definition.title, language),
        intro=said(definition.intro, language),
        privacy=there.row.privacy,
        language=language if language in definition.languages else "en",
        languages=definition.languages,
        answered=there.invitation.answered,
        closes_at=there.row.closes_at,
        questions=[shapes.asked(one, language) for one in there.questions],
    )


API = [questions, answer]
"""This slice's routes under /api/v1, for who is asked."""
