"""Sending the form to who was named and not asked: by the clock for a whole panel, by the school for one family."""

from datetime import datetime, timedelta
from uuid import UUID

from service import events
from service.consents import cadence_queries, queries, writes
from service.consents.rules import AWAITED
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels

AGAIN_AFTER = timedelta(days=1)
"""How soon a school can have the form mailed to one family once more."""
SAME_CLICK = timedelta(minutes=1)
"""Within this time a second click is the first one again."""


class SentToday(Refused):
    """The form went to this family within the last day. Call them, or send it again tomorrow."""

    code = "form-sent-today"


class NoAddress(Refused):
    """We have no mail address of this family. Call them, or print a slip."""

    code = "no-address"


async def ask_panel(conn: Connection, panel_id: UUID, now: datetime) -> int:
    """Ask every family of a panel that was named and not asked; how many. Two clocks at once ask each once."""
    await panels.lock(conn, panel_id)
    frame = await queries.frame(conn, panel_id)
    if frame.convening_state != "published":
        return 0
    wanted = await cadence_queries.drafts(conn, panel_id, now)
    for signup_id in wanted:
        await queries.lock(conn, signup_id)
        await writes.ask(conn, signup_id, now)
    await events.record(conn, now, [events.ConsentAsked(frame.convening_id, one) for one in wanted])
    return len(wanted)


async def ask_again(conn: Connection, signup_id: UUID, convening_id: UUID, now: datetime) -> bool:
    """Have the form mailed once more, as a person wishes: once a day at most; false where that was this very click.

    Call behind the sign-up's lock. Raises NoAddress, SentToday.
    """
    signers = await queries.consents(conn, [signup_id])
    if not any(one.email and one.state in AWAITED for one in signers):
        raise NoAddress
    before = await cadence_queries.asked_again_at(conn, convening_id, signup_id)
    if before is not None and now - before < SAME_CLICK:
        return False
    if before is not None and now - before < AGAIN_AFTER:
        raise SentToday
    await events.record(conn, now, [events.ConsentAskedAgain(convening_id, signup_id)])
    return True
