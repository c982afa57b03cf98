"""What handlers are handed: a connection inside the request's one transaction, the moment, the settings.

Every handler that needs one of them names it and says its alias: `conn: Conn, now: Now, settings: Given`.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from litestar import Litestar
from litestar.connection import ASGIConnection, Request
from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter, QueryParameter, SkipValidation

from service.db import Connection, Pool, plan_for_what_is_asked
from service.settings import Settings

AnyConnection: TypeAlias = ASGIConnection[Any, Any, Any, Any]
AnyRequest: TypeAlias = Request[Any, Any, Any]

if TYPE_CHECKING:
    Conn: TypeAlias = NamedDependency[SkipValidation[Connection]]
else:
    Conn = NamedDependency[SkipValidation[Any]]  # the driver's types are names in quotes, which Litestar cannot look up
"""Committed after the handler and before the answer leaves; rolled back on any exception."""
Now: TypeAlias = NamedDependency[SkipValidation[datetime]]
"""The moment of the request, in UTC."""
Given: TypeAlias = NamedDependency[SkipValidation[Settings]]
"""The settings of the process."""

LOOKS = ("GET", "HEAD")
"""Methods of requests that look: at lists among others."""
WAIT = 5.0
"""Seconds that a request waits for a connection; beyond them it is answered that we are busy (503, Retry-After)."""

PageSize: TypeAlias = Annotated[int, QueryParameter(ge=1, le=200, description="How many at most: 1 to 200.")]
After: TypeAlias = Annotated[
    str | None, QueryParameter(max_length=200, description="`next` of the page before: what follows behind it.")
]
Position: TypeAlias = Annotated[
    int, QueryParameter(ge=0, le=2**63 - 1, description="The position behind which to go on; 0: from the beginning.")
]
IdempotencyKey: TypeAlias = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="1 to 200 visible ASCII characters. The same request under the same key is done once and gets the same "
        "answer for 24 hours.",
    ),
]


def utc_now() -> datetime:
    """The clock of the web process; tests put their own in `app.state.clock`."""
    return datetime.now(UTC)


def settings_of(connection: AnyConnection) -> Settings:
    """The settings that the application was made with."""
    return connection.app.state.settings


def pool_of(connection: AnyConnection) -> Pool:
    """The pool that the application opened when it started."""
    return connection.app.state.pool


def now_of(connection: AnyConnection) -> datetime:
    """What the application's clock says."""
    return connection.app.state.clock()


@asynccontextmanager
async def connected(app: Litestar) -> AsyncGenerator[Connection]:
    """One connection, without a transaction; raises TimeoutError where the pool has none to give in time."""
    async with AsyncExitStack() as stack:
        with app.state.requests.waiting():
            conn = await stack.enter_async_context(app.state.pool.acquire(timeout=WAIT))
        yield conn


@asynccontextmanager
async def transacting(app: Litestar) -> AsyncGenerator[Connection]:
    """One connection with one transaction on it, for a part of what a request does."""
    async with connected(app) as conn, conn.transaction():
        yield conn


async def provide_conn(request: AnyRequest) -> AsyncGenerator[Any]:
    """The same for all that it does."""
    async with transacting(request.app) as conn:
        if request.method in LOOKS:
            await plan_for_what_is_asked(conn)
        yield conn


def provide_now(request: AnyRequest) -> datetime:
    """The moment."""
    return now_of(request)


def provide_settings(request: AnyRequest) -> Settings:
    """The settings."""
    return settings_of(request)


DEPENDENCIES = {
    "conn": Provide(provide_conn),
    "now": Provide(provide_now, sync_to_thread=False),
    "settings": Provide(provide_settings, sync_to_thread=False),
}
"""By the names under which handlers ask for them."""
