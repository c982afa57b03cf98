"""What the database says to those who keep the service running, as figures for Prometheus.

Every web process says the same of the database: take the largest of them, not their sum. The names are used by the alerts
and the dashboard in docs/operations, and by a test that compares them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics

from service.access import tallies
from service.backups import queries as backups
from service.db import Connection
from service.deliveries import heartbeats
from service.exchange import webhook_queries
from service.exchange.webhook_rules import State as WebhookState
from service.home import queries
from service.keeping import retention_queries

SILENT = timedelta(seconds=10)
"""A relay that gave no sign of life for so long is not there."""
disable_created_metrics()


class Figures:
    """A registry that is filled once, by name."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

    def one(self, name: str, words: str, value: float) -> None:
        """A figure by itself."""
        Gauge(name, words, registry=self.registry).set(value)

    def each(self, name: str, words: str, label: str, values: Mapping[str, float]) -> None:
        """A figure for each value of a label."""
        gauge = Gauge(name, words, [label], registry=self.registry)
        for value, figure in values.items():
            gauge.labels(value).set(figure)

    def total(self, name: str, words: str, label: str, values: Mapping[str, int]) -> None:
        """What only grows."""
        counter = Counter(name, words, [label], registry=self.registry)
        for value, figure in values.items():
            counter.labels(value).inc(figure)


async def of_database(conn: Connection, now: datetime) -> CollectorRegistry:
    """All of them; each statement is answered by an index, or by a few rows."""
    figures = Figures()
    await _mail(figures, conn, now)
    await _events(figures, conn, now)
    await _workers(figures, conn, now)
    await _others(figures, conn, now)
    await _server(figures, conn)
    return figures.registry


async def _mail(figures: Figures, conn: Connection, now: datetime) -> None:
    counted = _every(("queued", "sending", "handover", "unknown", "dead"), await queries.deliveries_by_state(conn))
    figures.each("plenary_deliveries", "Messages that were not sent, by state.", "state", counted)
    owed = {row.name: row.count for row in await queries.owed_by_kind(conn, now)}
    figures.each("plenary_deliveries_owed", "Messages that are due and not sent, by kind.", "kind", owed)
    oldest = await queries.oldest_owed(conn, now)
    figures.one("plenary_oldest_owed_seconds", "Since the oldest unsent message first became due.", oldest)
    came = await queries.incoming(conn, now)
    figures.one("plenary_inbound_unjudged", "Mails that came in and were not judged yet.", came.count)
    figures.one("plenary_inbound_oldest_seconds", "How long the oldest of them has waited.", came.oldest_seconds)


async def _events(figures: Figures, conn: Connection, now: datetime) -> None:
    facts = await queries.event_figures(conn, now)
    told = await webhook_queries.owed(conn, now)
    for name, words, value in (
        ("plenary_events_unhandled", "Recorded facts whose reactions are still to come.", facts.unhandled),
        ("plenary_events_oldest_seconds", "How long the oldest of them has waited.", facts.oldest_seconds),
        ("plenary_events_failed", "Facts whose reactions were given up: a person must look.", facts.failed),
        ("plenary_events_unnumbered", "Recorded facts that have no place in the feed yet.", facts.unnumbered),
        ("plenary_events_position", "The place of the newest fact in the feed.", facts.position),
        ("plenary_webhook_calls_owed", "Events that webhooks are still to be told of.", told.calls),
        ("plenary_webhook_oldest_seconds", "How long ago the oldest of them was recorded.", told.oldest_seconds),
    ):
        figures.one(name, words, value)
    states = _every(get_args(WebhookState), await queries.webhooks(conn))
    figures.each("plenary_webhooks", "Webhooks by state.", "state", states)


async def _workers(figures: Figures, conn: Connection, now: datetime) -> None:
    pulses = await heartbeats.pulses(conn)
    ages = {one.duty: (now - one.beat_at).total_seconds() for one in reversed(pulses)}
    figures.each("plenary_heartbeat_age_seconds", "Since the newest sign of life of a duty.", "duty", ages)
    awake = [one for one in pulses if one.duty == "relay" and now - one.beat_at <= SILENT]
    figures.one("plenary_workers", "Workers that gave a sign of life just now.", len(awake))
    figures.one("plenary_queue_up", "1: the queue answers a worker.", any(one.queue_ok for one in awake))
    papers = await queries.documents(conn, now)
    figures.one("plenary_documents_owed", "Documents that are due and not made yet.", papers.count)
    figures.one("plenary_documents_oldest_seconds", "How long the oldest of them has waited.", papers.oldest_seconds)
    figures.one("plenary_documents_failed", "Documents that were given up: a person must look.", papers.failed)


async def _others(figures: Figures, conn: Connection, now: datetime) -> None:
    registered = {row.state: row.count for row in await queries.registrations_by_state(conn, now)}
    figures.each("plenary_registrations", "Registrations for convenings that are not over.", "state", registered)
    wrong = await tallies.tallies(conn)
    figures.total("plenary_sign_in_failures", "Codes to sign in that were wrong or came too late.", "why", wrong)
    nights = await retention_queries.latest(conn)
    since = (now - nights[0].started_at).total_seconds() if nights else float("nan")
    figures.one("plenary_retention_age_seconds", "Since the last night's deletion began; NaN: there was none yet.", since)
    made = await backups.age(conn, now)
    old = made.total_seconds() if made is not None else float("nan")
    figures.one("plenary_backup_age_seconds", "Since the newest backup that we made began; NaN: there is none of ours.", old)
    left = sum(nights[0].left_over.values()) if nights else 0
    figures.one("plenary_retention_left_over", "What it found that should be gone and is not.", left)


async def _server(figures: Figures, conn: Connection) -> None:
    database = await queries.database(conn)
    figures.one("plenary_database_bytes", "The size of the database.", database.bytes)
    figures.one("plenary_database_connections_most", "How many connections it allows.", database.most_connections)
    held = {row.name: row.count for row in await queries.connections(conn)}
    figures.each("plenary_database_connections", "Connections by program.", "program", held)
    dead = {row.name: row.count for row in await queries.dead_rows(conn)}
    figures.each("plenary_dead_rows", "Rows that wait for the vacuum, in the five tables that have most.", "table", dead)


def _every(names: Iterable[str], found: Iterable[queries.StateCount]) -> dict[str, int]:
    """Also those of which there are none: an alert cannot compare what is not said."""
    counted = {row.state: row.count for row in found}
    return {name: counted.get(name, 0) for name in names}
