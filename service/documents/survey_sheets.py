"""What a survey brought, on paper: to be shared, so nothing on it that `service/surveys/release.py` does not show. Pure.

The sheet draws whatever it is given and hides nothing: where a share may not be exact, it is handed over as a band.
"""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from service.documents.rules import Pair


class People(Struct, frozen=True):
    """So many people, and what they have in common."""

    label: str
    count: int


class Share(Struct, frozen=True):
    """An answer and its share in words; `count` is empty where only a band is known.

    `low` and `high` are shares from 0 to 1: the same for an exact one, else the ends of the band, such as 0 and 0.1.
    """

    label: str
    count: str
    share: str
    low: float
    high: float


class Heads(Struct, frozen=True, kw_only=True):
    """What stands over columns and before rows of numbers."""

    answer: str
    people: str
    share: str
    before: str
    now: str


class Rate(Struct, frozen=True, kw_only=True):
    """How many of those who were asked have answered: a half circle with a seat for each."""

    answered: People
    invited: People
    words: str


class Block(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """A piece of the report; they stand one below the other in the order of their list."""


class Heading(Block, frozen=True, kw_only=True, tag="heading"):
    """Begins a part; without any the questions stand directly below the title."""

    words: str


class Paragraph(Block, frozen=True, kw_only=True, tag="paragraph"):
    """Says what no question does."""

    words: str


class Likert(Block, frozen=True, kw_only=True, tag="likert"):
    """Steps from no to yes as a bar on both sides of a line, the middle one of an odd number apart from it.

    `shares` are the counts as they are said, such as “45 %”; the bars of one report all have one scale.
    """

    question: str
    labels: list[str]
    counts: list[int]
    shares: list[str]
    n_words: str
    notes: list[str] = []


class Shares(Block, frozen=True, kw_only=True, tag="shares"):
    """Answers that are no steps, or steps put together, each with a bar from 0 to 100 percent or a hatched band."""

    question: str
    rows: list[Share]
    n_words: str
    notes: list[str] = []


class Three(Block, frozen=True, kw_only=True, tag="three"):
    """Would people recommend it? Three counts, who would comes first; of the score only words, below the counts."""

    question: str
    rows: tuple[People, People, People]
    score_words: str


class BeforeNow(Block, frozen=True, kw_only=True, tag="before_now"):
    """The same people before and now, step by step; `changes` are those who chose less, the same and more."""

    question_before: str
    question_now: str
    labels: list[str]
    before: list[int]
    now: list[int]
    changes: tuple[People, People, People]
    words: str


class Hidden(Block, frozen=True, kw_only=True, tag="hidden"):
    """A question of which nothing may be shown: no number, no empty bar, only why."""

    question: str
    reason: str


class Themes(Block, frozen=True, kw_only=True, tag="themes"):
    """What people wrote, sorted by somebody who read it; also for ranks and days, since `heads` are free."""

    question: str
    heads: Pair
    rows: list[Pair]


class Quotes(Block, frozen=True, kw_only=True, tag="quotes"):
    """Words that may be quoted, letter by letter and without a name."""

    question: str
    words: list[str]


AnyBlock: TypeAlias = Heading | Paragraph | Likert | Shares | Three | BeforeNow | Hidden | Themes | Quotes


class SurveyReport(Struct, frozen=True, kw_only=True, tag="survey_report", tag_field="type"):
    """The results of one survey; `soft` says in a line of which convening, who was asked and when it closed."""

    language: str
    title: str
    author: str
    footer: str
    soft: str
    lead: list[str]
    rate: Rate | None
    """None where not even these numbers may be shown."""
    heads: Heads
    blocks: list[AnyBlock]
    made_at: datetime
