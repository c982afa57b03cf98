"""What somebody did in a request, for the audit log: who and from where are taken from the request."""

import logging
from datetime import datetime
from uuid import UUID

from service import logs
from service.access import audit
from service.access.rules import Caller, Visitor
from service.db import Connection
from service.web.deps import AnyRequest
from service.web.security import client_address

log = logging.getLogger("plenary.acts")


async def note(
    conn: Connection, request: AnyRequest, action: str, thing: tuple[str, UUID | None], now: datetime, **detail: str
) -> None:
    """Write down that the caller or visitor did `action` to `thing` (its kind and id), in the request's transaction.

    `action` has its words in ACTION_WORDS; `detail` holds ids and words of our own, never what people wrote.
    """
    person_id, known = _who(request.user)
    act = audit.Act(
        action=action,
        thing_kind=thing[0],
        thing_id=thing[1],
        person_id=person_id,
        client=client_address(request),
        detail=known | detail,
    )
    await audit.write(conn, act, now)
    log.info("noted", extra=logs.facts(act=action, thing=thing[0], thing_id=thing[1]))


def _who(user: Caller | Visitor) -> tuple[UUID | None, dict[str, str]]:
    """The person, and for a program the token that it came with."""
    if isinstance(user, Caller):
        return user.person_id, {"token": str(user.id)}
    return user.person_id, {}
