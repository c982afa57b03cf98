"""Whether the service lives, whether it can work, and its figures: for those who keep it running."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from litestar import MediaType, Response, get
from msgspec import Struct
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from service.db import Connection, transaction
from service.deliveries import heartbeats
from service.deliveries import queries as deliveries
from service.deliveries.heartbeats import Pulse
from service.exchange import webhook_queries
from service.home import queries
from service.web.deps import WAIT, AnyRequest, Conn, Now, now_of, pool_of
from service.web.errors import BUSY

SILENT = timedelta(seconds=10)
"""A relay that gave no sign of life for so long is not there."""


class Alive(Struct, frozen=True):
    """The process answers."""

    status: str = "ok"


class Readiness(Struct, frozen=True):
    """Each part: "ok", or what is wrong with it."""

    database: str
    relay: str
    queue: str

    @property
    def ready(self) -> bool:
        """Whether all parts are."""
        return self.database == self.relay == self.queue == "ok"


@get("/healthz", access="public", sync_to_thread=False)
def healthz() -> Alive:
    """Liveness: no database is asked, since restarting this process would not mend it."""
    return Alive()


@get("/readyz", access="public")
async def readyz(request: AnyRequest) -> Response[Readiness]:
    """Whether registrations are taken and mail leaves: the database, a relay's heartbeat, its queue."""
    try:
        async with transaction(pool_of(request), within=WAIT) as conn:
            found = readiness(await heartbeats.pulses(conn), now_of(request))
    except BUSY as error:
        found = Readiness(f"does not answer ({type(error).__name__})", "unknown", "unknown")
    return Response(found, status_code=200 if found.ready else 503)


def readiness(pulses: list[Pulse], now: datetime) -> Readiness:
    """What the heartbeats say; one relay that works is enough."""
    relays = [pulse for pulse in pulses if pulse.duty == "relay"]
    awake = [pulse for pulse in relays if now - pulse.beat_at <= SILENT]
    if not awake:
        last = max((pulse.beat_at for pulse in relays), default=None)
        return Readiness("ok", f"no sign of life since {last:%Y-%m-%dT%H:%M:%SZ}" if last else "never seen", "unknown")
    return Readiness("ok", "ok", "ok" if any(pulse.queue_ok for pulse in awake) else "does not answer the relay")


@get("/metrics", access="public", media_type=MediaType.TEXT)
async def metrics(request: AnyRequest, conn: Conn, now: Now) -> Response[bytes]:
    """Figures for Prometheus: this process's requests, and what the database says now."""
    text = generate_latest(request.app.state.requests.registry) + generate_latest(await _gauges(conn, now))
    return Response(text, media_type="text/plain; version=0.0.4")


async def _gauges(conn: Connection, now: datetime) -> CollectorRegistry:
    registry = CollectorRegistry()
    sent = {row.state: row.count for row in await deliveries.counts(conn)}
    _labelled(registry, "plenary_deliveries", "Messages by state.", "state", sent)
    registered = {row.state: row.count for row in await queries.registrations_by_state(conn)}
    _labelled(registry, "plenary_registrations", "Registrations by state.", "state", registered)
    ages = {one.duty: (now - one.beat_at).total_seconds() for one in reversed(await heartbeats.pulses(conn))}
    _labelled(registry, "plenary_heartbeat_age_seconds", "Since the newest sign of life of a duty.", "duty", ages)
    owed = await deliveries.oldest_owed(conn, now)
    facts = await queries.event_figures(conn, now)
    told = await webhook_queries.owed(conn, now)
    for name, words, value in (
        ("plenary_oldest_owed_seconds", "How long the oldest due message has waited.", owed),
        ("plenary_events_unhandled", "Recorded facts whose reactions are still to come.", facts.unhandled),
        ("plenary_events_oldest_seconds", "How long the oldest of them has waited.", facts.oldest_seconds),
        ("plenary_events_failed", "Facts whose reactions were given up: a person must look.", facts.failed),
        ("plenary_webhook_calls_owed", "Events that webhooks are still to be told of.", told.calls),
        ("plenary_webhook_oldest_seconds", "How long ago the oldest of them was recorded.", told.oldest_seconds),
    ):
        Gauge(name, words, registry=registry).set(value)
    return registry


def _labelled(registry: CollectorRegistry, name: str, words: str, label: str, figures: Mapping[str, float]) -> None:
    gauge = Gauge(name, words, [label], registry=registry)
    for value, figure in figures.items():
        gauge.labels(value).set(figure)


HEALTH = [healthz, readyz, metrics]
"""Routes under /, for machines."""
