"""`python -m service` as its own process, for tests that need the real one."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from service.settings import Settings

ROOT = Path(__file__).parent.parent.parent


class Web:
    """A web process; what it writes goes to a file, since a pipe that nobody reads would stop it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.port = int(env["PLENARY_HTTP_PORT"])
        self.url = f"http://127.0.0.1:{self.port}"
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the object
        command = [sys.executable, "-m", "service"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=self._output, stderr=subprocess.STDOUT)

    def resident_megabytes(self) -> float:
        """How much memory it holds."""
        status = Path("/proc", str(self._process.pid), "status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def ask_to_end(self) -> None:
        """SIGTERM, without waiting."""
        self._process.terminate()

    def end(self) -> tuple[int, str]:
        """SIGTERM; the exit code and everything that it wrote."""
        self.ask_to_end()
        return self.ended()

    def ended(self) -> tuple[int, str]:
        """The exit code of a process that ends by itself, and everything that it wrote."""
        try:
            code = self._process.wait(timeout=20)
        finally:
            self.kill()
        self._output.seek(0)
        return code, self._output.read()

    def kill(self) -> None:
        """Whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def wait_until_it_answers(self) -> None:
        """At most ten seconds."""
        for _ in range(200):
            try:
                if httpx.get(f"{self.url}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                if self._process.poll() is not None:
                    break
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the web process does not answer: {self.ended()}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environment(settings: Settings, port: int, **changes: str) -> Mapping[str, str]:
    """What the process reads."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PLENARY_")},
        "PLENARY_DATABASE_URL": settings.database_url,
        "PLENARY_REDIS_URL": settings.redis_url,
        "PLENARY_SECRET_KEY": settings.secret_key,
        "PLENARY_FIELD_KEYS": ",".join(settings.field_keys),
        "PLENARY_ORGANIZER_TOKEN": settings.organizer_token,
        "PLENARY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PLENARY_HTTP_PORT": str(port),
        **changes,
    }


@contextmanager
def serving(settings: Settings, **changes: str) -> Generator[Web]:
    """A web process that answers; it is gone afterwards."""
    web = Web(environment(settings, free_port(), **changes))
    try:
        web.wait_until_it_answers()
        yield web
    finally:
        web.kill()
