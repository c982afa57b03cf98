"""When a calendar entry follows a change with a mail: what the worker does, and what the console says of it; pure."""

from emails.changes import calendar_cares
from emails.messages import Gathering

UNDER_WAY = frozenset({"queued", "sending", "handover", "sent"})
"""States of a carried revision that has arrived or will arrive by itself; others were given up in doubt."""


def is_undone(state: str, carried: Gathering, today: Gathering) -> bool:
    """Whether the newest revision that left says already what stands today, so that nobody need be told."""
    return state in UNDER_WAY and not calendar_cares(carried, today)
