"""The checker bites: each of these mails has one thing broken, and the rule of that name says so."""

import base64
import re

import pytest

from emails.render import render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from tests.emails.rules import findings, sequence_findings

MAIL = render(dict(SAMPLES)["invite"], SAMPLE_SENDER, sample_handover())


def found(raw: bytes, envelope_from: str = MAIL.envelope_from, envelope_to: str = MAIL.recipient) -> set[str]:
    return {finding[:3] for finding in findings(raw, envelope_from=envelope_from, envelope_to=envelope_to)}


def with_calendar(old: str, new: str, mail: bytes = MAIL.content) -> bytes:
    """The mail whose calendar, in both copies, has one text replaced; lines are unfolded and folded again at 70."""

    def rewritten(part: re.Match[bytes]) -> bytes:
        text = base64.b64decode(part[2]).decode().replace("\r\n ", "")
        assert old in text
        lines = text.replace(old, new, 1).split("\r\n")
        folded = "\r\n".join("\r\n ".join(re.findall(".{1,70}", line) or [""]) for line in lines)
        return part[1] + base64.encodebytes(folded.encode()).replace(b"\n", b"\r\n")

    return re.sub(rb"(Transfer-Encoding: base64\r\n\r\n)([A-Za-z0-9+/=\r\n]+?\r\n)(?=\r\n|--)", rewritten, mail)


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("W01", b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\n"),
        ("W04", b"Subject: ", b"Subject: " + b"word " * 20),
        ("W05", b"Subject: You", b"Subject: Yo\xc3\xbc"),
        ("H01", b"Subject: ", b"Subject: twice\r\nSubject: "),
        ("H02", b"convenings@plenary.example>", b"convenings@localhost>"),
        ("H03", b"MIME-Version", b"Cc: other@district.example\r\nMIME-Version"),
        ("H04", b"+0000", b"GMT"),
        ("H05", b"Message-ID: <", b"Message-ID: <two words "),
        ("H07", b"Auto-Submitted: auto-generated\r\n", b""),
        ("H08", b"MIME-Version", b"Precedence: bulk\r\nMIME-Version"),
        ("H13", b"000001@plenary.example>", b"000001@elsewhere.example>"),
        ("M07", b"method=REQUEST", b"method=CANCEL"),
        ("M08", b"charset=UTF-8; method", b"charset=latin-1; method"),
        ("M09", b"component=VEVENT\r\n", b"component=VEVENT\r\nContent-Disposition: attachment\r\n"),
        ("M10", b"filename=invite.ics", b"filename=invite.txt"),
        ("M11", b"</body>", b"<script>1</script></body>"),
        ("H14", b"Cannot come after all", b"{{ name }}, cannot come after all"),
    ],
)
def test_a_broken_mail_is_caught(rule, old, new):
    assert old in MAIL.content
    assert rule in found(MAIL.content.replace(old, new, 1))


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("C01", "SUMMARY:", "SUMMARY:\x07"),
        ("C05", "CLASS:PUBLIC", "CLASS PUBLIC"),
        ("C06", "Washington\\, DC", "Washington, DC"),
        ("C07", "SUMMARY:", "SUMMARY:<b>so</b> "),
        ("C08", "VERSION:2.0", "VERSION:1.0"),
        ("C11", "CLASS:PUBLIC", "DTSTAMP:20270101T000000Z"),
        ("C12", "UID:5f1c", "UID:tamsin.reed@district.example"),
        ("C13", "DTSTAMP:20270120T150000Z", "DTSTAMP:20270120T150000"),
        ("C14", "SEQUENCE:0", "SEQUENCE:-1"),
        ("C15", "DTEND;TZID=America/New_York:20270312", "DTEND;TZID=America/New_York:20270212"),
        ("C16", "DTSTART;TZID=America/New_York:", "DTSTART:"),
        ("C17", "DTSTART;TZID=America/New_York:", "DTSTART;TZID=America/Chicago:"),
        ("C18", "TZOFFSETTO:-0400", "TZOFFSETTO:-0300"),
        ("C19", "TZNAME:EDT", "TZNAME:EDT\r\nRDATE:20270314T020000"),
        ("C20", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "RRULE:FREQ=YEARLY;BYMONTH=3"),
        ("C21", "DTSTART;TZID=America/New_York:20270310T083000", "DTSTART;TZID=America/New_York:20270314T023000"),
        ("C22", "mailto:convenings@", "mailto:someone@"),
        ("C23", "mailto:convenings@plenary.example", "mailto:tamsin.reed@district.example"),
        ("C24", "mailto:tamsin.reed@", "mailto:somebody.else@"),
        ("C25", "CLASS:PUBLIC", "ATTENDEE:mailto:other@district.example"),
        ("C26", ";RSVP=TRUE", ""),
        ("C27", "STATUS:CONFIRMED", "STATUS:CANCELLED"),
        ("C28", "CLASS:PUBLIC", "CLASS:OPEN"),
        ("C31", "URL:https", "URL:ftp"),
        ("C34", 'CN="Tamsin Reed"', "CN=Tamsin ^'T^' Reed"),
        ("C35", "CALSCALE:GREGORIAN", "X-WR-CALNAME:Mine"),
        ("C36", "SUMMARY:", "SUMMARY:" + "long " * 60),
        ("C37", "TRANSP:OPAQUE\r\n", ""),
        ("M13", "SUMMARY:", "SUMMARY:Another "),
        ("M14", "20270310T083000", "20270310T071500"),
    ],
)
def test_a_broken_calendar_is_caught(rule, old, new):
    assert rule in found(with_calendar(old, new))


def test_a_broken_envelope_is_caught():
    assert "V01" in found(MAIL.content, envelope_to="other@district.example")
    assert "V02" in found(MAIL.content, envelope_from="convenings@plenary.example")
    assert "V03" in found(MAIL.content, envelope_from=MAIL.envelope_from.replace("plenary", "elsewhere"))


def test_a_mail_at_rest_with_plain_newlines_is_read_as_it_left():
    assert found(MAIL.content.replace(b"\r\n", b"\n")) == set()


def _sent(name: str, number: int, first: int = 1) -> bytes:
    return render(dict(SAMPLES)[name], SAMPLE_SENDER, sample_handover(number, first=first)).content


@pytest.mark.parametrize(
    ("rule", "raws"),
    [
        ("X01", [_sent("invite", 1), _sent("changed", 1)]),
        ("X02", [_sent("invite", 1), with_calendar("mailto:convenings@", "mailto:else@", _sent("changed", 2))]),
        ("X03", [_sent("changed", 1), _sent("invite", 2)]),
        ("X04", [_sent("invite", 1), with_calendar("SUMMARY:", "SUMMARY:New ", _sent("invite", 2))]),
        ("X05", [_sent("invite", 1), with_calendar("SEQUENCE:2", "SEQUENCE:0", _sent("cancelled", 2))]),
        ("X06", [_sent("cancelled", 1), _sent("changed", 2)]),
        ("X07", [_sent("invite", 1), _sent("changed", 2, first=2)]),
        ("X08", [_sent("invite", 1), _sent("invite", 2)]),
    ],
)
def test_a_broken_sequence_is_caught(rule, raws):
    assert rule in {finding[:3] for finding in sequence_findings(raws)}
