"""`python -m benchmarks.sink PORT`: a mail server that takes everything, keeps nothing, and is nobody's limit."""

import asyncio
import sys
from typing import cast

import uvloop

END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """SMTP as far as a sender that makes no mistakes needs it."""

    def __init__(self) -> None:
        self.buffer, self.in_text = bytearray(), False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(b"220 sink.localhost\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (at := self.buffer.find(END if self.in_text else b"\r\n")) >= 0:
            line = bytes(self.buffer[: 4 if not self.in_text else 0]).upper()
            del self.buffer[: at + len(END if self.in_text else b"\r\n")]
            self._answer(line)

    def _answer(self, command: bytes) -> None:
        """The text has ended, or a line has come."""
        assert self.transport is not None
        text_follows = not self.in_text and command == b"DATA"
        answers = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
        self.transport.write(answers.get(command, b"250 2.0.0 taken\r\n"))
        self.in_text = text_follows
        if command == b"QUIT":
            self.transport.close()


async def main() -> None:
    """Listen until ended."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
