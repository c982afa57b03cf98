"""What the validator says, in words for people: a JSON pointer and a sentence."""

import re

from msgspec import Struct

from service.errors import Invalid, Refused

_AT = re.compile(r" - at `(?P<place>[^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "datetime": "a time like 2027-03-10T08:30:00-05:00, as text",
    "uuid": "an id, as text",
    "null": "null",
}
_PHRASES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"Expected `str` of length >= 1"), "This may not be empty."),
    (re.compile(r"Expected `str` of length >= (?P<n>\d+)"), "This needs at least {n} characters."),
    (re.compile(r"Expected `str` of length <= (?P<n>\d+)"), "This may have {n} characters at most."),
    (re.compile(r"Expected `array` of length >= 1"), "This list may not be empty."),
    (re.compile(r"Expected `array` of length <= (?P<n>\d+)"), "This list may have {n} entries at most."),
    (re.compile(r"Expected `\w+` >= (?P<n>\S+)"), "This must be {n} or more."),
    (re.compile(r"Expected `\w+` <= (?P<n>\S+)"), "This must be {n} or less."),
    (
        re.compile(r"Expected `str` matching regex .*://"),
        "This needs words on one line; it may not be only spaces, and may not contain a web address (“://” or “www.”), "
        "control characters, line breaks or signs that hide or turn text.",
    ),
    (
        re.compile(r"Expected `str` matching regex .*\\x20"),
        "This needs words; it may not be only spaces, and may not contain control characters, line breaks or signs "
        "that hide or turn text.",
    ),
    (
        re.compile(r"Expected `str` matching regex .*\\x0b"),
        "This may not contain control characters or signs that hide or turn text; line breaks and tabs are allowed.",
    ),
    (
        re.compile(r"Expected `str` matching regex .*\\x1f"),
        "This may not contain control characters, line breaks, tabs or signs that hide or turn text.",
    ),
    (re.compile(r"Expected `str` matching regex"), "This is not written in the form that is needed here."),
    (
        re.compile(r"Expected `datetime` with a timezone"),
        "This time needs its offset from UTC, like 2027-03-10T08:30:00-05:00 or 2027-03-10T13:30:00Z.",
    ),
    (re.compile(r"Invalid RFC3339"), "Write a time like 2027-03-10T08:30:00-05:00 (RFC 3339)."),
    (re.compile(r"Invalid UUID"), "Write an id like 0195f3a0-7c1e-7c3b-9d55-0c5a4f2b8e11."),
    (re.compile(r"Invalid enum value"), "This is not one of the words that are possible here."),
    (re.compile(r"(Integer value|Number) out of range"), "This number is too large or too small."),
]
_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`")


class Unreadable(Refused):
    """The body cannot be read as JSON."""

    code = "unreadable-body"
    status = 400


class FieldRefused(Invalid):
    """A field is missing, unknown, or cannot be what you wrote."""

    code = "invalid-field"


class Spoken(Struct, frozen=True):
    """What the validator said: where, and the sentence."""

    pointer: str
    sentence: str


def spoken(message: str) -> Spoken:
    """A validator's message in plain words."""
    found = _AT.search(message)
    pointer, bare = (json_pointer(found["place"]), message[: found.start()]) if found else ("", message)
    name = re.search(r"(missing required|unknown) field `(?P<name>.*)`$", bare)
    if name is None:
        return Spoken(pointer, _sentence(bare))
    inside = f"{pointer}/{_escaped(name['name'])}"
    return Spoken(inside, "This is needed." if name[1].startswith("missing") else "There is no such field here.")


def field_refused(message: str) -> FieldRefused:
    """The refusal of a body for what the validator said about it."""
    said = spoken(message)
    return FieldRefused(said.sentence, pointer=said.pointer)


def json_pointer(place: str) -> str:
    """`$.sessions[0].title` as `/sessions/0/title`; empty for the whole body."""
    return "".join(f"/{_escaped(step[1] or step[2])}" for step in _STEP.finditer(place))


def _sentence(message: str) -> str:
    for pattern, words in _PHRASES:
        if found := pattern.match(message):
            return words.format(**found.groupdict())
    if found := _EXPECTED.match(message):
        wanted = [_KINDS.get(kind, kind) for kind in found["wanted"].split(" | ")]
        return f"This must be {' or '.join(wanted)}; it is {_KINDS.get(found['got'], found['got'])}."
    return "This cannot be used as it is."


def _escaped(step: str) -> str:
    """A step of a JSON pointer (RFC 6901), cut where somebody wrote a very long name."""
    return step.replace("~", "~0").replace("/", "~1")[:100]
