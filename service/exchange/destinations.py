"""Where a webhook may lead: https to an address that the whole internet has, and to nothing of ours. Pure."""

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from service.errors import Invalid

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 1000

NOT_PUBLIC = tuple(
    ipaddress.ip_network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
)
"""What the registries of special addresses (RFC 6890) name: private, shared, local, tunnels, documentation, many at once."""
UNICAST = ipaddress.ip_network("2000::/3")
"""All that the internet routes of IPv6. What wraps an IPv4 address (::ffff:0:0/96, 64:ff9b::/96) lies outside."""


class NotAnAddress(Invalid):
    """Write the whole address of a page that takes webhooks, like https://hooks.example.org/plenary."""

    code = "not-an-address"


class NotEncrypted(Invalid):
    """The address must begin with https://."""

    code = "not-encrypted"


class NoSuchHost(Invalid):
    """Nothing on the internet has this name. Look whether it is spelled right."""

    code = "no-such-host"


class NotLookedUp(Invalid):
    """Its name could not be looked up."""

    code = "not-looked-up"


class NotPublic(Invalid):
    """This leads to a private network, where we call nobody."""

    code = "not-public"


def destination(url: str, *, to_loopback: bool) -> SplitResult:
    """The address in its parts; raises NotAnAddress, NotEncrypted."""
    found = _parts(url)
    if found.scheme != "https" and not (found.scheme == "http" and to_loopback):
        raise NotEncrypted(pointer="/url")
    return found


def require_public(found: SplitResult, addresses: Sequence[str], *, to_loopback: bool) -> None:
    """One address that is not public refuses them all; raises NoSuchHost, NotPublic."""
    if not addresses:
        raise NoSuchHost(pointer="/url")
    for address in map(_address, addresses):
        if to_loopback and address is not None and address.is_loopback:
            continue
        if found.scheme != "https" or address is None or not is_public(address):
            raise NotPublic(pointer="/url")


def is_public(address: IpAddress) -> bool:
    """Whether it is an address of one machine that everybody on the internet can reach."""
    if address.version == 6 and address not in UNICAST:
        return False
    return not any(address in network for network in NOT_PUBLIC if network.version == address.version)


def host_of(url: str) -> str:
    """What people call it by: the host, and the port where one is written."""
    return urlsplit(url).netloc


def port_of(found: SplitResult) -> int:
    """Where it listens."""
    return found.port or (443 if found.scheme == "https" else 80)


def _parts(url: str) -> SplitResult:
    """Only what every reader of addresses reads alike: plain signs, a host, no name and password, no mark."""
    plain = len(url) <= LONGEST and url.isascii() and url.isprintable() and not any(sign in url for sign in ' \\"<>^`{|}#@')
    try:
        found = urlsplit(url)
        fine = bool(plain and found.hostname and found.scheme in ("http", "https") and found.port != 0)
    except ValueError:
        raise NotAnAddress(pointer="/url") from None
    if not fine:
        raise NotAnAddress(pointer="/url")
    return found


def _address(text: str) -> IpAddress | None:
    """None for an address within one network only (`fe80::1%eth0`)."""
    return None if "%" in text else ipaddress.ip_address(text)
