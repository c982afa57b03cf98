"""The validator's words, translated."""

from typing import Any

import pytest

from service.convenings.rules import Draft
from service.errors import Refused
from service.registrations.rules import Register
from service.web.reading import read
from service.web.words import spoken

GOOD = b'"name":"A","email":"a@b.example"'


@pytest.mark.parametrize(
    ("body", "kind", "pointer", "sentence"),
    [
        (b"{}", Register, "/name", "This is needed."),
        (b'{"name":7}', Register, "/name", "This must be text; it is a whole number."),
        (b'{"name":null}', Register, "/name", "This must be text; it is null."),
        (b'{"name":""}', Register, "/name", "This may not be empty."),
        (b'{"name":"%s"}' % (b"x" * 121), Register, "/name", "This may have 120 characters at most."),
        (
            rb'{"name":"a\nb"}',
            Register,
            "/name",
            "This needs words on one line; it may not be only spaces, and may not contain a web address (“://” or “www.”), "
            "control characters, line breaks or signs that hide or turn text.",
        ),
        (
            b'{%s,"title":"a\\u0000"}' % GOOD,
            Register,
            "/title",
            "This may not contain control characters, line breaks, tabs or signs that hide or turn text.",
        ),
        (
            b'{%s,"dietary":"a\\u0000"}' % GOOD,
            Register,
            "/dietary",
            "This may not contain control characters or signs that hide or turn text; line breaks and tabs are allowed.",
        ),
        (b'{%s,"sessions":["x"]}' % GOOD, Register, "/sessions/0", "Write an id like 0195f3a0-7c1e-7c3b-9d55-0c5a4f2b8e11."),
        (b'{%s,"sessions":{}}' % GOOD, Register, "/sessions", "This must be a list; it is an object."),
        (b'{"colour":1}', Register, "/colour", "There is no such field here."),
        (b"[]", Register, "", "This must be an object; it is a list."),
        (b'{"capacity":-1}', Draft, "/capacity", "This must be 0 or more."),
        (b'{"capacity":1000000}', Draft, "/capacity", "This must be 100000 or less."),
        (b'{"capacity":1e999}', Draft, "/capacity", "This number is too large or too small."),
        (b'{"starts_at":"soon"}', Draft, "/starts_at", "Write a time like 2027-03-10T08:30:00-05:00 (RFC 3339)."),
        (
            b'{"starts_at":"2027-03-10T08:30:00"}',
            Draft,
            "/starts_at",
            "This time needs its offset from UTC, like 2027-03-10T08:30:00-05:00 or 2027-03-10T13:30:00Z.",
        ),
        (b'{"venue":{"latitude":"N"}}', Draft, "/venue/latitude", "This must be a number or null; it is text."),
        (
            b'{"sessions":[{"kind":"party"}]}',
            Draft,
            "/sessions/0/kind",
            "This is not one of the words that are possible here.",
        ),
    ],
)
def test_a_field_is_refused_in_plain_words(body: bytes, kind: type[Any], pointer: str, sentence: str) -> None:
    with pytest.raises(Refused) as raised:
        read(body, kind)
    assert (raised.value.pointer, raised.value.sentence) == (pointer, sentence)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "The body is not JSON: Input data was truncated."),
        (b"nope", "The body is not JSON: invalid character (byte 4)."),
        (b'{"name":"\xff"}', "The body is not UTF-8: byte 9 cannot be read."),
        (b'{"x":' * 100_000, "The body is nested too deeply."),
    ],
)
def test_a_body_that_is_not_json_is_refused_with_the_place(body: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as raised:
        read(body, dict[str, Any])
    assert (raised.value.status, raised.value.sentence) == (400, sentence)


def test_words_that_we_do_not_know_are_not_passed_on() -> None:
    said = spoken("Some new complaint about `Struct` internals - at `$.a[3].b`")
    assert (said.pointer, said.sentence) == ("/a/3/b", "This cannot be used as it is.")


def test_a_very_long_field_name_is_cut() -> None:
    with pytest.raises(Refused) as raised:
        read(b'{"' + b"x" * 10_000 + b'":1}', Register)
    assert len(raised.value.pointer) <= 101
