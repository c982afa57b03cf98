"""The release of a survey: all that is ever shown of its answers, made once at close and never again. Pure.

Pages, reports, exports and the API read it and nothing else, so that two looks can never be subtracted from one another.
"""

from msgspec import Struct

from service.surveys.suppression import Group


class Bin(Struct, frozen=True):
    """How many answers lie from `low` up to `high`, which does not belong to it."""

    low: float
    high: float
    count: int


class Counted(Struct, frozen=True):
    """How many answered with this day, or month."""

    what: str
    count: int


class Rank(Struct, frozen=True, omit_defaults=True):
    """An option of a ranking, the most important first: its place on average from 1, and how many put it first.

    Of students only the order is said: an average of 1 would be the answer of each.
    """

    code: str
    mean: float | None = None
    first: int | None = None


class Result(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question: `n` people answered it, `missing` did not; `counts` by step or option in their order.

    Of NPS `counts` are those who have doubts (0 to 6), are content, would recommend it. `groups` stand instead of `counts`
    where these may not be shown one by one. `suppressed` says in `reason` why there is nothing.
    """

    id: str
    type: str
    n: int | None = None
    missing: int | None = None
    not_applicable: int | None = None
    suppressed: bool = False
    reason: str = ""
    counts: list[int] | None = None
    groups: list[Group] | None = None
    score: float | None = None
    median: float | None = None
    bins: list[Bin] | None = None
    days: list[Counted] | None = None
    ranks: list[Rank] | None = None


class Pair(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Before and now, of the people who answered both."""

    id: str
    before: str
    now: str
    n: int | None = None
    suppressed: bool = False
    reason: str = ""
    changes: list[int] | None = None
    """Fewer, the same, more."""
    mean_change: float | None = None


class GroupRow(Struct, frozen=True, omit_defaults=True):
    """One group's answers to one question; nothing where it is hidden."""

    code: str
    suppressed: bool = False
    n: int | None = None
    counts: list[int] | None = None


class By(Struct, frozen=True, omit_defaults=True):
    """One question by the groups of another."""

    question: str
    rows: list[GroupRow] = []
    suppressed: bool = False
    reason: str = ""


class Filter(Struct, frozen=True):
    """The one question by whose answers adults' results can be looked at."""

    question: str
    sizes: list[int]
    by: list[By]


class Release(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it; `shown` false: nothing but `reason`, of students not even how many were asked."""

    shown: bool
    reason: str = ""
    answered: int | None = None
    invited: int | None = None
    response_rate: float | None = None
    results: list[Result] = []
    pairs: list[Pair] = []
    filters: list[Filter] = []

    def result(self, question: str) -> Result | None:
        """What is shown of a question."""
        return next((one for one in self.results if one.id == question), None)
