"""Other processes under test: started with an environment of their own, looked at from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Nothing of ours but what is given: a data folder, free ports, and `more` as PLENARY_<NAME>."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PLENARY_")}
    given = {"DATA_DIR": str(data_dir), "HTTP_PORT": str(free_port()), "MAILBOX_PORT": str(free_port()), **more}
    return plain | {f"PLENARY_{name}": value for name, value in given.items()}


def refused(env: dict[str, str], module: str = "service.local", *args: str) -> str:
    """Start a process that must not start; the one sentence that it says."""
    ended = subprocess.run(
        [sys.executable, "-m", module, *args], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    return ended.stderr.strip()


@contextmanager
def house(env: dict[str, str]) -> Generator[subprocess.Popen[str]]:
    """The whole local house, ready; killed at the end if the test did not end it."""
    with (
        Path(env["PLENARY_DATA_DIR"] + ".out").open("w+") as output,
        subprocess.Popen(
            [sys.executable, "-m", "service.local"], cwd=ROOT, env=env, stdout=output, stderr=output, text=True
        ) as running,
    ):

        def said() -> str:
            return Path(output.name).read_text()

        try:
            until(lambda: "Plenary is ready" in said() or running.poll() is not None, 60)
            assert running.poll() is None, said()
            yield running
        finally:
            running.kill()


def until(true: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"still not so after {seconds} s"
        time.sleep(0.02)


def living(*marks: str) -> dict[int, str]:
    """Processes whose command or environment has one of these words; the dead that nobody buried do not count."""
    found: dict[int, str] = {}
    for process in Path("/proc").glob("[0-9]*"):
        command = _read(process / "cmdline")
        known_by = command + (_read(process / "environ") if command else "")
        if int(process.name) != os.getpid() and any(mark in known_by for mark in marks):
            found[int(process.name)] = command
    return found


def _read(path: Path) -> str:
    """What the kernel says of a process; nothing if it is gone or none of our business."""
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""


def stopped(running: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> int:
    running.send_signal(number)
    return running.wait(40)
