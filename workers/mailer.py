"""One delivery through the careful door: claim, render, hand over, mark."""

import asyncio
import contextlib
import logging
import random
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import msgspec

from emails.handover import Handover
from emails.messages import AddressMoved, AnyMessage, Cancelled, Withdrawn
from emails.render import Rendered, render
from service import db
from service.consents.deadlines import polite
from service.db import Pool
from service.deliveries import pacing, previews, queries, rules, suppressions, writes
from service.deliveries.queries import ClaimRow
from service.deliveries.rules import State
from service.exchange import reports
from service.settings import Settings
from service.web import links
from workers import material_reactions, own_links, survey_reactions
from workers.signing import Signer
from workers.smtp import Answered, Exchange, Silent, give

log = logging.getLogger("plenary.mailer")
ResultT = TypeVar("ResultT")

RENEW_EVERY = 5.0
PERSISTENCE = 60.0
"""Seconds for which the outcome of a hand-over is written again and again through a restart of PostgreSQL."""

SLOWER = timedelta(minutes=1)
"""So long a domain that says “later” gets no more of a crowd's mail."""
LOOKED_AT = {
    "survey_ask": survey_reactions.is_wanted,
    "family_survey": survey_reactions.is_wanted,
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

    async def deliver(self, delivery_id: UUID) -> None:
        """Do what is right for one delivery now; running twice, or for one that is done, changes nothing."""
        token = uuid4()
        claimed = await self._claim(delivery_id, token)
        if claimed is None:
            return
        try:
            rendered = render(self._message(claimed), previews.sender(self.settings), self._handover(claimed))
            if self.signer is not None:
                rendered = self.signer.signed(rendered, claimed.created_at)
        except Exception:
            log.exception("delivery %s cannot be made", delivery_id)
            await self._settle(
                lambda conn, now: writes.give_up(
                    conn, delivery_id, token, now, response=None, error=traceback.format_exc(limit=-3)
                )
            )
            return
        async with self._leased(delivery_id, token):
            await self._hand_over(claimed, token, rendered)

    async def _claim(self, delivery_id: UUID, token: UUID) -> ClaimRow | None:
        """The delivery, ours for 15 seconds; None where there is nothing to send now."""
        now = self.clock()
        async with db.transaction(self.pool) as conn:
            await queries.lock(conn, delivery_id)
            row = await queries.for_claim(conn, delivery_id, now)
            if row.wanted and not row.is_test and (asks := LOOKED_AT.get(row.message.get("type", ""))) is not None:
                row = msgspec.structs.replace(row, wanted=await asks(conn, row.subject_id, now))
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
            async with self.exchange.line(rendered.envelope_from, rendered.recipient) as line:
                now = self.clock()
                async with db.transaction(self.pool) as conn:
                    if not await writes.begin_handover(conn, claimed.id, token, now, now + rules.LEASE):
                        line.client.close()
                        return
                handed = True
                words = await give(line, rendered.content)
        except Answered as answer:
            await self._refused(claimed, token, answer)
        except Silent as silence:
            await self._unanswered(claimed, token, str(silence), handed=handed)
        else:
            await self._settle(lambda conn, now: writes.mark_sent(conn, claimed.id, token, now, words))

    async def _refused(self, claimed: ClaimRow, token: UUID, answer: Answered) -> None:
        """A definite no: later again, or dead."""
        response = f"{answer.code} {answer.words}"
        if rules.fate(answer.stage, answer.code) == "dead":
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
        await self._settle(
            lambda conn, now: writes.leave_in_doubt(
                conn, claimed.id, token, now=now, next_at=self._next(claimed, now), error=reason
            )
        )

    async def _later(self, claimed: ClaimRow, token: UUID, response: str | None, error: str) -> None:
        if self.clock() - claimed.created_at > rules.GIVE_UP:
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

    @asynccontextmanager
    async def _leased(self, delivery_id: UUID, token: UUID) -> AsyncGenerator[None]:
        """Renew the lease while the work lasts."""
        renewing = asyncio.create_task(self._renew(delivery_id, token))
        try:
            yield
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self, delivery_id: UUID, token: UUID) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            try:
                async with db.transaction(self.pool) as conn:
                    await writes.renew(conn, delivery_id, token, self.clock() + rules.LEASE)
            except db.LOST as error:
                log.warning("the lease of delivery %s could not be renewed: %s", delivery_id, type(error).__name__)

    def _message(self, claimed: ClaimRow) -> AnyMessage:
        """The stored struct; a CANCEL for an entry that no calendar ever got becomes a plain notice."""
        message: AnyMessage = msgspec.convert(claimed.message, AnyMessage)
        never_invited = claimed.sequence is not None and claimed.first_message_id is None
        if never_invited and isinstance(message, Cancelled | Withdrawn | AddressMoved):
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
