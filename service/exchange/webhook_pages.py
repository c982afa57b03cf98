"""Webhooks in the console: who is told of events, how it goes, and what one does about it."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Refused
from service.events import catalogue
from service.exchange import destinations, webhook_queries, webhooks
from service.exchange.webhook_api import THING, KnownOffice, where_to
from service.exchange.webhook_rules import NewWebhook, NothingThere, WebhookPatch
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.templating import SEE_OTHER, page_for

PAGE = page_for("webhooks")
LIST = "/office/webhooks"
MOST_SHOWN = 20
NEEDED = {"url": "Write the address that is to be called."}
STATE_WORDS = {"active": "Called", "paused": "Paused", "disabled": "Stopped"}
DONE_WORDS = {
    "saved": "Saved.",
    "tested": "A test is on its way. Load this page again in a moment to read what the other side said.",
    "replayed": "It is told once more, in order.",
    "removed": "The webhook is removed.",
}
OUTCOME_WORDS = {"taken": "Taken", "failed": "Not taken", "given_up": "Given up"}


@get(LIST, **PAGE)
async def listed(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """All of them, and the form that makes one."""
    return await _list_page(conn, visitor, Form(), status=200, done=_done(request))


@post(LIST, **PAGE)
async def make(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, webhook_office: KnownOffice
) -> Response[Any]:
    """The answer shows the secret, this once; sent again, the form is refused because the address is there."""
    form = await own_form(request)
    wanted = build(form, NewWebhook, needed=NEEDED)
    if wanted is None:
        return await _list_page(conn, visitor, form, status=422)
    try:
        webhook_id, secret = await webhooks.make(conn, webhook_office, wanted, visitor.person_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _list_page(conn, visitor, form, status=refusal.status)
    await acts.note(conn, request, "webhook_created", (THING, webhook_id), now)
    return await _one_page(conn, visitor, webhook_id, Form(), status=200, secret=secret)


@get(LIST + "/{webhook_id:uuid}", **PAGE)
async def one(request: AnyRequest, conn: Conn, visitor: KnownVisitor, webhook_id: FromPath[UUID]) -> Template:
    """How one stands, its last attempts, and what one does about it."""
    return await _one_page(conn, visitor, webhook_id, Form(), status=200, done=_done(request))


@post(LIST + "/{webhook_id:uuid}", **PAGE)
async def change(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    webhook_office: KnownOffice,
    webhook_id: FromPath[UUID],
) -> Response[Any]:
    """Another address, other words, other kinds."""
    form = await own_form(request)
    wanted = build(form, NewWebhook, needed=NEEDED)
    if wanted is None:
        return await _one_page(conn, visitor, webhook_id, form, status=422)
    patch = WebhookPatch(url=wanted.url, description=wanted.description, kinds=wanted.kinds)
    try:
        changed = await webhooks.change(conn, webhook_office, webhook_id, patch, visitor.person_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _one_page(conn, visitor, webhook_id, form, status=refusal.status)
    await acts.note(conn, request, "webhook_changed", (THING, webhook_id), now, **where_to(changed))
    return _back(webhook_id)


@post(LIST + "/{webhook_id:uuid}/state", **PAGE)
async def let_go_on_or_pause(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    webhook_office: KnownOffice,
    webhook_id: FromPath[UUID],
) -> Redirect:
    """Pause it, or let it go on where it stopped."""
    form = await own_form(request)
    patch = WebhookPatch(state="active" if form.text("state") == "active" else "paused")
    await webhooks.change(conn, webhook_office, webhook_id, patch, visitor.person_id, now)
    await acts.note(conn, request, "webhook_changed", (THING, webhook_id), now, state=str(patch.state))
    return _back(webhook_id)


@post(LIST + "/{webhook_id:uuid}/secrets", **PAGE)
async def make_secret(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    webhook_office: KnownOffice,
    webhook_id: FromPath[UUID],
) -> Template:
    """A new secret, shown this once; the former one signs as well for a day."""
    await own_form(request)
    secret, _ = await webhooks.rotate(conn, webhook_office.keys, webhook_id, now)
    await acts.note(conn, request, "webhook_secret_made", (THING, webhook_id), now)
    return await _one_page(conn, visitor, webhook_id, Form(), status=200, secret=secret)


@post(LIST + "/{webhook_id:uuid}/tests", **PAGE)
async def test(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, webhook_id: FromPath[UUID]
) -> Response[Any]:
    """An event for this webhook alone."""
    form = await own_form(request)
    try:
        await webhooks.test(conn, webhook_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _one_page(conn, visitor, webhook_id, form, status=refusal.status)
    await acts.note(conn, request, "webhook_tested", (THING, webhook_id), now)
    return _back(webhook_id, "tested")


@post(LIST + "/{webhook_id:uuid}/replays", **PAGE)
async def replay(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, webhook_id: FromPath[UUID]
) -> Response[Any]:
    """Everything behind a position once more."""
    form = await own_form(request)
    try:
        await webhooks.replay(conn, webhook_id, _position(form.text("after").strip()))
    except Refused as refusal:
        form.refuse(refusal)
        return await _one_page(conn, visitor, webhook_id, form, status=refusal.status)
    await acts.note(conn, request, "webhook_replayed", (THING, webhook_id), now, position=form.text("after").strip())
    return _back(webhook_id, "replayed")


@post(LIST + "/{webhook_id:uuid}/end", **PAGE)
async def remove(request: AnyRequest, conn: Conn, now: Now, webhook_id: FromPath[UUID]) -> Redirect:
    """It is told nothing any more."""
    await own_form(request)
    await webhooks.remove(conn, webhook_id)
    await acts.note(conn, request, "webhook_removed", (THING, webhook_id), now)
    return Redirect(f"{LIST}?done=removed", status_code=SEE_OTHER)


def _back(webhook_id: UUID, done: str = "saved") -> Redirect:
    return Redirect(f"{LIST}/{webhook_id}?done={done}", status_code=SEE_OTHER)


def _done(request: AnyRequest) -> str:
    """What was done a moment ago."""
    return DONE_WORDS.get(request.query_params.get("done", ""), "")


def _position(text: str) -> int:
    """The position of a form; raises NothingThere."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NothingThere("Write a number: 0, or the position of an event.", pointer="/after")
    return int(text)


