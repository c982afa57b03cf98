"""What came in by mail: kept before it is acknowledged, claimed, judged once, listed."""

import hashlib
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service import db
from service.db import Connection
from service.exchange.letters import Letter

Outcome: TypeAlias = Literal["applied", "noted", "asked", "told", "stopped", "counted", "ignored", "rejected"]
MOST_ATTEMPTS, MOST_READINGS = 5, 3
LEASE = timedelta(seconds=60)


class KeptRow(Struct, frozen=True):
    """A mail that waits for its judgement."""

    id: UUID
    envelope_from: str
    envelope_to: str
    raw: bytes
    received_at: datetime
    attempts: int


class InboundRow(Struct, frozen=True):
    """A mail that came in, how it was judged and what it did."""

    position: int
    id: UUID
    received_at: datetime
    envelope_to: str
    sender: str
    subject: str
    kind: str | None
    outcome: str | None
    reason: str
    delivery_id: UUID | None
    registration_id: UUID | None
    partstat: str


class ListedRow(Struct, frozen=True):
    """The same for the console: with the words of a person, and who looked after it."""

    position: int
    id: UUID
    received_at: datetime
    sender: str
    subject: str
    kind: str | None
    outcome: str | None
    reason: str
    delivery_id: UUID | None
    registration_id: UUID | None
    partstat: str
    said: str | None
    seen_at: datetime | None
    seen_by: str | None


class Judgement(Struct, frozen=True, kw_only=True):
    """What was done about a mail, in words for the organizer where there is something to say."""

    outcome: Outcome
    reason: str = ""
    delivery_id: UUID | None = None
    address: str = ""
    registration_id: UUID | None = None
    partstat: str = ""
    said: str = ""
    """What a person wrote, as text alone."""

    def but(self, outcome: Outcome, reason: str) -> "Judgement":
        """The same mail, judged so."""
        return replace(self, outcome=outcome, reason=reason)


async def keep(conn: Connection, envelope_from: str, envelope_to: str, raw: bytes, now: datetime) -> int:
    """Keep it; 0 where the same bytes came for the same recipient before: a server that is not sure sends twice."""
    digest = hashlib.sha256(envelope_to.lower().encode() + b"\0" + raw).digest()
    return await db.run(
        conn,
        """insert into inbound_mail (id, digest, envelope_from, envelope_to, raw, received_at)
           values ($1, $2, $3, $4, $5, $6) on conflict (digest) do nothing""",
        db.new_id(now),
        digest,
        envelope_from,
        envelope_to,
        raw,
        now,
    )


async def claim(conn: Connection, now: datetime) -> KeptRow | None:
    """The oldest that nobody judges; who ends meanwhile leaves it to the next after a minute."""
    return await db.maybe(
        conn,
        KeptRow,
        """update inbound_mail m set lease_until = $2, attempts = attempts + 1
             from (select id from inbound_mail where judged_at is null and (lease_until is null or lease_until <= $1)
                    order by position limit 1 for update skip locked) due
            where m.id = due.id
           returning m.id, m.envelope_from, m.envelope_to, m.raw, m.received_at, m.attempts""",
        now,
        now + LEASE,
    )


async def lock(conn: Connection, mail_id: UUID) -> bool:
    """Whether it still waits; held until the transaction ends."""
    found = await db.maybe(conn, UUID, "select id from inbound_mail where id = $1 and judged_at is null for update", mail_id)
    return found is not None


async def settle(conn: Connection, mail_id: UUID, letter: Letter, judged: Judgement, now: datetime) -> int:
    """Write down what it was, what was done, and what a person said; the mail itself goes: it may quote secret links."""
    return await db.run(
        conn,
        """update inbound_mail set judged_at = $2, kind = $3, outcome = $4, reason = $5, sender = $6, subject = $7,
                  delivery_id = $8, address = $9, registration_id = $10, partstat = $11, said = nullif($12, ''),
                  raw = null
            where id = $1""",
        mail_id,
        now,
        letter.kind,
        judged.outcome,
        judged.reason or letter.reason,
        letter.sender,
        letter.subject,
        judged.delivery_id,
        judged.address,
        judged.registration_id,
        judged.partstat,
        judged.said or letter.text,
    )


