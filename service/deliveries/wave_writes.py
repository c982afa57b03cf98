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


async def lock_ours(conn: Connection, lease: Lease) -> UUID | None:
    """Hold a delivery that this lease is of still, and that is not at the door yet; its id."""
    return await db.maybe(
        conn,
        UUID,
        "select id from delivery where id = $1 and lease_token = $2 and state = 'sending' for no key update",
        lease.delivery_id,
        lease.token,
    )


async def renew(conn: Connection, leases: Sequence[Lease], lease_until: datetime) -> int:
    """Keep them; those that are lost stay so, and one that somebody holds waits for the next time, and no other with it."""
    return await db.run(
        conn,
        """with held as (
             select d.id from delivery d join unnest($1::uuid[], $2::uuid[]) as given (id, token)
                 on d.id = given.id and d.lease_token = given.token
              where d.state in ('sending', 'handover') order by d.id for no key update of d skip locked)
           update delivery d set lease_until = $3 from held where d.id = held.id""",
        [one.delivery_id for one in leases],
        [one.token for one in leases],
        lease_until,
    )


async def turn(
    conn: Connection, begun: Sequence[Lease], sent: Sequence[Sent], now: datetime, lease_until: datetime
) -> list[UUID]:
    """Those that begin go to `handover`, where writing that again changes nothing; those that the server took to `sent`, of
    which a report that one came back may have been quicker than we. Which were ours still: the text may follow to no others.

    One statement, so that a wave is one question where it is nothing else: whoever is at the door waits for the answer.
    """
    ends = [one.lease for one in sent]
    return await db.many(
        conn,
        UUID,
        """with held as (
             select d.id, given.response, given.response is not null as ends
               from delivery d join unnest($1::uuid[], $2::uuid[], $3::text[]) as given (id, token, response)
                 on d.id = given.id and d.lease_token = given.token
              where given.response is not null or (d.state in ('sending', 'handover') and d.lease_until > $4)
              order by d.id for no key update of d)
           update delivery d
              set state = case when not ends then 'handover' when returned then 'dead' else 'sent' end,
                  handover_at = case when ends then handover_at else $4 end,
                  lease_until = case when not ends then $5::timestamptz end,
                  lease_token = case when not ends then lease_token end, sent_at = case when ends then $4 else sent_at end,
                  finished_at = case when ends then $4 else finished_at end,
                  response = case when ends and not returned then held.response else d.response end,
                  error = case when returned or not ends then error end
             from held where d.id = held.id returning d.id""",
        [one.delivery_id for one in (*begun, *ends)],
        [one.token for one in (*begun, *ends)],
        [None] * len(begun) + [one.response for one in sent],
        now,
        lease_until,
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
