"""Forms of people: what was typed is kept, every wrong field is named at once, and a struct is built where all is well."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import ValidationError, convert

from service.errors import Refused
from service.text import unusable
from service.web.deps import AnyRequest

StructT = TypeVar("StructT", bound=msgspec.Struct)
Check = Callable[[str], object]
"""Raises Refused for a text that cannot be used."""

MOST_FIELDS = 200
URLENCODED = "application/x-www-form-urlencoded"


class FormUnreadable(Refused):
    """This form did not reach us whole. Go back and send it again."""

    code = "unreadable-form"
    status = 400


class Form:
    """What somebody typed, and the sentences about it: `errors` by field, `notice` about the whole."""

    def __init__(self, given: Mapping[str, list[str]] | None = None) -> None:
        self._given = dict(given or {})
        self.errors: dict[str, str] = {}
        self.notice = ""

    @property
    def given(self) -> dict[str, list[str]]:
        """Every field with its values, as they were typed."""
        return self._given

    @property
    def wrong(self) -> bool:
        """Whether it must be looked at again."""
        return bool(self.errors or self.notice)

    def text(self, name: str) -> str:
        """What stands in a field; lines end as they are stored."""
        return self._given.get(name, [""])[-1].replace("\r\n", "\n")

    def shown(self, name: str) -> str:
        """What to show in the field again: without control characters, which no page may carry, and else as it is.

        A sign less, and whoever saves the form would change a text without a word.
        """
        return "".join(sign for sign in self.text(name) if unicodedata.category(sign) != "Cc" or sign in "\n\t")

    def chosen(self, name: str) -> list[str]:
        """The ticked choices of a name and of its groups (`name-1`, `name-2`); an empty one means none of these."""
        groups = (values for key, values in self._given.items() if key == name or key.startswith(f"{name}-"))
        return [value for values in groups for value in values if value]

    def put(self, name: str, source: "Form") -> None:
        """Let a field and its groups say what they say in another form."""
        for key in [key for key in self._given if key == name or key.startswith(f"{name}-")]:
            del self._given[key]
        self._given[name] = source.chosen(name) or [""]

    def refuse(self, refusal: Refused) -> None:
        """Put a rule's answer where it belongs: at its field, or above the form."""
        field = refusal.pointer.strip("/").partition("/")[0]
        if field:
            self.errors.setdefault(field, refusal.sentence)
        else:
            self.notice = refusal.sentence


async def posted(request: AnyRequest) -> Form:
    """The form in a request's body; raises FormUnreadable where it is not one."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise FormUnreadable
    return read(await request.body())


def read(body: bytes) -> Form:
    """The form in a urlencoded body; raises FormUnreadable."""
    given: dict[str, list[str]] = {}
    for name, value in pairs(body):
        given.setdefault(name, []).append(value)
    return Form(given)


def pairs(body: bytes) -> list[tuple[str, str]]:
    """The fields of a urlencoded body in their order; raises FormUnreadable."""
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise FormUnreadable from None


def build(
    form: Form,
    kind: type[StructT],
    *,
    needed: Mapping[str, str],
    checks: Mapping[str, Check] | None = None,
    fixed: Mapping[str, Any] | None = None,
    only: frozenset[str] | None = None,
) -> StructT | None:
    """The struct, or None with a sentence in `form.errors` for each field that is wrong.

    `needed` has the sentence for a required field left empty, `fixed` what does not come from the form, `only` the
    fields that do.
    """
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if fixed and field.name in fixed:
            values[field.name] = fixed[field.name]
        elif only is None or field.name in only:
            values[field.name] = _value(form, field.name, field.type, needed, checks or {})
    return None if form.errors else kind(**values)


def _value(form: Form, name: str, kind: Any, needed: Mapping[str, str], checks: Mapping[str, Check]) -> Any:
    limits = _limits(kind)
    if not isinstance(limits, msgspec.inspect.StrType):
        return _list(form, name, kind)
    text = form.text(name).strip()
    if not text and name in needed:
        form.errors[name] = needed[name]
        return text
    try:
        convert(text, kind)
        if name in checks:
            checks[name](text)
    except ValidationError:
        form.errors[name] = _sentence(text, limits)
    except Refused as refusal:
        form.errors[name] = refusal.sentence
    return text


def _list(form: Form, name: str, kind: Any) -> Any:
    try:
        return convert(form.chosen(name), kind)
    except ValidationError:
        form.errors[name] = "Choose from what is offered here."
        return []


def _limits(kind: Any) -> msgspec.inspect.Type:
    """What a field's type says about its value."""
    found = msgspec.inspect.type_info(kind)
    return found.type if isinstance(found, msgspec.inspect.Metadata) else found


def _sentence(text: str, limits: msgspec.inspect.StrType) -> str:
    if limits.max_length is not None and len(text) > limits.max_length:
        return f"Write at most {limits.max_length:,} characters. These are {len(text):,}."
    if limits.min_length is not None and len(text) < limits.min_length:
        return f"Write at least {limits.min_length} characters."
    return unusable(text, name="://" in (limits.pattern or ""))
