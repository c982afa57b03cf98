"""Questions asked before anything starts: is the port free, does the given server answer?"""

import errno
import socket
from urllib.parse import urlsplit

from service.errors import StartRefused

PATIENCE = 5.0


def take_port(host: str, port: int, setting: str) -> socket.socket:
    """A listening socket; raises StartRefused that names the setting where somebody else has the port."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StartRefused(f"Port {port} is in use. Set {setting} to another one.") from None
        raise StartRefused(f"Port {port} cannot be used: {error.strerror}. Set {setting} to another one.") from None


def need_redis(url: str) -> None:
    """Raises StartRefused where no Redis or Valkey answers at a given address."""
    try:
        parts = urlsplit(url)
        address = (parts.hostname or "localhost", parts.port or 6379)
        with _connected(parts.path) if parts.scheme == "unix" else socket.create_connection(address, PATIENCE) as line:
            if parts.scheme == "rediss":  # it answers under TLS only
                return
            line.settimeout(PATIENCE)
            line.sendall(b"PING\r\n")
            answer = line.recv(64)
    except (OSError, ValueError) as error:
        raise StartRefused(f"Redis does not answer at {_hidden(url)}: {error}. See PLENARY_REDIS_URL.") from None
    if not answer.startswith((b"+PONG", b"-NOAUTH")):
        raise StartRefused(f"What answers at {_hidden(url)} is not Redis. See PLENARY_REDIS_URL.")


def _connected(path: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(PATIENCE)
    line.connect(path)
    return line


def _hidden(url: str) -> str:
    """The address without its password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
