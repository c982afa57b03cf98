"""Kinds of questions, a closed union. Pure.

A new kind is one struct here, its `case` in `taking.py` and `tallying.py` (the type checker lists them), and a widget in
`survey_widgets.html`.
"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from service.text import Paragraphs

Code: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,40}$")]
Tongue: TypeAlias = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
Words: TypeAlias = dict[Tongue, Annotated[Paragraphs, Meta(min_length=1, max_length=500)]]
"""What is said, by language; English is always there."""
Value: TypeAlias = int | float | str | list[str]
"""An answer as it is kept: a step of a scale, a number, a code or text, codes."""
NOT_APPLICABLE = "na"
Fact: TypeAlias = Literal["has_coach"]
"""What we know of who is asked, and a question may depend on."""
Quoting: TypeAlias = Literal["no", "without_name", "with_name"]
QUOTING: tuple[Quoting, ...] = ("no", "without_name", "with_name")

QUOTING_WORDS: tuple[Words, ...] = (
    {"en": "No", "es": "No"},
    {"en": "Yes, without my name", "es": "Sí, sin mi nombre"},
    {"en": "Yes, with my name (on a separate form)", "es": "Sí, con mi nombre (en otro formulario)"},
)


class OnlyWithFact(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="fact"):
    """The question is for whom this is true of."""

    fact: Fact


class OnlyAfter(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="answer"):
    """The question is for who answered an earlier one in one of these ways."""

    question: Code
    is_one_of: Annotated[list[int | str], Meta(min_length=1, max_length=20)]


Condition: TypeAlias = OnlyWithFact | OnlyAfter


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One of several things to choose."""

    code: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,60}$")]
    words: Words


Options: TypeAlias = Annotated[list[Option], Meta(max_length=200)]
"""Up to as many as a convening can have sessions; somebody who types them has fewer (`checks.py`)."""


class Base(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", omit_defaults=True):
    """What all questions have; `section` is a heading that begins with this one, `level` one of Guskey's five.

    `areas` are the protected areas (1 to 8) that it could touch; without a value nobody has looked yet.
    """

    id: Code
    words: Words
    hint: Words = {}
    section: Words = {}
    required: bool = False
    areas: list[Annotated[int, Meta(ge=1, le=8)]] | None = None
    level: Annotated[int, Meta(ge=1, le=5)] | None = None
    construct: Annotated[str, Meta(max_length=60)] = ""
    show_if: Condition | None = None


class Likert(Base, frozen=True, kw_only=True, tag="likert"):
    """Steps from no to yes; two of a `pair` ask what was before and what is now, in one sitting."""

    labels: Annotated[list[Words], Meta(min_length=2, max_length=11)]
    not_applicable: bool = False
    reverse: bool = False
    retro: Literal["before", "now"] | None = None
    pair: Annotated[str, Meta(max_length=40)] = ""


class Nps(Base, frozen=True, kw_only=True, tag="nps"):
    """0 to 10: would somebody recommend it?"""

    low: Words
    high: Words


class YesNo(Base, frozen=True, kw_only=True, tag="yes_no"):
    """Yes or no; with `filters` adults' results can be looked at by it."""

    filters: bool = False


class ChoiceOne(Base, frozen=True, kw_only=True, tag="choice_one"):
    """One of several; with `filters` adults' results can be looked at by it."""

    options: Options
    filters: bool = False


class ChoiceMany(Base, frozen=True, kw_only=True, tag="choice_many"):
    """Any of several; the options may be the sessions of the convening."""

    options: Options = []
    options_from: Literal["sessions"] | None = None


class Ranking(Base, frozen=True, kw_only=True, tag="ranking"):
    """All of several, the most important first."""

    options: Options


class Number(Base, frozen=True, kw_only=True, tag="number"):
    """A number between two bounds."""

    least: float = 0
    most: float = 1_000_000
    whole: bool = True


class Day(Base, frozen=True, kw_only=True, tag="date"):
    """A day."""


class ShortText(Base, frozen=True, kw_only=True, tag="text_short"):
    """A line or two."""


class LongText(Base, frozen=True, kw_only=True, tag="text_long"):
    """As much as somebody wants to say."""


class QuoteConsent(Base, frozen=True, kw_only=True, tag="quote_consent"):
    """Whether what somebody wrote may be quoted: no, without the name, or with it, which needs a form of its own."""

    labels: Annotated[list[Words], Meta(min_length=3, max_length=3)] = field(default_factory=lambda: list(QUOTING_WORDS))


Question: TypeAlias = (
    Likert | Nps | YesNo | ChoiceOne | ChoiceMany | Ranking | Number | Day | ShortText | LongText | QuoteConsent
)
TEXTS = (ShortText, LongText)
FILTERS = (YesNo, ChoiceOne)


def said(words: Words, language: str) -> str:
    """What is said in a language, else in English, else nothing."""
    return words.get(language) or words.get("en", "")
