"""What a name may be: every real one, and no web address."""

from urllib.parse import urlencode

import msgspec
import pytest
from msgspec import Struct

from service.text import Name
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
