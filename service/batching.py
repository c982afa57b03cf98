"""Natural batching: what is asked while an answer is being found is answered together by the next one.

There is no timer: whoever asks alone is answered at once, and in a burst the sets grow as long as an answer takes. A set is
closed when it can be answered: whoever answers it takes it, once what it must wait for is there.
"""

import asyncio
import contextvars
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from service import db

KeyT = TypeVar("KeyT", bound=Hashable)
AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")
Take: TypeAlias = Callable[[], Sequence[AskedT]]
"""Closes the set and says what is in it; asked again it says the same."""
Answering: TypeAlias = Callable[[KeyT, Take[AskedT]], Awaitable[Sequence[AnswerT | Exception]]]
"""Finds an answer, or an exception to be raised, for each of what is asked under a key, in their order."""

IN_VAIN = (*db.WAITED, TimeoutError)
"""What is raised after a long wait."""


class Batcher(Generic[KeyT, AskedT, AnswerT]):
    """Has `answering` answer what is asked under a key: in the order of arrival, one set after another, of `most` at most.

    Where `answering` raises, the halves of the set are asked apart, and so on down to who fails: nobody does for a
    neighbour's sake, and one among many costs a few questions more. Not where the database went away, when nobody knows what
    was committed; and not after a long wait, which each would wait again, one behind the other: who is left of the set is
    told so, and with `all_told` whoever came meanwhile, too.
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
        while key in self._waiting:
            taken: list[tuple[AskedT, asyncio.Future[AnswerT]]] = []
            answers = await self._answers(key, partial(self._take, key, taken))
            if self._all_told and isinstance(answers[-1], IN_VAIN):
                late = self._waiting.pop(key, [])
                taken += late
                answers += [answers[-1]] * len(late)
            for (_, future), answer in zip(taken, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
            await asyncio.sleep(0)
        del self._at_work[key]

    def _take(self, key: KeyT, taken: "list[tuple[AskedT, asyncio.Future[AnswerT]]]") -> Sequence[AskedT]:
        """Whoever waits now is in the set, in the order in which they came."""
        if not taken:
            waiting = self._waiting.pop(key)
            taken += waiting[: self._most]
            if rest := waiting[self._most :]:
                self._waiting[key] = rest
        return [asked for asked, _ in taken]

    async def _answers(self, key: KeyT, take: Take[AskedT]) -> list[AnswerT | Exception]:
        try:
            return [*await self.answering(key, take)]
        except (*db.LOST, *db.WAITED) as error:
            return [error for _ in take()]
        except Exception as error:
            asked = take()
            if len(asked) == 1:
                return [error]
            half = len(asked) // 2
            answers = await self._answers(key, lambda: asked[:half])
            if isinstance(answers[-1], IN_VAIN):
                return [*answers, *[answers[-1]] * (len(asked) - half)]
            return [*answers, *await self._answers(key, lambda: asked[half:])]
