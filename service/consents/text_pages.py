"""Consent texts in the console: versions and their languages, what stands in the way of publishing, approval by name."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct, ValidationError

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.consents import linter, version_queries, versions
from service.consents.linter import Finding
from service.consents.speaking import LANGUAGES, own_name
from service.consents.version_queries import StaleRow, TextRow, VersionRow
from service.consents.versions import NobodyNamed
from service.db import Connection
from service.errors import NotFound, Refused
from service.registrations.own_page import SEE_OTHER, attempt
from service.text import Name
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import NETWORK_PAGE

TEMPLATE_WORDS = {"panelist": "Permission for a panel", "assent": "The student’s own choice", "esign": "Signing online"}


class ShownText(Struct, frozen=True):
    """One language of a version, and what the linter says of it."""

    text: TextRow
    findings: list[Finding]


class ShownVersion(Struct, frozen=True):
    """A version with its languages; a draft `is_fit` where nothing stands in the way of publishing it."""

    version: VersionRow
    texts: list[ShownText]

    @property
    def is_fit(self) -> bool:
        """Whether it can be published now."""
        named = all(one.text.approved_by for one in self.texts if one.text.is_machine)
        has_english = versions.MASTER in {one.text.language for one in self.texts}
        return has_english and named and not any(one.findings for one in self.texts)


@get("/office/consent-texts", **NETWORK_PAGE)
async def consent_texts(conn: Conn, visitor: KnownVisitor) -> Template:
    """Every version of every text."""
    return await texts_page(conn, visitor, Form(), status=200)


async def texts_page(conn: Connection, visitor: Visitor, form: Form, *, status: int) -> Template:
    """The page of all texts, with what the form says."""
    shown = [await _shown(conn, version) for version in await version_queries.versions(conn)]
    stale: list[StaleRow] = await version_queries.stale(conn)
    context = {
        "visitor": visitor,
        "form": form,
        "versions": shown,
        "stale": stale,
        "words": TEMPLATE_WORDS,
        "own_name": own_name,
        "languages": [(code, spoken.name) for code, spoken in LANGUAGES.items()],
    }
    return Template(template_name="office_consent_texts.html", context=context, status_code=status)


async def _shown(conn: Connection, version: VersionRow) -> ShownVersion:
    found = await version_queries.texts(conn, version.id)
    draft = version.published_at is None
    return ShownVersion(
        version,
        [ShownText(one, linter.findings(version.template, one.language, one.body) if draft else []) for one in found],
    )


@post("/office/consent-texts/{version_id:uuid}/approval", **NETWORK_PAGE)
async def approve(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, version_id: FromPath[UUID]
) -> Response[Any]:
    """Somebody who reads the language answers for one text, by name (T2)."""
    form = await own_form(request)
    version = await version_queries.version(conn, version_id)
    language = form.text("language")
    try:
        name = msgspec.convert(form.text("name").strip(), Name)
    except ValidationError:
        form.refuse(NobodyNamed())
        return await texts_page(conn, visitor, form, status=422)
    try:
        outcome = await attempt(conn, versions.approve(conn, version.id, language, name, now))
    except NotFound:
        form.notice = "This version has no text in that language."
        return await texts_page(conn, visitor, form, status=422)
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await texts_page(conn, visitor, form, status=outcome.status)
    await acts.note(conn, request, "text_approved", ("consent_version", version_id), now, language=language)
    return Redirect("/office/consent-texts", status_code=SEE_OTHER)


PAGES = [consent_texts, approve]
