"""Calendar feeds and the pages that hand out their addresses: for who is signed in, and for who has a registration's link.

No limit for guessed addresses: their seal has 128 bits, and services that fetch for many people come from few addresses.
"""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.convenings import queries as convenings
from service.convenings.views import gathering
from service.db import Connection, new_id
from service.errors import NotFound
from service.exchange import feed_answers, feed_making, feed_queries, feed_writes
from service.registrations.own_page import registration_of
from service.settings import Settings
from service.web import calendar_links, links
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.templating import ACCOUNT_PAGE, PAGE, PERSONAL_PAGE, SEE_OTHER

ENDING = ".ics"
FILE: dict[str, Any] = PAGE | {"media_type": feed_answers.CALENDAR}
PERSONAL_FILE: dict[str, Any] = PERSONAL_PAGE | {"media_type": feed_answers.CALENDAR}


@get("/feeds/{name:str}", **PERSONAL_FILE)
async def own_feed(request: AnyRequest, conn: Conn, now: Now, settings: Given, name: FromPath[str]) -> Response[bytes]:
    """What a calendar program fetches; raises NotFound for an address that we did not make or no longer mean."""
    if not name.endswith(ENDING):
        raise NotFound
    ticket = links.take_apart(name.removesuffix(ENDING))
    row = await feed_queries.feed(conn, ticket.id)
    links.require_genuine(settings.secret_key, "feed", ticket, row.generation)
    return await feed_answers.feed(request, await feed_making.own(conn, settings, row, now), now, feed_answers.SECRET)


@get("/convenings/{slug:str}/calendar.ics", **FILE)
async def convening_feed(request: AnyRequest, conn: Conn, now: Now, settings: Given, slug: FromPath[str]) -> Response[bytes]:
    """A convening with all its sessions, for everybody."""
    return await feed_answers.feed(request, await feed_making.public(conn, settings, slug, now), now, feed_answers.FOR_ALL)


@get("/convenings/{slug:str}/convening.ics", **FILE)
async def convening_file(conn: Conn, settings: Given, slug: FromPath[str]) -> Response[bytes]:
    """The convening as one event, once."""
    return feed_answers.file(await feed_making.public_entry(conn, settings, slug), slug, feed_answers.FOR_ALL)


@get("/account/calendar", **ACCOUNT_PAGE)
async def account_calendar(conn: Conn, settings: Given, visitor: KnownVisitor) -> Template:
    """The address of one's own feed, if there is one."""
    context = {"visitor": visitor, "address": await _address(conn, settings, visitor.person_id, None)}
    return _page("calendar_account.html", context)


@post("/account/calendar", **ACCOUNT_PAGE)
async def renew_account_feed(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Redirect:
    """An address, or another one: the one before ends at once."""
    await own_form(request)
    await feed_writes.renew(conn, new_id(now), visitor.person_id, None, now)
    await acts.note(conn, request, "feed_made", ("person", visitor.person_id), now)
    return Redirect("/account/calendar", status_code=SEE_OTHER)


@post("/account/calendar/end", **ACCOUNT_PAGE)
async def end_account_feed(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Redirect:
    """No address any more."""
    await own_form(request)
    await feed_writes.end(conn, visitor.person_id, None)
    await acts.note(conn, request, "feed_ended", ("person", visitor.person_id), now)
    return Redirect("/account/calendar", status_code=SEE_OTHER)


@get("/r/{token:str}/calendar", **PERSONAL_PAGE)
async def own_calendar(conn: Conn, settings: Given, token: FromPath[str]) -> Template:
    """The ways of one registration into a calendar, and how it does not stand there twice."""
    row = await registration_of(conn, settings, "manage", token)
    convening = await convenings.convening(conn, row.convening_id)
    page = f"{settings.public_url}/convenings/{convening.slug}"
    context = {
        "convening": convening,
        "path": f"/r/{token}",
        "in": await feed_making.own_entry(conn, settings, row.person_id, row.id) is not None,
        "adding": calendar_links.adding(gathering(convening, ()), page),
        "address": await _address(conn, settings, row.person_id, row.id),
    }
    return _page("calendar_own.html", context)


@get("/r/{token:str}/calendar.ics", **PERSONAL_FILE)
async def own_file(conn: Conn, settings: Given, token: FromPath[str]) -> Response[bytes]:
    """The newest revision, which may be ahead of the mail by five minutes, as a file; raises NotFound without a seat."""
    row = await registration_of(conn, settings, "manage", token)
    entry = await feed_making.own_entry(conn, settings, row.person_id, row.id)
    if entry is None:
        raise NotFound
    slug = (await convenings.convening(conn, row.convening_id)).slug
    return feed_answers.file(entry, slug, feed_answers.SECRET)


@post("/r/{token:str}/calendar", **PERSONAL_PAGE)
async def renew_own_feed(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Redirect:
    """An address of this registration alone: its link does not open what else is theirs."""
    row = await registration_of(conn, settings, "manage", token)
    await feed_writes.renew(conn, new_id(now), row.person_id, row.id, now)
    return Redirect(f"/r/{token}/calendar", status_code=SEE_OTHER)


@post("/r/{token:str}/calendar/end", **PERSONAL_PAGE)
async def end_own_feed(conn: Conn, settings: Given, token: FromPath[str]) -> Redirect:
    """No address any more."""
    row = await registration_of(conn, settings, "manage", token)
    await feed_writes.end(conn, row.person_id, row.id)
    return Redirect(f"/r/{token}/calendar", status_code=SEE_OTHER)


async def _address(conn: Connection, settings: Settings, person_id: UUID, registration_id: UUID | None) -> str:
    """Where their feed is; empty where they made none."""
    row = await feed_queries.feed_of(conn, person_id, registration_id)
    if row is None:
        return ""
    return links.address(settings.public_url, settings.secret_key, "feed", row.id, row.generation) + ENDING


def _page(name: str, context: dict[str, Any]) -> Template:
    address = context["address"]
    return Template(name, context=context | {"subscribe": calendar_links.subscribing(address) if address else ""})


PAGES = [
    own_feed,
    convening_feed,
    convening_file,
    account_calendar,
    renew_account_feed,
    end_account_feed,
    own_calendar,
    own_file,
    renew_own_feed,
    end_own_feed,
]
""".ics files, and the pages about them."""
