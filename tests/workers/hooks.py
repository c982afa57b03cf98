"""Workers of webhooks at the test's moment, and what they find to do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from service import db, events
from service.db import Pool
from service.events import Event
from service.exchange import webhook_queries, webhooks
from service.exchange.webhook_queries import AttemptRow, WebhookRow
from service.exchange.webhook_rules import NewWebhook, WebhookPatch
from service.exchange.webhooks import Office
from service.field_cipher import ring
from service.settings import Settings
from workers.calling import Caller
from workers.webhooks import Webhooks


class Hooks:
    """One worker's webhooks; the clock stands still until the test moves it."""

    def __init__(self, pool: Pool, settings: Settings, moment: datetime) -> None:
        self.pool, self.moment = pool, moment
        self.settings = msgspec.structs.replace(settings, webhooks_to_loopback=True)
        self.office = Office(ring(settings.field_keys), Caller().resolve, to_loopback=True)
        self.worker = self.another()

    def another(self, patience: float = 5.0) -> Webhooks:
        return Webhooks(self.pool, self.settings, Caller(to_loopback=True, patience=patience), self.clock)

    def clock(self) -> datetime:
        return self.moment

    def later(self, **delta: float) -> None:
        self.moment += timedelta(**delta)

    async def make(self, url: str, *kinds: str, by: UUID | None = None) -> tuple[UUID, str]:
        async with db.transaction(self.pool) as conn:
            return await webhooks.make(conn, self.office, NewWebhook(url=url, kinds=list(kinds)), by, self.moment)

    async def patch(self, webhook_id: UUID, by: UUID | None = None, **changes: object) -> WebhookRow:
        async with db.transaction(self.pool) as conn:
            patch = msgspec.convert(changes, WebhookPatch)
            return (await webhooks.change(conn, self.office, webhook_id, patch, by, self.moment)).webhook

    async def replay(self, webhook_id: UUID, after: int) -> None:
        async with db.transaction(self.pool) as conn:
            await webhooks.replay(conn, webhook_id, after)

    async def happen(self, *happened: Event) -> None:
        """Recorded and numbered."""
        async with db.transaction(self.pool) as conn:
            await events.record(conn, self.moment, happened)
        async with db.transaction(self.pool) as conn:
            await events.number(conn)

    async def settle(self, *workers: Webhooks) -> int:
        """Call until nothing is due at this moment; how many calls were begun."""
        made = 0
        for worker in workers or (self.worker,):
            while begun := await worker.work_once():
                made += begun
                await worker.finish()
        return made

    async def one(self, webhook_id: UUID) -> WebhookRow:
        async with self.pool.acquire() as conn:
            return await webhook_queries.webhook(conn, webhook_id)

    async def attempts(self, webhook_id: UUID) -> list[AttemptRow]:
        """The oldest first."""
        async with self.pool.acquire() as conn:
            return (await webhook_queries.attempts(conn, webhook_id, None, 500))[::-1]

    async def feed(self) -> Sequence[events.PublicEvent]:
        async with self.pool.acquire() as conn:
            return await events.after(conn, 0, 1000)
