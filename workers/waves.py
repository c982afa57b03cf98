"""Steps that many take at once are taken together in one transaction: a wave. No timer: who is alone goes at once."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from service import db

MOST = 8
"""Hand-overs of one wave, and at one time: what a crash leaves in doubt."""
AT_WORK = 32
"""Deliveries that a process has claimed, so that the next waves are ready: what a crash delays by a lease."""

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")


@dataclass
class Waves(Generic[AskT, AnswerT]):
    """What comes while a wave is written goes with the next, in the order in which it came; each gets its own answer.

    A wave has at most `most`. `take` answers each of it, or changes nothing and raises: then each goes alone, so that one
    that cannot be done does not keep its neighbours; where the database is gone all are told.
    """

    take: Callable[[Sequence[AskT]], Awaitable[Sequence[AnswerT]]]
    most: int
    _waiting: "deque[tuple[AskT, asyncio.Future[AnswerT]]]" = field(
        default_factory=deque[tuple[AskT, "asyncio.Future[AnswerT]"]]
    )
    _at_work: "asyncio.Task[None] | None" = None

    async def join(self, one: AskT) -> AnswerT:
        """The answer to one of a wave; raises what `take` raises of it alone."""
        answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        """Wave after wave until nobody waits. The first begins a turn of the loop later: who is ready now comes along."""
        while self._waiting:
            await asyncio.sleep(0)
            wave = [self._waiting.popleft() for _ in range(min(self.most, len(self._waiting)))]
            await self._answer(wave)

    async def _answer(self, wave: "Sequence[tuple[AskT, asyncio.Future[AnswerT]]]") -> None:
        try:
            answers = await self.take([one for one, _ in wave])
        except db.LOST as lost:
            for _, answer in wave:
                _fail(answer, lost)
        except Exception as error:  # it is told to the one whose it is
            if len(wave) == 1:
                _fail(wave[0][1], error)
                return
            for alone in wave:
                await self._answer([alone])
        else:
            for (_, future), answer in zip(wave, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


def _fail(answer: "asyncio.Future[Any]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
