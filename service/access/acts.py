"""What somebody did in a request, for the audit log: who and from where are taken from the request."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.access import audit
from service.access.audit import Act
from service.access.rules import Caller, Visitor
from service.db import Connection
from service.web.deps import AnyRequest
from service.web.security import client_address


class Actor(Struct, frozen=True):
    """Who did something, from where, and for a program the token that it came with."""

    person_id: UUID | None
    client: str
    token_id: UUID | None

    def act(self, action: str, thing: tuple[str, UUID | None], **detail: str) -> Act:
        """What they did to a thing (its kind and id); `detail` holds ids and words of our own, never what people wrote."""
        return Act(
            action=action,
            thing_kind=thing[0],
            thing_id=thing[1],
            person_id=self.person_id,
            client=self.client,
            detail=({"token": str(self.token_id)} if self.token_id else {}) | detail,
        )


def actor(request: AnyRequest) -> Actor:
    """The caller or visitor of a request."""
    user: Caller | Visitor = request.user
    return Actor(user.person_id, client_address(request), user.id if isinstance(user, Caller) else None)


async def note(
    conn: Connection, request: AnyRequest, action: str, thing: tuple[str, UUID | None], now: datetime, **detail: str
) -> None:
    """Write down that the caller or visitor did `action` to `thing`, in the request's transaction.

    `action` has its words in ACTION_WORDS.
    """
    await audit.write(conn, [actor(request).act(action, thing, **detail)], now)
