"""One delivery through the careful door: claim, render, hand over, mark."""

import asyncio
import contextlib
import logging
import random
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import msgspec

from emails.handover import Handover
from emails.messages import AddressMoved, AnyMessage, Cancelled, CoachingOff, Withdrawn
from emails.render import Rendered, render
from service import db, logs
from service.consents.deadlines import polite
from service.db import Pool
from service.deliveries import pacing, previews, queries, rules, suppressions, writes
from service.deliveries.queries import ClaimRow
from service.deliveries.rules import State
from service.exchange import reports
from service.settings import Settings
from service.web import links
from workers import coaching_notices, material_reactions, own_links, survey_reactions
from workers.figures import mailed, took
from workers.leases import leased
from workers.rounds import Closed, Gate
from workers.signing import Signer
from workers.smtp import Answered, Exchange, Silent, give

log = logging.getLogger("plenary.mailer")
ResultT = TypeVar("ResultT")

PERSISTENCE = 60.0
"""Seconds for which the outcome of a hand-over is written again and again through a restart of PostgreSQL."""

SLOWER = timedelta(minutes=1)
"""So long a domain that says “later” gets no more of a crowd's mail."""
LET_GO = "the worker ended before it was handed over"
LOOKED_AT = {
    "survey_ask": survey_reactions.is_wanted,
    "family_survey": survey_reactions.is_wanted,
    "coaching_reminder": coaching_notices.is_wanted,
    "materials_ready": material_reactions.is_wanted,
}
"""Kinds of which facts say whether they are still wanted that no single statement knows."""

CLOSED_AS: dict[rules.Verdict, tuple[State, str]] = {
    "expired": ("expired", "its time had passed"),
    "unwanted": ("cancelled", "no longer wanted"),
    "superseded": ("cancelled", "superseded by a newer revision"),
    "unasked": ("cancelled", "they asked for no more of these"),
    "suppressed": ("dead", "we no longer write to this address"),
    "doubtful": ("unknown", "a worker ended during the hand-over; a person decides"),
}


