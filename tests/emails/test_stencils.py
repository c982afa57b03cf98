"""The short way and the reference say the same, byte for byte, whoever reads and whatever they are called."""

import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from icalendar import Calendar
from msgspec.structs import asdict, replace

from emails import stencils
from emails.handover import Handover, Links
from emails.messages import BulkMessage
from emails.render import compose, render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from emails.stencils import Known, Stencil, Stencils

KNOWN = [(name, message) for name, message in SAMPLES if isinstance(message, Known)]
SHARED = [name for name, message in KNOWN if "{name}" not in getattr(message, "subject", "") + getattr(message, "words", "")]
BY_NAME = dict(KNOWN)
CODES = some.text("BCDFGHJKLMNPQRSTVWXYZ23456789", min_size=12, max_size=12)
NAMES = some.one_of(some.text(max_size=130), some.text('A"^,;:@\\<>&.=?{}%#é–\u200f\u00a0\ue000', max_size=40))
WORDS = some.text("abcdefghij0123456789-_.;,&=~", min_size=1, max_size=90)


@some.composite
def readers(draw: Any) -> tuple[dict[str, Any], dict[str, Any], Handover]:
    """One reader's part: of the message, of its calendar entry, of the hand-over."""
    name = draw(NAMES)
    moment = draw(some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=some.just(UTC)))  # noqa: DTZ001
    entry = {
        "uid": f"{draw(WORDS)}@plenary.example",
        "sequence": draw(some.integers(0, 400)),
        "dtstamp": moment,
        "attendee_name": draw(some.one_of(some.just(name), NAMES)),
        "partstat": draw(some.sampled_from(["NEEDS-ACTION", "ACCEPTED", "TENTATIVE"])),
    }
    links = Links(**{one: draw(some.sampled_from(["", f"https://x.example/{draw(WORDS)}"])) for one in asdict(Links())})
    number = draw(some.integers(1, 2**20))
    recipient = f"{draw(some.from_regex('[a-z0-9.+-]{1,60}', fullmatch=True)).strip('.') or 'a'}@b.example"
    handover = replace(
        sample_handover(number, first=draw(some.one_of(some.none(), some.integers(1, 9)))),
        recipient=recipient.replace("..", "."),
        links=links,
        return_token=draw(some.sampled_from(["", "b7"])),
        test=draw(some.booleans()),
    )
    return {"name": name, "code": draw(some.one_of(some.just(""), CODES))}, entry, handover


def written_to(message: Any, fields: dict[str, Any], entry: dict[str, Any]) -> Any:
    """The message as it is for somebody else."""
    mine = {name: value for name, value in fields.items() if hasattr(message, name)}
    if getattr(message, "revision", None) is not None:
        mine["revision"] = replace(message.revision, **entry)
    return replace(message, **mine)


@settings(max_examples=60, deadline=None)
@given(kind=some.sampled_from([name for name, _ in KNOWN]), given_readers=some.lists(readers(), min_size=3, max_size=3))
def test_every_reader_gets_byte_for_byte_what_the_reference_says(kind, given_readers):
    kept = Stencils()
    for fields, entry, handover in given_readers:
        message = written_to(BY_NAME[kind], fields, entry)
        reference = render(message, SAMPLE_SENDER, handover)
        for _ in range(3):
            assert kept.render(message, SAMPLE_SENDER, handover) == reference


@settings(max_examples=30, deadline=None)
@given(kind=some.sampled_from(SHARED), reader=readers())
def test_python_s_own_readers_understand_what_was_put_in(kind, reader):
    kept, (fields, entry, handover) = Stencils(), reader
    message = written_to(BY_NAME[kind], fields, entry)
    mail = [kept.render(message, SAMPLE_SENDER, handover) for _ in range(3)][-1]
    parsed, parts = message_from_bytes(mail.content, policy=policy.SMTP), compose(message, SAMPLE_SENDER, handover)
    read = {part.get_content_type(): part for part in parsed.walk() if not part.is_multipart()}
    assert read["text/plain"].get_content().replace("\r\n", "\n") == parts.text
    assert read["text/html"].get_content().replace("\r\n", "\n") == parts.html
    assert ("text/calendar" in read) == (parts.calendar is not None)
    if parts.calendar is not None:
        assert Calendar.from_ical(read["text/calendar"].get_payload(decode=True)) == Calendar.from_ical(parts.calendar)


