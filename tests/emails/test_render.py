import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from importlib import resources
from typing import get_args

import pytest
from msgspec.structs import replace

from emails.handover import Links
from emails.messages import AnyMessage, ConfirmAddress, Waitlisted
from emails.render import compose, render
from emails.samples import MOVED, SAMPLE_SENDER, SAMPLES, SPRING, sample_handover
from tests.emails.rules import findings, sequence_findings

BY_NAME = dict(SAMPLES)
NAMES = [name for name, _ in SAMPLES]


def rendered(name: str, number: int = 1, first: int | None = None) -> bytes:
    return render(BY_NAME[name], SAMPLE_SENDER, sample_handover(number, first=first)).content


def parsed(name: str) -> EmailMessage:
    return message_from_bytes(rendered(name), policy=SMTP)


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_keeps_every_rule(name):
    mail = render(BY_NAME[name], SAMPLE_SENDER, sample_handover(7, first=3))
    assert findings(mail.content, envelope_from=mail.envelope_from, envelope_to=mail.recipient) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_same_inputs_give_the_same_bytes(name):
    assert rendered(name) == rendered(name)
    assert rendered(name) != rendered(name, number=2)


def test_an_entry_that_is_sent_then_changed_then_cancelled_keeps_the_rules_of_a_sequence():
    raws = [rendered("invite", 1, first=1), rendered("changed", 2, first=1), rendered("cancelled", 3, first=1)]
    assert sequence_findings(raws, expect={"REQUEST": 2, "CANCEL": 1}) == []


def test_every_message_has_a_folder_of_templates_and_a_sample():
    kinds = get_args(AnyMessage)
    templates = resources.files("emails").joinpath("templates")
    for kind in kinds:
        folder = templates.joinpath(kind.template or kind.__struct_config__.tag)
        assert {file.name for file in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}
    assert {type(message) for _, message in SAMPLES} == set(kinds)


