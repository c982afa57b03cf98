"""`python -m service`: the web process."""

import logging
import os
import signal
import socket
import sys
from types import FrameType
from typing import Any, cast

import uvicorn
import uvloop

from service.app import create_app
from service.errors import StartRefused
from service.settings import Settings, from_env

PATIENCE = 10
"""Seconds that running requests are given when the process is asked to end."""


class Server(uvicorn.Server):
    """Lets streams end at once when the process is asked to end: uvicorn waits for every open answer."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams, then what uvicorn ends."""
        app: Any = self.config.app
        app.state.live.end()
        await super().shutdown(sockets)


async def serve(settings: Settings) -> None:
    """Answer requests until SIGTERM or SIGINT; raises StartRefused."""
    app = create_app(settings)
    listening = listen(settings.http_host, settings.http_port)
    config = uvicorn.Config(
        app,
        lifespan="off",  # ours is entered below, so that a refusal to start arrives here as one sentence
        http="httptools",
        ws="none",
        access_log=False,  # addresses hold tokens: service.web.metrics writes a line with the route's template instead
        log_config=None,
        proxy_headers=False,  # service.web.security reads them, from proxies that are trusted
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
    )
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, _ended)
    async with app.lifespan():
        logging.getLogger("plenary.web").info("listening on http://%s:%s", settings.http_host, settings.http_port)
        await Server(config).serve(sockets=[listening])


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


def _ended(_: int, __: FrameType | None) -> None:
    """Uvicorn raises a signal again when it has ended; what is left to do is ours."""


def main() -> int:
    """Serve, and answer with the exit code; a refusal to start is one sentence."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line of ours shows them
    try:
        uvloop.run(serve(from_env(os.environ)))
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
