"""What an organizer decides about registrations, with its line in the audit log; a second click is not written down."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from service.access import acts
from service.db import Connection
from service.registrations import actions, changes, office_writes
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Change
from service.web.deps import AnyRequest

Decision: TypeAlias = Literal["withdrawn", "accepted", "refused"]
Action: TypeAlias = Callable[[Connection, UUID, datetime], Awaitable[RegistrationRow]]

_DECISIONS: dict[Decision, tuple[str, Action]] = {
    "withdrawn": ("registration_withdrawn", actions.withdraw),
    "accepted": ("offer_accepted", actions.accept),
    "refused": ("offer_refused", actions.refuse),
}


async def decide(
    conn: Connection, request: AnyRequest, registration_id: UUID, decision: Decision, now: datetime, reason: str = ""
) -> RegistrationRow:
    """The registration afterwards; that it was an organizer who withdrew it is kept beside it, with a reason or without."""
    word, action = _DECISIONS[decision]
    before = await actions.locked(conn, registration_id)
    after = await action(conn, registration_id, now)
    if after.state == before.state:
        return after
    if decision == "withdrawn":
        await office_writes.add_note(conn, registration_id, request.user.person_id, "withdrawn", reason, now)
    await note(conn, request, word, after, now)
    return after


async def change(
    conn: Connection, request: AnyRequest, registration_id: UUID, wanted: Change, now: datetime
) -> RegistrationRow:
    """Write what is different; the log keeps the names of those fields, and nothing of what stands in them."""
    row, fields = await changes.write(conn, registration_id, wanted, now)
    if fields:
        await note(conn, request, "registration_changed", row, now, fields=", ".join(fields))
    return row


async def note(conn: Connection, request: AnyRequest, word: str, row: RegistrationRow, now: datetime, **detail: str) -> None:
    """Write down what was done to one registration."""
    about = {"convening": str(row.convening_id)} | detail
    await acts.note(conn, request, word, ("registration", row.id), now, **about)
