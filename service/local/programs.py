"""The web and the worker process as children: started, watched, started again when they end by themselves."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from service.local.children import end, spawn
from service.local.environment import ROOT

PATIENCE = 22.0
"""Seconds to end in order: a worker finishes its mails, for at most twenty."""
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

    def make_end(self) -> None:
        """Without asking again."""
        end(self._child)

    def _spawn(self, mode: Literal["wb", "ab"]) -> subprocess.Popen[bytes]:
        with self.log.open(mode) as output:
            return spawn(self._command, last_signal=signal.SIGKILL, env=self._env, output=output, cwd=ROOT)


async def end_all(programs: list[Program]) -> None:
    """Ask all to end and wait without standing still: the last mails still go to our own catcher."""
    for program in programs:
        program.ask_to_end()
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and not all(program.ended() for program in programs):  # noqa: ASYNC110 - children ring no bell
        await asyncio.sleep(0.05)
    for program in programs:
        program.make_end()
