"""The web process assembled: transaction provided, refusals mapped, access declared; its routes stand in service.routes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from litestar import Litestar, Router, static_files
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide

from service import routes, schema
from service.access import granting, tokens
from service.access.api import CALLER, gate
from service.access.callers import Callers
from service.access.rights import RIGHTS
from service.consents import (
    signing_up,
    student_questions,
)
from service.db import Connection, Pool, new_id, open_pool, transaction
from service.exchange import resolving, webhook_api
from service.home.health import HEALTH
from service.home.live import Live
from service.materials import console as materials_console
from service.members import queries as members
from service.registrations import actions as registering
from service.registrations import changes as changing
from service.registrations import needs
from service.registrations.bursts import Bursts
from service.settings import Settings
from service.web import security
from service.web.deps import DEPENDENCIES, connected, transacting, utc_now
from service.web.downloads import Slots
from service.web.errors import respond
from service.web.metrics import Requests, observe, timed
from service.web.reading import MOST_BYTES, TEXT, StrictJson
from service.web.templating import STATIC, template_config

MOST_CONNECTIONS = 10
HANDED_IN = {
    "change_convening": Provide(lambda: registering.change_convening, sync_to_thread=False),
    "correct_address": Provide(lambda: changing.correct_address, sync_to_thread=False),
    "fill_seats": Provide(lambda: signing_up.fill_seats, sync_to_thread=False),
    "carry_needs": Provide(lambda: needs.carry_needs, sync_to_thread=False),
    "shelves": Provide(lambda: materials_console.SHELVES, sync_to_thread=False),
}
"""What a slice does through one above it."""
FOR_EVER = CacheControlHeader(max_age=365 * 24 * 3600, public=True, immutable=True)
"""For static files: their addresses change with them."""


class Plenary(Litestar):
    """The application as a server calls it: with an answer to HEAD wherever there is one to GET."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        await security.answering_head(super().__call__)(scope, receive, send)


def create_app(settings: Settings, pool: "Pool | None" = None) -> Litestar:
    """The application; it opens (and closes) a pool of its own unless it is given one. Raises StartRefused."""
    security.proxies(settings)
    app = Plenary(
        route_handlers=[
            Router("/api/v1", route_handlers=routes.API, dto=StrictJson, return_dto=None),
            *routes.PAGES,
            *HEALTH,
            static_files.create_static_files_router(
                "/static", directories=[STATIC], cache_control=FOR_EVER, opt={"access": security.PUBLIC}, name="static"
            ),
        ],
        lifespan=[_ready],
        state=State(
            {"settings": settings, "pool": pool, **_own(), "requests": Requests(), "live": Live(), "slots": Slots()}
        ),
        dependencies={**DEPENDENCIES, **CALLER, **TEXT, **HANDED_IN, **webhook_api.PROVIDED},
        middleware=[timed, gate],
        exception_handlers={Exception: respond},
        before_send=[security.add_headers, observe],
        request_max_body_size=MOST_BYTES,
        template_config=template_config(settings),
        openapi_config=None,
        logging_config=None,
    )
    app.state.callers = Callers(lambda: connected(app))
    app.state.bursts = Bursts(lambda: transacting(app))
    security.require_declared(app, RIGHTS)
    return app


def _own() -> dict[str, Any]:
    """What tests put their own in place of: the clock, who knows the addresses of names, whether the process ends."""
    return {"clock": utc_now, "resolve": resolving.resolve, "leaving": False}


@asynccontextmanager
async def _ready(app: Litestar) -> AsyncGenerator[None]:
    """Requests are let in between the check of the schema and the end."""
    settings: Settings = app.state.settings
    given: Pool | None = app.state.pool
    pool = given or await open_pool(settings.database_url, "plenary-web", most=MOST_CONNECTIONS)
    app.state.pool = pool
    try:
        async with transaction(pool) as conn:
            await schema.check(conn)
            await tokens.keep_environments(conn, settings.organizer_token, app.state.clock())
            await student_questions.keep_shipped(conn, app.state.clock())
            if settings.organizer:
                await _keep_organizer(conn, settings.organizer, app.state.clock())
        yield
    finally:
        app.state.pool = given
        if given is None:
            await pool.close()


async def _keep_organizer(conn: Connection, organizer: str, now: datetime) -> None:
    """The person whom the environment names is the first organizer; what was taken stays taken while others organize."""
    if await granting.anybody_organizes(conn):
        return
    name, address = parseaddr(organizer)
    [known] = await members.upsert_by_address(conn, [new_id(now)], [name or address], [address], [""], now)
    await granting.grant_first(conn, known.id, now)
