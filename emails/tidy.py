"""Text that people typed, made safe to print in a header, a calendar and a page alike."""

import re
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

from msgspec import Struct, structs

UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
"""Controls but the newline, lone surrogates, and marks that turn the direction of the text after them."""
BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
TAG = re.compile(r"<(?=[A-Za-z/!?])([^<>]*)>?")
LOOKS_LIKE_CODE = re.compile(r"(?<=\{)(?=[{%#])|(?<=[}%#])(?=\})|(?<==)(?=\?)")
"""Between the signs of a template's placeholder or of an encoded word."""
PLAIN = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff<\\{}%#=]*")
"""Text that nothing below would touch: nearly all of it."""
BACKSLASH = re.compile(r"\\")
"""Readers of calendars take it for the beginning of an escape, also where two texts are joined."""

LIMITS: Final = {"title": 200, "name": 100, "attendee_name": 100}
"""Characters; a title must fit in a subject and in Outlook's 255 for SUMMARY with room to spare."""
LONG: Final = 500
PARAGRAPHS: Final = {"summary": 5000, "words": 8000}

Value = TypeVar("Value", bound=Struct)


def tidied(value: Value) -> Value:
    """The same struct with every text in it cleaned; doing it again changes nothing."""
    fields: dict[str, Any] = {}
    for name in value.__struct_fields__:
        old = getattr(value, name)
        new = _tidied_field(name, old)
        if new is not old:
            fields[name] = new
    return structs.replace(value, **fields) if fields else value


@lru_cache(maxsize=256)
def _tidied_inside(value: Struct) -> Struct:
    """Remembered, because the people of one convening share its facts."""
    return tidied(value)


def _tidied_field(name: str, value: Any) -> Any:
    if isinstance(value, str):
        new = paragraphs(value, PARAGRAPHS[name]) if name in PARAGRAPHS else one_line(value, LIMITS.get(name, LONG))
        return new or ("Untitled" if name == "title" else "")
    if isinstance(value, tuple):
        return tuple(_tidied_field("", item) for item in cast(tuple[Any, ...], value))
    return _tidied_inside(value) if isinstance(value, Struct) else value


def one_line(text: str, limit: int = LONG) -> str:
    """Without line breaks, controls or runs of white space, and at most `limit` characters."""
    return shortened(" ".join(_plain(text).split()), limit)


def paragraphs(text: str, limit: int) -> str:
    """Lines stay lines, at most one empty line in a row."""
    lines = [" ".join(line.split()) for line in _plain(text).split("\n")]
    return shortened(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit)


def shortened(text: str, limit: int) -> str:
    """The text itself, or its beginning and an ellipsis in `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _plain(text: str) -> str:
    """No controls, and nothing that a mail program would take for markup, an escape or a placeholder."""
    if PLAIN.fullmatch(text):
        return text
    text = UNPRINTABLE.sub("", BREAKS.sub("\n", text.replace("\t", " ")))
    text = TAG.sub(lambda found: f"‹{found[1]}" + ("›" if found[0].endswith(">") else ""), text)
    return BACKSLASH.sub("⧵", LOOKS_LIKE_CODE.sub(" ", text))
