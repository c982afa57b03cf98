"""Whether the service lives, whether it can work, and its figures: for those who keep it running."""

import logging
from datetime import datetime

from litestar import MediaType, Response, get
from msgspec import Struct
from prometheus_client import generate_latest

from service.access.rules import require
from service.deliveries import heartbeats
from service.deliveries.heartbeats import Pulse
from service.home.figures import SILENT, Figures, of_database
from service.web.deps import AnyRequest, now_of, pool_of, transacting
from service.web.errors import BUSY
from service.web.security import may_see_figures

log = logging.getLogger("plenary.health")


class Alive(Struct, frozen=True):
    """The process answers."""

    status: str = "ok"


class Readiness(Struct, frozen=True):
    """Each part: "ok", or what is wrong with it."""

    database: str
    relay: str
    queue: str
    process: str = "ok"

    @property
    def ready(self) -> bool:
        """Whether all parts are."""
        return self.database == self.relay == self.queue == self.process == "ok"


@get("/healthz", access="public", sync_to_thread=False)
def healthz() -> Alive:
    """Liveness: no database is asked, since restarting this process would not mend it."""
    return Alive()


@get("/readyz", access="public")
async def readyz(request: AnyRequest) -> Response[Readiness]:
    """Whether registrations are taken and mail leaves: the database, a relay's heartbeat, its queue; not in a process that
    was asked to end."""
    if request.app.state.leaving:
        return Response(Readiness("unknown", "unknown", "unknown", "ends"), status_code=503)
    try:
        async with transacting(request.app) as conn:
            found = readiness(await heartbeats.pulses(conn), now_of(request))
    except BUSY as error:
        found = Readiness(f"does not answer ({type(error).__name__})", "unknown", "unknown")
    return Response(found, status_code=200 if found.ready else 503)


@get("/readyz/web", access="public", sync_to_thread=False)
def takes_requests(request: AnyRequest) -> Response[Alive]:
    """For balancers: whether this process takes requests. What all share is not asked: while mail waits, pages are read."""
    leaving = request.app.state.leaving
    return Response(Alive("ends" if leaving else "ok"), status_code=503 if leaving else 200)


def readiness(pulses: list[Pulse], now: datetime) -> Readiness:
    """What the heartbeats say; one relay that works is enough."""
    relays = [pulse for pulse in pulses if pulse.duty == "relay"]
    awake = [pulse for pulse in relays if now - pulse.beat_at <= SILENT]
    if not awake:
        last = max((pulse.beat_at for pulse in relays), default=None)
        return Readiness("ok", f"no sign of life since {last:%Y-%m-%dT%H:%M:%SZ}" if last else "never seen", "unknown")
    return Readiness("ok", "ok", "ok" if any(pulse.queue_ok for pulse in awake) else "does not answer the relay")


@get("/metrics", access="public", media_type=MediaType.TEXT)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Figures for Prometheus: this process's requests, and what the database says now; raises NotFound for strangers."""
    require(may_see_figures(request))
    text = generate_latest(request.app.state.requests.registry)
    own = Figures()
    pool = pool_of(request)
    idle = pool.get_idle_size()
    held = {"idle": idle, "used": pool.get_size() - idle}
    own.each("plenary_pool_connections", "Connections of this process to the database.", "state", held)
    try:
        async with transacting(request.app) as conn:
            text += generate_latest(await of_database(conn, now_of(request)))
        up = True
    except BUSY as error:
        log.warning("no figures of the database: %s", type(error).__name__)
        up = False
    own.one("plenary_database_up", "1: the database answers this process.", up)
    return Response(text + generate_latest(own.registry), media_type="text/plain; version=0.0.4")


HEALTH = [healthz, readyz, takes_requests, metrics]
"""Routes under /, for machines."""
