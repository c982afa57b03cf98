"""The mail catcher: an SMTP server on this machine that accepts everything and sends nothing on."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from service.local.mail import MailFolder

LARGEST = 32 * 1024 * 1024


class Catcher:
    """What aiosmtpd asks at each step; see its handler protocol."""

    def __init__(self, folder: MailFolder) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's name
        """The whole text has come: keep it, then say so."""
        content = envelope.content
        raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content or b""
        caught = self.folder.add(envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return f"250 2.0.0 caught as {caught.id}"


async def open_catcher(handler: object, port: int = 0) -> tuple[asyncio.Server, int]:
    """Listen on 127.0.0.1, on a free port where none is given; the server is the caller's to close."""
    loop = asyncio.get_running_loop()

    def conversation() -> SMTP:
        return SMTP(handler, hostname="catcher.localhost", data_size_limit=LARGEST, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(conversation, "127.0.0.1", port)
    return server, int(server.sockets[0].getsockname()[1])
