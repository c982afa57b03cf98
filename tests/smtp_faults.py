"""A catcher that misbehaves as told: says 451, or hangs up before or after the final 250."""

import asyncio
from collections.abc import Callable
from typing import Literal, TypeAlias

from aiosmtpd.smtp import SMTP, Envelope, Session

from service.local.catcher import Catcher
from service.local.mail import MailFolder

Stage: TypeAlias = Literal["rcpt", "data", "done"]
"""`rcpt`: at RCPT TO. `data`: the text has come, nothing is kept yet. `done`: it is kept, the 250 not yet said."""
Faults: TypeAlias = Callable[[Stage, int], str]
"""From the stage and how often it was reached (from 1) to: "" go on, "drop" hang up, or a reply like "451 4.7.1 later"."""

DROP = "drop"


def no_faults(_stage: Stage, _count: int) -> str:
    return ""


class FaultyCatcher(Catcher):
    def __init__(self, folder: MailFolder, faults: Faults = no_faults) -> None:
        super().__init__(folder)
        self.faults = faults
        self.reached: dict[Stage, int] = {"rcpt": 0, "data": 0, "done": 0}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if (fault := self._fault(server, "rcpt")) != "":
            return fault
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if (fault := self._fault(server, "data")) != "":
            return fault
        answer = await super().handle_DATA(server, session, envelope)
        return self._fault(server, "done") or answer

    def _fault(self, server: SMTP, stage: Stage) -> str:
        self.reached[stage] += 1
        fault = self.faults(stage, self.reached[stage])
        if fault == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 4.3.0 this line is never heard"
        return fault
