"""The mail server of a chaos run, a process of its own: it can be killed, and what it kept is on disk before it says 250."""

import asyncio
import random
import signal
import sys
from email import message_from_bytes
from pathlib import Path

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.chaos.plan import faults
from benchmarks.smtp_faults import NEVER_HEARD, FaultyCatcher
from service.local.catcher import open_catcher
from service.local.mail import MailFolder

MOST = 1_000_000
SLOWEST = 0.06
"""Seconds between the text and the 250, at most: a kill shall find somebody in that moment."""


class Orders(msgspec.Struct, frozen=True):
    """What it is told at its start; `birth` counts the starts."""

    port: int
    folder: str
    seed: int
    silence: float
    birth: int = 1


class MailServer(FaultyCatcher):
    """Notes each text that came whole and was never answered: under `hold` exactly these must be doubtful."""

    def __init__(self, orders: Orders) -> None:
        root = Path(orders.folder)
        super().__init__(MailFolder(root / f"{orders.birth}", MOST), faults(orders.seed, orders.birth), orders.silence)
        self.unanswered = root / "unanswered"
        self.chance = random.Random(f"{orders.seed} {orders.birth}")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        answer = NEVER_HEARD
        try:
            await asyncio.sleep(self.chance.uniform(0, SLOWEST / 2))
            kept = await super().handle_DATA(server, session, envelope)
            await asyncio.sleep(self.chance.uniform(0, SLOWEST / 2))
            answer = kept
        finally:  # also where the client is gone meanwhile, and this conversation is cancelled
            if answer == NEVER_HEARD:
                with self.unanswered.open("a") as notes:
                    notes.write(f"{message_id(envelope.original_content or b'')}\n")
        return answer


def message_id(raw: bytes) -> str:
    """Without the angle brackets."""
    return str(message_from_bytes(raw)["Message-ID"]).strip("<>")


async def main(orders: Orders) -> None:
    """Listen until ended; SIGUSR1 ends the misbehaviour."""
    catcher = MailServer(orders)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, catcher.heal)
    server, _ = await open_catcher(catcher, orders.port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=Orders)))
