"""Whose tokens come with requests: of those that come while others are looked up all are looked up together."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from service.access import actions
from service.access.rules import Caller, NotSignedIn
from service.batching import Batcher, Take
from service.db import Connection

MOST = 200


class Callers:
    """Who calls this process. Nothing is remembered: a token that was revoked lets nobody in any more."""

    def __init__(self, connected: Callable[[], AbstractAsyncContextManager[Connection]]) -> None:
        """What lends a connection."""
        self._connected = connected
        self._batcher: Batcher[None, tuple[str, datetime], Caller] = Batcher(self._recognise, MOST, all_told=True)

    async def of(self, authorization: str, now: datetime) -> Caller:
        """The caller of an Authorization header; raises NotSignedIn."""
        return await self._batcher.ask(None, (authorization, now))

    async def _recognise(self, _key: None, take: Take[tuple[str, datetime]]) -> Sequence[Caller | NotSignedIn]:
        async with self._connected() as conn:
            asked = take()
            return await actions.recognise(conn, [one for one, _ in asked], max(now for _, now in asked))