async def _list_page(conn: Connection, visitor: Visitor, form: Form, *, status: int, done: str = "") -> Template:
    rows = await webhook_queries.listed(conn)
    context = {"rows": rows, "done": done, "host": destinations.host_of, **_words(visitor, form)}
    return Template("webhooks.html", context=context, status_code=status)


async def _one_page(
    conn: Connection, visitor: Visitor, webhook_id: UUID, form: Form, *, status: int, secret: str = "", done: str = ""
) -> Template:
    """`form` is what was refused of one of the forms, or empty; the details are those of the webhook unless they were it."""
    row = await webhook_queries.webhook(conn, webhook_id)
    is_details = form.text("form") == "details"
    details = form if is_details else Form({"url": [row.url], "description": [row.description], "kinds": row.kinds})
    attempts = await webhook_queries.attempts(conn, webhook_id, None, MOST_SHOWN)
    context = {
        **_words(visitor, form),
        "row": row,
        "details": details,
        "secret": secret,
        "done": done,
        "attempts": attempts,
        "host": destinations.host_of(row.url),
    }
    return Template("webhook.html", context=context, status_code=status)


def _words(visitor: Visitor, form: Form) -> dict[str, Any]:
    groups = {heading: found for heading, found in catalogue.leaving().items() if heading != "Webhooks"}
    return {"visitor": visitor, "form": form, "groups": groups, "states": STATE_WORDS, "outcomes": OUTCOME_WORDS}


PAGES = [listed, make, one, change, let_go_on_or_pause, make_secret, test, replay, remove]
