"""What everybody who is signed in has: the account, the devices they are signed in on, the way out."""

from functools import partial
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import cookies, signing_in, web_sessions
from service.access.api import KnownVisitor, own_form
from service.access.rights import RIGHTS, admits
from service.access.rules import Visitor
from service.access.words import ROLE_WORDS
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.security import client_address
from service.web.templating import ACCOUNT_PAGE, SEE_OTHER

"""For whoever is signed in."""


@get("/account", **ACCOUNT_PAGE)
async def account(visitor: KnownVisitor) -> Template:
    """Who is signed in, and what they may do."""
    context = {
        "visitor": visitor,
        "words": ROLE_WORDS,
        "may": partial(_may, visitor),
    }
    return Template(template_name="account.html", context=context)


def _may(visitor: Visitor, right: str) -> bool:
    return admits(RIGHTS[right], visitor.roles)


@get("/account/sessions", **ACCOUNT_PAGE)
async def sessions(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """Where they are signed in."""
    rows = await web_sessions.of_person(conn, visitor.person_id, now)
    return Template(template_name="sessions.html", context={"visitor": visitor, "rows": rows})


@post("/account/sessions/{session_id:uuid}/end", **ACCOUNT_PAGE)
async def end_session(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, session_id: FromPath[UUID]
) -> Redirect:
    """Out at once, there."""
    await own_form(request)
    await signing_in.end_session(conn, visitor, session_id, client_address(request), now)
    return Redirect("/account/sessions", status_code=SEE_OTHER)


@post("/sign-out", **ACCOUNT_PAGE)
async def sign_out(request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor) -> Redirect:
    """Out, here."""
    await own_form(request)
    await signing_in.sign_out(conn, visitor, client_address(request), now)
    return Redirect("/", status_code=SEE_OTHER, cookies=[cookies.ended(settings, cookies.SESSION)])


PAGES = [account, sessions, end_session, sign_out]
