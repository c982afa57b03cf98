"""A Postfix of its own: settings, queue and ports in one folder, the system's is left alone."""

import grp
import os
import pwd
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.loop.tied import tied

DAEMONS = Path("/usr/lib/postfix/sbin")
PRIVATE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")
NOT_HERE = "Postfix is not installed, or we are not root, whom its master asks for (make loop says more)."

MASTER = """\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
biff = no
alias_maps =
smtp_tls_security_level = none
smtpd_tls_security_level = none
notify_classes =
"""


def is_here() -> bool:
    """Whether a test can have one."""
    return os.getuid() == 0 and (DAEMONS / "master").exists()


class Postfix:
    """One that runs; `log` is what it says about each mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def flush(self) -> None:
        """Try again now what it could not hand over."""
        subprocess.run(["postqueue", "-c", str(self.folder / "etc"), "-f"], check=True, capture_output=True)


@contextmanager
def running(folder: Path, main: str, services: Sequence[str]) -> Generator[Postfix]:
    """Start one with these lines of main.cf and these services, and end it with all its children."""
    _prepare(folder, main, services)
    with tied([str(DAEMONS / "master"), "-c", str(folder / "etc"), "-d"], folder / "master.out"):
        yield Postfix(folder)


def _prepare(folder: Path, main: str, services: Sequence[str]) -> None:
    etc = folder / "etc"
    etc.mkdir(parents=True)
    (etc / "main.cf").write_text(MAIN.format(folder=folder) + main)
    (etc / "master.cf").write_text("\n".join(services) + "\n" + MASTER)
    postfix, postdrop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    queue = folder / "queue"
    (queue / "pid").mkdir(parents=True)
    for path in (folder / "data", *(queue / name for name in PRIVATE)):
        path.mkdir(mode=0o700)
        os.chown(path, postfix, -1)
    for name, mode in (("public", 0o710), ("maildrop", 0o730)):
        (queue / name).mkdir()
        os.chown(queue / name, postfix, postdrop)
        (queue / name).chmod(mode)
