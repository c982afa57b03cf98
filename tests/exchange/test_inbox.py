"""Mail comes in: kept before it is acknowledged, judged once, and what mail servers say of our mails has consequences."""

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import aiosmtplib
import httpx
import msgspec
import pytest

from service import db
from service.db import Connection, Pool
from service.deliveries import wave_writes
from service.deliveries.wave_writes import Lease, Sent
from service.exchange import apart, inbox
from service.exchange.apart import Reader
from service.exchange.letters import Own
from service.settings import Settings
from service.web import links
from tests import make
from tests.api.conftest import organizer, started
from tests.deliveries.conftest import delivery
from workers.inbound import Doorman, Inbox, listen, own_of

__all__ = ["organizer", "started"]
CORPUS = Path(__file__).parent / "corpus"
BORDER = "mx.plenary.example"
THEIRS = b"nobody@recipient.example.net"
TOKEN = b"7f3a9c2e51d04b6688aa"


class Desk:
    """The port and the judge, at one moment."""

    def __init__(self, pool: Pool, settings: Settings, port: int, moment: datetime) -> None:
        self.pool, self.settings, self.port, self.moment = pool, settings, port, moment
        self.judge = Inbox(pool, settings, lambda: self.moment)

    async def give(self, raw: bytes, to: str) -> str:
        """Over SMTP; the server's last words."""
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, start_tls=False) as line:
            _, words = await line.sendmail("mta@border.example", [to], raw)
        return words

    async def work(self) -> None:
        """Judge all that waits."""
        while await self.judge.work_once():
            pass

    async def outcomes(self) -> list[tuple[str | None, str | None]]:
        async with db.transaction(self.pool) as conn:
            return [(one.kind, one.outcome) for one in await inbox.after(conn, 0, 100)]


@pytest.fixture
async def desk(pool: Pool, settings: Settings, now: datetime, conn: Connection) -> AsyncGenerator[Desk]:
    """Listening on a free port."""
    server = await listen(Doorman(pool, own_of(settings), lambda: now), "127.0.0.1", 0)
    found = Desk(pool, settings, int(server.sockets[0].getsockname()[1]), now)
    yield found
    server.close()
    await server.wait_closed()
    await found.judge.reader.end()


@pytest.fixture
async def sent(conn: Connection, now: datetime) -> UUID:
    """A mail of ours that a server took."""
    place = await make.convening(conn, now)
    return await delivery(conn, await make.registered(conn, place.id, 1, now=now), "sent", now=now)


def report(name: str, delivery_id: UUID, address: str) -> bytes:
    """A report of the corpus about this mail."""
    raw = (CORPUS / "dsn" / name).read_bytes()
    return raw.replace(TOKEN, delivery_id.hex.encode()).replace(THEIRS, address.encode())


def return_path(settings: Settings, delivery_id: UUID) -> str:
    return f"b+{links.return_token(settings.secret_key, delivery_id)}@{settings.bounce_domain}"


async def address_of(conn: Connection, delivery_id: UUID) -> str:
    return await db.one(conn, str, "select recipient from delivery where id = $1", delivery_id)


async def test_a_mail_is_kept_before_it_is_acknowledged_and_the_same_one_twice_is_one(
    desk: Desk, conn: Connection, settings: Settings
) -> None:
    raw = (CORPUS / "auto" / "01-outlook-oof.eml").read_bytes()
    assert await desk.give(raw, settings.mail_address) == "2.0.0 kept"
    assert await db.one(conn, int, "select count(*) as n from inbound_mail") == 1
    await desk.give(raw, settings.mail_address)
    assert await db.one(conn, int, "select count(*) as n from inbound_mail") == 1
    await desk.work()
    assert await desk.outcomes() == [("autoreply", "ignored")]


async def test_what_is_not_ours_is_refused_at_the_door(desk: Desk, settings: Settings) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=desk.port, start_tls=False) as line:
        await line.ehlo()
        await line.mail("mta@border.example")
        for other in ("somebody@plenary.example", f"x@{settings.bounce_domain}"):
            with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
                await line.rcpt(other)
            assert refused.value.code == 550
        await line.rcpt(settings.mail_address)
        with pytest.raises(aiosmtplib.SMTPRecipientRefused) as second:
            await line.rcpt(settings.mail_address)
        assert second.value.code == 452


async def test_a_server_may_speak_lmtp(desk: Desk) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    assert (await reader.readline()).startswith(b"220")
    writer.write(b"LHLO border.example\r\n")
    await writer.drain()
    assert (await reader.readline()).startswith(b"250")
    writer.close()


async def test_a_hard_bounce_stops_the_address_and_stands_among_what_must_be_looked_after(
    desk: Desk, conn: Connection, settings: Settings, sent: UUID
) -> None:
    address = await address_of(conn, sent)
    await desk.give(report("01-postfix-user-unknown.eml", sent, address), return_path(settings, sent))
    await desk.work()
    assert await desk.outcomes() == [("dsn", "stopped")]
    reason = await db.one(conn, str, "select reason from suppression where address_key = $1", address.lower())
    assert reason.startswith("came back: 550 5.1.1")
    row = await conn.fetchrow("select state, error from delivery where id = $1", sent)
    assert (row["state"], row["error"]) == ("dead", "it came back")


