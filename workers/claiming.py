"""Which deliveries of a wave are ours to send now, and what becomes of the others: one transaction for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from service import db
from service.batching import Take
from service.consents.deadlines import polite
from service.db import Connection, Pool
from service.deliveries import pacing, queries, rules, wave_writes, writes
from service.deliveries.queries import ClaimRow
from service.deliveries.rules import State
from service.deliveries.wave_writes import Lease
from workers import coaching_notices, families, material_reactions, reminding, survey_reactions

LOOKED_AT = {
    "survey_ask": survey_reactions.is_wanted,
    "family_survey": survey_reactions.family_is_wanted,
    "family_report": survey_reactions.report_is_wanted,
    "consent_copy": families.is_theirs,
    "consent_receipt": families.is_theirs,
    "reminder": reminding.is_wanted,
    "materials_ready": material_reactions.is_wanted,
}
"""Kinds of which facts say whether they are still wanted that no single statement knows."""

AS_OF_NOW = {"coaching_reminder": coaching_notices.today}
"""Kinds that name several things, of which some may be gone: what is left is said, and nothing is where all are."""

CLOSED_AS: dict[rules.Verdict, tuple[State, str]] = {
    "expired": ("expired", "its time had passed"),
    "unwanted": ("cancelled", "no longer wanted"),
    "superseded": ("cancelled", "superseded by a newer revision"),
    "unasked": ("cancelled", "they asked for no more of these"),
    "suppressed": ("dead", "we no longer write to this address"),
    "doubtful": ("unknown", "a worker ended during the hand-over; a person decides"),
}

TOO_LONG = "it waited long for the server, and is looked at again"


class Claimed(msgspec.Struct, frozen=True):
    """A delivery that is ours for 15 seconds, and since when."""

    row: ClaimRow
    lease: Lease
    at: datetime


@dataclass(frozen=True)
class Claims:
    """What claims of a wave need."""

    pool: Pool
    clock: Callable[[], datetime]
    mail_per_domain: int

    async def claim(self, _key: None, take: Take[UUID]) -> list[Claimed | None]:
        """In the order of their ids; None where there is nothing to send now, where it was named before, or is held."""
        ids, now, token = take(), self.clock(), uuid4()
        async with db.transaction(self.pool) as conn:
            free = await queries.lock_free(conn, ids)
            rows = {row.id: row for row in await queries.for_claim(conn, free, now)}
            named = [await self._due(conn, rows[each], now) for each in dict.fromkeys(ids) if each in rows]
            due = [row for row in named if row is not None]
            late = await self._paced(conn, [row for row in due if row.bulk and not row.paced], now)
            taken = {row.id: Claimed(row, Lease(row.id, token), now) for row in due if row.id not in late}
            await wave_writes.take(conn, [one.lease for one in taken.values()], now + rules.LEASE)
        return [taken.pop(each, None) for each in ids]

    async def is_still_due(self, claimed: Claimed) -> bool:
        """Whether it may go though it waited longer than a lease, for a server that is slow: facts and hours go on."""
        now = self.clock()
        if now - claimed.at <= rules.LEASE:
            return True
        async with db.transaction(self.pool) as conn:
            if (ours := await wave_writes.lock_ours(conn, claimed.lease)) is None:
                return False
            [row] = await queries.for_claim(conn, [ours], now)
            due = await self._due(conn, msgspec.structs.replace(row, lease_until=None), now)
            if due is not None and due.message == claimed.row.message:
                return True
            await writes.put_back(conn, claimed.row.id, claimed.lease.token, now, response=None, error=TOO_LONG)
        return False

    async def _due(self, conn: Connection, row: ClaimRow, now: datetime) -> ClaimRow | None:
        """It with what it says now, if it is to be sent now; what is not is closed, or looked at again later."""
        kind = "" if row.is_test else row.message.get("type", "")
        if row.wanted and (asks := LOOKED_AT.get(kind)) is not None:
            row = msgspec.structs.replace(row, wanted=await asks(conn, row, now))
        standing = rules.Standing(**{name: getattr(row, name) for name in rules.Standing.__struct_fields__})
        verdict = rules.judge(standing, now)
        if verdict == "send" and (today := AS_OF_NOW.get(kind)) is not None:
            row = await today(conn, row)
            verdict = "send" if row.wanted else "unwanted"
        if verdict in CLOSED_AS:
            state, reason = CLOSED_AS[verdict]
            await writes.close(conn, row.id, state, now, reason)
        elif verdict == "wait":
            await writes.postpone(conn, row.id, now + rules.pause(1, 0.0) / 4)
        elif verdict == "quiet" and row.quiet_zone is not None:
            await writes.postpone(conn, row.id, polite(now, row.quiet_zone))
        return row if verdict == "send" else None

    async def _paced(self, conn: Connection, rows: Sequence[ClaimRow], now: datetime) -> set[UUID]:
        """Give many alike their moments among those to the same domains; those whose moment is still to come."""
        if not rows:
            return set()
        ids = [row.id for row in rows]
        moments = await pacing.moments(conn, [row.recipient for row in rows], self.mail_per_domain, now)
        await wave_writes.pace(conn, ids, moments)
        return {each for each, moment in zip(ids, moments, strict=True) if moment > now}
