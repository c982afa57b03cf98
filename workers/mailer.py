"""One delivery through the careful door: claim, render, hand over, mark; what many do at once goes in waves.

A wave is one transaction: deliveries are claimed together; those whose server waits for the text are marked `handover` in
the same commit as the ends of those before them. Each goes on by itself in between, so that a slow or a wrong one holds
nobody up. No more than a wave is handed over at one time: so much a crash leaves in doubt.
"""

import asyncio
import contextlib
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from emails.handover import Handover
from emails.messages import AddressMoved, AnyMessage, Cancelled, CoachingOff, Withdrawn, kept
from emails.render import Rendered
from emails.stencils import Stencils
from service import logs
from service.batching import Batcher
from service.db import Pool
from service.deliveries import previews, queries, writes
from service.deliveries.queries import ClaimRow
from service.settings import Settings
from service.web import links
from workers import own_links
from workers.claiming import Claimed, Claims
from workers.figures import mailed, took
from workers.leases import Leases
from workers.outcomes import Outcomes
from workers.rounds import Closed, Gate
from workers.signing import Signer
from workers.smtp import Answered, Exchange, Line, Silent, Unanswered, give
from workers.waves import AT_WORK, MOST

log = logging.getLogger("plenary.mailer")

LET_GO = "the worker ended before it was handed over"


@dataclass
class Mailer:
    """What a delivery needs: the database, the settings, the mail server, the clock."""

    pool: Pool
    settings: Settings
    exchange: Exchange
    clock: Callable[[], datetime]
    signer: Signer | None = None
    gate: Gate = field(default_factory=Gate)
    """Closed when the process ends: a hand-over that has begun is finished, and no other begins."""
    _stencils: Stencils = field(default_factory=Stencils)

    def __post_init__(self) -> None:
        """One wave at most is being handed over; the next ones are claimed, rendered and asked to be taken."""
        self._room, self._through = asyncio.Semaphore(AT_WORK), asyncio.Semaphore(MOST)
        self._sender = previews.sender(self.settings)
        self._claiming = Claims(self.pool, self.clock, self.settings.mail_per_domain)
        self._claims = Batcher(self._claiming.claim, AT_WORK)
        self._outcomes = Outcomes(self.pool, self.clock)
        self._leases = Leases(self.pool, self.clock)

    async def deliver_all(self, ids: Sequence[UUID]) -> None:
        """Each as `deliver` does; one that fails is said, and keeps none of the others."""
        ends = await asyncio.gather(*(self.deliver(one) for one in ids), return_exceptions=True)
        for one, end in zip(ids, ends, strict=True):
            if isinstance(end, BaseException):
                log.error("delivery %s was left where it was", one, exc_info=end)

    async def deliver(self, delivery_id: UUID) -> None:
        """Do what is right for one delivery now; running twice, or for one that is done, changes nothing."""
        async with self._room:
            if self.gate.closed:
                await self._outcomes.settle(lambda conn, _: queries.take_offers_back(conn, [delivery_id]))
                return
            with logs.about(delivery=delivery_id):
                claimed = await self._claims.ask(None, delivery_id)
                if claimed is not None:
                    await self._send(claimed)

    async def _send(self, claimed: Claimed) -> None:
        """Render it, and hand it over while its lease is renewed."""
        with self._leases.held(claimed.lease):
            try:
                rendered = self._rendered(claimed.row)
            except Exception:
                log.exception("delivery %s cannot be made", claimed.row.id)
                mailed("broken")
                reason = traceback.format_exc(limit=-3)
                await self._outcomes.settle(
                    lambda conn, now: writes.give_up(
                        conn, claimed.row.id, claimed.lease.token, now, response=None, error=reason
                    )
                )
            else:
                if await self._outcomes.may_repeat(claimed, rendered.content):
                    await self._hand_over(claimed, rendered)

    async def _hand_over(self, claimed: Claimed, rendered: Rendered) -> None:
        """Give it to the server, and write down what came of it."""
        try:
            words = await self._given(claimed, rendered)
        except Closed:
            mailed("let_go")
            row, token = claimed.row, claimed.lease.token
            await self._outcomes.settle(
                lambda conn, _: writes.put_back(conn, row.id, token, row.next_at, response=None, error=LET_GO)
            )
        except Answered as answer:
            await self._outcomes.refused(claimed, answer)
        except Unanswered as silence:
            await self._outcomes.doubtful(claimed, rendered.content, str(silence))
        except Silent as silence:
            await self._outcomes.later(claimed, None, str(silence))
        else:
            if words is not None:
                await self._outcomes.sent(claimed, words)

    async def _given(self, claimed: Claimed, rendered: Rendered) -> str | None:
        """Until it is waited for, then the commit, and only then the text: the server's words; None where it is not to go.

        Whoever has room for a hand-over after this one begins it in the commit that has the end of this one, or later.
        """
        async with contextlib.AsyncExitStack() as stack:
            line = await self.gate.approach(self._brought_near(rendered, stack))
            if not await self._claiming.is_still_due(claimed) or not await self._outcomes.begun(claimed.lease):
                line.client.close()
                return None
            with took("text"):
                return await give(line, rendered.content)

    async def _brought_near(self, rendered: Rendered, stack: contextlib.AsyncExitStack) -> Line:
        """A connection whose server waits for the text, and room among those that are being handed over."""
        with took("recipient"):
            line = await stack.enter_async_context(self.exchange.line(rendered.envelope_from, rendered.recipient))
        await stack.enter_async_context(self._through)
        return line

    def _rendered(self, row: ClaimRow) -> Rendered:
        """The mail as it goes out; a retry is the same bytes."""
        rendered = self._stencils.render(_message(row), self._sender, self._handover(row))
        return rendered if self.signer is None else self.signer.signed(rendered, row.created_at)

    def _handover(self, row: ClaimRow) -> Handover:
        return Handover(
            delivery_id=row.id.hex,
            recipient=row.recipient,
            message_id=row.message_id,
            date=row.created_at.replace(microsecond=0),
            links=own_links.made(row, self.settings),
            first_message_id=row.first_message_id or "",
            return_token=links.return_token(self.settings.secret_key, row.id),
            test=row.is_test,
        )


def _message(row: ClaimRow) -> AnyMessage:
    """The stored struct; a CANCEL for an entry that no calendar ever got becomes a plain notice."""
    message = kept(row.message)
    never_invited = row.sequence is not None and row.first_message_id is None
    if never_invited and isinstance(message, Cancelled | Withdrawn | AddressMoved | CoachingOff):
        return msgspec.structs.replace(message, revision=None)
    return message
