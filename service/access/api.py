"""Who may call: the guard behind every route, and the caller that handlers are handed."""

from typing import TypeAlias

from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation

from service.access import actions
from service.access.rules import Caller
from service.web.deps import AnyConnection, AnyRequest, pool_of
from service.web.security import LINK, PUBLIC

KnownCaller: TypeAlias = NamedDependency[SkipValidation[Caller]]
"""Who holds the token of this request; only on routes with `access="organizer"`."""


async def require_access(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """A guard: whatever is not declared public or personal needs a valid token, before the body is read."""
    if "OPTIONS" in connection.route_handler.http_methods or handler.opt.get("access") in (PUBLIC, LINK):
        return
    async with pool_of(connection).acquire() as conn:
        connection.scope["user"] = await actions.recognise(conn, connection.headers.get("authorization", ""))


def provide_caller(request: AnyRequest) -> Caller:
    """Whom the guard recognised."""
    return request.user


CALLER = {"caller": Provide(provide_caller, sync_to_thread=False)}
"""By the name under which handlers ask for it."""
