"""Requests for one convening that arrive while others are being decided are decided together in the next transaction.

Its row is hot: everybody who registers holds it for the length of a transaction. Decided one by one, a hundred people wait
for a hundred commits; decided together, in the order in which they came, for one. Whoever comes alone waits for nobody, and
whoever comes while another process has the row comes along.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from service.access import audit
from service.access import queries as access
from service.access.acts import Actor
from service.access.queries import UsedKey
from service.access.rules import KeyReused
from service.batching import Batcher, Take
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, asking, queries
from service.registrations.rules import Register, Registered, RegistrationClosed
from service.web.deps import AnyRequest

MOST = 500
"""So many are decided by one transaction at most; the next ones wait for it."""
Key: TypeAlias = tuple[str, str]
"""A caller and what it calls its request."""
OutcomeT = TypeVar("OutcomeT")
Deciding: TypeAlias = Callable[[list[Register], datetime], Awaitable[Sequence[OutcomeT | Refused]]]


class Asked(Struct, frozen=True):
    """What somebody asked for on the public form, and when."""

    request: Register
    now: datetime


class ToldBy(Asked, frozen=True):
    """What an organizer's program asked for; `used` is its Idempotency-Key, without an answer yet."""

    actor: Actor
    used: UsedKey | None

    @property
    def key(self) -> Key | None:
        """Under which it is done once."""
        return (self.used.caller, self.used.key) if self.used else None

    @property
    def same(self) -> tuple[Key, bytes] | None:
        """The key with its body: whatever has the same is the same request."""
        return (self.key, self.used.body_hash) if self.key and self.used else None


class Decided(Struct, frozen=True):
    """What became of it, now or when its key was used first, and which of its links is valid."""

    registered: Registered
    generation: int = 0


class Bursts:
    """What decides the requests of one process."""

    def __init__(self, transacting: Callable[[], AbstractAsyncContextManager[Connection]]) -> None:
        """What begins a transaction for each set."""
        self._transacting = transacting
        self._told: Batcher[UUID, ToldBy, Decided] = Batcher(self._register, MOST, all_told=True)
        self._asked: Batcher[UUID, Asked, None] = Batcher(self._ask_publicly, MOST, all_told=True)

    async def register(self, convening_id: UUID, told: ToldBy) -> Decided:
        """Register somebody; raises the refusal, and NotFound where there is no such convening."""
        return await self._told.ask(convening_id, told)

    async def ask_publicly(self, convening_id: UUID, asked: Asked) -> None:
        """Hold a place for somebody; raises the refusal."""
        await self._asked.ask(convening_id, asked)

    async def _register(self, convening_id: UUID, take: Take[ToldBy]) -> Sequence[Decided | Refused]:
        """What stands among them twice is decided once; another body under the same key comes after it."""
        async with self._transacting() as conn:
            await convenings.lock_for_many(conn, convening_id)
            told = take()
            same: dict[object, int] = {}
            first_at = [same.setdefault(one.same or number, number) for number, one in enumerate(told)]
            decided: dict[int, Decided | Refused] = {}
            while left := [number for number in same.values() if number not in decided]:
                firsts: dict[object, int] = {}
                rest = [number for number in left if firsts.setdefault(told[number].key or number, number) != number]
                asked = [told[number] for number in firsts.values()]
                decided.update(zip(firsts.values(), await _decide(conn, convening_id, asked), strict=True))
                for number in rest:
                    if isinstance(decided[firsts[told[number].key]], Decided):
                        decided[number] = KeyReused()
        return [decided[number] for number in first_at]

    async def _ask_publicly(self, convening_id: UUID, take: Take[Asked]) -> Sequence[None | Refused]:
        async with self._transacting() as conn:
            await convenings.lock_for_many(conn, convening_id)
            asked = take()
            outcomes, _ = await _while_open(
                asked, lambda requests, now: asking.ask_publicly(conn, convening_id, requests, now)
            )
        return outcomes


def bursts_of(request: AnyRequest) -> Bursts:
    """What decides the requests of this process."""
    return request.app.state.bursts


async def _decide(conn: Connection, convening_id: UUID, told: Sequence[ToldBy]) -> list[Decided | Refused]:
    """Answer what was answered under its key before, decide the others, and keep what will be answered again."""
    route = f"register {convening_id}"
    wanted = [one.used for one in told if one.used]
    before = await _answered(conn, route, wanted)
    fresh = [one for one in told if one.key not in before]
    if not fresh:
        return [before[one.key] for one in told]
    outcomes, now = await _while_open(
        fresh,
        lambda requests, now: actions.register(conn, convening_id, requests, source="organizer", now=now, locked=True),
    )
    made = [(one, outcome) for one, outcome in zip(fresh, outcomes, strict=True) if isinstance(outcome, Registered)]
    convening = {"convening": str(convening_id)}
    acts = [one.actor.act("registration_created", ("registration", outcome.id), **convening) for one, outcome in made]
    if acts:
        await audit.write(conn, acts, now)
    used = [msgspec.structs.replace(one.used, answer=msgspec.to_builtins(outcome)) for one, outcome in made if one.used]
    if used:
        await access.keep_answers(conn, route, used, now)
    answers = iter([Decided(one) if isinstance(one, Registered) else one for one in outcomes])
    return [before[one.key] if one.key in before else next(answers) for one in told]


async def _answered(conn: Connection, route: str, wanted: Sequence[UsedKey]) -> dict[Key | None, Decided | Refused]:
    """What was answered under these keys before: the same, with a link that works now; another body is refused."""
    if not wanted:
        return {}
    found = await access.used_keys(conn, route, [one.caller for one in wanted], [one.key for one in wanted])
    if not found:
        return {}
    answers = {(one.caller, one.key): msgspec.convert(one.answer, Registered) for one in found}
    generations = {one.id: one.generation for one in await queries.generations(conn, [one.id for one in answers.values()])}
    bodies = {(one.caller, one.key): one.body_hash for one in wanted}
    same = {(one.caller, one.key) for one in found if one.body_hash == bodies[one.caller, one.key]}
    return {key: Decided(one, generations[one.id]) if key in same else KeyReused() for key, one in answers.items()}


async def _while_open(asked: Sequence[Asked], decide: Deciding[OutcomeT]) -> tuple[Sequence[OutcomeT | Refused], datetime]:
    """Decide at the moment when the first of them asked; if it was closed then, when the last did. The moment, too.

    Who came first is who waits first, and need not have looked at the clock first.
    """
    moments = sorted(one.now for one in asked)
    for now in sorted({moments[0], moments[-1]}):
        try:
            return await decide([one.request for one in asked], now), now
        except RegistrationClosed:
            continue
    return [RegistrationClosed() for _ in asked], moments[-1]
