"""What is asked while an answer is being found is answered together by the next one."""

import asyncio

import asyncpg
import pytest

from service.batching import Batcher, Take


class Answering:
    """Doubles numbers, when it is let; keeps which it was asked together."""

    def __init__(self) -> None:
        self.sets: list[list[int]] = []
        self.begun = asyncio.Event()
        self.let = asyncio.Event()

    async def __call__(self, _key: str, take: Take[int]) -> list[int | Exception]:
        asked = take()
        self.sets.append(list(asked))
        self.begun.set()
        await self.let.wait()
        if 13 in asked:
            raise ArithmeticError("thirteen")
        return [LookupError(str(one)) if one == 7 else one * 2 for one in asked]


async def asked(batcher: Batcher[str, int, int], *numbers: int) -> "list[asyncio.Task[int]]":
    tasks = [asyncio.create_task(batcher.ask("a", number)) for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_the_first_goes_at_once_and_those_who_come_meanwhile_go_together_in_their_order() -> None:
    answering = Answering()
    batcher = Batcher(answering, most=10)
    tasks = await asked(batcher, 1)
    await answering.begun.wait()
    tasks += await asked(batcher, 2, 3, 4)
    answering.let.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8]
    assert answering.sets == [[1], [2, 3, 4]]
    assert await batcher.ask("a", 5) == 10


async def test_no_set_is_larger_than_it_may_be_and_nobody_overtakes() -> None:
    answering = Answering()
    batcher = Batcher(answering, most=2)
    tasks = await asked(batcher, *range(1, 6))
    await answering.begun.wait()
    tasks += await asked(batcher, 6)
    answering.let.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8, 10, 12]
    assert answering.sets == [[1, 2], [3, 4], [5, 6]]


async def test_whoever_comes_before_a_set_is_taken_comes_along() -> None:
    begun, free, sets = asyncio.Event(), asyncio.Event(), list[list[int]]()

    async def late(_key: str, take: Take[int]) -> list[int | Exception]:
        begun.set()
        await free.wait()
        sets.append(list(take()))
        assert take() == sets[-1], "once it is closed it stays as it is"
        return list(take())

    batcher = Batcher(late, most=3)
    tasks = await asked(batcher, 1)
    await begun.wait()
    tasks += await asked(batcher, 2, 3, 4)
    free.set()
    assert await asyncio.gather(*tasks) == [1, 2, 3, 4]
    assert sets == [[1, 2, 3], [4]]


@pytest.mark.parametrize(("raised", "calls"), [(TimeoutError, 1), (LookupError, 3)])
async def test_where_a_set_fails_before_it_is_taken_whoever_waits_then_is_told(raised: type[Exception], calls: int) -> None:
    begun, free, called = asyncio.Event(), asyncio.Event(), list[int]()

    async def never(_key: str, _take: Take[int]) -> list[int | Exception]:
        called.append(1)
        begun.set()
        await free.wait()
        raise raised

    batcher = Batcher(never, most=10)
    tasks = await asked(batcher, 1)
    await begun.wait()
    tasks += await asked(batcher, 2)
    free.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert ([type(one) for one in answers], len(called)) == ([raised] * 2, calls)


async def test_keys_do_not_wait_for_one_another() -> None:
    answering = Answering()
    batcher = Batcher(answering, most=10)
    waits = asyncio.create_task(batcher.ask("a", 1))
    await answering.begun.wait()
    answering.begun.clear()
    other = asyncio.create_task(batcher.ask("b", 2))
    await answering.begun.wait()
    answering.let.set()
    assert (await waits, await other, answering.sets) == (2, 4, [[1], [2]])


async def test_an_exception_in_place_of_an_answer_is_one_persons_own() -> None:
    answering = Answering()
    answering.let.set()
    tasks = await asked(Batcher(answering, most=10), 6, 7, 8)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in answers] == [int, LookupError, int]


