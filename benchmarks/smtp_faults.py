"""A catcher that misbehaves as told: says 451, hangs up before or after the text is kept, or says nothing."""

import asyncio
from collections.abc import Callable
from typing import Literal, TypeAlias

from aiosmtpd.smtp import SMTP, Envelope, Session

from service.local.catcher import Catcher
from service.local.mail import MailFolder

Stage: TypeAlias = Literal["rcpt", "data", "done"]
"""`rcpt`: at RCPT TO. `data`: the text has come, nothing is kept yet. `done`: it is kept, the 250 not yet said."""
Faults: TypeAlias = Callable[[Stage, int], str]
"""From the stage and how often it was reached (from 1) to: "" go on, DROP, SILENT, or a reply like "451 4.7.1 later"."""

DROP = "drop"
"""Hang up."""
SILENT = "silent"
"""Say nothing for `silence` seconds, or until healed, then hang up."""
NEVER_HEARD = "421 4.3.0 this line is never heard"


def no_faults(_stage: Stage, _count: int) -> str:
    return ""


class FaultyCatcher(Catcher):
    def __init__(self, folder: MailFolder, faults: Faults = no_faults, silence: float = 125.0) -> None:
        super().__init__(folder)
        self.faults, self.silence = faults, silence
        self.healed = asyncio.Event()
        self.reached: dict[Stage, int] = {"rcpt": 0, "data": 0, "done": 0}

    def heal(self) -> None:
        """Misbehave no more; who is silent now hangs up."""
        self.faults = no_faults
        self.healed.set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if (fault := await self._fault(server, "rcpt")) != "":
            return fault
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if (fault := await self._fault(server, "data")) != "":
            return fault
        answer = await super().handle_DATA(server, session, envelope)
        return await self._fault(server, "done") or answer

    async def _fault(self, server: SMTP, stage: Stage) -> str:
        self.reached[stage] += 1
        fault = self.faults(stage, self.reached[stage])
        if fault == SILENT:
            await asyncio.wait([asyncio.create_task(self.healed.wait())], timeout=self.silence)
        if fault in (DROP, SILENT):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return NEVER_HEARD
        return fault
