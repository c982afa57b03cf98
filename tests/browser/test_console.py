"""Every page of those who are signed in, found from the routes, with something on it: nothing bars anybody from it."""

import re
from datetime import datetime
from uuid import UUID

import pytest
from litestar import MediaType
from playwright.async_api import Browser

from service import db
from service.access.rights import RIGHTS, admits
from service.access.rules import Held
from service.app import create_app
from service.bulk import actions as bulk
from service.consents import signing_up, versions
from service.consents.rules import Student
from service.db import Connection, Pool
from service.exchange import inbox
from service.exchange.inbox import Judgement
from service.exchange.letters import Letter
from service.keeping import media_queries, retention
from service.keeping import writes as keeping
from service.keeping.media_queries import ItemRow
from service.keeping.periods import Periods
from service.registrations import actions
from service.settings import Settings
from service.web.security import handlers
from tests import make
from tests.access.test_rights import survey
from tests.browser.coaching_scene import play_coaching
from tests.browser.console_scene import WANTED, send_off
from tests.browser.entering import enter
from tests.browser.scene import Scene
from tests.browser.test_office_overview import organizer
from tests.browser.walking import walk
from tests.browser.webhooks_scene import play_webhooks
from tests.deliveries.conftest import delivery
from tests.imports.made import brought, worked_on

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BY_ITSELF = ("/html",)
"""A mail's own text, which a page shows in a frame: checked there."""


def routes(settings: Settings, pool: Pool) -> list[str]:
    """The pages behind a sign-in; what is downloaded or streamed has another media type."""
    return sorted(
        path
        for path, handler in handlers(create_app(settings, pool))
        if "GET" in handler.http_methods
        and RIGHTS[handler.opt["access"]].door == "session"
        and admits(RIGHTS[handler.opt["access"]], [Held("organizer"), Held("coach")])
        and not RIGHTS[handler.opt["access"]].or_named
        and handler.media_type == MediaType.HTML
        and not path.endswith(BY_ITSELF)
    )


async def things(pool: Pool, conn: Connection, scene: Scene, settings: Settings, now: datetime) -> dict[str, list[str]]:
    """What to put into addresses: mails in doubt and undelivered, a draft, an invitation, a file of people."""
    spring = scene.spring.id
    draft = await make.convening(conn, now, published=False, title="A Draft", venue=make.draft(now).venue)
    row = await make.registered(conn, spring, 600, now=now, access_needs="A seat near the door", dietary="No nuts")
    await actions.invite(conn, spring, "Noor Adeyemi", "noor@cedar-harbor.example", now)
    waits = "select distinct on (state) id from registration where state in ('offered', 'waitlisted') order by state, id"
    by_state = [row.id, *await db.many(conn, UUID, waits)]
    owner = await db.one(conn, UUID, "select person_id from role_grant limit 1")
    staged = await brought(conn, owner, b"email,name\na@b.org,A\nno address,B", now)
    await worked_on(pool, now)
    school = await db.one(conn, UUID, "select id from school limit 1")
    find = "select p.id from panel p join session s on s.id = p.session_id where s.convening_id = $1 limit 1"
    panel = await db.one(conn, UUID, find, spring)
    async with conn.transaction():
        [signed_up] = await signing_up.sign_up(
            conn, panel, None, [Student(school_id=school, label="Slip 1")], signing_up.Caller(None), now
        )
    webhooks = await play_webhooks(conn, settings, now)
    coaching = await play_coaching(conn, settings, scene.spring, owner, now)
    return {
        "panel_id": [str(panel)],
        "signup_id": [str(getattr(signed_up, "id", ""))],
        "convening_id": [str(one) for one in (spring, draft.id)],
        "item_id": [str((await make.session_ids(conn, spring))[0])],
        "registration_id": [str(one) for one in by_state],
        "mail_id": [str(await came_in(conn, now))],
        "delivery_id": [str(await delivery(conn, row, state, now=now)) for state in ("unknown", "dead")],
        "person_id": [coaching["coach-member"].rpartition("/")[2]],
        "slot_id": [coaching["coach-slot"].rpartition("/")[2]],
        "note_id": [coaching["coach-note"].rpartition("/")[2]],
        "year": ["2025"],
        "district_id": [str(await db.one(conn, UUID, "select id from district limit 1"))],
        "school_id": [str(school)],
        "import_id": [str(staged)],
        **await kept(pool, conn, now, spring, getattr(signed_up, "id", owner), owner),
        "survey_id": [str(await survey(conn, settings, spring, now))],
        "webhook_id": [path.rpartition("/")[2] for name, path in webhooks.items() if name != "webhooks"],
        "code": ["m1"],
        "message_id": [str(one) for one in await messages(conn, spring, draft.id, owner, now)],
        "version_id": [str((await versions.begin(conn, "esign", now)).id)],
        "language": ["en"],
        "tag": ["invite"],
        "number": ["1"],
    }


