"""What is written for one answer leaves together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from service.web.gathering import MOST, Gathering, OnePiece


class Recording(asyncio.Transport):
    """Keeps what is sent, piece by piece."""

    def __init__(self) -> None:
        super().__init__({"peername": ("203.0.113.9", 4711)})
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: "bytes | bytearray | memoryview") -> None:
        assert not self.closed, "nobody writes to what is closed"
        self.sent.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


@asynccontextmanager
async def line() -> AsyncGenerator[tuple[Gathering, Recording]]:
    """A line, a turn of the loop after what was done to it."""
    under = Recording()
    yield Gathering(under), under
    await asyncio.sleep(0)


async def test_head_and_body_leave_in_one_piece_at_the_end_of_the_turn() -> None:
    async with line() as (gathering, under):
        gathering.write(b"head ")
        gathering.write(b"body")
        assert under.sent == []
    assert under.sent == [b"head body"]
    gathering.write(b"the next")
    await asyncio.sleep(0)
    assert under.sent == [b"head body", b"the next"]


async def test_much_leaves_at_once_so_that_the_transport_can_say_stop() -> None:
    async with line() as (gathering, under):
        gathering.write(b"a" * MOST)
        assert under.sent == []
        gathering.write(b"b")
        assert under.sent == [b"a" * MOST + b"b"]
        gathering.write(b"c")
    assert under.sent == [b"a" * MOST + b"b", b"c"]


async def test_what_is_whole_leaves_when_it_is_told_to() -> None:
    async with line() as (gathering, under):
        gathering.write(b"head ")
        gathering.write(b"body")
        gathering.flush()
        assert under.sent == [b"head body"]
    assert under.sent == [b"head body"]


async def test_an_answer_that_is_whole_is_sent_though_the_other_side_says_nothing_more() -> None:
    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"hello"})

    config = Config(application, http=OnePiece, log_config=None)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: OnePiece(config, state, {}), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        writer.write_eof()
        heard = await reader.read()
        writer.close()
    assert heard.startswith(b"HTTP/1.1 200")
    assert heard.endswith(b"hello")


async def test_what_was_written_before_a_close_is_sent_and_what_came_after_the_line_went_is_not() -> None:
    async with line() as (gathering, under):
        gathering.write(b"last words")
        gathering.close()
        assert (under.sent, under.closed) == ([b"last words"], True)
    async with line() as (gathering, under):
        gathering.write(b"to nobody")
        under.close()
    assert under.sent == []


async def test_everything_else_is_the_transports() -> None:
    async with line() as (gathering, _):
        assert gathering.get_extra_info("peername") == ("203.0.113.9", 4711)
        assert not gathering.is_closing()
