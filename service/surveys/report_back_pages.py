"""You said, we did: written by an organizer, read by everybody who has the address."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor, require
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.registrations.own_page import attempt
from service.surveys import answer_pages, report_back, speaking
from service.surveys.answer_pages import Language
from service.surveys.clock import PROMISED
from service.surveys.editing import LANGUAGES
from service.surveys.report_back import MOST, SaidDid
from service.surveys.taking import cleaned
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, PAGE, SEE_OTHER

SAVED = {"saved": "It is saved. Nobody else sees it yet.", "published": "It is public, and families are told by day."}


@get("/office/convenings/{convening_id:uuid}/report-back", **OFFICE_PAGE)
async def write_page(request: AnyRequest, conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """What students said and what was done, as far as it is written."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    form = _filled((await report_back.report(conn, convening_id)).pairs)
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return await _page(conn, visitor, convening, form, saved=saved)


@post("/office/convenings/{convening_id:uuid}/report-back", **OFFICE_PAGE)
async def written(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Save it, or publish it as well."""
    form = await own_form(request)
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    publish = form.text("deed") == "publish"
    outcome = await attempt(conn, report_back.write(conn, convening_id, _pairs(form), publish=publish, now=now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, convening, form, status=outcome.status)
    await acts.note(conn, request, "report_back_written", ("convening", convening_id), now, published=str(publish))
    after = "published" if publish else "saved"
    return Redirect(f"/office/convenings/{convening_id}/report-back?saved={after}", status_code=SEE_OTHER)


@get("/convenings/{slug:str}/report-back", **PAGE)
async def read(conn: Conn, slug: FromPath[str], language: Language = "") -> Template:
    """For students, their families and everybody else, once it is published."""
    convening = await convenings.convening(conn, await convenings.convening_by_slug(conn, slug))
    found = await report_back.report(conn, convening.id)
    require(found.published_at is not None)
    codes = [code for code in speaking.SPEECH if any(one.said.get(code) and one.did.get(code) for one in found.pairs)]
    speech = speaking.speech(language if language in codes else speaking.OTHERWISE)
    pairs = [one for one in found.pairs if one.said.get("en") and one.did.get("en")]
    said = [(one.said.get(speech.code) or one.said["en"], one.did.get(speech.code) or one.did["en"]) for one in pairs]
    offered = [speaking.speech(code) for code in codes]
    context = answer_pages.around(speech, offered, f"/convenings/{slug}/report-back")
    return Template("report_back.html", context=context | {"convening": convening, "pairs": said})


def _filled(pairs: list[SaidDid]) -> Form:
    given: dict[str, list[str]] = {}
    for number, one in enumerate(pairs):
        for code in LANGUAGES:
            given[f"said-{number}-{code}"] = [one.said.get(code, "")]
            given[f"did-{number}-{code}"] = [one.did.get(code, "")]
    return Form(given)


def _pairs(form: Form) -> list[SaidDid]:
    """Those in which something is written."""
    found = [
        SaidDid(
            {code: cleaned(form.text(f"said-{number}-{code}")) for code in LANGUAGES},
            {code: cleaned(form.text(f"did-{number}-{code}")) for code in LANGUAGES},
        )
        for number in range(MOST)
    ]
    return [one for one in found if any(one.said.values()) or any(one.did.values())]


async def _page(
    conn: Connection, visitor: Visitor, convening: ConveningRow, form: Form, *, status: int = 200, saved: str = ""
) -> Template:
    context = {
        "visitor": visitor,
        "convening": convening,
        "form": form,
        "saved": saved,
        "row": await report_back.report(conn, convening.id),
        "promised": convening.ends_at + PROMISED,
        "languages": LANGUAGES,
        "count": min(MOST, len(_pairs(form)) + 2),
    }
    return Template("report_back_office.html", context=context, status_code=status)


PAGES = [write_page, written, read]
"""This slice's reports back to students."""
