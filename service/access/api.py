"""Who may call: the gate before every route, and the caller that handlers are handed."""

from typing import TypeAlias

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Receive, Scope, Send

from service.access import actions
from service.access.rules import Caller
from service.web.deps import AnyConnection, AnyRequest, pool_of
from service.web.security import LINK, PUBLIC, refuse_cross_site, require_plain_path

KnownCaller: TypeAlias = NamedDependency[SkipValidation[Caller]]
"""Who holds the token of this request; only on routes with `access="organizer"`."""


def gate(app: ASGIApp) -> ASGIApp:
    """Middleware of every route: forms from elsewhere and callers without a token go no further; no body is read before.

    Not a guard of Litestar, which copies the whole handler for each request.
    """

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        connection: AnyConnection = ASGIConnection(scope, receive, send)
        require_plain_path(scope["path"])
        refuse_cross_site(connection)
        if _needs_token(connection):
            async with pool_of(connection).acquire() as conn:
                scope["user"] = await actions.recognise(conn, connection.headers.get("authorization", ""))
        await app(scope, receive, send)

    return let_in


def _needs_token(connection: AnyConnection) -> bool:
    """Whatever is not declared public or personal; the answer to OPTIONS says only which methods there are."""
    return connection.scope.get("method") != "OPTIONS" and connection.route_handler.opt.get("access") not in (PUBLIC, LINK)


def provide_caller(request: AnyRequest) -> Caller:
    """Whom the gate recognised."""
    return request.user


CALLER = {"caller": Provide(provide_caller, sync_to_thread=False)}
"""By the name under which handlers ask for it."""