async def after(conn: Connection, position: int, limit: int) -> list[InboundRow]:
    """What came in behind a position, in the order in which it came."""
    return await db.many(
        conn,
        InboundRow,
        """select position, id, received_at, envelope_to, sender, subject, kind, outcome, reason, delivery_id,
                  registration_id, partstat
             from inbound_mail where position > $1 order by position limit $2""",
        position,
        limit,
    )


async def before(conn: Connection, position: int | None, *, open_only: bool, limit: int) -> list[ListedRow]:
    """The newest first; `open_only` is what an organizer must still look after."""
    return await db.many(
        conn,
        ListedRow,
        """select m.position, m.id, m.received_at, m.sender, m.subject, m.kind, m.outcome, m.reason, m.delivery_id,
                  m.registration_id, m.partstat, m.said, m.seen_at, p.name as seen_by
             from inbound_mail m left join person p on p.id = m.seen_by
            where ($1::bigint is null or m.position < $1) and (not $2 or (m.outcome = 'told' and m.seen_at is null))
            order by m.position desc limit $3""",
        position,
        open_only,
        limit,
    )


async def one(conn: Connection, mail_id: UUID) -> ListedRow:
    """One mail; raises NotFound."""
    return await db.one(
        conn,
        ListedRow,
        """select m.position, m.id, m.received_at, m.sender, m.subject, m.kind, m.outcome, m.reason, m.delivery_id,
                  m.registration_id, m.partstat, m.said, m.seen_at, p.name as seen_by
             from inbound_mail m left join person p on p.id = m.seen_by where m.id = $1""",
        mail_id,
    )


async def see(conn: Connection, mail_id: UUID, person_id: UUID, now: datetime) -> int:
    """An organizer looked after it; 0 where it asks for nobody, or somebody did before."""
    return await db.run(
        conn,
        "update inbound_mail set seen_at = $3, seen_by = $2 where id = $1 and outcome = 'told' and seen_at is null",
        mail_id,
        person_id,
        now,
    )


async def waiting_for_a_person(conn: Connection) -> int:
    """How many mails that came in an organizer must look after."""
    return await db.one(conn, int, "select count(*) as n from inbound_mail where outcome = 'told' and seen_at is null")


async def told_about(conn: Connection, address: str, since: datetime) -> int:
    """How often organizers were told of what one address answered."""
    return await db.one(
        conn,
        int,
        """select count(*) as n from inbound_mail
            where address = $1 and outcome = 'told' and registration_id is null and received_at > $2""",
        address,
        since,
    )


async def told_since(conn: Connection, registration_id: UUID, since: datetime) -> int:
    """How often organizers were told of a registration's calendar lately."""
    return await db.one(
        conn,
        int,
        """select count(*) as n from inbound_mail
            where registration_id = $1 and outcome = 'told' and judged_at > $2""",
        registration_id,
        since,
    )


async def soft_bounces(conn: Connection, address: str, since: datetime) -> int:
    """How often an address could not take a mail lately, since it was stopped last."""
    return await db.one(
        conn,
        int,
        """select count(*) as n from inbound_mail
            where address = $1 and outcome = 'counted' and received_at > $2
              and received_at > coalesce((select max(s.received_at) from inbound_mail s
                                           where s.address = $1 and s.outcome = 'stopped'), '-infinity')""",
        address,
        since,
    )


async def forget(conn: Connection, before: datetime) -> int:
    """Who wrote, about what and in which words; that something came, and what it did, stays."""
    return await db.run(
        conn,
        """update inbound_mail set said = null, sender = '', subject = '', envelope_from = '', address = '', reason = ''
            where judged_at is not null and received_at < $1
              and (sender <> '' or address <> '' or envelope_from <> '' or reason <> '')""",
        before,
    )