async def messages(conn: Connection, spring: UUID, draft: UUID, by: UUID, now: datetime) -> list[UUID]:
    """To many: one that can be sent, one that reaches nobody, one that was sent."""
    found = [await bulk.write(conn, convening_id, WANTED, by, now) for convening_id in (spring, draft, spring)]
    await send_off(conn, found[2], by, now)
    return found


async def came_in(conn: Connection, now: datetime) -> UUID:
    """A mail that somebody wrote, for an organizer to look after."""
    await inbox.keep(conn, "wren@cedar-harbor.example", "convenings@plenary.example", b"Subject: Parking\r\n\r\nWhere?", now)
    mail_id = await db.one(conn, UUID, "select id from inbound_mail limit 1")
    letter = Letter(kind="human", sender="wren@cedar-harbor.example", subject="Parking", text="Where?")
    await inbox.settle(conn, mail_id, letter, Judgement(outcome="told", reason="Somebody wrote.", said="Where?"), now)
    return mail_id


async def kept(pool: Pool, conn: Connection, now: datetime, spring: UUID, signup_id: UUID, by: UUID) -> dict[str, list[str]]:
    """Something published, what a family asks, a hold, and a night's deletion."""
    item = ItemRow(db.new_id(now), spring, "photo_public", "The stage", "our website", now.date())
    await media_queries.insert_item(conn, item, [signup_id], by, now)
    await keeping.insert_request(conn, signup_id, spring, "erasure", now, now)
    await keeping.insert_hold(conn, None, "Counsel asks", by, now)
    await keeping.insert_export(conn, "roster", spring, None, by, 1, now)
    await retention.run(pool, Periods(), now)
    return {"media_id": [str(item.id)]}


def addresses(path: str, known: dict[str, list[str]]) -> list[str]:
    """The address for each thing; where a part of another thing is named as well, only the first, to which it belongs."""
    names = re.findall(r"{(\w+)}", path)
    alone = len(names) < 2 and not path.startswith(("/me/", "/coach/"))  # a draft is nobody's yet but the organizers'
    count = max((len(known[name]) for name in names), default=1) if alone else 1
    return [path.format(**{name: known[name][n] for name in names}) for n in range(count)]


async def test_no_page_of_the_console_has_a_barrier(
    chromium: Browser,
    address: str,
    scene: Scene,
    conn: Connection,
    pool: Pool,
    settings: Settings,
    now: datetime,
) -> None:
    await organizer(conn, now)
    known = await things(pool, conn, scene, settings, now)
    context = await chromium.new_context(base_url=address)
    await enter(context, conn, settings)
    page = await context.new_page()
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("request", lambda request: asked.add(request.url))
    visited = [one for path in routes(settings, pool) for one in addresses(path, known)]
    troubles = await walk(page, {path: path for path in visited}, allowed=(200, 409))
    await context.close()
    assert troubles == {}, "\n".join(f"{path}: {found}" for path, found in troubles.items())
    assert [one for one in complaints if "409" not in one] == []
    assert {url for url in asked if not url.startswith((address, "data:", "blob:", "about:"))} == set()
    assert len(visited) > 50
