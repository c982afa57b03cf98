"""Consent texts in the console: a new version begun, and each of its languages written beside the one it says anew."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct, ValidationError

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor, require
from service.consents import text_editing, version_queries, versions
from service.consents.speaking import LANGUAGES, own_name
from service.consents.text_pages import TEMPLATE_WORDS, texts_page
from service.consents.texts import VARIABLES
from service.consents.texts import Template as TextKind
from service.consents.version_queries import TextRow, VersionRow
from service.consents.versions import MASTER, Body, Published
from service.db import Connection
from service.errors import Refused
from service.registrations.own_page import SEE_OTHER, attempt
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.meanwhile import changed_since, mark
from service.web.templating import NETWORK_PAGE

FIELDS = frozenset({"body", "is_machine"})
KINDS: dict[str, TextKind] = {"panelist": "panelist", "assent": "assent", "esign": "esign"}


class Writing(Struct, frozen=True):
    """One language of a version: what is stored, what it begins with where nothing is, and what stands beside it."""

    version: VersionRow
    language: str
    stored: TextRow | None
    begin: str
    beside: TextRow | None

    @property
    def filled(self) -> Form:
        """The form as it is first shown."""
        if self.stored is None:
            return Form({"body": [self.begin], "is_machine": [""]})
        return Form({"body": [self.stored.body], "is_machine": ["yes" if self.stored.is_machine else ""]})

    @property
    def stands(self) -> Form:
        """What is stored, field by field."""
        return self.filled if self.stored else Form({"body": [""], "is_machine": [""]})


@post("/office/consent-texts", **NETWORK_PAGE)
async def begin(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Begin a new version of a text with the English words that are signed now, or go on with the draft that there is."""
    form = await own_form(request)
    kind = KINDS.get(form.text("template"))
    if kind is None:
        form.notice = "Choose which text to write."
        return await texts_page(conn, visitor, form, status=422)
    await version_queries.lock_template(conn, kind)
    version_id = await version_queries.draft_of(conn, kind)
    if version_id is None:
        version_id = (await versions.begin(conn, kind, now)).id
        last = await version_queries.last_text(conn, kind, MASTER)
        if last is not None:
            await versions.write(conn, version_id, MASTER, last.body)
        await acts.note(conn, request, "text_begun", ("consent_version", version_id), now)
    return Redirect(f"/office/consent-texts/{version_id}/texts/{MASTER}", status_code=SEE_OTHER)


@get("/office/consent-texts/{version_id:uuid}/texts/{language:str}", **NETWORK_PAGE)
async def writing(
    request: AnyRequest, conn: Conn, visitor: KnownVisitor, version_id: FromPath[UUID], language: FromPath[str]
) -> Template:
    """The words of a draft in one language, what the linter finds, and the page of a family."""
    found = await _writing(conn, await version_queries.version(conn, version_id), language)
    saved = request.query_params.get("saved") == "yes"
    return _page(visitor, found, found.filled, status=200, saved=saved)


@post("/office/consent-texts/{version_id:uuid}/texts/{language:str}", **NETWORK_PAGE)
async def write(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, version_id: FromPath[UUID], language: FromPath[str]
) -> Response[Any]:
    """Keep the words, or only look at them; what somebody else wrote meanwhile is not overwritten unseen."""
    form = await own_form(request)
    found = await _writing(conn, await version_queries.lock(conn, version_id), language)
    if found.version.published_at is not None:
        form.refuse(Published())
        return _page(visitor, found, form, status=409)
    if form.text("look"):
        return _page(visitor, found, form, status=200, mark_of=form.text("was"))
    changed = changed_since(form, found.stands, FIELDS, {"body": "another text, which stands below"})
    if form.wrong:
        return _page(visitor, found, form, status=409)
    try:
        body = msgspec.convert(form.text("body").strip() + "\n", Body)
        if body.strip() == "":
            raise ValidationError
    except ValidationError:
        form.errors["body"] = "Write the text, with at most 40,000 characters."
        return _page(visitor, found, form, status=422)
    if changed:
        is_machine = form.text("is_machine") == "yes"
        outcome = await attempt(conn, versions.write(conn, version_id, language, body, is_machine=is_machine))
        if isinstance(outcome, Refused):
            form.refuse(outcome)
            return _page(visitor, found, form, status=outcome.status)
        await acts.note(conn, request, "text_written", ("consent_version", version_id), now, language=language)
    return Redirect(f"/office/consent-texts/{version_id}/texts/{language}?saved=yes", status_code=SEE_OTHER)


async def _writing(conn: Connection, version: VersionRow, language: str) -> Writing:
    """Raises NotFound for a language in which no family can be spoken to."""
    require(language in LANGUAGES)
    stored = {text.language: text for text in await version_queries.texts(conn, version.id)}
    last = await version_queries.last_text(conn, version.template, language)
    beside = stored.get(MASTER) if language != MASTER else last
    return Writing(version, language, stored.get(language), last.body if last else "", beside)


def _page(
    visitor: Visitor,
    found: Writing,
    form: Form,
    *,
    status: int,
    saved: bool = False,
    mark_of: str | None = None,
) -> Template:
    body = form.text("body")
    context = {
        "visitor": visitor,
        "form": form,
        "mark": mark(found.stands, FIELDS) if mark_of is None else mark_of,
        "found": found,
        "stale_copy": found.stored is None and bool(found.begin),
        "seen": text_editing.seen(found.version.template, found.language, body),
        "words": TEMPLATE_WORDS,
        "variables": sorted(VARIABLES[found.version.template]),
        "languages": [(code, spoken.name) for code, spoken in LANGUAGES.items()],
        "direction": LANGUAGES[found.language].direction,
        "own_name": own_name,
        "master": MASTER,
        "saved": saved,
    }
    return Template(template_name="office_consent_text.html", context=context, status_code=status)


PAGES = [begin, writing, write]
