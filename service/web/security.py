"""What protects people's browsers, who may call what, and where a request comes from."""

import hmac
import re
from collections.abc import Collection, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from service.errors import NotFound, Refused, StartRefused
from service.settings import Settings
from service.web.deps import AnyConnection, settings_of

PUBLIC, LINK, ORGANIZER = "public", "link", "organizer"
"""The oldest of the rights that routes declare; service.access.rights has the table of all."""
LONGEST_PATH = 240
"""Bytes; most of ours have half of it, and a file name may have 255."""
LONGEST_LINK = 600
"""Bytes of the one link that holds a mail address, encrypted."""
LONG = "/no-more/"
READING = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
"""On every answer. `same-origin` and not `no-referrer`: the latter makes browsers post our own forms with `Origin: null`."""
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
"""Our own host alone: what else lives below it is not ours to bind."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NO_STORE = (b"cache-control", b"no-store")
HANDED_ON = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""Headers that proxies add."""


class FromElsewhere(Refused):
    """This form was sent from another site, so we did nothing. Open the page here and send it again."""

    code = "from-elsewhere"
    status = 403


async def add_headers(message: Message, scope: Scope) -> None:
    """Litestar's `before_send`: the headers of every answer, where the route does not say its own; no cache keeps it."""
    if message["type"] != "http.response.start":
        return
    given = {name for name, _ in message["headers"]}
    headers: list[tuple[bytes, bytes]] = [*message["headers"], *(one for one in HEADERS if one[0] not in given)]
    if b"cache-control" not in given:
        headers.append(NO_STORE)
    if scope["litestar_app"].state.settings.public_url.startswith("https:"):
        headers.append(STRICT_TRANSPORT)
    message["headers"] = headers


def answering_head(app: ASGIApp) -> ASGIApp:
    """Around the whole application: HEAD is answered as GET would be, without the body (RFC 9110, 9.3.2).

    What would never end, a stream, is told at once that nobody listens any more.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return
        answered = False

        async def send_head(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                await send(message)
            elif message["type"] == "http.response.body" and not answered:
                answered = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def hear() -> ReceiveMessage:
            return {"type": "http.disconnect"} if answered else await receive()

        await app({**scope, "method": "GET"}, hear, send_head)

    return answer


def require_plain_path(path: str) -> None:
    """Raise NotFound for an address that none of ours can be, before a database or a file system stumbles over it."""
    longest = LONGEST_LINK if path.startswith(LONG) else LONGEST_PATH
    if "\0" in path or len(path.encode(errors="replace")) > longest:
        raise NotFound


def refuse_cross_site(connection: AnyConnection) -> None:
    """Only forms of our own pages change things; raises FromElsewhere. The API needs a token, which no browser adds."""
    if connection.scope.get("method") in READING or connection.scope["path"].startswith("/api/"):
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise FromElsewhere
        return
    origin = connection.headers.get("origin")
    if origin is not None and not _ours(origin, connection):
        raise FromElsewhere


def _ours(origin: str, connection: AnyConnection) -> bool:
    """The public address; in local development also the host that was asked, which only a browser here can name."""
    public_url = settings_of(connection).public_url
    if urlsplit(public_url).hostname not in LOOPBACK:
        return origin == public_url
    asked = urlsplit(origin)
    return origin == public_url or (asked.hostname in LOOPBACK and asked.netloc == connection.headers.get("host"))


def require_declared(app: Litestar, rights: Collection[str]) -> None:
    """Raises StartRefused for a route that does not say which right it needs: nothing is open by forgetting."""
    for path, handler in handlers(app):
        if handler.opt.get("access") not in rights:
            raise StartRefused(f"The route {path} ({handler}) must say access= one of {', '.join(rights)}.")


def handlers(app: Litestar) -> Iterable[tuple[str, HTTPRouteHandler]]:
    """Every address and its handlers; Litestar's own answers to OPTIONS say only which methods there are."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            raise StartRefused(f"The route {route.path} is not plain HTTP, so nothing guards it.")
        for handler in route.route_handlers:
            if "OPTIONS" not in handler.http_methods:
                yield route.path_format, handler


def client_address(connection: AnyConnection) -> str:
    """Where the request comes from: the peer, or what proxies that we trust say; "unknown" where nobody knows."""
    client = connection.scope["client"]
    peer = client[0] if client else "unknown"
    trusted = proxies(settings_of(connection))
    told = [part.strip() for part in ",".join(connection.headers.getall("x-forwarded-for", [])).split(",") if part.strip()]
    while told and _is_in(peer, trusted):
        peer = told.pop()
    return peer


def came_through_ours(connection: AnyConnection) -> bool:
    """Whether it was a proxy that we trust who handed this request on."""
    client = connection.scope["client"]
    return client is not None and _is_in(client[0], proxies(settings_of(connection)))


def may_see_figures(connection: AnyConnection) -> bool:
    """With the token, where one is set; else whoever asks from inside, and not through a proxy: the world comes by one."""
    if token := settings_of(connection).metrics_token:
        said = connection.headers.get("authorization", "")
        return hmac.compare_digest(said.encode(), f"Bearer {token}".encode())
    if any(name in connection.headers for name in HANDED_ON):
        return False
    client = connection.scope["client"]
    peer = _address(client[0]) if client else "a socket of this machine"
    return isinstance(peer, str) or not peer.is_global


def client_key(connection: AnyConnection) -> str:
    """Under what a limit counts a client: the address without a port; of IPv6 the /64, since one household has all of it."""
    address = _address(client_address(connection))
    if isinstance(address, IPv6Address):
        return str(ip_network((address.packed[:8] + bytes(8), 64)))
    return str(address)


@cache
def proxies(settings: Settings) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of trusted proxies; raises StartRefused."""
    try:
        return tuple(ip_network(one, strict=False) for one in settings.trusted_proxies)
    except ValueError:
        raise StartRefused("PLENARY_TRUSTED_PROXIES must be IP addresses or networks, separated by commas.") from None


def _is_in(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    parsed = _address(address)
    return not isinstance(parsed, str) and any(parsed in network for network in networks)


def _address(text: str) -> IPv4Address | IPv6Address | str:
    """An address as a peer or a proxy writes it: with a port, or IPv4 within IPv6; the text itself where it is none."""
    found = re.fullmatch(r"\[(?P<six>[^\]]+)\](:\d+)?|(?P<four>[\d.]+):\d+", text)
    try:
        address = ip_address((found["six"] or found["four"]) if found else text)
    except ValueError:
        return text
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