async def test_a_full_mailbox_stops_the_address_at_the_third_time(
    desk: Desk, conn: Connection, settings: Settings, sent: UUID
) -> None:
    address = await address_of(conn, sent)
    full = report("05-mailbox-full-5.2.2.eml", sent, address)
    for times in range(3):
        await desk.give(full.replace(b"Message-ID: <", f"Message-ID: <{times}".encode()), return_path(settings, sent))
    await desk.work()
    assert [outcome for _, outcome in await desk.outcomes()] == ["counted", "counted", "stopped"]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("04-delayed.eml", "noted"),
        ("08-success-delivered.eml", "noted"),
        ("07-policy-dmarc-5.7.26.eml", "told"),
    ],
)
async def test_other_reports_stop_nobody(
    desk: Desk, conn: Connection, settings: Settings, sent: UUID, name: str, outcome: str
) -> None:
    await desk.give(report(name, sent, await address_of(conn, sent)), return_path(settings, sent))
    await desk.work()
    assert await desk.outcomes() == [("dsn", outcome)]
    assert await db.one(conn, int, "select count(*) as n from suppression") == 0


async def test_a_report_about_another_address_about_no_mail_of_ours_or_much_too_late_stops_nobody(
    desk: Desk, conn: Connection, settings: Settings, sent: UUID, now: datetime
) -> None:
    name = "01-postfix-user-unknown.eml"
    await desk.give(report(name, sent, "victim@elsewhere.example"), return_path(settings, sent))
    nobody = make.nobody(now)
    await desk.give(report(name, nobody, await address_of(conn, sent)), return_path(settings, nobody))
    await desk.work()
    desk.moment += timedelta(days=31)
    await desk.give(report(name, sent, await address_of(conn, sent)), return_path(settings, sent))
    await desk.work()
    assert [outcome for _, outcome in await desk.outcomes()] == ["ignored"] * 3
    assert await db.one(conn, int, "select count(*) as n from suppression") == 0


def complaint(settings: Settings, token: str, proven: str) -> bytes:
    raw = (CORPUS / "auto" / "08-arf-complaint.eml").read_bytes().replace(TOKEN, token.encode())
    raw = raw.replace(b"bounce.convene.example.org", settings.bounce_domain.encode())
    return f"Authentication-Results: {BORDER}; {proven}\r\n".encode() + raw


async def test_who_complains_gets_no_more_mail(desk: Desk, conn: Connection, settings: Settings, sent: UUID) -> None:
    desk.judge = Inbox(desk.pool, msgspec.structs.replace(settings, inbound_border=BORDER), lambda: desk.moment)
    token = links.return_token(settings.secret_key, sent)
    raw = complaint(settings, token, "dmarc=none")
    domain = re.search(rb"^From:.*@([a-z0-9.-]+)", raw, re.MULTILINE)
    assert domain is not None
    await desk.give(raw, settings.mail_address)
    await desk.give(complaint(settings, sent.hex, f"dmarc=pass header.from={domain[1].decode()}"), settings.mail_address)
    await desk.work()
    assert await desk.outcomes() == [("complaint", "told")] * 2, "unproven · only a Message-ID known"
    assert await db.one(conn, int, "select count(*) as n from suppression") == 0
    await desk.give(complaint(settings, token, f"dmarc=pass header.from={domain[1].decode()}"), settings.mail_address)
    await desk.work()
    assert (await desk.outcomes())[-1] == ("complaint", "stopped")
    assert await db.many(conn, str, "select reason from suppression") == ["somebody complained"]
    assert await db.one(conn, str, "select state from delivery where id = $1", sent) == "sent", "it did arrive"
    await desk.judge.reader.end()


async def test_what_did_not_arrive_stands_among_the_undelivered_whether_its_address_stays_or_not(
    desk: Desk, conn: Connection, settings: Settings, sent: UUID
) -> None:
    for name in ("05-mailbox-full-5.2.2.eml", "07-policy-dmarc-5.7.26.eml"):
        await conn.execute("update delivery set state = 'sent', error = null where id = $1", sent)
        await desk.give(report(name, sent, await address_of(conn, sent)), return_path(settings, sent))
        await desk.work()
        row = await conn.fetchrow("select state, error from delivery where id = $1", sent)
        assert (row["state"], row["error"]) == ("dead", "it came back"), name


async def test_a_report_that_is_quicker_than_we_are_counts(
    desk: Desk, conn: Connection, settings: Settings, sent: UUID, now: datetime
) -> None:
    token = make.nobody(now)
    await conn.execute(
        "update delivery set state = 'handover', lease_token = $2, lease_until = $3 where id = $1", sent, token, now
    )
    address = await address_of(conn, sent)
    await desk.give(report("01-postfix-user-unknown.eml", sent, address), return_path(settings, sent))
    await desk.work()
    await wave_writes.turn(conn, [], [Sent(Lease(sent, token), "250 ok")], now, now)
    row = await conn.fetchrow("select state, error, response from delivery where id = $1", sent)
    assert (row["state"], row["error"], row["response"][:9]) == ("dead", "it came back", "550 5.1.1")


