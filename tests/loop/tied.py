"""Servers that end with us, however we end.

Whoever changes the user that it acts as loses the kernel's promise (`service/local/children.py`), so a shell stands between
us and them: it reads from a pipe that only we hold open.
"""

import os
import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.local.children import spawn

HELD = '"$@" & read -r _ <"$HELD"; kill -KILL -- "-$!" 2>/dev/null; kill -KILL 0'
"""The program in a group of its own, if it made one, and then everything in ours."""


@contextmanager
def tied(command: Sequence[str], log: Path) -> Generator[None]:
    """Run a program that has nothing to lose; it and its own children end at once."""
    held, ours = os.pipe()
    with log.open("wb") as output:
        child = spawn(
            ["/bin/sh", "-c", HELD, "sh", *command],
            last_signal=signal.SIGCONT,  # the pipe says it
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HELD": f"/dev/fd/{held}"},
            output=output,
            keep=(held,),
        )
    os.close(held)
    try:
        yield
    finally:
        os.close(ours)
        child.wait(10)
