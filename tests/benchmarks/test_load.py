"""When a request counts as begun: the whole difference between a closed and an open loop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from benchmarks.load import Figures, Load, all_made, planned, run, together

HELD = 0.2
"""Seconds for which the server keeps its first visitor waiting."""


@asynccontextmanager
async def pausing_once() -> AsyncGenerator[int]:
    """A server that answers at once, but for the first request."""
    held = False

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal held
        while head := await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
            if not held:
                held = True
                await asyncio.sleep(HELD)  # the pause that is measured
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def load(port: int, count: int, per_second: float) -> Load:
    return Load(port, ["/"], "", 1, ["{}"] * count, per_second)


def test_a_request_is_due_at_its_moment_however_late_the_others_were() -> None:
    assert [planned(100.0, number, 4.0) for number in (0, 1, 6)] == [100.0, 100.25, 101.5]


async def test_in_an_open_loop_everybody_who_would_have_come_during_a_pause_has_waited() -> None:
    async with pausing_once() as port:
        figures = await run(load(port, 10, per_second=1000))
    assert figures.statuses == {"201": 10}
    assert figures.p50_ms >= (HELD - 10 / 1000) * 1000


async def test_in_a_closed_loop_only_one_has() -> None:
    async with pausing_once() as port:
        figures = await run(load(port, 10, per_second=0))
    assert figures.p99_ms >= HELD * 1000
    assert figures.p50_ms < HELD * 1000
    assert figures.statuses == {"201": 10}


async def test_requests_go_to_the_paths_in_turn_and_every_body_once() -> None:
    seen: list[tuple[str, str]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(5):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.partition("Content-Length: ")[2].split("\r\n")[0])
            seen.append((head.split(" ")[1], (await reader.readexactly(length)).decode()))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await run(Load(port, ["/a", "/b"], "", 1, [str(n) for n in range(5)]))
    assert seen == [("/a", "0"), ("/b", "1"), ("/a", "2"), ("/b", "3"), ("/a", "4")]


async def test_a_token_is_shown_under_the_name_that_its_server_gives_it() -> None:
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await run(Load(port, ["/"], "secret", 1, ["{}"], scheme="Token"))
        await run(Load(port, ["/"], "secret", 1, ["{}"]))
    assert ["Authorization: Token secret" in seen[0], "Authorization: Bearer secret" in seen[1]] == [True, True]


async def test_a_server_that_hangs_up_on_somebody_ends_the_run() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nhalf")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        with pytest.raises(ConnectionError):
            await run(load(server.sockets[0].getsockname()[1], 1, per_second=0))


async def test_an_answer_that_comes_in_pieces_is_one() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"{}")
            for piece in (b"HTTP/1.1 201 Cre", b"ated\r\ncontent-length: 4\r\n\r", b"\nhal", b"f"):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        figures = await run(load(server.sockets[0].getsockname()[1], 2, per_second=0))
    assert figures.statuses == {"201": 2}


async def test_a_rate_is_of_the_time_in_which_everybody_was_at_work() -> None:
    """Two clients, three requests: the second client's answer comes when the others are long over."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        while await reader.read(4096):
            count += 1
            if count == 2:
                await asyncio.sleep(HELD)  # the drain
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        figures = await run(Load(server.sockets[0].getsockname()[1], ["/"], "", 2, ["{}"] * 3))
    assert (figures.statuses, figures.answered) == ({"201": 3}, 2)
    assert figures.ended - figures.began < HELD
    assert figures.p99_ms >= HELD * 1000


def test_loads_at_the_same_time_are_one_from_the_first_beginning_to_the_last_end() -> None:
    one = Figures(1000.0, 1.0, 2.0, {}, answered=1000, began=10.0, ended=11.0)
    later = Figures(1000.0, 1.0, 2.0, {}, answered=1000, began=10.5, ended=11.5)
    assert (together([one]), together([one, later])) == (1000.0, pytest.approx(2000 / 1.5))


def test_figures_in_which_somebody_was_refused_are_no_figures() -> None:
    for statuses in ({"201": 9, "409": 1}, {"201": 9}):
        with pytest.raises(SystemExit, match="'201': 9"):
            all_made(Figures(100.0, 1.0, 2.0, statuses), 10)
    assert all_made(Figures(100.0, 1.0, 2.0, {"201": 10}), 10).per_second == 100.0
