"""Mail to families by the clock: who is asked, reminded, told times and places, or called, and how often at most. Pure.

The form and three reminders ask for an answer: four automatic mails at most to one signer. A copy, a receipt or a code
answers something that the family did itself, and times and places follow a seat: none of these asks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from emails.messages.families import Asking
from service.consents import deadlines
from service.consents.cadence_queries import CallRow, OpenRow, PanelRow, SeatedRow
from service.consents.deadlines import CALL_LIST, LOGISTICS, MORNING, REMINDED_AT, Reminding
from service.consents.rules import Status

MOST = 4
"""Mails to one signer that ask for an answer and that no person sent."""
REST = timedelta(days=2)
"""How long a family is left in peace after a mail that asks."""
STALE = timedelta(days=1)
"""A reminder whose moment passed longer ago (nothing ran) is skipped."""
AHEAD = timedelta(days=deadlines.INVITE + 2)
"""The clock looks at convenings that begin within this time."""


class Asked(Struct, frozen=True):
    """What a signer got so far: automatic mails that asked, and when the last mail that asks was owed."""

    automatic: int
    last_at: datetime | None


class Due(Struct, frozen=True):
    """A reminder of one signer whose moment has come."""

    row: OpenRow
    reminding: Reminding
    due_at: datetime


def asking(state: Status, asked: Asked, extended_at: datetime | None) -> Asking | None:
    """Why a signer gets the form now; None where they have it, or where we have asked often enough."""
    if asked.last_at is None:
        return "first"
    if asked.automatic >= MOST:
        return None
    if state == "superseded":
        return "renewed"
    return "more_time" if extended_at is not None and extended_at > asked.last_at else None


def may_remind(asked: Asked, now: datetime) -> bool:
    """Whether a reminder may go: not more than four mails, and not right after the last."""
    return asked.automatic < MOST and (asked.last_at is None or now - asked.last_at >= REST)


def panels_to_ask(rows: Sequence[PanelRow], now: datetime) -> list[PanelRow]:
    """The panels whose families are asked from now on."""
    return [row for row in rows if now >= deadlines.ask_at(row.starts_at, row.time_zone)]


def reminders_due(rows: Sequence[OpenRow], now: datetime) -> list[Due]:
    """The reminders whose moment came within the last day."""
    return [
        Due(row, which, at)
        for row in rows
        for which, at in deadlines.reminders(row.deadline_at, row.starts_at, row.time_zone, row.family_zone)
        if at <= now < min(at + STALE, row.deadline_at)
    ]


def logistics_due(rows: Sequence[SeatedRow], now: datetime) -> list[SeatedRow]:
    """Seats whose family hears times and place: from T-7 on, also where the seat comes later."""
    return [
        row for row in rows if now >= deadlines.due(LOGISTICS, REMINDED_AT, row.starts_at, row.time_zone, row.family_zone)
    ]


def calls_due(rows: Sequence[CallRow], now: datetime) -> list[CallRow]:
    """Schools that call from now on: T-17, at eight o'clock of their own day, where somebody was named before that."""
    return [row for row in rows if _begins(row) <= now and row.since < _begins(row)]


def _begins(row: CallRow) -> datetime:
    return deadlines.due(CALL_LIST, MORNING, row.starts_at, row.time_zone, row.family_zone)
