"""The catcher: what it takes is on disk as it came."""

import smtplib
from asyncio import to_thread
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiosmtplib
import pytest

from benchmarks.smtp_faults import DROP, Faults, FaultyCatcher, Stage
from service.local.catcher import Catcher, open_catcher
from service.local.mail import MailFolder

RAW = (
    b"From: =?utf-8?q?=C3=89quipe?= <office@plenary.example>\r\nTo: Tam <tam@school.example>\r\n"
    b"Subject: =?utf-8?q?You=E2=80=99re_in?=\r\n\r\n.\r\n..two dots\r\n\xff not UTF-8\r\n"
)
Send = Callable[[], Awaitable[object]]


@asynccontextmanager
async def catching(handler: Catcher) -> AsyncGenerator[Send]:
    """A catcher that listens, and a way to send RAW to it with a connection of its own."""
    server, port = await open_catcher(handler)

    async def send() -> object:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=5) as client:
            return await client.sendmail("bounce+1@plenary.example", ["tam@school.example"], RAW)

    async with server:
        yield send


async def test_a_mail_is_kept_byte_for_byte_with_its_envelope(tmp_path: Path):
    folder = MailFolder(tmp_path)
    async with catching(Catcher(folder)) as send:
        await send()
    (caught,) = folder.newest(10)
    found = folder.find(caught.id)
    assert found is not None
    assert found[1] == RAW
    assert (caught.envelope_from, caught.recipients) == ("bounce+1@plenary.example", ("tam@school.example",))
    assert (caught.sender, caught.to) == ("Équipe <office@plenary.example>", "Tam <tam@school.example>")
    assert (caught.subject, caught.method) == ("You’re in", "")


async def test_the_plainest_client_is_served(tmp_path: Path):
    folder = MailFolder(tmp_path)
    server, port = await open_catcher(Catcher(folder))

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            client.sendmail("", ["a@school.example", "b@school.example"], b"Subject: two\r\n\r\nHello\r\n")

    async with server:
        await to_thread(send)
    assert [mail.recipients for mail in folder.newest(1)] == [("a@school.example", "b@school.example")]


async def test_mail_is_still_there_for_the_next_start(tmp_path: Path):
    async with catching(Catcher(MailFolder(tmp_path))) as send:
        await send()
        await send()
    again = MailFolder(tmp_path)
    assert len(again) == 2
    first, second = again.newest(5)
    assert first.at > second.at


def test_only_the_newest_are_kept(tmp_path: Path):
    folder = MailFolder(tmp_path, keep=3)
    ids = [folder.add("a@b.example", ["c@d.example"], f"Subject: {number}\r\n\r\n".encode()).id for number in range(5)]
    assert [mail.id for mail in folder.newest(9)] == ids[:1:-1]
    assert len(list(tmp_path.iterdir())) == 6, "an .eml and a .json each"
    assert folder.find(ids[0]) is None


def only_first(stage: Stage, fault: str) -> Faults:
    return lambda reached, count: fault if (reached, count) == (stage, 1) else ""


@pytest.mark.parametrize(
    ("stage", "fault", "kept_after_first"),
    [
        ("rcpt", "451 4.7.1 later", 0),
        ("data", "451 4.7.1 later", 0),
        ("rcpt", DROP, 0),
        ("data", DROP, 0),
        ("done", DROP, 1),
        ("done", "451 4.7.1 later", 1),
    ],
)
async def test_a_faulty_catcher_fails_once_as_told(tmp_path: Path, stage: Stage, fault: str, kept_after_first: int):
    folder = MailFolder(tmp_path)
    async with catching(FaultyCatcher(folder, only_first(stage, fault))) as send:
        with pytest.raises(aiosmtplib.SMTPException) as failed:
            await send()
        assert ("451" in str(failed.value) or "4.7.1" in str(failed.value)) == fault.startswith("451")
        assert len(folder) == kept_after_first
        await send()
    assert len(folder) == kept_after_first + 1
