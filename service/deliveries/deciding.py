"""What organizers do about mail that was sent, or may have been: again, or a decision. The mailer does the rest."""

from datetime import datetime
from uuid import UUID

from service import events
from service.db import Connection
from service.deliveries import office_queries, office_rules, office_writes, queries
from service.deliveries.office_queries import DetailRow
from service.deliveries.office_rules import DECIDED_WORDS, RESTED_WORDS, DecidedAlready, Matter, NoSuchDecision
from service.errors import Refused


async def matter(conn: Connection, row: DetailRow, now: datetime) -> Matter:
    """What sending it again looks at, as the mailer's claim would find it."""
    [claim] = await queries.for_claim(conn, [row.id], now)
    return Matter(
        kind=row.kind,
        state=row.state,
        is_test=row.is_test,
        not_after=row.not_after,
        has_content=bool(row.message),
        outdated=row.outdated,
        wanted=claim.wanted,
        suppressed=claim.suppressed,
        unasked=claim.unasked,
        repeated=row.repeated,
    )


async def objection(conn: Connection, row: DetailRow, now: datetime) -> Refused | None:
    """Why a mail cannot be sent again, or, where it is in doubt, not be tried once more."""
    found = await matter(conn, row, now)
    judge = office_rules.objection_to_retry if row.state == "unknown" else office_rules.objection_to_copy
    return judge(found, now)


async def repeat(conn: Connection, delivery_id: UUID, now: datetime) -> None:
    """Have a mail sent again, once: a new delivery follows; raises what stands against it."""
    await queries.lock(conn, delivery_id)
    row = await office_queries.detail(conn, delivery_id)
    refusal = office_rules.objection_to_copy(await matter(conn, row, now), now)
    if refusal is not None:
        raise refusal
    await events.record(conn, now, [events.DeliveryRepeated(delivery_id)])


async def decide(conn: Connection, delivery_id: UUID, decision: str, now: datetime) -> None:
    """Settle a mail in doubt; the first decision counts. Raises DecidedAlready, NoSuchDecision, what stands against it."""
    await queries.lock(conn, delivery_id)
    row = await office_queries.detail(conn, delivery_id)
    if row.state != "unknown":
        raise DecidedAlready
    match decision:
        case "arrived":
            settled = await office_writes.settle(conn, delivery_id, now, DECIDED_WORDS)
        case "rest":
            settled = await office_writes.let_rest(conn, delivery_id, now, RESTED_WORDS)
        case "again":
            settled = await _retry(conn, row, now)
        case _:
            raise NoSuchDecision(pointer="/decision")
    if not settled:
        raise DecidedAlready
    await events.record(conn, now, [events.DeliveryDecided(delivery_id)])


async def _retry(conn: Connection, row: DetailRow, now: datetime) -> int:
    """The same mail as it is written today, with the same Message-ID, so that a copy can be recognised as one."""
    refusal = office_rules.objection_to_retry(await matter(conn, row, now), now)
    if refusal is not None:
        raise refusal
    return await office_writes.requeue(conn, row.id, now)
