"""The web and the worker process as children: started, watched, started again when they end by themselves."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from service.local.children import end, spawn
from service.local.environment import ROOT

PATIENCE = 10.0
LONGEST_WAIT = 30.0


class Program:
    """One of our own processes, `python -m <module>`, with its log in a file."""

    def __init__(self, module: str, title: str, env: Mapping[str, str], log: Path) -> None:
        self.title = title
        self.log = log
        self._command = [sys.executable, "-m", module]
        self._env = env
        self._wait = 1.0
        self._again_at = 0.0
        self._child = self._spawn("wb")

    def ended(self) -> bool:
        """Whether it runs no more."""
        return self._child.poll() is not None

    def revive(self) -> str:
        """Start it again once it has ended and its pause is over; a sentence about it when it is found ended."""
        if not self.ended():
            return ""
        if not self._again_at:
            self._again_at = time.monotonic() + self._wait
            return f"The {self.title} ended ({self.last_words()}). It starts again in {self._wait:.0f} s."
        if time.monotonic() >= self._again_at:
            self._wait = min(self._wait * 2, LONGEST_WAIT)
            self._again_at = 0.0
            self._child = self._spawn("ab")
        return ""

    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {self._child.poll()}"

    def ask_to_end(self) -> None:
        """Say it, without waiting."""
        if not self.ended():
            self._child.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Wait until it has ended; after ten seconds it is made to."""
        end(self._child, (signal.SIGTERM, PATIENCE))

    def _spawn(self, mode: Literal["wb", "ab"]) -> subprocess.Popen[bytes]:
        with self.log.open(mode) as output:
            return spawn(self._command, last_signal=signal.SIGKILL, env=self._env, output=output, cwd=ROOT)
