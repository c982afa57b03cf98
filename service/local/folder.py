"""The data folder: made with the right owner, held by one supervisor at a time, never given other rights afterwards."""

import fcntl
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import Self

from service.errors import StartRefused
from service.local.children import account_for, can_use

PATIENCE = 20.0
"""Seconds in which the servers of a killed supervisor have ended."""


class DataFolder:
    """An open, locked data folder. The servers inherit the lock, so it is free only when the last of them is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.account = account_for(path / "pg")
        self.lock = -1

    @classmethod
    def open(cls, path: Path) -> Self:
        """Make it where it is missing and lock it; raises StartRefused with one sentence."""
        path = path.resolve()
        if os.getuid() == 0 and path.is_relative_to("/root"):
            raise StartRefused(
                f"The servers' user cannot go below /root. Set PLENARY_DATA_DIR to another place than {path}."
            )
        try:
            _make(path, 0o755 if os.getuid() == 0 else 0o700)
            folder = cls(path)
            if not can_use(path, folder.account):
                raise StartRefused(f"The servers' user cannot enter {path}. Set PLENARY_DATA_DIR to another place.")
            folder.lock = _lock(path)
            return folder
        except OSError as error:
            a_file = isinstance(error, FileExistsError | NotADirectoryError)
            reason = "a part of the path is a file" if a_file else error.strerror
            raise StartRefused(f"The data folder {path} cannot be used: {reason}. Set PLENARY_DATA_DIR.") from None

    def part(self, name: str) -> Path:
        """A folder inside that belongs to the servers' user and nobody else reads."""
        path = self.path / name
        if _make(path, 0o700):
            self.account.own(path)
        return path

    def socket_folder(self) -> Path:
        """An empty private folder with a short path: a socket's address has room for about 100 bytes only."""
        path = socket_path(self.path)
        if _make(path, 0o700):
            self.account.own(path)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.uid or found.st_mode & 0o077:
            raise StartRefused(f"{path} belongs to somebody else. Remove it, then start again.")
        for left in path.iterdir():  # we hold the lock, so whoever made these is gone
            left.unlink()
        return path

    def close(self) -> None:
        """Let go of the lock."""
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1


def socket_path(data_dir: Path) -> Path:
    """Where the sockets of a data folder are, whoever asks."""
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:8]
    return Path(f"/tmp/plenary-{os.getuid()}-{name}")  # noqa: S108 - the owner and the rights are checked where it is made


def _make(path: Path, mode: int) -> bool:
    """Make a folder with exactly these rights; an existing one stays as it is."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir()
    path.chmod(mode)
    return True


def _lock(path: Path) -> int:
    descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode().strip()
            if time.monotonic() > end or _alive(holder):
                os.close(descriptor)
                raise StartRefused(f"Plenary already runs on the data folder {path} (process {holder}).") from None
            time.sleep(0.1)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _alive(pid: str) -> bool:
    """Whether the supervisor that wrote its number still runs; its servers may outlive it for a moment."""
    state = Path("/proc") / pid / "stat"
    return not pid.isdigit() or (state.exists() and ") Z " not in state.read_text())
