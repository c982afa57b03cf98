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

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CORPUS / "expected.json").read_text())
OWN = Own("invites@convene.example.org", "bounce.convene.example.org", "mx.convene.example.org")
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
    letter = read(raw, sent_to(raw), OWN)
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
        assert letter.report.recipient == meant.get("recipient", "")


def test_only_what_our_own_border_says_makes_a_mail_authentic() -> None:
    raw = (CORPUS / "replies" / "01-gmail-accept.eml").read_bytes()
    assert read(raw, OWN.address, OWN).is_authentic
    assert not read(raw, OWN.address, Own(OWN.address, OWN.bounce_domain, "mx.other.example")).is_authentic
    assert not read(raw, OWN.address, Own(OWN.address, OWN.bounce_domain)).is_authentic
    forged = b"Authentication-Results: mx.convene.example.org; dmarc=pass header.from=evil.example\r\n" + raw
    assert not read(forged, OWN.address, OWN).is_authentic
    rspamds = (CORPUS / "replies" / "51-thunderbird-decline-behind-rspamd.eml").read_bytes()
    assert read(rspamds, OWN.address, OWN).is_authentic


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
    assert read(head.encode(), OWN.address, OWN).is_authentic is is_authentic


def test_a_reply_inside_a_forwarded_mail_is_nobodys_reply() -> None:
    inner = (CORPUS / "replies" / "30-evolution-single-part.eml").read_bytes()
    head = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    assert read(head + inner + b"\r\n--q--\r\n", OWN.address, OWN).kind == "human"


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
    letter = read(raw, OWN.address, OWN)
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
    assert read(bytes(raw), data.draw(st.sampled_from([OWN.address, f"b+{'7f' * 10}@{OWN.bounce_domain}"])), OWN)


@given(st.binary(max_size=3000))
@settings(max_examples=300, deadline=None)
def test_no_noise_raises(raw: bytes) -> None:
    assert read(b"From: a@b.example\r\n" + raw, OWN.address, OWN)
