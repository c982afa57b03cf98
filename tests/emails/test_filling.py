"""An organizer's own words: variables once, paragraphs, and only https as links."""

import pytest

from emails.filling import Piece, filled, paragraphs
from emails.messages import BulkMessage
from emails.render import render
from emails.samples import SAMPLE_SENDER, SPRING, sample_handover


def message(words: str, name: str = "Wren", **more: object) -> BulkMessage:
    return BulkMessage(name=name, subject="{name}", words=words, **more)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ("Dear {name}, {other}", "Dear Wren, {other}"),
        ("{convening}", "Spring Convening 2027: Belonging and What Comes Next"),
        ("{where}", "Lantern Hall Conference House, 200 Sample Street NW, Washington, DC"),
        ("{when}", "Wednesday, March 10, 8:30 a.m. to Friday, March 12, noon (Eastern Time)"),
    ],
)
def test_a_variable_becomes_what_it_stands_for(words: str, out: str) -> None:
    assert filled(words, message(words, gathering=SPRING)) == out


def test_what_fills_a_variable_is_not_looked_into_again() -> None:
    assert filled("{name}", message("", name="{convening}", gathering=SPRING)) == "{convening}"


def test_lines_stay_lines_and_only_https_is_a_link() -> None:
    found = paragraphs(
        message("One (https://a.example/b?c=d).\nTwo http://x.example\n\n\njavascript:https://e.example/, end")
    )
    assert found == [
        [
            [Piece("One ("), Piece("https://a.example/b?c=d", is_link=True), Piece(").")],
            [Piece("Two http://x.example")],
        ],
        [[Piece("javascript:"), Piece("https://e.example/", is_link=True), Piece(", end")]],
    ]


def test_no_word_breaks_out_of_the_page_or_of_a_header() -> None:
    hostile = message('"><script>alert(1)</script> https://a.example/"onclick=x', name='A"\r\nBcc: all@b.org')
    content = render(hostile, SAMPLE_SENDER, sample_handover()).content.decode()
    assert ("<script" in content, "\r\nBcc:" in content, 'onclick=x"' in content) == (False, False, False)
