"""Behind a real mail server: what we send arrives, what comes back stops addresses, and answers come in checked."""

import re
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.loop.ports import until_answered
from tests.loop.world import BORDER, BOUNCES, INVITES, THEIR_DOMAIN, World, read

pytestmark = pytest.mark.slow

THUNDERBIRDS = Path(__file__).parent.parent / "exchange" / "corpus" / "replies" / "50-thunderbird-accept-real.eml"
PASSED = f"dmarc=pass header.from={THEIR_DOMAIN}"


def answer(invitation: EmailMessage, partstat: str) -> bytes:
    """What Thunderbird wrote to another invitation, as an answer to this one."""
    [calendar] = [part for part in invitation.walk() if part.get_content_type() == "text/calendar"]
    found = re.search(r"^UID:(.*)$", calendar.get_content().replace("\r\n ", ""), re.MULTILINE)
    assert found is not None
    member = str(invitation["To"].addresses[0].addr_spec)
    written = re.sub(r"UID:.*\n .*\n", f"UID:{found[1].strip()}\n", THUNDERBIRDS.read_text(), count=2)
    for theirs, ours in (
        ("ann.bee+conf@recipient.example.net", member),
        ("invites@convene.example.org", INVITES),
        ("PARTSTAT=ACCEPTED", f"PARTSTAT={partstat}"),
        ("33731564-985f", f"{member.partition('.')[0]}-985f"),
    ):
        assert theirs in written
        written = written.replace(theirs, ours)
    return re.sub(r"\r?\n", "\r\n", written).encode()


def give(port: int, sender: str, recipient: str, raw: bytes) -> None:
    """Hand a mail to a port of a server, with whatever sender of the envelope."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo("somewhere.example")
        assert line.docmd(f"MAIL FROM:<{sender}>")[0] == 250
        assert line.rcpt(recipient)[0] == 250
        assert line.data(raw)[0] == 250


async def invited(world: World, name: str) -> tuple[str, str, EmailMessage]:
    """Somebody with a mailbox over there: their address, their registration, and the invitation as it arrived."""
    member = f"{name}.member@{THEIR_DOMAIN}"
    registration_id = await world.registered(member)
    [path] = await world.mails(member)
    return member, registration_id, read(path)


async def test_a_no_that_our_border_found_genuine_gives_the_seat_back(world: World) -> None:
    member, registration_id, invitation = await invited(world, "tomas")
    assert re.fullmatch(rf"<b\+[0-9a-f]{{48}}@{BOUNCES}>", str(invitation["Return-Path"]))
    give(world.submission, member, INVITES, answer(invitation, "DECLINED"))
    came = await world.judged(lambda one: one["registration_id"] == registration_id)
    assert (came["kind"], came["outcome"], came["sender"]) == ("reply", "applied", member)
    assert await world.state(registration_id) == "withdrawn"


async def test_a_no_that_anybody_may_have_written_only_asks_whatever_it_claims(world: World) -> None:
    member, registration_id, invitation = await invited(world, "ines")
    claims = f"Authentication-Results: {BORDER}; {PASSED}\r\nAuthentication-Results: {BORDER} 1; {PASSED}\r\n"
    give(world.border_port, f'"{PASSED}"@evil.example', INVITES, claims.encode() + answer(invitation, "DECLINED"))
    came = await world.judged(lambda one: one["registration_id"] == registration_id)
    assert (came["outcome"], came["reason"]) == ("asked", "nothing proves that the sender is genuine")
    assert await world.state(registration_id) == "confirmed"
    _, question = await world.mails(member, 2)
    assert read(question)["To"].addresses[0].addr_spec == member
    [results] = re.findall(rb"^Authentication-Results: (?:.*\r?\n)(?:[ \t].*\r?\n)*", await world.raw(came), re.MULTILINE)
    assert b"dmarc=fail" in results
    assert PASSED.encode() in results


async def test_an_address_that_their_server_does_not_know_gets_no_more_mail(world: World) -> None:
    nobody = f"nobody.here@{THEIR_DOMAIN}"
    await world.registered(nobody)
    came = await world.judged(lambda one: one["kind"] == "dsn" and one["outcome"] == "stopped")
    assert came["reason"].startswith("550 5.1.1 ")
    assert came["envelope_to"].startswith("b+")
    [delivery] = [one for one in (await world.get("/deliveries?limit=200"))["items"] if one["id"] == came["delivery_id"]]
    assert (delivery["recipient"], delivery["state"]) == (nobody, "dead")


async def test_a_server_that_is_late_stops_nobody(world: World) -> None:
    await world.registered(f"later@{THEIR_DOMAIN}")
    came = await world.judged(lambda one: one["kind"] == "dsn" and one["outcome"] != "stopped")
    assert (came["outcome"], came["reason"]) == ("noted", "delayed")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (f"somebody@{BOUNCES}", 550),
        (f"b+7f@{BOUNCES}", 550),
        ("somebody@plenary.example", 550),
        ("x@elsewhere.example", 454),
    ],
)
async def test_what_is_not_ours_is_refused_while_the_sender_listens(world: World, other: str, code: int) -> None:
    with smtplib.SMTP("127.0.0.1", world.border_port) as line:
        line.ehlo("somewhere.example")
        line.mail("stranger@evil.example")
        assert line.rcpt(other)[0] == code


async def test_what_comes_while_plenary_is_away_waits_at_our_mail_server(world: World) -> None:
    member, registration_id, invitation = await invited(world, "wen")
    world.house.workers[0].kill()
    give(world.submission, member, INVITES, answer(invitation, "TENTATIVE"))
    await world.until(lambda: "status=deferred" in world.ours.log)
    world.house.workers[0].revive()
    until_answered(world.inbound)
    world.ours.flush()
    came = await world.judged(lambda one: one["registration_id"] == registration_id)
    assert (came["outcome"], came["partstat"]) == ("noted", "TENTATIVE")
