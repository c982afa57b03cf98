"""Who may call: the gate before every route, and the caller or visitor that handlers are handed."""

import hmac
from typing import TypeAlias
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Receive, Scope, Send

from service.access import cookies, signing_in
from service.access.callers import Callers
from service.access.rights import RIGHTS, Right, admits
from service.access.rules import Caller, FormNotOurs, OnlyReads, Visitor, require
from service.access.typed import path_to_go_on
from service.errors import SignInNeeded
from service.web.deps import AnyConnection, AnyRequest, connected, now_of, settings_of
from service.web.forms import Form, posted
from service.web.reading import IN_PIECES, again, in_pieces, whole
from service.web.security import READING, refuse_cross_site, require_plain_path
from service.web.uploads import Upload, uploaded

KnownCaller: TypeAlias = NamedDependency[SkipValidation[Caller]]
"""Who holds the token of this request; only on routes whose right asks for a token."""
KnownVisitor: TypeAlias = NamedDependency[SkipValidation[Visitor]]
"""Who is signed in; only on routes whose right asks for a session."""
BY_ITSELF = "by_itself"
"""What a route says that a page asks for by itself, so that a page left open does not keep somebody signed in."""
SEAL = "seal"
"""The field that every form of a signed-in page carries."""


def gate(app: ASGIApp) -> ASGIApp:
    """Middleware of every route: whom its right does not admit goes no further, and no body is read before.

    The body is read whole here, before a handler holds a connection: one that trickles costs a socket and nothing else.
    A route that says `in_pieces` reads it while it arrives, and holds no connection meanwhile.

    Not a guard of Litestar, which copies the whole handler for each request.
    """

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        connection: AnyConnection = ASGIConnection(scope, receive, send)
        require_plain_path(scope["path"])
        refuse_cross_site(connection)
        right = RIGHTS.get(str(connection.route_handler.opt.get("access")), RIGHTS["organizer"])
        if right.door != "open" and scope.get("method") != "OPTIONS":
            scope["user"] = await (_caller(connection) if right.door == "token" else _visitor(connection, right))
        if connection.route_handler.opt.get(IN_PIECES):
            receive = in_pieces(connection, receive)
        elif scope.get("method") not in READING:
            receive = again(await whole(connection, receive), receive)
        await app(scope, receive, send)

    return let_in


async def _caller(connection: AnyConnection) -> Caller:
    """The holder of an API token; raises NotSignedIn, OnlyReads."""
    callers: Callers = connection.app.state.callers
    caller = await callers.of(connection.headers.get("authorization", ""), now_of(connection))
    if caller.scope == "read" and connection.scope.get("method") not in READING:
        raise OnlyReads
    return caller


async def _visitor(connection: AnyConnection, right: Right) -> Visitor:
    """Who is signed in; raises SignInNeeded, and NotFound for whom the right does not admit."""
    cookie = cookies.read(connection, cookies.SESSION)
    by_itself = bool(connection.route_handler.opt.get(BY_ITSELF))
    async with connected(connection.app) as conn:
        visitor = await signing_in.recognise(
            conn, settings_of(connection).secret_key, cookie, now_of(connection), in_use=not by_itself
        )
    if visitor is None:
        asked = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
        go_on = path_to_go_on(asked) if connection.scope.get("method") in READING else ""
        raise SignInNeeded("/sign-in" + (f"?next={quote(go_on, safe='')}" if go_on else ""))
    require(admits(right, visitor.roles))
    return visitor


async def own_form(request: AnyRequest) -> Form:
    """The form of a signed-in page; raises FormNotOurs where it was not made for this very session."""
    form = await posted(request)
    require_seal(request, form)
    return form


async def own_upload(request: AnyRequest) -> Upload:
    """The same of a form that brings a file."""
    upload = await uploaded(request)
    require_seal(request, upload.form)
    return upload


def require_seal(request: AnyRequest, form: Form) -> None:
    """Raise FormNotOurs where a form was not made for this very session."""
    visitor: Visitor = request.user
    if not hmac.compare_digest(form.text(SEAL).encode(), visitor.seal.encode()):
        raise FormNotOurs


def provide_caller(request: AnyRequest) -> Caller:
    """Whom the gate recognised by a token."""
    return request.user


def provide_visitor(request: AnyRequest) -> Visitor:
    """Whom the gate recognised by a session."""
    return request.user


CALLER = {
    "caller": Provide(provide_caller, sync_to_thread=False),
    "visitor": Provide(provide_visitor, sync_to_thread=False),
}
"""By the names under which handlers ask for them."""
