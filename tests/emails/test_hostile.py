"""What organizers, members and strangers type must not break a mail, whatever it is."""

from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from emails.messages import AgendaItem
from emails.render import render
from emails.samples import SAMPLE_SENDER, SAMPLES, SPRING, sample_handover, sample_revision
from tests.emails.rules import findings

NASTY = [
    "\r\nBcc: victim@example.com",
    "\r\n\r\n<p>body",
    '", <x@y.z>',
    "{{ 7 * 7 }}{% x %}",
    "=?utf-8?q?=0D=0ABcc?=",
    "<script>alert(1)</script>",
    "\\n\\,\\;",
    "מרים \u202e טובה",
    "👩🏽‍🏫🪑",
    "^'^n",
    "END:VCALENDAR",
    "\x00\x07\x85\u2028\ufeff",
    "\ud800",
    ".",
    "From x",
    "é" * 90,
    "x" * 200,
    " ",
    "a, b; c: d",
    'Ann "A" O’Neil',
    "(comment) @ [x]",
]
LINES = st.lists(st.sampled_from(NASTY) | st.text(max_size=40), max_size=4).map("".join)
TEXTS = LINES | st.tuples(LINES, st.integers(1, 3000)).map(lambda pair: (pair[0] * 3000)[: pair[1]])
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Plenary-Delivery",
    "MIME-Version",
    "Content-Type",
]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@example(title="", name="\\", summary="", venue="\\", session="Town Hall")
@given(title=LINES, name=LINES, summary=TEXTS, venue=LINES, session=LINES)
def test_nothing_that_is_typed_breaks_a_rule_or_adds_a_header(title, name, summary, venue, session):
    item = AgendaItem(session, SPRING.starts_at, SPRING.ends_at, venue)
    gathering = replace(SPRING, title=title, summary=summary, venue_name=venue, venue_address=session, agenda=(item,))
    message = replace(
        dict(SAMPLES)["invite"], name=name, gathering=gathering, revision=sample_revision(gathering, name=name)
    )
    mail = render(message, SAMPLE_SENDER, sample_handover())
    assert findings(mail.content, envelope_from=mail.envelope_from, envelope_to=mail.recipient) == []
    assert [header for header, _ in message_from_bytes(mail.content, policy=SMTP).items()] == HEADERS


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(title=LINES, name=LINES, sender=LINES)
def test_nor_does_it_in_a_plain_notice(title, name, sender):
    message = replace(dict(SAMPLES)["waitlisted"], name=name, gathering=replace(SPRING, title=title))
    mail = render(message, replace(SAMPLE_SENDER, name=sender), sample_handover())
    assert findings(mail.content, envelope_from=mail.envelope_from, envelope_to=mail.recipient) == []
