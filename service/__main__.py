"""`python -m service`: the web process."""

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from types import FrameType
from typing import Any, cast

import uvicorn
import uvloop

from service import garbage, logs
from service.app import create_app
from service.errors import StartRefused
from service.settings import Settings, from_env
from service.web.gathering import OnePiece

PATIENCE = 10
"""Seconds that running requests are given when the process has stopped to take new ones."""
KEEP_ALIVE = 75
"""Seconds for which a connection is kept for the next request: longer than balancers keep theirs, so that it is they who
end one, and none of them writes into one that we are just closing."""
LET_IN = 0.2
"""Seconds in which who was let in before the door closed may still say what they want."""
CLOSE = (b"connection", b"close")

log = logging.getLogger("plenary.web")


class Server(uvicorn.Server):
    """Leaves in order: says so while it still serves, then takes nobody in any more, then finishes what runs."""

    def __init__(self, config: uvicorn.Config, drain: float = 0) -> None:
        super().__init__(config)
        self._drain = drain
        self._asked_at: float | None = None
        self._leaving = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal asks to leave, a second one makes us leave at once; what follows is done by the loop."""
        if self._asked_at is not None or not self._drain:
            super().handle_exit(sig, frame)
        self._asked_at = self._asked_at or time.monotonic()

    @property
    def asked_to_end(self) -> bool:
        """Whether a signal came, also before anybody was served."""
        return self._asked_at is not None

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if self._asked_at is not None:
            if not self._leaving:
                self._begin_to_leave()
            if time.monotonic() - self._asked_at >= self._drain:
                self.should_exit = True
        return await super().on_tick(counter)

    def _begin_to_leave(self) -> None:
        """Balancers read it at /readyz; whoever keeps a connection is told with each answer to open another one."""
        self._leaving = True
        app: Any = self.config.app
        app.state.leaving = True
        app.state.live.end()  # browsers come again by themselves, elsewhere; uvicorn would wait for every open answer
        self.config.encoded_headers.append(CLOSE)
        self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]
        log.info("asked to end: serving for %s s more", self._drain)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the door, hear whoever is inside, then end what uvicorn ends."""
        if not self._leaving:
            self._begin_to_leave()
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        await asyncio.sleep(LET_IN)
        await super().shutdown()


async def serve(settings: Settings) -> None:
    """Answer requests until SIGTERM or SIGINT; raises StartRefused."""
    app = create_app(settings)
    listening = listen(settings.http_host, settings.http_port)
    config = uvicorn.Config(
        app,
        lifespan="off",  # ours is entered below, so that a refusal to start arrives here as one sentence
        http=OnePiece,
        ws="none",
        access_log=False,  # addresses hold tokens: service.web.metrics writes a line with the route's template instead
        log_config=None,
        proxy_headers=False,  # service.web.security reads them, from proxies that are trusted
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=KEEP_ALIVE,
    )
    server = Server(config, settings.drain_seconds)
    for signal_number in (signal.SIGTERM, signal.SIGINT):  # uvicorn hears them only while it serves, and raises them again
        signal.signal(signal_number, server.handle_exit)
    async with app.lifespan():
        garbage.settle()
        if not server.asked_to_end:
            log.info("listening on http://%s:%s", settings.http_host, settings.http_port)
            await server.serve(sockets=[listening])
        log.info("ended")


def listen(host: str, port: int) -> socket.socket:
    """A socket that nobody else listens on; raises StartRefused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        reason = error.strerror or str(error)
        raise StartRefused(f"We cannot listen on {host}:{port} ({reason}). PLENARY_HTTP_PORT names another port.") from None
    return listening


def main() -> int:
    """Serve, and answer with the exit code; a refusal to start is one sentence."""
    try:
        settings = from_env(os.environ)
        logs.set_up("web", settings.log_format)
        uvloop.run(serve(settings))
    except (StartRefused, ExceptionGroup) as raised:
        refusal = _first(raised)
        if not isinstance(refusal, StartRefused):
            raise
        print(refusal, file=sys.stderr)  # noqa: T201 - this is what the operator reads
        return 1
    return 0


def _first(raised: BaseException) -> BaseException:
    """What was raised, without the groups that the lifespan's tasks put around it."""
    while isinstance(raised, BaseExceptionGroup):
        raised = cast("BaseExceptionGroup[BaseException]", raised).exceptions[0]
    return raised


if __name__ == "__main__":
    raise SystemExit(main())
