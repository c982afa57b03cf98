"""Results as pages and reports show them: the release in the order of its questions, with what people made of the texts."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from service.db import Connection
from service.surveys import beside_writes, charts, text_queries
from service.surveys.charts import Dots, Scale, Share
from service.surveys.queries import SurveyRow
from service.surveys.questions import TEXTS, Likert, Nps, Question, QuoteConsent, said
from service.surveys.release import Filter, Rank, Release, Result
from service.surveys.text_queries import ThemeRow

SO_FEW = "With so few, somebody could guess who said what. So nobody sees these answers, neither here nor in a download."


class Block(Struct, frozen=True):
    """One question that stands by itself."""

    kind: Literal["nps", "rows", "ranks", "text", "hidden"]
    question: Question
    words: str
    result: Result
    rows: Sequence[Share] = ()
    ranks: Sequence[tuple[str, Rank]] = ()
    themes: Sequence[tuple[str, str]] = ()
    """Each with how many people, in words."""
    quotes: Sequence[str] = ()


class Shown(Struct, frozen=True):
    """All of it; where `release.shown` is false nothing but its reason."""

    row: SurveyRow
    release: Release
    scales: Sequence[Scale] = ()
    dots: Sequence[Dots] = ()
    blocks: Sequence[Block] = ()
    named: Sequence[beside_writes.QuoteRow] = ()
    filters: Sequence[Filter] = ()

    @property
    def rules(self) -> str:
        """When what is shown of these people."""
        least = self.row.definition.least
        return (
            "Nothing is shown before a survey closes. "
            f"Of a question that fewer than {least} people answered nothing is shown; groups with fewer are hidden, and "
            "others with them where they could be worked out. All numbers were counted once, when the survey closed."
        )

    @property
    def is_young(self) -> bool:
        """Whether students were asked."""
        return self.row.audience == "students"


async def shown(conn: Connection, row: SurveyRow, release: Release) -> Shown:
    """What may be looked at of a closed survey."""
    if not release.shown:
        return Shown(row, release)
    definition = row.definition
    young = row.audience == "students"
    themes = await text_queries.themes(conn, row.id)
    quotes = await text_queries.quotes(conn, row.id, two_people=young, asked=definition.asks_to_quote)
    by_id = {one.id: one for one in definition.questions}
    blocks = [
        _block(
            by_id[one.id],
            one,
            _themes([theme for theme in themes if theme.question == one.id and theme.count], young=young),
            [quote.words for quote in quotes if quote.part == one.id],
        )
        for one in release.results
        if not _elsewhere(by_id[one.id], one, release)
    ]
    return Shown(
        row,
        release,
        charts.scales(definition, release),
        charts.pairs(definition, release),
        blocks,
        [one for one in await beside_writes.quotes(conn, row.id) if one.is_shown],
        release.filters,
    )


def _themes(themes: Sequence[ThemeRow], *, young: bool) -> list[tuple[str, str]]:
    """The most frequent first, as far as that is said."""
    few = sorted((one for one in themes if young and one.is_few), key=lambda one: one.name)
    return [(one.name, one.shown(young=young)) for one in [*(one for one in themes if one not in few), *few]]


def _elsewhere(question: Question, found: Result, release: Release) -> bool:
    """Whether it stands among the statements, or as before and now."""
    if not isinstance(question, Likert) or found.counts is None:
        return isinstance(question, QuoteConsent)
    exact = [one for one in release.pairs if one.changes is not None]
    return not question.pair or any(question.id in (one.before, one.now) for one in exact)


def _block(question: Question, found: Result, themes: Sequence[tuple[str, str]], quotes: list[str]) -> Block:
    words = said(question.words, "en")
    if found.suppressed:
        return Block("hidden", question, words, found)
    if isinstance(question, TEXTS):
        return Block("text", question, words, found, themes=themes, quotes=quotes)
    if isinstance(question, Nps) and found.counts is not None:
        return Block("nps", question, words, found)
    if found.ranks is not None:
        named = {one.code: said(one.words, "en") for one in getattr(question, "options", ())}
        return Block("ranks", question, words, found, ranks=[(named.get(one.code, one.code), one) for one in found.ranks])
    return Block("rows", question, words, found, rows=charts.shares(question, found))
