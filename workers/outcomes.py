"""What is written at the door, one commit for all: the ends of hand-overs that the server answered meanwhile, and the
hand-overs that begin in their place. So a wave costs one commit, and never is more than one wave in doubt.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeAlias

from service import db
from service.batching import Batcher, Take
from service.db import Connection, Pool
from service.deliveries import pacing, rules, suppressions, wave_writes, writes
from service.deliveries.wave_writes import Lease, Sent
from service.exchange import reports
from workers.claiming import Claimed
from workers.figures import mailed
from workers.smtp import Answered
from workers.waves import AT_WORK

PERSISTENCE = 60.0
"""Seconds for which the outcome of a hand-over is written again and again, through a restart of PostgreSQL or a lock."""

OTHER_BYTES = "nobody knows whether it was taken, and today it would be another mail; a person decides"

SLOWER = timedelta(minutes=1)
"""So long a domain that says “later” gets no more of a crowd's mail."""

Write: TypeAlias = Callable[[Connection, datetime], Awaitable[object]]
Line: TypeAlias = Lease | Sent | Write
"""A hand-over that begins; one that the server took; any other end."""


@dataclass
class Outcomes:
    """The one place where beginning and end of a hand-over are written."""

    pool: Pool
    clock: Callable[[], datetime]
    _waves: Batcher[None, Line, bool] = field(init=False)

    def __post_init__(self) -> None:
        """What comes while others are being written goes with the next."""
        self._waves = Batcher(self._write, AT_WORK)

    async def begun(self, lease: Lease) -> bool:
        """From here on silence is doubtful; False where the lease is lost, and then no text may follow."""
        return await self._waves.ask(None, lease)

    async def sent(self, claimed: Claimed, words: str) -> None:
        """The server said 250, with these words."""
        mailed("sent")
        await self._waves.ask(None, Sent(claimed.lease, words))

    async def settle(self, write: Write) -> None:
        """Write it, through a restart of PostgreSQL; past our patience the lease runs out and the sweep decides."""
        await self._waves.ask(None, write)

    async def refused(self, claimed: Claimed, answer: Answered) -> None:
        """A definite no: later again, or dead."""
        row, lease = claimed.row, claimed.lease
        response = f"{answer.code} {answer.words}"
        if rules.fate(answer.stage, answer.code) != "dead":
            await self.later(claimed, response, f"not accepted at {answer.stage.upper()}")
            if row.bulk and answer.stage in ("rcpt", "data"):
                await self.settle(lambda conn, now: pacing.slow_down(conn, row.recipient, now + SLOWER))
            return
        mailed("dead")
        error, gone = f"refused at {answer.stage.upper()}", answer.stage == "rcpt" and reports.is_hard(response)

        async def give_up(conn: Connection, now: datetime) -> None:
            ours = await writes.give_up(conn, row.id, lease.token, now, response=response, error=error)
            if ours and gone:  # and not erased meanwhile
                await suppressions.put(conn, row.recipient, f"refused: {response}"[:500], now)

        await self.settle(give_up)

    async def doubtful(self, claimed: Claimed, content: bytes, reason: str) -> None:
        """Silence after the hand-over of these bytes."""
        again = rules.repeats(claimed.row.policy, claimed.row.attempt + 1)
        await self._in_doubt(claimed, reason, sha256(content).digest() if again else None)

    async def may_repeat(self, claimed: Claimed, content: bytes) -> bool:
        """Whether these bytes are those of which nobody knows whether they were taken; a person decides where they are not.

        A mail is made anew for each attempt: another release, or a link that ended meanwhile, makes another mail of it.
        """
        known = claimed.row.content_hash
        if known is None or known == sha256(content).digest():
            return True
        await self._in_doubt(claimed, OTHER_BYTES, None)
        return False

    async def _in_doubt(self, claimed: Claimed, reason: str, repeated: bytes | None) -> None:
        """It goes again, if it has this hash then; None: a person decides."""
        mailed("doubtful")
        row, token = claimed.row, claimed.lease.token
        await self.settle(
            lambda conn, now: writes.leave_in_doubt(
                conn,
                row.id,
                token,
                now=now,
                again_at=None if repeated is None else _next(claimed, now),
                error=reason,
                content_hash=repeated,
            )
        )

    async def later(self, claimed: Claimed, response: str | None, error: str) -> None:
        """It was not accepted, for sure: tried again, but not for ever."""
        row, token = claimed.row, claimed.lease.token
        if row.waiting_since is not None and self.clock() - row.waiting_since > rules.GIVE_UP:
            mailed("dead")
            await self.settle(
                lambda conn, now: writes.give_up(
                    conn, row.id, token, now, response=response, error=f"given up after five days: {error}"
                )
            )
            return
        mailed("later")
        await self.settle(
            lambda conn, now: writes.put_back(conn, row.id, token, _next(claimed, now), response=response, error=error)
        )

    async def _write(self, _key: None, take: Take[Line]) -> list[bool]:
        wave = take()
        give_up_at = asyncio.get_running_loop().time() + PERSISTENCE
        while True:
            try:
                if all(isinstance(one, Sent | Lease) for one in wave):
                    async with self.pool.acquire() as conn:  # one statement is a transaction
                        return await self._turn(conn, wave, self.clock())
                async with db.transaction(self.pool) as conn:
                    return await self._write_once(conn, wave)
            except (*db.LOST, *db.WAITED):
                if asyncio.get_running_loop().time() > give_up_at:
                    raise
                await asyncio.sleep(0.2)

    async def _write_once(self, conn: Connection, wave: Sequence[Line]) -> list[bool]:
        """Whether each is written; of a hand-over, whether it begins."""
        now = self.clock()
        for one in wave:
            if not isinstance(one, Sent | Lease):
                await one(conn, now)
        return await self._turn(conn, wave, now)

    async def _turn(self, conn: Connection, wave: Sequence[Line], now: datetime) -> list[bool]:
        begun = [one for one in wave if isinstance(one, Lease)]
        sent = [one for one in wave if isinstance(one, Sent)]
        ours = await wave_writes.turn(conn, begun, sent, now, now + rules.LEASE)
        return [not isinstance(one, Lease) or one.delivery_id in ours for one in wave]


def _next(claimed: Claimed, now: datetime) -> datetime:
    return now + rules.pause(claimed.row.attempt + 1, random.random())  # noqa: S311  # jitter, not a secret
