"""The editor: what a survey asks, when and of whom, question by question, with a preview that follows what is typed."""

import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Invalid, Refused
from service.panels.rules import AREAS
from service.registrations.own_page import attempt
from service.surveys import answer_pages, creating, editing, queries, speaking
from service.surveys.editing import KINDS, LANGUAGES
from service.surveys.queries import SurveyRow
from service.surveys.rules import AUDIENCES, WHEN, AlreadyOpen, Definition
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER
from service.web.words import spoken

OPENINGS = {
    "closing_session": "With the last session for everybody",
    "panels": "When the last student panel ends",
    "first_mail": "With its first mail",
}


class NotASurvey(Invalid):
    """Something of this cannot be: look at the numbers and times again."""

    code = "not-a-survey"


@get("/office/surveys/{survey_id:uuid}", **OFFICE_PAGE)
async def edit(request: AnyRequest, conn: Conn, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Template:
    """The whole survey; once it is open, only to look at."""
    row = await _reached(conn, visitor, survey_id)
    saved = "It is saved." if request.query_params.get("saved") else ""
    return await _page(conn, visitor, row, _settings_form(row.definition), saved=saved)


@post("/office/surveys/{survey_id:uuid}", **OFFICE_PAGE)
async def save(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Response[Any]:
    """Its settings; or a question added, moved, removed; or ready to open by itself, or not."""
    form = await own_form(request)
    row = await _reached(conn, visitor, survey_id)
    outcome = await attempt(conn, _save(conn, row, form))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        form.notice = form.notice or f"{outcome.sentence} {outcome.pointer}".strip()
        return await _page(conn, visitor, row, form, status=outcome.status)
    await acts.note(conn, request, "survey_saved", ("survey", survey_id), now)
    after = f"/questions/{outcome}" if outcome else "?saved=yes"
    return Redirect(f"/office/surveys/{survey_id}{after}", status_code=SEE_OTHER)


async def _save(conn: Connection, row: SurveyRow, form: Form) -> str:
    """The id of a question that was added; else empty."""
    if row.state not in ("draft", "ready"):
        raise AlreadyOpen
    definition, ready, new = row.definition, row.state == "ready", ""
    deed, _, code = form.text("deed").partition(" ")
    match deed:
        case "add":
            definition, new = editing.added(definition, form.text("kind"))
            ready = False
        case "up" | "down":
            definition = editing.moved(definition, code, -1 if deed == "up" else 1)
        case "remove":
            definition = editing.without(definition, code)
        case "ready" | "unready":
            ready = deed == "ready"
        case _:
            definition = _settings(form, definition)
    await creating.write(conn, row.id, definition, ready=ready)
    return new


@get("/office/surveys/{survey_id:uuid}/questions/{code:str}", **OFFICE_PAGE)
async def edit_question(conn: Conn, visitor: KnownVisitor, survey_id: FromPath[UUID], code: FromPath[str]) -> Template:
    """One question, with how it looks beside it."""
    row = await _reached(conn, visitor, survey_id)
    return await _question_page(conn, visitor, row, code, editing.shown(editing.question_of(row.definition, code)))


@post("/office/surveys/{survey_id:uuid}/questions/{code:str}", **OFFICE_PAGE)
async def save_question(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, survey_id: FromPath[UUID], code: FromPath[str]
) -> Response[Any]:
    """Save it; or only show how it would look, which changes nothing."""
    form = await own_form(request)
    row = await _reached(conn, visitor, survey_id)
    before = editing.question_of(row.definition, code)
    if form.text("deed") == "preview":
        return await _preview(conn, row, before, form)
    outcome = await attempt(conn, _save_question(conn, row, code, form))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        form.notice = outcome.sentence
        return await _question_page(conn, visitor, row, code, form, status=outcome.status)
    await acts.note(conn, request, "survey_saved", ("survey", survey_id), now)
    return Redirect(f"/office/surveys/{survey_id}?saved=yes", status_code=SEE_OTHER)


async def _save_question(conn: Connection, row: SurveyRow, code: str, form: Form) -> None:
    if row.state not in ("draft", "ready"):
        raise AlreadyOpen
    new = editing.read(form, editing.question_of(row.definition, code), editing.earlier(row.definition, code))
    changed = editing.changed(row.definition, code, new)
    await creating.write(conn, row.id, changed, ready=row.state == "ready")


async def _preview(conn: Connection, row: SurveyRow, before: Any, form: Form) -> Template:
    """How the question would look; while it is none, why not."""
    language = form.text("language") if form.text("language") in LANGUAGES else "en"
    speech = speaking.speech(language)
    try:
        question, wrong = editing.read(form, before, editing.earlier(row.definition, before.id)), ""
        convening = await convenings.convening(conn, row.convening_id)
        alone = msgspec.structs.replace(row.definition, questions=[question])
        [question] = (await creating.with_sessions(conn, convening, alone)).questions
    except Refused as refusal:
        question, wrong = before, refusal.sentence
    context = answer_pages.asking([question], speech, Form()) | {"speech": speech, "wrong": wrong, "question": question}
    return Template("survey_question_preview.html", context=context)


async def _reached(conn: Connection, visitor: Visitor, survey_id: UUID) -> SurveyRow:
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    return row


def _settings_form(definition: Definition) -> Form:
    cadence = definition.cadence
    given = {f"title-{language}": [definition.title.get(language, "")] for language in LANGUAGES}
    given |= {f"intro-{language}": [definition.intro.get(language, "")] for language in LANGUAGES}
    given |= {"privacy": [definition.privacy], "minutes": [str(definition.minutes)], "least": [str(definition.least)]}
    given |= {"opens": [cadence.opens], "mails": ["\n".join(cadence.mails)], "closes": [cadence.closes]}
    return Form(given)


def _settings(form: Form, before: Definition) -> Definition:
    made: dict[str, Any] = msgspec.to_builtins(before)
    for name in ("title", "intro"):
        made[name] = editing.words(form, name, made[name])
    made["privacy"] = form.text("privacy")
    for name, most in (("minutes", 60), ("least", 100)):
        text = form.text(name).strip()
        if not (text.isdecimal() and len(text) < 4 and 1 <= int(text) <= most):
            raise NotASurvey(f"Write a number from 1 to {most}.", pointer=f"/{name}")
        made[name] = int(text)
    if not made["title"].get("en"):
        raise NotASurvey("Write a title in English.", pointer="/title-en")
    mails = [line.strip() for line in form.text("mails").split("\n") if line.strip()]
    closes = form.text("closes").strip()
    for name, times in (("mails", mails), ("closes", [closes])):
        if not 1 <= len(times) <= 5 or not all(re.fullmatch(WHEN, one) for one in times):
            raise NotASurvey("Write times like T+2h, T+2d or T+1d 16:00; at most five mails.", pointer=f"/{name}")
    made["cadence"] = {"opens": form.text("opens"), "mails": mails, "closes": closes}
    try:
        return msgspec.convert(made, Definition)
    except msgspec.ValidationError as error:
        raise NotASurvey(f"{NotASurvey.__doc__} {spoken(str(error)).sentence}") from None


async def _page(
    conn: Connection, visitor: Visitor, row: SurveyRow, form: Form, *, status: int = 200, saved: str = ""
) -> Template:
    context = {
        "visitor": visitor,
        "row": row,
        "definition": row.definition,
        "convening": await convenings.convening(conn, row.convening_id),
        "audience": AUDIENCES[row.audience],
        "kinds": KINDS,
        "kind_of": {one.id: KINDS[str(type(one).__struct_config__.tag)] for one in row.definition.questions},
        "languages": LANGUAGES,
        "openings": OPENINGS,
        "editable": row.state in ("draft", "ready"),
        "form": form,
        "saved": saved,
    }
    return Template("survey_editor.html", context=context, status_code=status)


async def _question_page(
    conn: Connection, visitor: Visitor, row: SurveyRow, code: str, form: Form, *, status: int = 200
) -> Template:
    question = editing.question_of(row.definition, code)
    speech = speaking.speech("en")
    context = answer_pages.asking([question], speech, Form()) | {
        "visitor": visitor,
        "row": row,
        "convening": await convenings.convening(conn, row.convening_id),
        "question": question,
        "kind": str(type(question).__struct_config__.tag),
        "kind_words": KINDS[str(type(question).__struct_config__.tag)],
        "earlier": editing.earlier(row.definition, code),
        "areas": AREAS,
        "languages": LANGUAGES,
        "speech": speech,
        "wrong": "",
        "edited": form,
        "editable": row.state in ("draft", "ready"),
    }
    return Template("survey_question.html", context=context, status_code=status)


PAGES = [edit, save, edit_question, save_question]
"""This slice's editor."""
