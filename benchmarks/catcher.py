"""A mail server in a process of its own that says 250 and notes, in memory, when; one line per mail on its output."""

import asyncio
import sys
import time

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.house import SMTP_PORT


class Clock:
    """Prints the recipient and the moment of the 250."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        """The text has come."""
        sys.stdout.write(f"{envelope.rcpt_tos[0]} {time.time()}\n")
        sys.stdout.flush()
        return "250 2.0.0 noted"


async def main() -> None:
    """Listen until ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Clock(), hostname="bench.localhost", loop=loop), "127.0.0.1", SMTP_PORT)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