@dataclass(frozen=True)
class Mailer:
    """What a delivery needs: the database, the settings, the mail server, the clock."""

    pool: Pool
    settings: Settings
    exchange: Exchange
    clock: Callable[[], datetime]
    signer: Signer | None = None
    gate: Gate = field(default_factory=Gate)
    """Closed when the process ends: a hand-over that has begun is finished, and no other begins."""

    async def deliver(self, delivery_id: UUID) -> None:
        """Do what is right for one delivery now; running twice, or for one that is done, changes nothing."""
        if self.gate.closed:
            await self._settle(lambda conn, _: queries.take_offers_back(conn, [delivery_id]))
            return
        token = uuid4()
        with logs.about(delivery=delivery_id):
            claimed = await self._claim(delivery_id, token)
            if claimed is not None:
                await self._send(claimed, token)

    async def _send(self, claimed: ClaimRow, token: UUID) -> None:
        """Render it, and hand it over while its lease is renewed."""
        delivery_id = claimed.id
        try:
            rendered = render(self._message(claimed), previews.sender(self.settings), self._handover(claimed))
            if self.signer is not None:
                rendered = self.signer.signed(rendered, claimed.created_at)
        except Exception:
            log.exception("delivery %s cannot be made", delivery_id)
            mailed("broken")
            await self._settle(
                lambda conn, now: writes.give_up(
                    conn, delivery_id, token, now, response=None, error=traceback.format_exc(limit=-3)
                )
            )
            return
        async with leased(self.pool, delivery_id, token, self.clock):
            await self._hand_over(claimed, token, rendered)

    async def _claim(self, delivery_id: UUID, token: UUID) -> ClaimRow | None:
        """The delivery, ours for 15 seconds; None where there is nothing to send now."""
        now = self.clock()
        async with db.transaction(self.pool) as conn:
            await queries.lock(conn, delivery_id)
            row = await queries.for_claim(conn, delivery_id, now)
            if row.wanted and not row.is_test and (asks := LOOKED_AT.get(row.message.get("type", ""))) is not None:
                row = msgspec.structs.replace(row, wanted=await asks(conn, row, now))
            standing = rules.Standing(**{name: getattr(row, name) for name in rules.Standing.__struct_fields__})
            verdict = rules.judge(standing, now)
            if verdict in CLOSED_AS:
                state, reason = CLOSED_AS[verdict]
                await writes.close(conn, delivery_id, state, now, reason)
            elif verdict == "wait":
                await writes.postpone(conn, delivery_id, now + rules.pause(1, 0.0) / 4)
            elif verdict == "quiet" and row.quiet_zone is not None:
                await writes.postpone(conn, delivery_id, polite(now, row.quiet_zone))
            elif verdict == "send" and row.bulk and not row.paced and await self._must_wait(conn, row, now):
                return None
            elif verdict == "send":
                await writes.take(conn, delivery_id, token, now + rules.LEASE)
                return row
        return None

    async def _must_wait(self, conn: db.Connection, row: ClaimRow, now: datetime) -> bool:
        """Give one of many alike its moment among those to the same domain."""
        at = await pacing.moment(conn, row.recipient, self.settings.mail_per_domain, now)
        await writes.pace(conn, row.id, at)
        return at > now

    async def _hand_over(self, claimed: ClaimRow, token: UUID, rendered: Rendered) -> None:
        """To the end of RCPT, then the commit, and only then DATA."""
        handed = False
        try:
            async with contextlib.AsyncExitStack() as stack:
                entering = stack.enter_async_context(self.exchange.line(rendered.envelope_from, rendered.recipient))
                with took("recipient"):
                    line = await self.gate.approach(entering)
                now = self.clock()
                async with db.transaction(self.pool) as conn:
                    if not await writes.begin_handover(conn, claimed.id, token, now, now + rules.LEASE):
                        line.client.close()
                        return
                handed = True
                with took("text"):
                    words = await give(line, rendered.content)
        except Closed:
            mailed("let_go")
            await self._settle(
                lambda conn, _: writes.put_back(conn, claimed.id, token, claimed.next_at, response=None, error=LET_GO)
            )
        except Answered as answer:
            await self._refused(claimed, token, answer)
        except Silent as silence:
            await self._unanswered(claimed, token, str(silence), handed=handed)
        else:
            mailed("sent")
            await self._settle(lambda conn, now: writes.mark_sent(conn, claimed.id, token, now, words))

    async def _refused(self, claimed: ClaimRow, token: UUID, answer: Answered) -> None:
        """A definite no: later again, or dead."""
        response = f"{answer.code} {answer.words}"
        if rules.fate(answer.stage, answer.code) == "dead":
            mailed("dead")
            await self._settle(
                lambda conn, now: writes.give_up(
                    conn, claimed.id, token, now, response=response, error=f"refused at {answer.stage.upper()}"
                )
            )
            if answer.stage == "rcpt" and reports.is_hard(response):
                await self._settle(
                    lambda conn, now: suppressions.put(conn, claimed.recipient, f"refused: {response}"[:500], now)
                )
        else:
            await self._later(claimed, token, response, f"not accepted at {answer.stage.upper()}")
            if claimed.bulk and answer.stage in ("rcpt", "data"):
                await self._settle(lambda conn, now: pacing.slow_down(conn, claimed.recipient, now + SLOWER))

    async def _unanswered(self, claimed: ClaimRow, token: UUID, reason: str, *, handed: bool) -> None:
        """Silence: temporary before DATA, the only doubt there is after it."""
        if not handed:
            await self._later(claimed, token, None, reason)
            return
        mailed("doubtful")
        await self._settle(
            lambda conn, now: writes.leave_in_doubt(
                conn, claimed.id, token, now=now, next_at=self._next(claimed, now), error=reason
            )
        )

    async def _later(self, claimed: ClaimRow, token: UUID, response: str | None, error: str) -> None:
        given_up = self.clock() - claimed.created_at > rules.GIVE_UP
        mailed("dead" if given_up else "later")
        if given_up:
            await self._settle(
                lambda conn, now: writes.give_up(
                    conn, claimed.id, token, now, response=response, error=f"given up after five days: {error}"
                )
            )
            return
        await self._settle(
            lambda conn, now: writes.put_back(
                conn, claimed.id, token, self._next(claimed, now), response=response, error=error
            )
        )

    def _next(self, claimed: ClaimRow, now: datetime) -> datetime:
        return now + rules.pause(claimed.attempt + 1, random.random())  # noqa: S311  # jitter, not a secret

    async def _settle(self, write: Callable[[db.Connection, datetime], Awaitable[ResultT]]) -> ResultT:
        """Write the outcome, through a restart of PostgreSQL; past our patience the lease runs out and the sweep decides."""
        give_up_at = asyncio.get_running_loop().time() + PERSISTENCE
        while True:
            try:
                async with db.transaction(self.pool) as conn:
                    return await write(conn, self.clock())
            except db.LOST:
                if asyncio.get_running_loop().time() > give_up_at:
                    raise
                await asyncio.sleep(0.2)

    def _message(self, claimed: ClaimRow) -> AnyMessage:
        """The stored struct; a CANCEL for an entry that no calendar ever got becomes a plain notice."""
        message: AnyMessage = msgspec.convert(claimed.message, AnyMessage)
        never_invited = claimed.sequence is not None and claimed.first_message_id is None
        if never_invited and isinstance(message, Cancelled | Withdrawn | AddressMoved | CoachingOff):
            return msgspec.structs.replace(message, revision=None)
        return message

    def _handover(self, claimed: ClaimRow) -> Handover:
        return Handover(
            delivery_id=claimed.id.hex,
            recipient=claimed.recipient,
            message_id=claimed.message_id,
            date=claimed.created_at.replace(microsecond=0),
            links=own_links.made(claimed, self.settings),
            first_message_id=claimed.first_message_id or "",
            return_token=links.return_token(self.settings.secret_key, claimed.id),
            test=claimed.is_test,
        )
