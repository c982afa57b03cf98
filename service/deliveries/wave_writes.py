"""The steps that deliveries of a wave take together; a worker that lost the lease of one changes nothing of that one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class Lease(Struct, frozen=True):
    """That a delivery is ours: whoever claims it later has another token."""

    delivery_id: UUID
    token: UUID


class Sent(Struct, frozen=True):
    """The server said 250, with these words."""

    lease: Lease
    response: str


async def take(conn: Connection, leases: Sequence[Lease], lease_until: datetime) -> int:
    """To `sending`, behind their locks; an expired hand-over stays known as doubtful."""
    return await db.run(
        conn,
        """update delivery d set doubtful = doubtful or state = 'handover', state = 'sending', attempt = attempt + 1,
                  lease_token = taken.token, lease_until = $3
             from unnest($1::uuid[], $2::uuid[]) as taken (id, token) where d.id = taken.id""",
        [one.delivery_id for one in leases],
        [one.token for one in leases],
        lease_until,
    )


async def renew(conn: Connection, leases: Sequence[Lease], lease_until: datetime) -> int:
    """Keep them; those that are lost stay so."""
    return await db.run(
        conn,
        """with held as (
             select d.id from delivery d join unnest($1::uuid[], $2::uuid[]) as given (id, token)
                 on d.id = given.id and d.lease_token = given.token
              where d.state in ('sending', 'handover') order by d.id for no key update of d)
           update delivery d set lease_until = $3 from held where d.id = held.id""",
        [one.delivery_id for one in leases],
        [one.token for one in leases],
        lease_until,
    )


async def begin_handover(conn: Connection, leases: Sequence[Lease], now: datetime, lease_until: datetime) -> list[UUID]:
    """To `handover`, where writing that again changes nothing. Those to which DATA may follow; the others' lease is lost."""
    return await db.many(
        conn,
        UUID,
        """with held as (
             select d.id from delivery d join unnest($1::uuid[], $2::uuid[]) as given (id, token)
                 on d.id = given.id and d.lease_token = given.token
              where d.state in ('sending', 'handover') and d.lease_until > $3 order by d.id for no key update of d)
           update delivery d set state = 'handover', handover_at = $3, lease_until = $4
             from held where d.id = held.id returning d.id""",
        [one.delivery_id for one in leases],
        [one.token for one in leases],
        now,
        lease_until,
    )


async def mark_sent(conn: Connection, sent: Sequence[Sent], now: datetime) -> int:
    """The server took them; a report that one came back may have been quicker than we."""
    return await db.run(
        conn,
        """with held as (
             select d.id, given.response from delivery d
               join unnest($1::uuid[], $2::uuid[], $3::text[]) as given (id, token, response)
                 on d.id = given.id and d.lease_token = given.token
              order by d.id for no key update of d)
           update delivery d
              set state = case when returned then 'dead' else 'sent' end, sent_at = $4, finished_at = $4,
                  response = case when returned then d.response else held.response end,
                  error = case when returned then error end, lease_token = null, lease_until = null
             from held where d.id = held.id""",
        [one.lease.delivery_id for one in sent],
        [one.lease.token for one in sent],
        [one.response for one in sent],
        now,
    )


async def pace(conn: Connection, ids: Sequence[UUID], moments: Sequence[datetime]) -> int:
    """Each has its moment, and goes then; call behind their locks."""
    return await db.run(
        conn,
        """update delivery d set paced = true, next_at = greatest(d.next_at, given.moment), offered_until = null
             from unnest($1::uuid[], $2::timestamptz[]) as given (id, moment)
            where d.id = given.id and d.state = 'queued'""",
        ids,
        moments,
    )
