"""What is done about a mail that came in: one action at most. Call behind the mail's lock."""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service import db
from service.db import Connection
from service.deliveries import suppressions, writes
from service.exchange import answering, inbox
from service.exchange.inbox import Judgement, KeptRow
from service.exchange.letters import Letter, Report

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


async def judge(conn: Connection, kept: KeptRow, letter: Letter, now: datetime) -> Judgement:
    """Do what is to be done, and say it."""
    match letter.kind:
        case "dsn" | "complaint":
            return await _reported(conn, kept, letter.report, letter.kind, now)
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


async def _reported(conn: Connection, kept: KeptRow, report: Report | None, kind: str, now: datetime) -> Judgement:
    sent = await _sent(conn, report.token) if report else None
    if report is None or sent is None or sent.created_at < now - TOKENS_LIVE:
        return Judgement(outcome="ignored", reason="there is no such mail of ours, or it is too long ago")
    address = sent.recipient.lower()
    if report.recipient and report.recipient != address:
        return Judgement(outcome="ignored", reason="it is about another address than the one we wrote to")
    about = Judgement(outcome="noted", reason=report.fate, delivery_id=sent.id, address=address)
    words = f"{report.status} {report.words}".strip()
    if report.fate in ("delayed", "delivered"):
        return about
    if report.fate == "policy":
        return replace(about, outcome="told", reason=f"the server refuses mail from us: {words}")
    if report.fate == "soft":
        times = 1 + await inbox.soft_bounces(conn, address, kept.received_at - SOFT_WINDOW)
        if times < MOST_SOFT:
            return replace(about, outcome="counted", reason=words)
        words = f"came back {times} times within 14 days, the last time with {words}"
    reason = "somebody complained" if kind == "complaint" else f"came back: {words}"
    await suppressions.put(conn, address, reason[:LONGEST], now)
    await writes.came_back(conn, sent.id, words[:LONGEST])
    return replace(about, outcome="stopped", reason=words)


async def _sent(conn: Connection, token: str) -> SentRow | None:
    """By the id of the delivery, which its return path carried."""
    try:
        delivery_id = UUID(hex=token)
    except ValueError:
        return None
    return await db.maybe(conn, SentRow, "select id, recipient, created_at from delivery where id = $1", delivery_id)