@pytest.mark.parametrize("kind", SHARED)
def test_from_the_third_reader_on_nothing_is_rendered_any_more(kind, monkeypatch):
    kept = Stencils()
    mails = [kept.render(*one) for one in _to_many(BY_NAME[kind], 2)]
    monkeypatch.setattr(stencils, "render", None)
    monkeypatch.setattr(stencils, "compose", None)
    mails += [kept.render(*one) for one in _to_many(BY_NAME[kind], 6)[2:]]
    assert mails == [render(*one) for one in _to_many(BY_NAME[kind], 6)]


def _to_many(message: Any, count: int) -> list[tuple[Any, Any, Any]]:
    entries = [{"uid": f"{number}@x.example", "attendee_name": f"Person {number}"} for number in range(count)]
    made = [written_to(message, {"name": f"Person {number}"}, entry) for number, entry in enumerate(entries)]
    return [(one, SAMPLE_SENDER, sample_handover(number + 1)) for number, one in enumerate(made)]


def test_a_kind_that_is_not_known_goes_the_way_of_the_reference_and_takes_no_room():
    kept = Stencils()
    for _, message in SAMPLES:
        if not isinstance(message, Known):
            for _ in range(3):
                assert kept.render(message, SAMPLE_SENDER, sample_handover()) == render(
                    message, SAMPLE_SENDER, sample_handover()
                )
    assert not kept._kept


@pytest.mark.parametrize(
    "words", ["https://x.example/{name} is yours", "{name}, see you", "{name}", "https://x.example/{na\x00me}"]
)
def test_words_that_name_the_reader_are_rendered_for_each(words):
    kept, message = Stencils(), BulkMessage(name="https://y.example/z", subject="Word", words=words)
    for name in ("https://y.example/z", "Wren Okafor", "https://", "Wren Okafor"):
        one = replace(message, name=name)
        assert kept.render(one, SAMPLE_SENDER, sample_handover()) == render(one, SAMPLE_SENDER, sample_handover())
    assert not kept._kept


@pytest.mark.parametrize("title", ["\ue000name\ue001", "\ue000link_manage\ue001 and more", "\ue000nothing\ue001"])
def test_a_convening_that_is_called_like_a_mark_is_told_as_it_is_called(title):
    kept, invite = Stencils(), BY_NAME["invite"]
    gathering = replace(invite.gathering, title=title, summary=f"See {title}.")
    invite = replace(invite, gathering=gathering, revision=replace(invite.revision, gathering=gathering))
    for one in _to_many(invite, 5):
        assert kept.render(*one) == render(*one)


def test_the_stencils_used_last_are_kept():
    kept = Stencils(most=2)
    first, second, third = (replace(BY_NAME["survey"], minutes=minutes) for minutes in (1, 2, 3))
    for one in (first, first, second, first, third):
        kept.render(one, SAMPLE_SENDER, sample_handover())
    assert [type(one) for one in kept._kept.values()] == [Stencil, str]
    assert len(kept._kept) == 2


def test_another_process_that_met_others_before_says_the_same():
    """A doubtful revision may go out again from another worker, which has no stencil of it, or has one."""
    here = Stencils()
    mine = [here.render(*one).content for one in _to_many(BY_NAME["invite"], 4)][-1]
    code = (
        "from tests.emails.test_stencils import *; from tests.emails.test_stencils import _to_many;"
        "print(sha256(Stencils().render(*_to_many(BY_NAME['invite'], 4)[-1]).content).hexdigest())"
    )
    root = Path(__file__).parent.parent.parent
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(root)}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root, env=environment)
    assert said.stdout.decode().strip() == sha256(mine).hexdigest()
