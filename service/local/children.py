"""Processes that end with us: the kernel sends them a signal the moment their parent is gone, even by kill -9."""

import ctypes
import os
import pwd
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import msgspec

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Account(msgspec.Struct, frozen=True):
    """Whom a child runs as."""

    uid: int
    gid: int
    switch: bool
    """Whether we are root and must become this user; otherwise it is ourselves."""

    def own(self, path: Path) -> None:
        """Give a file or folder that we just made to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def account_for(existing: Path) -> Account:
    """Ourselves; as root the owner of `existing`, or else a system user without rights: PostgreSQL refuses to be root."""
    if os.getuid() != 0:
        return Account(os.getuid(), os.getgid(), switch=False)
    if existing.exists() and (owner := existing.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, switch=True)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("plenary", "postgres", "nobody"):
        if name in known and known[name].pw_uid != 0:
            return Account(known[name].pw_uid, known[name].pw_gid, switch=True)
    return Account(65534, 65534, switch=True)


def spawn(
    command: list[str],
    *,
    last_signal: signal.Signals,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    keep: tuple[int, ...] = (),
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session (so that Ctrl-C reaches only us) that gets `last_signal` when we are gone.

    The kernel's rule is about the parent *thread*, so only the main thread may call this. `keep` are descriptors handed on.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Children live as long as the thread that started them: start them from the main thread.")
    switch = account if account is not None and account.switch else None
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=env,
        cwd=cwd,
        pass_fds=keep,
        start_new_session=True,
        user=switch.uid if switch else None,
        group=switch.gid if switch else None,
        extra_groups=[] if switch else None,
        preexec_fn=_die_with_parent(os.getpid(), last_signal),  # noqa: PLW1509 - runs after the change of user, which would undo it
    )


def end_with_parent() -> None:
    """Ask the kernel to send SIGTERM to this very process when its parent is gone."""
    LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def _die_with_parent(parent: int, last_signal: signal.Signals) -> Callable[[], None]:
    def ask_kernel() -> None:
        failed = LIBC.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if failed or os.getppid() != parent:  # the parent ended before the kernel knew what we want
            os._exit(1)

    return ask_kernel


def can_use(path: Path, account: Account) -> bool:
    """Whether that account can reach and execute (or for a folder: enter) `path`."""
    if not account.switch:
        return os.access(path, os.X_OK)
    asked = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$0"', str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return asked.returncode == 0


def end(child: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait its seconds, until the child is gone; SIGKILL comes last in any case."""
    for number, patience in (*steps, (signal.SIGKILL, 10.0)):
        if child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
