"""What is done about a mail that came in: one action at most. Call behind the mail's lock."""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.deliveries import suppressions, writes
from service.exchange import answering, inbox
from service.exchange.inbox import Judgement, KeptRow
from service.exchange.letters import Letter, Report
from service.web import links

TOKENS_LIVE = timedelta(days=30)
SOFT_WINDOW = timedelta(days=14)
LONGEST = 500
MOST_SOFT = 3
"""An address that could take nothing so often within the window gets no more mail."""


class SentRow(Struct, frozen=True):
    """The mail of ours that a report is about."""

    id: UUID
    recipient: str
    created_at: datetime


async def judge(conn: Connection, kept: KeptRow, letter: Letter, secret: str, now: datetime) -> Judgement:
    """Do what is to be done, and say it."""
    match letter.kind:
        case "dsn" | "complaint":
            sent = await _sent(conn, links.returned(secret, letter.report.token) if letter.report else None)
            return await _reported(conn, kept, letter, sent, now)
        case "mdn" | "autoreply":
            return Judgement(outcome="ignored")
        case "hostile":
            return Judgement(outcome="rejected")
        case "reply" | "counter" | "refresh":
            return await answering.answered(conn, letter, kept.received_at, now)
        case "human":
            return Judgement(outcome="told")
        case _:
            assert_never(letter.kind)


async def _reported(conn: Connection, kept: KeptRow, letter: Letter, sent: SentRow | None, now: datetime) -> Judgement:
    report = letter.report
    if letter.kind == "complaint" and letter.is_authentic and sent is None:
        return Judgement(outcome="told", reason="somebody complained of a mail of ours, and nothing says of which")
    if report is None or sent is None or sent.created_at < now - TOKENS_LIVE:
        return Judgement(outcome="ignored", reason="there is no such mail of ours, or it is too long ago")
    address = sent.recipient.lower()
    if report.recipients and address not in report.recipients:
        return Judgement(outcome="ignored", reason="it is about another address than the one we wrote to")
    about = Judgement(outcome="noted", reason=report.fate, delivery_id=sent.id, address=address)
    if report.fate in ("delayed", "delivered"):
        return about
    if letter.kind == "complaint":
        return await _complained(conn, letter, about, now)
    await writes.came_back(conn, sent.id, _words(report)[:LONGEST])
    return await _failed(conn, kept, report, about, now)


async def _complained(conn: Connection, letter: Letter, about: Judgement, now: datetime) -> Judgement:
    """Somebody's provider says that they do not want our mail; whoever forwards one could say so too."""
    if not letter.is_authentic:
        return about.but("told", "somebody complained, and nothing proves that the sender is genuine")
    await suppressions.put(conn, about.address, "somebody complained", now)
    return about.but("stopped", "complaint")


async def _failed(conn: Connection, kept: KeptRow, report: Report, about: Judgement, now: datetime) -> Judgement:
    """It was not delivered; perhaps nothing more goes there."""
    words = _words(report)
    if report.fate == "policy":
        return about.but("told", f"the server refuses mail from us: {words}")
    if report.fate == "soft" or report.recipients[:1] not in ((), (about.address,)):  # or one that it is forwarded to
        times = 1 + await inbox.soft_bounces(conn, about.address, kept.received_at - SOFT_WINDOW)
        if times < MOST_SOFT:
            return about.but("counted", words)
        words = f"came back {times} times within 14 days, the last time with {words}"
    await suppressions.put(conn, about.address, f"came back: {words}"[:LONGEST], now)
    return about.but("stopped", words)


def _words(report: Report) -> str:
    """What the server said, with its status once."""
    said = report.words.removeprefix("smtp;").strip()
    return said if report.status and report.status in said else f"{report.status} {said}".strip()


async def _sent(conn: Connection, delivery_id: UUID | None) -> SentRow | None:
    """The mail whose return path it came to."""
    return await db.maybe(conn, SentRow, "select id, recipient, created_at from delivery where id = $1", delivery_id)
