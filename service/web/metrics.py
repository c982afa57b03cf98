"""How many requests, how fast: counted by route template, never by address, since addresses hold tokens and names."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from time import perf_counter

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector

from service import logs
from service.web.naming import request_id

log = logging.getLogger("plenary.requests")

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""Seconds."""


class Requests:
    """The requests that one process answered."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "plenary_http_request_seconds",
            "From the first byte of a request to the first byte of its answer.",
            ["method", "route", "status"],
            registry=self.registry,
            buckets=BUCKETS,
        )
        self._children: dict[tuple[str, str, int], Histogram] = {}
        self._waiting = Gauge(
            "plenary_pool_waiting", "Requests that wait for a connection to the database.", registry=self.registry
        )
        self._waited = Histogram(
            "plenary_pool_wait_seconds",
            "How long requests waited for a connection.",
            registry=self.registry,
            buckets=BUCKETS,
        )
        ProcessCollector(registry=self.registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One more."""
        key = (method, route, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._seconds.labels(method, route, str(status))
        child.observe(seconds)

    @contextmanager
    def waiting(self) -> Generator[None]:
        """While a request waits for a connection."""
        began = perf_counter()
        with self._waiting.track_inprogress():
            try:
                yield
            finally:
                self._waited.observe(perf_counter() - began)


def timed(app: ASGIApp) -> ASGIApp:
    """Middleware: note when a request came, and that what is written meanwhile is about it."""

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["came"] = perf_counter()
        logs.remember(request=request_id(scope))
        await app(scope, receive, send)

    return note


async def observe(message: Message, scope: Scope) -> None:
    """Litestar's `before_send`: count the answer, write one line about it, and give the request's name with it."""
    if message["type"] != "http.response.start" or scope["type"] != "http":
        return
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = str(scope.get("path_template") or "none")
    seconds = perf_counter() - scope["state"].get("came", perf_counter())
    scope["litestar_app"].state.requests.count(method, route, message["status"], seconds)
    name = request_id(scope)
    message["headers"] = [*message["headers"], (b"x-request-id", name.encode())]
    if log.isEnabledFor(logging.INFO):
        told = logs.facts(request=name, method=method, route=route, status=message["status"], ms=round(seconds * 1000, 1))
        log.info("answered", extra=told)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted together, so that nobody can make up labels."""
