"""A version of a text is published: whom that concerns is said first, exactly, and looked at again at the button."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.consents import superseding, version_queries, versions
from service.consents.speaking import own_name
from service.consents.superseding import Concerned
from service.consents.text_pages import TEMPLATE_WORDS
from service.consents.version_queries import VersionRow
from service.db import Connection
from service.errors import Refused
from service.registrations.own_page import SEE_OTHER, attempt
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import NETWORK_PAGE

MEANWHILE = "Somebody answered or was signed up meanwhile. Nothing was published; these are the numbers now."


@get("/office/consent-texts/{version_id:uuid}/publication", **NETWORK_PAGE)
async def before_publishing(conn: Conn, now: Now, visitor: KnownVisitor, version_id: FromPath[UUID]) -> Template:
    """How many families are asked again if the meaning has changed, who reads the new text, and in which languages not."""
    version = await version_queries.version(conn, version_id)
    concerned = await superseding.concerned(conn, version.template, now)
    return await _page(conn, visitor, version, concerned, Form(), status=200)


@post("/office/consent-texts/{version_id:uuid}/publication", **NETWORK_PAGE)
async def publish(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, version_id: FromPath[UUID]
) -> Response[Any]:
    """Let families sign this version from now on; nothing of it changes any more."""
    form = await own_form(request)
    version = await version_queries.version(conn, version_id)
    await superseding.hold(conn, version.template, now)
    concerned = await superseding.concerned(conn, version.template, now)
    is_first = await version_queries.newest(conn, version.template) is None
    material = {"yes": True, "no": False}.get(form.text("material"), False if is_first else None)
    if version.published_at is None and material is None:
        form.errors["material"] = "Choose whether the meaning has changed."
        return await _page(conn, visitor, version, concerned, form, status=422)
    if material and form.text("seen") != concerned.seen:
        form.notice = MEANWHILE
        return await _page(conn, visitor, version, concerned, form, status=409)
    outcome = await attempt(conn, versions.publish(conn, version_id, now, material=bool(material)))
    if isinstance(outcome, Refused):
        form.notice = outcome.sentence
        return await _page(conn, visitor, version, concerned, form, status=outcome.status)
    again = str(concerned.again) if material else "0"
    await acts.note(conn, request, "text_published", ("consent_version", version_id), now, again=again)
    return Redirect("/office/consent-texts", status_code=SEE_OTHER)


async def _page(
    conn: Connection, visitor: Visitor, version: VersionRow, concerned: Concerned, form: Form, *, status: int
) -> Template:
    has = {text.language for text in await version_queries.texts(conn, version.id)}
    before = await version_queries.newest(conn, version.template)
    had = {text.language for text in await version_queries.texts(conn, before.id)} if before else set[str]()
    context = {
        "visitor": visitor,
        "version": version,
        "before": before,
        "concerned": concerned,
        "lost": [(own_name(code), concerned.languages.get(code, 0)) for code in sorted(had - has)],
        "words": TEMPLATE_WORDS,
        "form": form,
    }
    return Template(template_name="office_consent_publication.html", context=context, status_code=status)


PAGES = [before_publishing, publish]
