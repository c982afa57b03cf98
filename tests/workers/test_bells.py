"""A duty that waits for a bell and is asked to end in the very moment when it rings, ends."""

import asyncio

import pytest

from workers.rounds import rung


async def test_a_bell_that_rings_is_heard_and_one_that_does_not_is_waited_for_so_long_only() -> None:
    bell = asyncio.Event()
    assert not await rung(bell, 0.001)
    bell.set()
    assert await rung(bell, 5)


@pytest.mark.parametrize("turns", range(6))
async def test_who_is_asked_to_end_while_the_bell_rings_does_not_go_on(turns: int) -> None:
    bell = asyncio.Event()
    waiting = asyncio.create_task(rung(bell, 60))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    bell.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    asked = waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled() == asked
