"""The web process assembled: routes listed, transaction provided, refusals mapped, access declared."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from litestar import Litestar, Router, static_files
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from service import schema
from service.access import account_pages, audit_pages, granting, office_pages, tokens
from service.access import pages as access_pages
from service.access.api import CALLER, gate
from service.access.rights import RIGHTS
from service.attendance import api as attendance
from service.attendance import console as door
from service.bulk import pages as bulk_pages
from service.bulk import release_pages as bulk_release_pages
from service.coaching import api as coaching
from service.coaching import console as coaching_console
from service.consents import (
    answers_api,
    deciding_api,
    disclosures_api,
    family_after,
    family_day,
    family_interpreter,
    family_pages,
    family_signing,
    readiness_api,
    school_call_pages,
    school_day_pages,
    school_one_pages,
    school_pages,
    school_paper_pages,
    school_print_pages,
    signing_up,
    student_questions,
    student_slip_pages,
    text_editor_pages,
    text_pages,
    text_publishing_pages,
)
from service.consents import api as consents
from service.consents import console as student_console
from service.convenings import agenda_pages, details_pages, new_pages, removal_pages, session_pages, standing_pages
from service.convenings import api as convenings
from service.convenings import pages as convening_pages
from service.db import Connection, Pool, new_id, open_pool, transaction
from service.deliveries import api as deliveries
from service.deliveries import dns_pages, opting_out_pages, preview_pages, suppression_pages
from service.deliveries import office_pages as mail_pages
from service.exchange import api as exchange
from service.exchange import feed_pages, resolving, webhook_api, webhook_pages
from service.exchange import office_pages as incoming_pages
from service.home import api as home
from service.home import door_pages
from service.home import office_pages as overview_pages
from service.home import own_pages as own_start_pages
from service.home.health import HEALTH
from service.home.live import Live
from service.imports import pages as import_pages
from service.keeping import api as keeping_api
from service.keeping import console as keeping
from service.materials import api as materials
from service.materials import console as materials_console
from service.members import directory_pages, own_pages, pairing_pages, place_pages
from service.members import export as people_files
from service.members import office_pages as people_pages
from service.members import queries as members
from service.merging import pages as merging_pages
from service.panels import api as panels
from service.panels import pages as panel_pages
from service.registrations import actions as registering
from service.registrations import api as registrations
from service.registrations import changes as changing
from service.registrations import choosing_pages, invitation_pages, invited_pages, needs
from service.registrations import console as registration_console
from service.registrations import pages as registration_pages
from service.settings import Settings
from service.surveys import answers_api as answers_of_surveys
from service.surveys import api as surveys
from service.surveys import console as survey_console
from service.web import security
from service.web.deps import DEPENDENCIES, utc_now
from service.web.docs import DOCS
from service.web.downloads import Slots
from service.web.errors import respond
from service.web.metrics import Requests, observe, timed
from service.web.reading import MOST_BYTES, TEXT, StrictJson
from service.web.templating import STATIC, template_config

API: Sequence[HTTPRouteHandler] = [
    *convenings.API,
    *registrations.API,
    *coaching.API,
    *panels.API,
    *consents.API,
    *answers_api.API,
    *disclosures_api.API,
    *deciding_api.API,
    *readiness_api.API,
    *attendance.API,
    *surveys.API,
    *answers_of_surveys.API,
    *deliveries.API,
    *exchange.API,
    *webhook_api.API,
    *materials.API,
    *home.API,
    *keeping_api.API,
    *DOCS,
]
"""Everything under /api/v1."""

PAGES: Sequence[HTTPRouteHandler] = [
    *convening_pages.PAGES,
    *new_pages.PAGES,
    *details_pages.PAGES,
    *agenda_pages.PAGES,
    *session_pages.PAGES,
    *standing_pages.PAGES,
    *removal_pages.PAGES,
    *registration_pages.PAGES,
    *invited_pages.PAGES,
    *invitation_pages.PAGES,
    *choosing_pages.PAGES,
    *access_pages.PAGES,
    *account_pages.PAGES,
    *office_pages.PAGES,
    *audit_pages.PAGES,
    *registration_console.PAGES,
    *people_pages.PAGES,
    *merging_pages.PAGES,
    *place_pages.PAGES,
    *import_pages.PAGES,
    *people_files.PAGES,
    *own_pages.PAGES,
    *directory_pages.PAGES,
    *pairing_pages.PAGES,
    *mail_pages.PAGES,
    *bulk_pages.PAGES,
    *bulk_release_pages.PAGES,
    *preview_pages.PAGES,
    *suppression_pages.PAGES,
    *dns_pages.PAGES,
    *opting_out_pages.PAGES,
    *incoming_pages.PAGES,
    *webhook_pages.PAGES,
    *school_pages.PAGES,
    *school_one_pages.PAGES,
    *school_day_pages.PAGES,
    *school_call_pages.PAGES,
    *school_print_pages.PAGES,
    *student_slip_pages.PAGES,
    *school_paper_pages.PAGES,
    *feed_pages.PAGES,
    *overview_pages.PAGES,
    *own_start_pages.PAGES,
    *door_pages.PAGES,
    *coaching_console.PAGES,
    *panel_pages.PAGES,
    *student_console.PAGES,
    *family_interpreter.PAGES,
    *family_pages.PAGES,
    *family_signing.PAGES,
    *family_after.PAGES,
    *family_day.PAGES,
    *door.PAGES,
    *survey_console.PAGES,
    *text_pages.PAGES,
    *text_editor_pages.PAGES,
    *text_publishing_pages.PAGES,
    *keeping.PAGES,
    *materials_console.PAGES,
]
"""Everything that people look at."""

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
            Router("/api/v1", route_handlers=API, dto=StrictJson, return_dto=None),
            *PAGES,
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