async def test_where_a_set_fails_its_halves_are_asked_apart_in_their_order() -> None:
    answering = Answering()
    answering.let.set()
    tasks = await asked(Batcher(answering, most=10), 1, 13, 2)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in answers] == [int, ArithmeticError, int]
    assert answering.sets == [[1, 13, 2], [1], [13, 2], [13], [2]]


async def test_one_that_fails_among_many_costs_a_few_questions_more() -> None:
    answering = Answering()
    answering.let.set()
    tasks = await asked(Batcher(answering, most=500), *range(20, 400), 13, *range(400, 519))
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [one for one in answers if not isinstance(one, int)] == [answers[380]]
    assert len(answering.sets) <= 1 + 2 * 9


@pytest.mark.parametrize("raised", [ConnectionResetError, TimeoutError, asyncpg.LockNotAvailableError])
async def test_where_the_database_went_away_or_was_long_waited_for_nothing_is_asked_again(raised: type[Exception]) -> None:
    calls: list[list[int]] = []

    async def gone(_key: str, take: Take[int]) -> list[int | Exception]:
        calls.append(list(take()))
        raise raised

    tasks = await asked(Batcher(gone, most=10), 1, 2)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in answers] == [raised] * 2
    assert calls == [[1, 2]]


@pytest.mark.parametrize("all_told", [True, False])
async def test_where_a_set_waited_in_vain_who_came_meanwhile_is_told_too_if_that_is_wanted(all_told: bool) -> None:
    begun, came = asyncio.Event(), asyncio.Event()

    async def full(_key: str, take: Take[int]) -> list[int | Exception]:
        asked = take()
        begun.set()
        await came.wait()
        if 1 in asked:
            raise TimeoutError
        return list(asked)

    batcher = Batcher(full, most=10, all_told=all_told)
    tasks = await asked(batcher, 1)
    await begun.wait()
    tasks += await asked(batcher, 2, 3)
    came.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in answers] == [TimeoutError, *([TimeoutError] * 2 if all_told else [int] * 2)]
    assert await batcher.ask("a", 4) == 4


async def test_whose_half_was_decided_is_told_so_though_another_half_waited_in_vain() -> None:
    calls: list[list[int]] = []

    async def busy(_key: str, take: Take[int]) -> list[int | Exception]:
        asked = list(take())
        calls.append(asked)
        if len(asked) == 4:
            raise LookupError
        if 3 in asked:
            raise asyncpg.LockNotAvailableError
        return list(asked)

    batcher = Batcher(busy, most=4, all_told=True)
    tasks = await asked(batcher, 1, 2, 3, 4, 5)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers[:2] == [1, 2]
    assert [type(one) for one in answers[2:]] == [asyncpg.LockNotAvailableError] * 3
    assert calls == [[1, 2, 3, 4], [1, 2], [3, 4]]


async def test_where_the_first_half_waited_in_vain_the_second_does_not_wait_again() -> None:
    calls: list[list[int]] = []

    async def busy(_key: str, take: Take[int]) -> list[int | Exception]:
        calls.append(list(take()))
        raise LookupError if len(calls) == 1 else asyncpg.LockNotAvailableError

    tasks = await asked(Batcher(busy, most=4), 1, 2, 3, 4)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in answers] == [asyncpg.LockNotAvailableError] * 4
    assert calls == [[1, 2, 3, 4], [1, 2]]


async def test_of_who_stops_waiting_it_is_decided_all_the_same_and_nobody_is_held_up() -> None:
    answering = Answering()
    batcher = Batcher(answering, most=10)
    [first] = await asked(batcher, 1)
    await answering.begun.wait()
    left, stays = await asked(batcher, 2, 3)
    first.cancel()
    left.cancel()
    await asyncio.sleep(0)
    answering.let.set()
    assert await stays == 6
    assert answering.sets == [[1], [2, 3]]
    with pytest.raises(asyncio.CancelledError):
        await left
