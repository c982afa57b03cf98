"""The mailbox page: calendar parts in words, and nothing in a mail can act."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import httpx
import pytest

from service.local.mail import Caught, MailFolder, readable
from service.local.mailbox import mailbox_app
from service.local.reach import take_port
from service.local.reading import read
from tests.local.houses import free_port

EVIL = "<script>alert(1)</script>"
ZONE = """BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:20261101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
END:STANDARD
END:VTIMEZONE
"""


def calendar(method: str = "REQUEST", sequence: int = 0, answer: str = "NEEDS-ACTION") -> str:
    return (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\nMETHOD:{method}\n{ZONE}BEGIN:VEVENT\nUID:one@plenary.example\n"
        f"DTSTAMP:20261201T150000Z\nSEQUENCE:{sequence}\nDTSTART;TZID=America/New_York:20270310T083000\n"
        f"DTEND;TZID=America/New_York:20270310T170000\nSUMMARY:Belonging\\, and {EVIL}\n"
        "LOCATION:Lantern Hall\\, Washington\n"
        'ORGANIZER;CN="Office":mailto:office@plenary.example\n'
        f'ATTENDEE;CN="Tam";PARTSTAT={answer};RSVP=TRUE:mailto:tam@school.example\nEND:VEVENT\nEND:VCALENDAR\n'
    ).replace("\n", "\r\n")


def mail(ics: str = "", method: str = "REQUEST", html: str = "<p>You are in.</p>", subject: str = "You’re in") -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Office <office@plenary.example>", "Tam <tam@school.example>"
    message["Subject"] = subject
    message.set_content(f"Confirm: http://127.0.0.1:8000/r/x {EVIL}\n")
    message.add_alternative(html, subtype="html")
    if ics:
        message.add_alternative(ics, subtype="calendar", params={"method": method})
    return message.as_bytes(policy=SMTP)


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path / "mail")


@pytest.fixture
async def browser(folder: MailFolder) -> AsyncGenerator[httpx.AsyncClient]:
    app = mailbox_app(folder, "http://127.0.0.1:8000")
    transport = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType]  # two spellings of the same protocol
    async with httpx.AsyncClient(transport=transport, base_url="http://mailbox") as client:
        yield client


def put(folder: MailFolder, raw: bytes) -> Caught:
    return folder.add("bounce@plenary.example", ["tam@school.example"], raw)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_an_invitation_is_a_card_in_words(browser: httpx.AsyncClient, folder: MailFolder):
    caught = put(folder, mail(calendar(sequence=2)))
    page = (await browser.get(f"/messages/{caught.id}")).text
    words = text_of(page)
    assert "Invitation or update (REQUEST)" in words
    assert "When Wed, Mar 10, 2027, 8:30 a.m.–5:00 p.m. America/New_York (EST)" in words
    assert "Where Lantern Hall, Washington" in words
    assert "Organizer Office &lt;office@plenary.example&gt;" in words
    assert "Your answer Not answered yet" in words
    assert "Sequence 2" in words


async def test_a_cancellation_says_so_on_list_and_card(browser: httpx.AsyncClient, folder: MailFolder):
    caught = put(folder, mail(calendar("CANCEL", 3, "ACCEPTED"), "CANCEL"))
    assert "Cancelled" in text_of((await browser.get("/")).text)
    words = text_of((await browser.get(f"/messages/{caught.id}")).text)
    assert "Cancelled (CANCEL)" in words
    assert "Your answer Accepted" in words


async def test_the_calendar_file_is_shown_and_downloads_as_it_came(browser: httpx.AsyncClient, folder: MailFolder):
    caught = put(folder, mail(calendar()))
    assert "DTSTART;TZID=America/New_York:20270310T083000" in (await browser.get(f"/messages/{caught.id}")).text
    download = await browser.get(f"/messages/{caught.id}/calendar/0")
    assert download.text == calendar()
    assert download.headers["content-disposition"].startswith("attachment")
    assert (await browser.get(f"/messages/{caught.id}/calendar/1")).status_code == 404


async def test_nothing_that_was_mailed_becomes_markup(browser: httpx.AsyncClient, folder: MailFolder):
    caught = put(folder, mail(calendar(), subject=f"{EVIL} & “quotes”"))
    for path in ("/", f"/messages/{caught.id}"):
        page = await browser.get(path)
        assert EVIL not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "style=" not in page.text


async def test_the_mailed_page_is_framed_without_any_rights(browser: httpx.AsyncClient, folder: MailFolder):
    caught = put(folder, mail(html=f"<html><head><title>x</title></head><body>{EVIL}</body></html>"))
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in (await browser.get(f"/messages/{caught.id}")).text
    framed = await browser.get(f"/messages/{caught.id}/html")
    policy = framed.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert '<head><base target="_blank">' in framed.text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?nonsense?q?x?=\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xffhello",
        b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nrubbish",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:never\nEND:VEVENT\nEND:VCALENDAR\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nno end",
        b"Subject: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
)
async def test_a_broken_mail_is_shown_all_the_same(browser: httpx.AsyncClient, folder: MailFolder, raw: bytes):
    caught = put(folder, raw)
    assert (await browser.get("/")).status_code == 200
    assert (await browser.get(f"/messages/{caught.id}")).status_code == 200
    assert (await browser.get(f"/messages/{caught.id}/raw")).content == raw


def test_whole_days_and_floating_times_are_named_as_such():
    days = calendar().replace(";TZID=America/New_York:20270310T083000", ";VALUE=DATE:20270310")
    days = days.replace(";TZID=America/New_York:20270310T170000", ";VALUE=DATE:20270312")
    floating = calendar().replace(";TZID=America/New_York", "")
    (first,), (second,) = (read(mail(ics)).calendars[0].cards for ics in (days, floating))
    assert (first.when, first.zone) == ("Wed, Mar 10, 2027 – Fri, Mar 12, 2027", "whole days")
    assert second.zone == "no zone: each reader's own"


async def test_scripts_read_the_newest_first(browser: httpx.AsyncClient, folder: MailFolder):
    ids = [put(folder, mail(subject=f"Mail {number}")).id for number in range(3)]
    answer = (await browser.get("/api/messages", params={"limit": 2})).json()
    assert [entry["id"] for entry in answer] == ids[:0:-1]
    assert (answer[0]["from"], answer[0]["to"]) == ("Office <office@plenary.example>", "Tam <tam@school.example>")
    assert (answer[0]["subject"], answer[0]["recipients"]) == ("Mail 2", ["tam@school.example"])


async def test_an_empty_mailbox_and_a_missing_mail_say_what_to_do(browser: httpx.AsyncClient):
    assert "Register for a convening" in (await browser.get("/")).text
    missing = await browser.get("/messages/none")
    assert (missing.status_code, "See all mails" in missing.text) == (404, True)
    assert (await browser.get("/static/%2e%2e%2fmailbox.py")).status_code == 404


async def test_news_arrive_by_themselves(folder: MailFolder):
    from service.local.mailbox import serve_mailbox

    stop, port = asyncio.Event(), free_port()
    serving = asyncio.create_task(serve_mailbox(folder, "http://x", take_port("127.0.0.1", port, "PORT"), stop))
    async with (
        asyncio.timeout(10),
        httpx.AsyncClient() as client,
        client.stream("GET", f"http://127.0.0.1:{port}/news") as stream,
    ):
        lines = stream.aiter_lines()
        heard = [line async for line in until_data(lines)]
        caught = put(folder, mail())
        heard += [line async for line in until_data(lines)]
    assert heard == ["data: none", f"data: {caught.id}"]
    stop.set()
    await asyncio.wait_for(serving, 5)
    log = logging.getLogger("uvicorn")
    assert (log.propagate, log.handlers) == (True, []), "what a server says of the mailbox goes where every line goes"


async def until_data(lines: AsyncIterator[str]) -> AsyncGenerator[str]:
    async for line in lines:
        if line.startswith("data:"):
            yield line
            return


@pytest.mark.parametrize("folded", ["You are in:\r\n Fall Convening", "You are in:\n Fall Convening"])
def test_a_subject_that_was_folded_is_one_line(folded: str):
    assert readable(folded) == "You are in: Fall Convening"
