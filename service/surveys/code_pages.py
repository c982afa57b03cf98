"""From a slide in the closing session to one's own questions: the personal code on the badge opens them."""

import contextlib
from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.actions import within_limit
from service.access.limits import SURVEY_CODES
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import NotFound
from service.registrations.badges import typed
from service.surveys import answer_pages, answering, asked_queries, opening, queries, speaking
from service.surveys.answer_pages import Language
from service.surveys.answering import Seat
from service.surveys.questions import said
from service.web import links
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.security import client_key
from service.web.templating import PAGE, SEE_OTHER


@get("/convenings/{slug:str}/survey", **PAGE)
async def code_page(conn: Conn, slug: FromPath[str], language: Language = "") -> Template:
    """Where the code of the badge is typed."""
    convening = await convenings.convening(conn, await convenings.convening_by_slug(conn, slug))
    return _page(convening, language, Form(), status=200)


@post("/convenings/{slug:str}/survey", **PAGE)
async def code_typed(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, slug: FromPath[str], language: Language = ""
) -> Response[Any]:
    """To what whoever wears the badge is asked, whether they have answered or not; nothing of the code is kept."""
    form = await posted(request)
    convening = await convenings.convening(conn, await convenings.convening_by_slug(conn, slug))
    speech = speaking.speech(language)
    if not await within_limit(conn, SURVEY_CODES, client_key(request), now):
        form.errors["code"] = speech.ask("code_often")
        return _page(convening, language, form, status=429)
    found = await _asked(conn, convening, typed(form.text("code")), now)
    if not found:
        form.errors["code"] = speech.ask("code_none")
        return _page(convening, language, form, status=422)
    suffix = f"?language={speech.code}" if language else ""
    ways = [
        (
            said(one.definition.title, speech.code),
            f"/s/{links.token(settings.secret_key, 'badge', one.invitation.id, 0)}{suffix}",
        )
        for one in found
    ]
    if len(ways) > 1:
        return _page(convening, language, Form(), status=200, ways=ways)
    return Redirect(ways[0][1], status_code=SEE_OTHER)


async def _asked(conn: Connection, convening: ConveningRow, code: str, now: Any) -> list[Seat]:
    """All that its wearer is asked now, answered or not; whoever came in since a survey opened is asked just now."""
    if not await asked_queries.is_badge(conn, convening.id, code):
        return []
    for row in await queries.of_convening(conn, convening.id):
        if row.state == "open":
            await opening.ask(conn, row, now)
    found: list[Seat] = []
    for one in await asked_queries.by_badge(conn, convening.id, code):
        with contextlib.suppress(NotFound):  # somebody who does not belong to the audience any more
            there = await answering.seat_of(conn, one.id, now)
            found += [there] if there.is_open(now) else []
    return found


def _page(
    convening: ConveningRow, language: str, form: Form, *, status: int, ways: Sequence[tuple[str, str]] = ()
) -> Template:
    speech = speaking.speech(language)
    offered = [speaking.speech(code) for code in speaking.SPEECH]
    context = answer_pages.around(speech, offered, f"/convenings/{convening.slug}/survey")
    return Template(
        "survey_code.html", context=context | {"convening": convening, "form": form, "ways": ways}, status_code=status
    )


PAGES = [code_page, code_typed]
"""This slice's way in by a badge."""
