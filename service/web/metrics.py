"""How many requests, how fast: counted by route template, never by address, since addresses hold tokens and names."""

import logging
from time import perf_counter

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Histogram

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

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One more."""
        key = (method, route, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._seconds.labels(method, route, str(status))
        child.observe(seconds)


def timed(app: ASGIApp) -> ASGIApp:
    """Middleware: note when a request came."""

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["came"] = perf_counter()
        await app(scope, receive, send)

    return note


async def observe(message: Message, scope: Scope) -> None:
    """Litestar's `before_send`: count the answer, and write one line about it."""
    if message["type"] != "http.response.start" or scope["type"] != "http":
        return
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = str(scope.get("path_template") or "none")
    seconds = perf_counter() - scope["state"].get("came", perf_counter())
    scope["litestar_app"].state.requests.count(method, route, message["status"], seconds)
    if log.isEnabledFor(logging.INFO):
        log.info("method=%s route=%s status=%s ms=%.1f", method, route, message["status"], seconds * 1000)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted together, so that nobody can make up labels."""
