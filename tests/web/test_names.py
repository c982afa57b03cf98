"""What a name may be: every real one, and no web address."""

from urllib.parse import urlencode

import msgspec
import pytest
from msgspec import Struct

from service.text import Heading, Line, Name, Note, Prose
from service.web.forms import build, read


class Named(Struct):
    """A form that asks for a name."""

    name: Name


@pytest.mark.parametrize(
    "name",
    [
        "O'Neil-Straße",
        "李明",
        "Dr. Wren Okonkwo, Jr.",
        "Ngũgĩ wa Thiong'o",
        "María-José Carreño Quiñones",
        "محمد",
        "A",
        "Wendy W.",
        "Http Wwwilliams",
        "Anne / Ann: Smith",
    ],
)
def test_real_names_are_names(name: str) -> None:
    assert msgspec.convert(name, Name) == name


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example",
        "Please see http://evil.example/now",
        "www.evil.example",
        "Prize! WWW.evil.example",
        "(wWw.evil.example)",
        "ftp://x",
    ],
)
def test_a_web_address_is_no_name_and_is_refused_in_plain_words(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(name, Name)
    form = read(urlencode({"name": name}).encode())
    assert build(form, Named, needed={}) is None
    assert form.errors == {"name": "This looks like a web address. Write a name, without “://” and “www.”."}


class Written(Struct):
    """A form with each kind of text."""

    name: Name
    line: Line
    heading: Heading
    note: Note
    prose: Prose


HIDDEN = [
    "\u200b",
    "\u2028",
    "\u2029",
    *map(chr, range(0x202A, 0x202F)),
    "\u2060",
    *map(chr, range(0x2066, 0x2070)),
    "\ufeff",
]
NEEDED_BY_SCRIPTS = {
    "a mark of direction": "Tamsin \u200f(\u05ea\u05de\u05e1\u05d9\u05df)\u200e",
    "a non-joiner": "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "a joiner": "\u0d28\u0d4d\u200d",
    "an emoji of several": "\U0001f469\u200d\U0001f3eb",
    "an Arabic mark": "\u061c2027",
}


@pytest.mark.parametrize("sign", HIDDEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_sign_that_hides_or_turns_text_is_refused_everywhere_in_words(sign: str) -> None:
    form = read(urlencode(dict.fromkeys(Written.__struct_fields__, f"Ta{sign}msin")).encode())
    assert build(form, Written, needed={}) is None
    sentence = "There are signs in this that hide, or turn the direction of text. Type it again by hand."
    assert form.errors == dict.fromkeys(Written.__struct_fields__, sentence)
    assert form.shown("name") == f"Ta{sign}msin"


@pytest.mark.parametrize("text", NEEDED_BY_SCRIPTS.values(), ids=NEEDED_BY_SCRIPTS)
def test_what_scripts_are_written_with_is_taken_and_shown_as_it_is(text: str) -> None:
    form = read(urlencode(dict.fromkeys(Written.__struct_fields__, text)).encode())
    assert build(form, Written, needed={}) == Written(text, text, text, text, text)
    assert form.shown("name") == text


@pytest.mark.parametrize("text", ["\u200d", " \u00a0\u3000", "\u200e\u2003"])
def test_what_nobody_sees_is_no_name(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Name)