HOSTILE = {path.stem: path.read_bytes() for path in sorted((CORPUS / "hostile").glob("*.eml"))}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
async def test_nothing_hostile_does_anything(desk: Desk, conn: Connection, settings: Settings, raw: bytes) -> None:
    await desk.give(raw.replace(b"invites@convene.example.org", settings.mail_address.encode()), settings.mail_address)
    await desk.work()
    [(_, outcome)] = await desk.outcomes()
    assert outcome in ("rejected", "told")
    assert await db.one(conn, int, "select count(*) as n from suppression") == 0


async def test_signs_that_no_database_takes_are_left_out(
    desk: Desk, settings: Settings, conn: Connection, sent: UUID
) -> None:
    odd = b"From: a\x00b\xff@c.example\r\nSubject: x\x00y\xed\xa0\x80\r\n\r\nHello \x00"
    await desk.give(odd, settings.mail_address)
    told = report("01-postfix-user-unknown.eml", sent, await address_of(conn, sent))
    await desk.give(told.replace(b"Recipient address rejected", b"Recipient\x00 rejected"), return_path(settings, sent))
    assert [await desk.judge.work_once() for _ in range(3)] == [True, True, False]
    assert [outcome for _, outcome in await desk.outcomes()] == ["told", "stopped"]


async def test_a_mail_that_takes_too_long_to_read_ends_its_reader_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = (CORPUS / "replies" / "43-human-text.eml").read_bytes()
    own, reader = Own("invites@convene.example.org", "bounce.convene.example.org"), Reader()
    monkeypatch.setattr(apart, "PATIENCE", 0.0)
    assert await reader.read(raw, "a@b.example", own.address, own) is None
    monkeypatch.undo()
    letter = await reader.read(raw, "a@b.example", own.address, own)
    assert letter is not None
    assert letter.kind == "human"
    await reader.end()


@pytest.mark.parametrize(("ended", "outcome"), [(1, "told"), (2, "told"), (3, "rejected")])
async def test_a_mail_whose_reader_was_ended_is_read_again_but_not_for_ever(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch, ended: int, outcome: str
) -> None:
    await desk.give((CORPUS / "replies" / "43-human-text.eml").read_bytes(), settings.mail_address)
    monkeypatch.setattr(apart, "PATIENCE", 0.0)
    for _ in range(ended):
        await desk.work()
        desk.moment += inbox.LEASE * 2
    monkeypatch.undo()
    await desk.work()
    assert [found for _, found in await desk.outcomes()] == [outcome]


async def test_a_persons_words_beside_a_calendar_that_is_no_answer_are_read_by_a_person(
    desk: Desk, settings: Settings
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "wren@cedar.example", settings.mail_address, "My timetable"
    mail.set_content("I need a wheelchair space; my timetable is attached.")
    entry = "BEGIN:VEVENT\r\nUID:mine\r\nDTSTART:20261201T150000Z\r\nSUMMARY:Class\r\nEND:VEVENT"
    mail.add_attachment(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{entry}\r\nEND:VCALENDAR\r\n", subtype="calendar")
    await desk.give(mail.as_bytes(), settings.mail_address)
    await desk.work()
    assert await desk.outcomes() == [("human", "told")]


async def test_a_mailbox_that_ours_is_forwarded_to_and_that_does_not_exist_stops_ours_not_at_once(
    desk: Desk, conn: Connection, settings: Settings, sent: UUID
) -> None:
    ours = (await address_of(conn, sent)).encode()
    raw = report("01-postfix-user-unknown.eml", sent, "copy@forwarded.example")
    original = b"Original-Recipient: rfc822;"
    assert raw.count(original) == 1
    raw = raw.replace(original + b"copy@forwarded.example", original + ours)
    await desk.give(raw, return_path(settings, sent))
    await desk.work()
    assert await desk.outcomes() == [("dsn", "counted")]
    assert await db.one(conn, int, "select count(*) as n from suppression") == 0


async def test_what_came_in_is_listed_behind_a_position(
    desk: Desk, settings: Settings, organizer: httpx.AsyncClient
) -> None:
    for name in ("auto/01-outlook-oof.eml", "replies/43-human-text.eml"):
        await desk.give((CORPUS / name).read_bytes(), settings.mail_address)
    await desk.work()
    page = (await organizer.get("/inbound")).json()
    assert [(one["kind"], one["outcome"]) for one in page["items"]] == [("autoreply", "ignored"), ("human", "told")]
    assert "raw" not in page["items"][0]
    after = (await organizer.get("/inbound", params={"after": page["items"][0]["position"]})).json()
    assert [one["kind"] for one in after["items"]] == ["human"]
    assert (await organizer.get("/inbound", params={"after": after["next"]})).json()["items"] == []
