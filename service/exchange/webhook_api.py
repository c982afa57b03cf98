"""Webhooks as JSON, for organizers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, SkipValidation
from msgspec import Struct

from service.access import acts
from service.access.api import KnownCaller
from service.exchange import webhook_examples as examples
from service.exchange import webhook_queries, webhooks
from service.exchange.webhook_queries import AttemptRow, WebhookRow
from service.exchange.webhook_rules import (
    NewReplay,
    NewWebhook,
    NotCalled,
    TooManyWebhooks,
    WebhookPatch,
    WebhookThere,
)
from service.exchange.webhooks import Changed, Office
from service.field_cipher import ring
from service.web.deps import After, AnyRequest, Conn, Now, PageSize, settings_of
from service.web.paging import cursor, place

THING = "webhook"
KnownOffice = NamedDependency[SkipValidation[Office]]
"""Keys and name servers, for handlers of webhooks."""


class WebhookList(Struct, frozen=True):
    """All webhooks, the oldest first."""

    items: list[WebhookRow]


class MadeWebhook(Struct, frozen=True):
    """A new webhook, and its secret: it is shown this once."""

    webhook: WebhookRow
    secret: str


class NewSecret(Struct, frozen=True):
    """The secret is shown this once; the one before signs as well until then."""

    secret: str
    former_secret_until: datetime | None


class Replay(Struct, frozen=True):
    """What is told once more: events behind `after`, and then whatever follows; it had come to `up_to` before."""

    after: int
    up_to: int


class Tested(Struct, frozen=True):
    """The kind of the event that was recorded for this webhook alone."""

    kind: str


class AttemptPage(Struct, frozen=True):
    """Attempts, the newest first; `next` is null on the last page."""

    items: list[AttemptRow]
    next: str | None


def provide_webhook_office(request: AnyRequest) -> Office:
    """What deciding about webhooks needs."""
    settings = settings_of(request)
    return Office(ring(settings.field_keys), request.app.state.resolve, settings.webhooks_to_loopback)


def where_to(changed: Changed) -> dict[str, str]:
    """What the audit log says of a change: whom it calls from now on, where that is somebody else."""
    return {"host": changed.new_host} if changed.new_host else {}


PROVIDED = {"webhook_office": Provide(provide_webhook_office, sync_to_thread=False)}


@get("/webhooks", access="organizer", shows=examples.WEBHOOK_LIST)
async def list_webhooks(conn: Conn) -> WebhookList:
    """Who is told of events, how each stands, and what it is owed."""
    return WebhookList(await webhook_queries.listed(conn))


@post(
    "/webhooks",
    access="organizer",
    sends=examples.NEW,
    shows=examples.MADE,
    refuses=[WebhookThere, TooManyWebhooks],
)
async def create_webhook(
    request: AnyRequest,
    data: JSONBody[NewWebhook],
    caller: KnownCaller,
    webhook_office: KnownOffice,
    conn: Conn,
    now: Now,
) -> Response[MadeWebhook]:
    """Have an address told of events from now on: https, and public. The answer has the secret, this once."""
    webhook_id, secret = await webhooks.make(conn, webhook_office, data, caller.person_id, now)
    await acts.note(conn, request, "webhook_created", (THING, webhook_id), now)
    made = MadeWebhook(await webhook_queries.webhook(conn, webhook_id), secret)
    return Response(made, headers={"Location": f"/api/v1/webhooks/{webhook_id}"}, status_code=201)


@get("/webhooks/{webhook_id:uuid}", access="organizer", shows=examples.WEBHOOK)
async def get_webhook(webhook_id: FromPath[UUID], conn: Conn) -> WebhookRow:
    """One webhook."""
    return await webhook_queries.webhook(conn, webhook_id)


@patch(
    "/webhooks/{webhook_id:uuid}",
    access="organizer",
    sends=examples.PATCH,
    shows=examples.PAUSED,
    refuses=[WebhookThere],
)
async def patch_webhook(
    request: AnyRequest,
    webhook_id: FromPath[UUID],
    data: JSONBody[WebhookPatch],
    caller: KnownCaller,
    webhook_office: KnownOffice,
    conn: Conn,
    now: Now,
) -> WebhookRow:
    """Change what is given. `paused` stops the calls and forgets nothing; `active` goes on where it stopped."""
    changed = await webhooks.change(conn, webhook_office, webhook_id, data, caller.person_id, now)
    await acts.note(conn, request, "webhook_changed", (THING, webhook_id), now, **where_to(changed))
    return changed.webhook


@delete("/webhooks/{webhook_id:uuid}", access="organizer", status_code=200, shows=examples.WEBHOOK)
async def delete_webhook(request: AnyRequest, webhook_id: FromPath[UUID], conn: Conn, now: Now) -> WebhookRow:
    """Tell it nothing any more. The answer is the webhook as it was."""
    last = await webhooks.remove(conn, webhook_id)
    await acts.note(conn, request, "webhook_removed", (THING, webhook_id), now)
    return last


@post("/webhooks/{webhook_id:uuid}/secrets", access="organizer", shows=examples.SECRET)
async def create_secret(
    request: AnyRequest, webhook_id: FromPath[UUID], webhook_office: KnownOffice, conn: Conn, now: Now
) -> NewSecret:
    """Make a new secret; for 24 hours each call is signed with both."""
    secret, until = await webhooks.rotate(conn, webhook_office.keys, webhook_id, now)
    await acts.note(conn, request, "webhook_secret_made", (THING, webhook_id), now)
    return NewSecret(secret, until)


@post("/webhooks/{webhook_id:uuid}/tests", access="organizer", shows=examples.TESTED, refuses=[NotCalled])
async def create_test(request: AnyRequest, webhook_id: FromPath[UUID], conn: Conn, now: Now) -> Tested:
    """Record an event that this webhook alone is told of; the list of attempts shows what became of it."""
    await webhooks.test(conn, webhook_id, now)
    await acts.note(conn, request, "webhook_tested", (THING, webhook_id), now)
    return Tested("webhook_tested")


@post(
    "/webhooks/{webhook_id:uuid}/replays",
    access="organizer",
    sends=examples.REPLAY,
    shows=examples.REPLAYED,
    refuses=[NotCalled],
)
async def create_replay(
    request: AnyRequest, webhook_id: FromPath[UUID], data: JSONBody[NewReplay], conn: Conn, now: Now
) -> Replay:
    """Tell everything behind a position once more, under the same ids: a receiver that keeps them takes nothing twice."""
    up_to = await webhooks.replay(conn, webhook_id, data.after)
    await acts.note(conn, request, "webhook_replayed", (THING, webhook_id), now, position=str(data.after))
    return Replay(data.after, up_to)


@get("/webhooks/{webhook_id:uuid}/attempts", access="organizer", shows=examples.ATTEMPT_PAGE)
async def list_attempts(webhook_id: FromPath[UUID], conn: Conn, after: After = None, limit: PageSize = 50) -> AttemptPage:
    """How the calls of the last 30 days ended: status, time, and our words where there was no answer."""
    await webhook_queries.webhook(conn, webhook_id)
    rows = await webhook_queries.attempts(conn, webhook_id, place(after), limit + 1)
    page = rows[:limit]
    return AttemptPage(page, cursor(page[-1].started_at, page[-1].id) if len(rows) > limit else None)


API: list[Any] = [
    list_webhooks,
    create_webhook,
    get_webhook,
    patch_webhook,
    delete_webhook,
    create_secret,
    create_test,
    create_replay,
    list_attempts,
]
"""Their routes under /api/v1."""
