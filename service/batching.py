"""Natural batching: what is asked while an answer is being found is answered together by the next one.

There is no timer: whoever asks alone is answered at once, and in a burst the sets grow as long as an answer takes.
"""

import asyncio
import contextvars
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeAlias, TypeVar

from service import db

KeyT = TypeVar("KeyT", bound=Hashable)
AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")
Answering: TypeAlias = Callable[[KeyT, Sequence[AskedT]], Awaitable[Sequence[AnswerT | Exception]]]
"""Finds an answer, or an exception to be raised, for each of what is asked under a key, in their order."""

IN_VAIN = (*db.WAITED, TimeoutError)
"""What is raised after a long wait."""


class Batcher(Generic[KeyT, AskedT, AnswerT]):
    """Has `answering` answer what is asked under a key: in the order of arrival, one set after another, of `most` at most.

    Where `answering` raises, the halves of the set are asked apart, and so on down to who fails: nobody does for a
    neighbour's sake, and one among many costs a few questions more. Not where the database went away, when nobody knows what
    was committed; and not after a long wait, which each would wait again, one behind the other: all of the set are told so,
    and with `all_told` whoever came meanwhile, too.
    """

    def __init__(self, answering: Answering[KeyT, AskedT, AnswerT], most: int, *, all_told: bool = False) -> None:
        """Answer nothing yet."""
        self.answering = answering
        self._most, self._all_told = most, all_told
        self._waiting: defaultdict[KeyT, list[tuple[AskedT, asyncio.Future[AnswerT]]]] = defaultdict(list)
        self._at_work: dict[KeyT, asyncio.Task[None]] = {}

    async def ask(self, key: KeyT, asked: AskedT) -> AnswerT:
        """The answer; raises what stands in its place. Of who stops waiting it is decided all the same."""
        answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()
        self._waiting[key].append((asked, answer))
        working = self._at_work.get(key)
        if working is None or working.done():
            context = contextvars.Context()  # what is logged is about all of them, and not about the first
            self._at_work[key] = asyncio.get_running_loop().create_task(self._work(key), context=context)
        return await answer

    async def _work(self, key: KeyT) -> None:
        """Answer until nothing waits; each set begins a turn of the loop later, so that who is ready by then comes along."""
        await asyncio.sleep(0)
        while waiting := self._waiting.pop(key, None):
            taken, rest = waiting[: self._most], waiting[self._most :]
            if rest:
                self._waiting[key] = rest
            answers = await self._answers(key, [asked for asked, _ in taken])
            if self._all_told and isinstance(answers[0], IN_VAIN):
                taken += self._waiting.pop(key, [])
                answers = [answers[0]] * len(taken)
            for (_, future), answer in zip(taken, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
            await asyncio.sleep(0)
        del self._at_work[key]

    async def _answers(self, key: KeyT, asked: Sequence[AskedT]) -> Sequence[AnswerT | Exception]:
        try:
            return await self.answering(key, asked)
        except (*db.LOST, *db.WAITED) as error:
            return [error for _ in asked]
        except Exception as error:
            if len(asked) == 1:
                return [error]
            half = len(asked) // 2
            return [*await self._answers(key, asked[:half]), *await self._answers(key, asked[half:])]
