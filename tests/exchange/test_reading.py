"""What comes in by mail: each example of real clients and servers is read as it is meant; all else is harmless."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.exchange.letters import Own
from service.exchange.reading import read
from service.exchange.reports import token_of

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CORPUS / "expected.json").read_text())
OWN = Own("invites@convene.example.org", "bounce.convene.example.org", "mx.convene.example.org")
SENDER = "somebody@border.example"
KINDS = {"arf": "complaint"}
FATES = {
    "bounce_hard": "hard",
    "bounce_soft": "soft",
    "policy": "policy",
    "delay": "delayed",
    "success": "delivered",
    "suppress_recipient": "hard",
}
WRONG_TOKEN = "hostile/01-forged-dmarc-fail-guessed-uid.eml"
"""Only who knows the invitations can see what is wrong with it."""


def sent_to(raw: bytes) -> str:
    """The recipient of the envelope, as the border wrote it down."""
    found = re.search(rb"^\s*for <([^>]+)>", raw, re.MULTILINE)
    return found[1].decode() if found else OWN.address


@pytest.mark.parametrize("name", EXPECTED)
def test_each_example_is_read_as_it_is_meant(name: str) -> None:
    raw, meant = (CORPUS / name).read_bytes(), EXPECTED[name]
    letter = read(raw, SENDER, sent_to(raw), OWN)
    kind = "reply" if name == WRONG_TOKEN else KINDS.get(meant["class"], meant["class"])
    assert letter.kind == kind
    if "partstat" in meant:
        assert letter.answer is not None
        assert (letter.answer.attendee, letter.answer.partstat) == (meant["attendee"], meant["partstat"])
        assert letter.answer.uid == meant.get("uid", letter.answer.uid)
        assert letter.answer.sequence == meant.get("sequence", letter.answer.sequence)
        assert letter.answer.delegated_to == meant.get("delegated_to", "")
        stamp = letter.answer.stamp
        assert stamp is not None
        assert f"{stamp:%Y%m%dT%H%M%SZ}" == meant.get("dtstamp", f"{stamp:%Y%m%dT%H%M%SZ}")
        assert letter.answer.comment == meant.get("comment", letter.answer.comment)
    if meant["action"] in FATES:
        assert letter.report is not None
        assert (letter.report.token, letter.report.fate) == (meant["token"], FATES[meant["action"]])
        assert letter.report.status == meant.get("status", "")
        assert meant.get("recipient") in (*letter.report.recipients, None)


def test_only_what_our_own_border_says_makes_a_mail_authentic() -> None:
    raw = (CORPUS / "replies" / "01-gmail-accept.eml").read_bytes()
    assert read(raw, SENDER, OWN.address, OWN).is_authentic
    assert not read(raw, SENDER, OWN.address, Own(OWN.address, OWN.bounce_domain, "mx.other.example")).is_authentic
    assert not read(raw, SENDER, OWN.address, Own(OWN.address, OWN.bounce_domain)).is_authentic
    forged = b"Authentication-Results: mx.convene.example.org; dmarc=pass header.from=evil.example\r\n" + raw
    assert not read(forged, SENDER, OWN.address, OWN).is_authentic
    rspamds = (CORPUS / "replies" / "51-thunderbird-decline-behind-rspamd.eml").read_bytes()
    assert read(rspamds, SENDER, OWN.address, OWN).is_authentic


@pytest.mark.parametrize(
    ("results", "is_authentic"),
    [
        ("dmarc=pass (policy=reject) header.from=b.example; spf=none smtp.mailfrom=a@b.example", True),
        ("spf=none smtp.mailfrom=a@b.example; dmarc=pass (p=none (dis=none)) header.from=B.example policy.x=y", True),
        ('spf=pass (domain of "r=a@b.example") smtp.mailfrom="r=a@b.example"; dmarc=pass header.from=b.example', True),
        ("dmarc=fail reason=x header.from=b.example (policy=none)", False),
        ("dmarc=pass header.from=b.example.evil.example", False),
        ("spf=none (domain of dmarc=pass header.from=b.example) smtp.mailfrom=x@evil.example", False),
        ('spf=none smtp.mailfrom="; dmarc=pass header.from=b.example"@evil.example', False),
        ('spf=none smtp.mailfrom="x@evil.example; dmarc=pass header.from=b.example', False),
        (r'spf=none smtp.mailfrom="\"a\\"; dmarc=pass header.from=b.example; \"c"@evil.example"', False),
        ("dmarc=fail header.from=b.example; spf=none smtp.mailfrom=x; dmarc=pass header.from=b.example", False),
    ],
)
def test_what_strangers_choose_among_the_results_of_our_border_is_no_result(results: str, is_authentic: bool) -> None:
    version = " 1" if "policy.x" in results else ""
    head = f"From: a@b.example\r\nAuthentication-Results: {OWN.border}{version};\r\n\t{results}\r\n\r\nHello"
    assert read(head.encode(), SENDER, OWN.address, OWN).is_authentic is is_authentic


def test_a_reply_inside_a_forwarded_mail_is_nobodys_reply() -> None:
    inner = (CORPUS / "replies" / "30-evolution-single-part.eml").read_bytes()
    head = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    assert read(head + inner + b"\r\n--q--\r\n", SENDER, OWN.address, OWN).kind == "human"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"From: a@b.example\r\nSubject: x\r\n\r\n" + b"x" * (2 * 1024 * 1024), "too large"),
        (b"From: a@b.example\r\n\r\n" + b"x" * 20_000, "a line is too long"),
        (b"From: a@b.example\r\n" + b"Received: x\r\n" * 31 + b"\r\n", "it went through too many servers"),
        (b"From: a@b.example\r\nFrom: c@d.example\r\n\r\n", "a header field stands there twice"),
        (b"Subject: x\r\n\r\n", "it has no sender"),
    ],
)
def test_what_is_too_much_is_not_parsed(raw: bytes, reason: str) -> None:
    letter = read(raw, SENDER, OWN.address, OWN)
    assert (letter.kind, letter.reason) == ("hostile", reason)


WHOLE = [path.read_bytes()[:6000] for path in sorted(CORPUS.rglob("*.eml"))]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_nothing_that_comes_in_raises(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(0, 12))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 40))
        raw[at : at + cut] = data.draw(st.binary(max_size=40))
    assert read(bytes(raw), SENDER, data.draw(st.sampled_from([OWN.address, f"b+{'7f' * 10}@{OWN.bounce_domain}"])), OWN)


@given(st.binary(max_size=3000))
@settings(max_examples=300, deadline=None)
def test_no_noise_raises(raw: bytes) -> None:
    assert read(b"From: a@b.example\r\n" + raw, SENDER, OWN.address, OWN)


WORDS = {
    "plain": ("text/plain; charset=iso-8859-1", b"Se\xf1or, is there a lift?", "Señor, is there a lift?"),
    "page": ("text/html", b"<style>p{}</style><p>Is there<br>a <b>lift</b>?</p>", "Is there a lift?"),
    "quoted": (
        "text/plain",
        b"Yes.\r\n> Open https://plenary.example/r/AaIXd0n8fx27 now\r\n",
        "Yes.\n> Open [a link of theirs] now",
    ),
}


@pytest.mark.parametrize(("kind", "body", "said"), WORDS.values(), ids=WORDS)
def test_what_a_person_wrote_is_read_whatever_they_use_and_quotes_no_secret(kind: str, body: bytes, said: str) -> None:
    own = Own(OWN.address, OWN.bounce_domain, OWN.border, "https://plenary.example")
    raw = f"From: wren@cedar.example\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    letter = read(raw, SENDER, OWN.address, own)
    assert (letter.kind, letter.text.replace("\r", "")) == ("human", said)
    assert read(raw, "", OWN.address, own).kind == "autoreply", "who has no return path is no person"
    assert read(raw, SENDER, f"b+{'7f' * 24}@{OWN.bounce_domain}", own).kind == "human", "people answer to any address"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nX-Note: x\rFrom: victim@b.example\r\n\r\nHello",
        b"X-Plenary-Delivery: 0199\r\nFrom: a@b.example\r\n\r\nHello",
    ],
)
def test_a_second_sender_behind_half_a_line_end_and_our_own_mail_are_refused(raw: bytes) -> None:
    assert read(raw, SENDER, OWN.address, OWN).kind == "hostile"


@pytest.mark.parametrize("kind", ["message/rfc822", "message/global"])
def test_an_answer_in_a_forwarded_mail_of_any_kind_is_none(kind: str) -> None:
    inner = (CORPUS / "replies" / "30-evolution-single-part.eml").read_bytes()
    head = f"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: {kind}\r\n\r\n"
    assert read(head.encode() + inner + b"\r\n--q--\r\n", SENDER, OWN.address, OWN).answer is None


def test_signs_that_no_table_takes_are_left_out_of_what_a_calendar_says() -> None:
    raw = (CORPUS / "replies" / "30-evolution-single-part.eml").read_bytes()
    raw = raw.replace(b"UID:6f0c", b"UID:\x006f0c").replace(b"mailto:ann.bee+conf@", b"mailto:ann.bee%2Bconf%00@")
    answer = read(raw, SENDER, OWN.address, OWN).answer
    assert answer is not None
    assert "\0" not in answer.uid + answer.attendee


REPORTS = {
    "a status that says nothing, and the truth behind it": ("5.0.0", "550 5.1.1 unknown user", "hard"),
    "the same, about us": ("5.0.0", "550 5.7.26 not authenticated", "policy"),
    "our own address is wrong": ("5.1.8", "550 5.1.8 bad sender", "policy"),
    "numbers that are no status": ("5.0.0", "[2.16.1.9]: Exim 4.92.3 said 550 no such user", "soft"),
    "a large provider": ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "hard"),
    "a route": ("5.4.1", "550 5.4.1 no route", "soft"),
}


@pytest.mark.parametrize(("status", "words", "meant"), REPORTS.values(), ids=REPORTS)
def test_a_report_means_what_the_server_said(status: str, words: str, meant: str) -> None:
    fields = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822;<Passed.On@elsewhere.example>\r\n"
        f"Original-Recipient: rfc822;wren@cedar.example\r\nAction: failed\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {words}\r\n"
    )
    head = (
        "From: mailer-daemon@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=q\r\n\r\n"
    )
    raw = f"{head}--q\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n--q--\r\n".encode()
    report = read(raw, "", f"b+{'7f' * 24}@{OWN.bounce_domain}", OWN).report
    assert report is not None
    assert (report.fate, report.recipients) == (meant, ("passed.on@elsewhere.example", "wren@cedar.example"))
    for odd in (f'"b+{"7f" * 24}@{OWN.bounce_domain}"@evil.example', f"x{OWN.address}"):
        assert not token_of(odd, OWN.bounce_domain)
