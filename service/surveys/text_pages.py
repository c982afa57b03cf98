"""What people wrote: an organizer puts it in order, and says what may be shown; of students a second one must agree."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.db import Connection, new_id
from service.errors import Invalid, NotFound, Refused
from service.registrations.own_page import attempt
from service.surveys import beside_writes, queries, text_queries
from service.surveys.queries import SurveyRow
from service.surveys.questions import TEXTS, said
from service.surveys.release import Release
from service.surveys.rules import NotClosed
from service.surveys.taking import cleaned
from service.surveys.text_queries import TextRow
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER

LONGEST_THEME = 80
LONGEST_WORDS = 2000
SAVED = {
    "theme": "The theme is there.",
    "gone": "The theme is gone.",
    "text": "It is saved.",
    "agreed": "You agreed. It can be shown now.",
    "named": "It can be shown now, with its name.",
    "unnamed": "It is gone.",
}


class NoThemeName(Invalid):
    """Give the theme a name of at most 80 characters."""

    code = "no-theme-name"


class NoSuchText(Refused):
    """This question, text or theme is not here any more. Nothing was changed."""

    code = "no-such-text"


class SecondPerson(Refused):
    """Somebody else must look at it: two people read every text of a student before it is shown."""

    code = "second-person-needed"


class OtherWords(Refused):
    """Other words stand there now than those that you read. Read them, and say it again."""

    code = "other-words"


class WordsTooLong(Invalid):
    """Write at most 2,000 characters."""

    code = "words-too-long"


class NotAllowed(Refused):
    """Whoever wrote this did not say that it may be quoted."""

    code = "quote-not-allowed"


@get("/office/surveys/{survey_id:uuid}/texts", **OFFICE_PAGE)
async def texts(request: AnyRequest, conn: Conn, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Template:
    """One question's texts, never beside any rating."""
    row, release = await _reviewed(conn, visitor, survey_id)
    part = request.query_params.get("question", "")
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return await _page(conn, visitor, row, release, part, Form(), saved=saved)


@post("/office/surveys/{survey_id:uuid}/texts", **OFFICE_PAGE)
async def change(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, survey_id: FromPath[UUID]
) -> Response[Any]:
    """A theme more or less; of a text its themes, and the words that may be shown; or the second person's yes."""
    form = await own_form(request)
    row, release = await _reviewed(conn, visitor, survey_id)
    part = form.text("question")
    outcome = await attempt(conn, _change(conn, visitor, row, part, _readable(row, release), form, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, row, release, part, form, status=outcome.status)
    await acts.note(conn, request, "survey_texts_sorted", ("survey", survey_id), now, deed=outcome)
    return Redirect(f"/office/surveys/{survey_id}/texts?question={part}&saved={outcome}", status_code=SEE_OTHER)


async def _change(
    conn: Connection, visitor: Visitor, row: SurveyRow, part: str, readable: list[str], form: Form, now: datetime
) -> str:
    if part not in readable and form.text("deed") not in ("show", "unname"):
        raise NoSuchText
    match form.text("deed"):
        case "theme":
            name = cleaned(form.text("name"))
            if not 0 < len(name) <= LONGEST_THEME:
                raise NoThemeName(pointer="/name")
            await text_queries.put_theme(conn, new_id(now), row.id, part, name)
            return "theme"
        case "gone":
            await text_queries.remove_theme(conn, row.id, _id(form.text("theme")))
            return "gone"
        case "agree":
            found = await _text(conn, row, part, form)
            if found.first_by == visitor.person_id:
                raise SecondPerson
            if not await text_queries.agree(conn, found.id, form.text("read"), visitor.person_id):
                raise OtherWords
            return "agreed"
        case "show":
            await _show_named(conn, visitor, row, form)
            return "named"
        case "unname":
            await beside_writes.remove_quote(conn, row.id, _id(form.text("quote")))
            return "unnamed"
        case _:
            await _sort(conn, visitor, row, await _text(conn, row, part, form), form)
            return "text"


async def _text(conn: Connection, row: SurveyRow, part: str, form: Form) -> TextRow:
    """The text that a form is about: one of the question that is read, and no other part of any answer."""
    try:
        found = await text_queries.text_of(conn, row.id, _id(form.text("answer")))
    except NotFound:
        raise NoSuchText from None
    if found.part != part:
        raise NoSuchText
    return found


async def _sort(conn: Connection, visitor: Visitor, row: SurveyRow, found: TextRow, form: Form) -> None:
    await text_queries.code(conn, row.id, found.id, [_id(one) for one in form.chosen("themes")])
    words = cleaned(form.text("words"))
    if len(words) > LONGEST_WORDS:
        raise WordsTooLong
    if words and not _may_show(row, found):
        raise NotAllowed
    if words != (found.words or ""):
        await text_queries.put_words(conn, found.id, words, visitor.person_id)


def _may_show(row: SurveyRow, found: TextRow) -> bool:
    """With its writer's yes; students, who are not asked for it one by one, are quoted by what two people make of it."""
    return found.quotable or (row.audience == "students" and not row.definition.asks_to_quote)


async def _show_named(conn: Connection, visitor: Visitor, row: SurveyRow, form: Form) -> None:
    """A quote under a name, as it was read."""
    quote, name, words = _id(form.text("quote")), form.text("name"), form.text("read")
    if not await beside_writes.show_quote(conn, row.id, quote, name, words, visitor.person_id):
        raise OtherWords


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NoSuchText from None


async def _reviewed(conn: Connection, visitor: Visitor, survey_id: UUID) -> tuple[SurveyRow, Release]:
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    if row.release is None:
        raise NotClosed
    return row, row.release


def _readable(row: SurveyRow, release: Release) -> list[str]:
    """The text questions that enough people answered; of the others nobody reads a word."""
    asked = [one.id for one in row.definition.questions if isinstance(one, TEXTS)]
    return [one for one in asked if (found := release.result(one)) is not None and not found.suppressed]


async def _page(
    conn: Connection,
    visitor: Visitor,
    row: SurveyRow,
    release: Release,
    part: str,
    form: Form,
    *,
    status: int = 200,
    saved: str = "",
) -> Template:
    readable = _readable(row, release)
    part = part if part in readable else (readable or [""])[0]
    themes = await text_queries.themes(conn, row.id)
    found = await text_queries.texts(conn, row.id, part) if part else []
    context = {
        "visitor": visitor,
        "row": row,
        "convening": await convenings.convening(conn, row.convening_id),
        "questions": [(one.id, said(one.words, "en")) for one in row.definition.questions if one.id in readable],
        "part": part,
        "texts": [(one, _may_show(row, one)) for one in found],
        "named": await beside_writes.quotes(conn, row.id),
        "themes": [one for one in themes if one.question == part],
        "young": row.audience == "students",
        "form": form,
        "saved": saved,
    }
    return Template("survey_texts.html", context=context, status_code=status)


PAGES = [texts, change]
"""This slice's page of what people wrote."""