def test_the_envelope_sender_carries_the_delivery_and_the_first_mail_threads_on_nothing():
    mail = render(BY_NAME["invite"], SAMPLE_SENDER, sample_handover(1, first=1))
    assert mail.envelope_from == "b+00000000000040008000000000000001@bounce.plenary.example"
    assert parsed("invite")["References"] is None
    assert message_from_bytes(rendered("changed", 2, first=1), policy=SMTP)["In-Reply-To"] == (
        "<00000000-0000-4000-8000-000000000001@plenary.example>"
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_library_reads_back_what_the_preview_shows(name):
    parts, message = compose(BY_NAME[name], SAMPLE_SENDER, sample_handover()), parsed(name)
    read = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    assert str(message["Subject"]) == parts.subject
    assert read["text/plain"].get_content().replace("\r\n", "\n") == parts.text
    assert read["text/html"].get_content().replace("\r\n", "\n") == parts.html
    assert ("text/calendar" in read) == (parts.calendar is not None)
    if parts.calendar:
        assert read["text/calendar"].get_payload(decode=True) == parts.calendar


def test_a_name_with_quotes_and_a_comma_stays_one_mailbox():
    [address] = parsed("invite with a long description")["To"].addresses
    assert address == Address('Quillfeather, Marisela "Mari"', addr_spec="tamsin.reed@district.example")


@pytest.mark.parametrize("sign", [", ", "é, ", "@x.example, "])
def test_a_long_name_of_addresses_stays_a_name(sign):
    """Compared without spaces: the standard library's reader keeps those between encoded words, against RFC 2047 6.2."""
    name = ("victim@example.com" + sign) * 3 + "end"
    mail = render(replace(BY_NAME["offer"], name=name), SAMPLE_SENDER, sample_handover())
    [address] = message_from_bytes(mail.content, policy=SMTP)["To"].addresses
    assert address.display_name.replace(" ", "") == name.replace(" ", "")
    assert address.addr_spec == "tamsin.reed@district.example"


def test_an_international_domain_goes_out_as_it_was_given():
    mail = render(BY_NAME["offer"], SAMPLE_SENDER, sample_handover(recipient="zoe@xn--mnchen-3ya.example"))
    assert findings(mail.content, envelope_from=mail.envelope_from, envelope_to=mail.recipient) == []


def test_an_address_that_no_plain_relay_can_take_is_refused():
    with pytest.raises(ValueError, match="SMTPUTF8"):
        render(BY_NAME["offer"], SAMPLE_SENDER, sample_handover(recipient="zoë@district.example"))


def test_a_confirmation_carries_no_word_of_the_form():
    message = ConfirmAddress(
        name="Buy now at evil.example", gathering=SPRING, held_until=datetime(2027, 1, 20, tzinfo=UTC), seat_kept=True
    )
    mail = render(message, SAMPLE_SENDER, sample_handover())
    parts = compose(message, SAMPLE_SENDER, sample_handover())
    assert b"Buy now" not in mail.content
    assert "Buy now" not in parts.subject + parts.text + parts.html


@pytest.mark.parametrize("name", ["cancelled without an entry", "withdrawn from the list", "address moved without an entry"])
def test_a_plain_notice_does_not_speak_of_an_entry(name):
    parts = compose(BY_NAME[name], SAMPLE_SENDER, sample_handover())
    assert parts.calendar is None
    assert "calendar" not in parts.text.lower() + parts.html.lower()


def test_the_old_address_learns_neither_the_new_one_nor_a_link():
    parts = compose(BY_NAME["address moved"], SAMPLE_SENDER, sample_handover())
    assert "https://" not in parts.text
    assert not re.search(r'href="https?:', parts.html)
    assert b"https://" not in (parts.calendar or b"")


def test_a_script_in_a_name_is_text_in_the_page():
    message = replace(BY_NAME["waitlisted"], name="<script>alert('x')</script> & \"co\"")
    html = compose(message, SAMPLE_SENDER, sample_handover()).html
    assert "<script" not in html
    assert "‹script›alert(&#39;x&#39;)‹/script› &amp; &#34;co&#34;" in html


def test_a_change_tells_before_and_now():
    parts = compose(BY_NAME["changed"], SAMPLE_SENDER, sample_handover())
    for text in (parts.text, parts.html):
        assert "Wednesday, March 10, 8:30 a.m." in text
        assert "Wednesday, March 10, 9:30 a.m." in text
        assert "Orchard Library" in text


def test_the_reader_sees_their_own_time_where_it_differs():
    here, there = (replace(BY_NAME["invite"], reader_zone=zone) for zone in ("America/Toronto", "America/Los_Angeles"))
    assert "For you" not in compose(here, SAMPLE_SENDER, sample_handover()).text
    assert "For you: from 5:30 a.m. Pacific Time" in compose(there, SAMPLE_SENDER, sample_handover()).text


def test_a_sender_without_a_telephone_offers_an_address():
    silent = replace(SAMPLE_SENDER, help_phone="")
    assert "or write to convenings@plenary.example" in compose(BY_NAME["invite"], silent, sample_handover()).text


def test_a_missing_link_leaves_no_dead_button():
    handover = replace(sample_handover(), links=Links())
    assert 'href=""' not in compose(BY_NAME["cancelled"], SAMPLE_SENDER, handover).html


def test_a_mail_of_a_moved_gathering_shows_the_place_of_today():
    assert "Lantern Hall" not in compose(BY_NAME["cancelled"], SAMPLE_SENDER, sample_handover()).text
    assert MOVED.venue_name in compose(BY_NAME["cancelled"], SAMPLE_SENDER, sample_handover()).text


def test_a_test_says_so_in_its_subject_and_keeps_every_rule_with_the_longest_title():
    long = replace(SPRING, title="Belonging " * 60)
    message = Waitlisted(name="Tamsin Reed", gathering=long, position=4, capacity=80)
    handover = replace(sample_handover(), test=True)
    mail = render(message, SAMPLE_SENDER, handover)
    assert mail.subject.startswith("Test: You are 4th on the list")
    assert len(mail.subject) <= 255
    assert findings(mail.content, envelope_from=mail.envelope_from, envelope_to=mail.recipient) == []
    assert not render(message, SAMPLE_SENDER, sample_handover()).subject.startswith("Test")
