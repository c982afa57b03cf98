"""Webhooks in every state for the console's pages, and where they are."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db, events
from service.db import Connection
from service.exchange import calls, signatures, webhook_queries, webhook_writes
from service.exchange.calls import ClaimedRow
from service.exchange.webhook_rules import Answer, Outcome
from service.exchange.webhooks import FIELD
from service.field_cipher import ring
from service.settings import Settings

ENDS: tuple[tuple[Outcome, Answer], ...] = (
    ("taken", Answer(204, milliseconds=84)),
    ("given_up", Answer(500, "it answered 500", milliseconds=312)),
    ("failed", Answer(None, "its certificate is not valid: certificate has expired", milliseconds=97)),
    ("failed", Answer(None, "it did not answer within 15 seconds", milliseconds=15000)),
    ("taken", Answer(200, milliseconds=1204)),
)


async def play_webhooks(conn: Connection, settings: Settings, now: datetime) -> dict[str, str]:
    """Make one that is called, one that is paused, one that was stopped; the paths of their pages."""
    kinds = ["registration_confirmed", "registration_withdrawn"]
    badges = await _make(conn, settings, "https://hooks.cedar-harbor.example/plenary", "Badge printer", kinds, now)
    later = now + timedelta(seconds=1)
    lists = await _make(conn, settings, "https://lists.eon-demo.example:8443/in", "Mailing list", [], later)
    calendar = await _make(conn, settings, "https://calendar.birch-valley-district.example/hooks/plenary", "", [], later)
    await webhook_writes.put_into(conn, calendar, "paused")
    await webhook_writes.put_into(conn, lists, "disabled", "For three days it took no call. The last one: it answered 500.")
    async with conn.transaction():
        await events.number(conn)
    rows = await db.many(
        conn,
        ClaimedRow,
        """select 1 as attempt, position, id, kind, payload, created_at from event
            where position is not null and kind like 'registration%' order by position desc limit 5""",
    )
    for webhook_id in (badges, lists):
        for n, ((outcome, answer), row) in enumerate(zip(ENDS, rows, strict=False)):
            await calls.log(conn, webhook_id, row, outcome, answer, now - timedelta(minutes=7 * n))
    return {
        "webhooks": "/office/webhooks",
        "webhook": f"/office/webhooks/{badges}",
        "webhook-paused": f"/office/webhooks/{calendar}",
        "webhook-stopped": f"/office/webhooks/{lists}",
    }


async def _make(conn: Connection, settings: Settings, url: str, description: str, kinds: list[str], now: datetime) -> UUID:
    webhook_id = db.new_id(now)
    secret = ring(settings.field_keys).seal(webhook_id, FIELD, signatures.new_secret().encode())
    position = await webhook_queries.newest_position(conn)
    await webhook_writes.insert(
        conn,
        webhook_id,
        url=url,
        description=description,
        kinds=kinds,
        cursor=position,
        secret=secret,
        kept_by=None,
        now=now,
    )
    return webhook_id
