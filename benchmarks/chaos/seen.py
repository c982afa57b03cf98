"""What can be seen once everything is over: what PostgreSQL says, what the mail server kept, what people were told."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import asyncpg
from msgspec import Struct

from benchmarks.chaos.load import Answer
from benchmarks.chaos.mail_server import message_id
from service import db


class Delivery(Struct, frozen=True):
    """A row of `delivery`, with the moment at which its event was recorded."""

    id: UUID
    kind: str
    policy: str
    state: str
    message_id: str
    recipient: str
    registration_id: UUID
    doubtful: bool
    attempts: int
    error: str | None
    recorded_at: datetime
    sent_at: datetime | None


class Registered(Struct, frozen=True):
    """A row of `registration`, with its person's address."""

    id: UUID
    convening_id: UUID
    state: str
    email: str


class Seen(Struct, frozen=True):
    """All of it; `kept` has the hash of every copy by Message-ID, `unanswered` the texts that never got an answer."""

    deliveries: list[Delivery]
    registrations: list[Registered]
    unhandled: int
    kept: dict[str, list[bytes]]
    unanswered: frozenset[str]
    answers: list[Answer]


async def seen(database_url: str, mail: Path, answers: Sequence[Answer]) -> Seen:
    """Look; nothing must be at work any more."""
    conn = await asyncpg.connect(database_url)
    try:
        deliveries = await db.many(
            conn,
            Delivery,
            """select d.id, d.kind, d.policy, d.state, d.message_id, d.recipient, d.subject_id, d.doubtful, d.attempt,
                      d.error, coalesce(e.created_at, d.created_at), d.sent_at
                 from delivery d left join event e on e.id = d.event_id order by d.created_at, d.id""",
        )
        registrations = await db.many(
            conn,
            Registered,
            """select r.id, r.convening_id, r.state, p.email
                 from registration r join person p on p.id = r.person_id order by r.created_at, r.id""",
        )
        unhandled = await db.one(conn, int, "select count(*) from event where handled_at is null")
    finally:
        await conn.close()
    return Seen(deliveries, registrations, unhandled, _kept(mail), _unanswered(mail), list(answers))


def _kept(mail: Path) -> dict[str, list[bytes]]:
    copies: dict[str, list[bytes]] = {}
    for file in sorted(mail.glob("*/[0-9]*.eml")):
        raw = file.read_bytes()
        copies.setdefault(message_id(raw), []).append(sha256(raw).digest())
    return copies


def _unanswered(mail: Path) -> frozenset[str]:
    notes = mail / "unanswered"
    return frozenset(notes.read_text().splitlines()) if notes.exists() else frozenset()
