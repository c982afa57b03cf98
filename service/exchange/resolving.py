"""Which addresses a name has, asked once for each use: who connects takes the very addresses that were looked at."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias
from urllib.parse import SplitResult

from service.exchange import destinations, webhook_rules
from service.exchange.destinations import NotLookedUp

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
PATIENCE = 3.0
"""Seconds for the answer of the name servers."""
_THREADS = ThreadPoolExecutor(webhook_rules.MOST * webhook_rules.AT_ONCE, thread_name_prefix="names")
"""Of our own: name servers that are silent hold no other work up. One for each call that may be under way."""
NOBODY = (socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_ADDRFAMILY)
"""What the system answers where nobody has the name; anything else means that nobody could be asked."""


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, in the order in which the system would try them; none where there is no such name.

    Raises NotLookedUp where the name servers do not say.
    """
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.get_running_loop().run_in_executor(_THREADS, ask)
    except socket.gaierror as error:
        if error.errno in NOBODY:
            return []
        raise NotLookedUp(pointer="/url") from None
    except TimeoutError:
        raise NotLookedUp(pointer="/url") from None
    except UnicodeError:
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


async def public_addresses(found: SplitResult, ask: Resolve, *, to_loopback: bool) -> Sequence[str]:
    """The addresses that may be called; raises NoSuchHost, NotLookedUp, NotPublic."""
    addresses = await ask(found.hostname or "", destinations.port_of(found))
    destinations.require_public(found, addresses, to_loopback=to_loopback)
    return addresses
