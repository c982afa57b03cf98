"""Beside a survey, on forms that know nothing of its answers: a quote under one's name, and one action in 30 days."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.db import Connection
from service.errors import NotFound
from service.surveys import answer_pages, answering, beside_writes, taking
from service.surveys.answer_pages import Language
from service.surveys.answering import Seat
from service.surveys.questions import ShortText
from service.surveys.speaking import Speech
from service.surveys.taking import NotAnAnswer
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.templating import PERSONAL_PAGE, SEE_OTHER

WRITTEN = ShortText(id="words", words={"en": "Words"}, required=True)
LONGEST_NAME = 120


@get(["/s/{token:str}/quote", "/s/{token:str}/commitment"], **PERSONAL_PAGE)
async def form_beside(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: Language = ""
) -> Template:
    """An empty form, or one's own plan as it stands."""
    there, what = await _there(request, conn, settings.secret_key, token, now)
    speech = await answer_pages.spoken(conn, there, language)
    words = await _planned(conn, there) if what == "commitment" else ""
    saved = bool(request.query_params.get("saved"))
    return _page(there, what, speech, token, Form({"words": [words]}), saved=saved)


@post(["/s/{token:str}/quote", "/s/{token:str}/commitment"], **PERSONAL_PAGE)
async def kept_beside(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: Language = ""
) -> Response[Any]:
    """Keep it: a quote with the name that was typed, a plan with the person."""
    form = await posted(request)
    there, what = await _there(request, conn, settings.secret_key, token, now)
    speech = await answer_pages.spoken(conn, there, language)
    words, name = _text(form, "words", speech), _text(form, "name", speech) if what == "quote" else ""
    if len(name) > LONGEST_NAME:
        form.errors["name"] = speech.sorry("too-long")
    if form.errors:
        return _page(there, what, speech, token, form, status=422)
    if not await _keep(conn, there, what, name, words, now):
        form.notice = speech.ask("kept_already")
        return _page(there, what, speech, token, form, status=409)
    return Redirect(f"/s/{token}/{what}?saved=yes&language={speech.code}", status_code=SEE_OTHER)


async def _there(request: AnyRequest, conn: Connection, secret: str, token: str, now: Any) -> tuple[Seat, str]:
    """Whose form it is, and which; raises NotFound where this survey has none, or is over."""
    there = await answering.seat(conn, secret, token, now)
    what = request.scope["path"].rpartition("/")[2]
    offered = answer_pages.quotes(there) if what == "quote" else answer_pages.commits(there)
    if not offered or not there.is_open(now):
        raise NotFound
    return there, what


async def _keep(conn: Connection, there: Seat, what: str, name: str, words: str, now: datetime) -> int:
    """0 where somebody who came by a badge would replace what its wearer wrote."""
    invitation, replace = there.invitation, not there.by_badge
    if what == "quote":
        return await beside_writes.keep_quote(conn, invitation.id, name, words, replace=replace)
    if invitation.person_id is None:
        raise NotFound
    return await beside_writes.keep_commitment(conn, there.convening.id, invitation.person_id, words, now, replace=replace)


def _text(form: Form, name: str, speech: Speech) -> str:
    try:
        kept = taking.taken(WRITTEN, form.text(name))
    except NotAnAnswer as error:
        form.errors[name] = speech.sorry("too-long", error.sentence)
        return ""
    if kept is None:
        form.errors[name] = speech.sorry("answer-missing", "Please write something here.")
    return str(kept or "")


async def _planned(conn: Connection, there: Seat) -> str:
    """Not for who came by a badge, which others can read."""
    if there.invitation.person_id is None or there.by_badge:
        return ""
    return await beside_writes.commitment(conn, there.convening.id, there.invitation.person_id)


def _page(
    there: Seat, what: str, speech: Speech, token: str, form: Form, *, status: int = 200, saved: bool = False
) -> Template:
    context = answer_pages.frame(there, speech, token, f"/{what}")
    context |= {"what": what, "form": form, "saved": saved, "most": taking.SHORT}
    return Template("survey_own_form.html", context=context, status_code=status)


PAGES = [form_beside, kept_beside]
"""This slice's forms beside a survey."""
