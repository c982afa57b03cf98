"""No line of a text is longer than the 76 signs of RFC 2045, whatever stands at its end; and it reads as it was written."""

import quopri

from hypothesis import given
from hypothesis import strategies as st

from emails.mime import text_part


@given(st.text(alphabet="a é=\n", min_size=60, max_size=400))
def test_no_line_of_a_text_is_too_long_and_none_is_changed(text: str) -> None:
    body = text_part("plain", text).partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert quopri.decodestring(body.replace(b"\r\n", b"\n")).decode() == text


def test_a_kept_space_at_the_end_of_a_full_line_goes_to_the_next() -> None:
    body = text_part("plain", "x" * 74 + " \nhttp://127.0.0.1").partition(b"\r\n\r\n")[2]
    assert body == b"x" * 74 + b"=\r\n=20\r\nhttp://127.0.0.1"


def test_a_kept_space_after_signs_that_are_longer_than_one_goes_to_the_next_line_too() -> None:
    body = text_part("plain", "aaa" + "é" * 12 + " \nx").partition(b"\r\n\r\n")[2]
    assert body == b"aaa" + b"=C3=A9" * 12 + b"=\r\n=20\r\nx"
