"""PostgreSQL and Valkey as children of this process: ready in a moment, gone with us, their data kept."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path

from service.errors import StartRefused
from service.local.binaries import Programs, programs_for
from service.local.children import end, spawn
from service.local.folder import DataFolder

DATABASE = "plenary"
OWNER = "plenary_owner"
"""The cluster's superuser."""
PATIENCE = 60.0
LONGEST_LOG = 10_000_000
INITDB = (
    "-A",
    "trust",
    "--no-sync",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
"""Only the socket's folder lets anybody in; one order of letters on every machine."""
STILL_LEAVING = "pre-existing shared memory block"
"""What PostgreSQL says while processes of a killed predecessor are not all gone."""
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
"""For tests only: what is written may be gone after a crash of the machine."""


class Servers:
    """Both servers of one data folder; made by `start`, to be ended by `stop`. Use it from the main thread only."""

    def __init__(self, folder: DataFolder, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._sockets = folder.socket_folder()
        self._postgres: subprocess.Popen[bytes] | None = None
        self._redis: subprocess.Popen[bytes] | None = None

    def database_url(self, database: str = "postgres", user: str = OWNER) -> str:
        """An address as asyncpg reads it, over the private socket."""
        return f"postgresql://{user}@/{database}?host={self._sockets}"

    @property
    def redis_url(self) -> str:
        """An address as redis-py and arq read it, over the private socket."""
        return f"unix://{self._sockets}/valkey.sock"

    @cached_property
    def _programs(self) -> Programs:
        return programs_for(self._folder.account, self._folder.path)

    def start_postgres(self) -> None:
        """Start PostgreSQL and wait until it answers; makes the cluster the first time."""
        cluster = self._cluster()
        command = [str(self._programs.postgres), "-D", str(cluster), "-k", str(self._sockets)]
        options = ["listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC"]
        options.append("log_error_verbosity=terse")  # the detail of a violated key would write addresses into the log
        for option in (*options, *(() if self._durable else QUICK)):
            command += ["-c", option]
        give_up = time.monotonic() + PATIENCE / 4
        while True:
            _forget_stale_pid(cluster)
            child = self._postgres = self._spawn("postgres", command, signal.SIGINT)
            try:
                return self._await("PostgreSQL", "postgres", child, partial(_says_ready, cluster / "postmaster.pid", child))
            except StartRefused:
                if STILL_LEAVING not in self._log("postgres").read_text()[-1000:] or time.monotonic() > give_up:
                    raise
                time.sleep(0.05)

    def start_redis(self) -> None:
        """Start Valkey and wait until it answers."""
        path = self._sockets / "valkey.sock"
        command = [str(self._programs.valkey), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
        command += ["--dir", str(self._folder.part("valkey")), "--save", "", "--appendonly", "yes"]
        command += ["--appendfsync", "everysec" if self._durable else "no", "--maxmemory-policy", "noeviction"]
        self._redis = self._spawn("valkey", command, signal.SIGTERM)
        self._await("Valkey", "valkey", self._redis, partial(_answers_ping, path))

    def kill_postgres(self) -> None:
        """End PostgreSQL at once, without a goodbye, for tests of what happens then."""
        self._postgres = _killed(self._postgres)

    def kill_redis(self) -> None:
        """End Valkey at once, without a goodbye, for tests of what happens then."""
        self._redis = _killed(self._redis)

    def revive(self) -> list[str]:
        """Start again what has ended by itself; the names of those."""
        revived: list[str] = []
        if self._postgres is not None and self._postgres.poll() is not None:
            self.start_postgres()
            revived.append("PostgreSQL")
        if self._redis is not None and self._redis.poll() is not None:
            self.start_redis()
            revived.append("Valkey")
        return revived

    def stop(self) -> None:
        """End both in order, remove the sockets and let go of the data folder."""
        if self._redis is not None:
            end(self._redis, (signal.SIGTERM, 10.0))
        if self._postgres is not None:
            end(self._postgres, (signal.SIGINT if self._durable else signal.SIGQUIT, 30.0), (signal.SIGQUIT, 10.0))
        self._redis = self._postgres = None
        shutil.rmtree(self._sockets, ignore_errors=True)
        self._folder.close()

    def _cluster(self) -> Path:
        cluster = self._folder.path / "pg"
        if cluster.exists():
            return cluster
        unfinished = self._folder.path / "pg.init"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        command = [str(self._programs.initdb), "-D", str(self._folder.part("pg.init")), "-U", OWNER, *INITDB]
        child = self._spawn("postgres", command, signal.SIGTERM)
        if child.wait(PATIENCE) != 0:
            raise StartRefused(f"PostgreSQL could not make its data folder: {self._last_words('postgres')}")
        return unfinished.rename(cluster)

    def _spawn(self, name: str, command: list[str], last_signal: signal.Signals) -> subprocess.Popen[bytes]:
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        log = self._log(name)
        with log.open("ab" if not log.exists() or log.stat().st_size < LONGEST_LOG else "wb") as output:
            return spawn(
                command,
                last_signal=last_signal,
                account=self._folder.account,
                env=env,
                output=output,
                keep=(self._folder.lock,),
                cwd=self._folder.path,
            )

    def _await(self, title: str, name: str, child: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not ready():
            if child.poll() is not None or time.monotonic() > give_up:
                raise StartRefused(f"{title} did not start: {self._last_words(name)}")
            time.sleep(0.01)

    def _log(self, name: str) -> Path:
        return self._folder.part("log") / f"{name}.log"

    def _last_words(self, name: str) -> str:
        lines = self._log(name).read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it left no word."


def start(data_dir: Path, *, durable: bool = True) -> Servers:
    """Start both servers on that data folder, from the main thread; raises StartRefused with one sentence.

    `durable=False` is for tests, on /dev/shm: nothing is forced to disk.
    """
    return start_in(DataFolder.open(data_dir), durable=durable)


def start_in(folder: DataFolder, *, durable: bool = True, postgres: bool = True, redis: bool = True) -> Servers:
    """The same in an open folder, which `stop` closes; either server can be left out."""
    try:
        servers = Servers(folder, durable=durable)
    except BaseException:
        folder.close()
        raise
    try:
        if postgres:
            servers.start_postgres()
        if redis:
            servers.start_redis()
    except BaseException:
        servers.stop()
        raise
    return servers


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Generator[Servers]:
    """Both servers, for as long as the block lasts."""
    servers = start(data_dir, durable=durable)
    try:
        yield servers
    finally:
        servers.stop()


def _says_ready(pid_file: Path, child: subprocess.Popen[bytes]) -> bool:
    """PostgreSQL writes its state into the eighth line of its pid file."""
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:  # not written yet, or the one that a crash left was just removed
        return False
    return len(lines) >= 8 and lines[0] == str(child.pid) and lines[7].strip() == "ready"


def _answers_ping(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:  # not there yet
            return False


def _forget_stale_pid(cluster: Path) -> None:
    """Remove a pid file whose number now belongs to another program; PostgreSQL itself judges one that belongs to nobody."""
    pid_file = cluster / "postmaster.pid"
    pid = pid_file.read_text().partition("\n")[0].strip() if pid_file.exists() else ""
    command = Path("/proc") / pid / "cmdline"
    if not pid or not command.exists():
        return
    if str(cluster).encode() in command.read_bytes():
        raise StartRefused(f"Another PostgreSQL (process {pid}) already uses {cluster}. End it, then start again.")
    pid_file.unlink()


def _killed(child: subprocess.Popen[bytes] | None) -> None:
    if child is not None:
        child.kill()
        child.wait()
