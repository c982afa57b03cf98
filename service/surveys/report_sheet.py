"""The report of a survey on paper: what its page shows, in the same order, ready to be set. Pure."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from emails import wording
from service.convenings.queries import ConveningRow
from service.documents import survey_sheets as sheets
from service.documents.rules import Pair as Row
from service.documents.survey_sheets import AnyBlock, Heads, People, Rate, SurveyReport
from service.surveys import charts
from service.surveys.charts import Dots, Scale, Share
from service.surveys.showing import SO_FEW, Block, Shown

HEADS = Heads(answer="Answer", people="People", share="Share", before="Before", now="Now")
BANDS = "A hatched row is a band: the share lies somewhere in it, and nobody can say where."


def report(shown: Shown, convening: ConveningRow, audience: str, author: str, now: datetime) -> SurveyReport:
    """Everything of a released survey."""
    row, release = shown.row, shown.release
    closed = wording.day(row.closed_at, convening.time_zone, with_year=True) if row.closed_at else ""
    return SurveyReport(
        language="en",
        title=f"What {audience.lower()} told us",
        author=author,
        footer=f"{convening.title} · {row.code}, version {row.version}",
        soft=f"{convening.title} · {row.definition.title['en']}, closed {closed}",
        lead=_lead(shown),
        rate=_rate(shown),
        heads=HEADS,
        blocks=_blocks(shown) if release.shown else [],
        made_at=now,
    )


def _lead(shown: Shown) -> list[str]:
    if not shown.release.shown:
        return [shown.release.reason, SO_FEW]
    if shown.row.privacy == "anonymous":
        return ["The answers carry no names, and nobody kept who said what. Nothing was shown before the survey closed."]
    return ["These answers are confidential: organizers can look up who gave them. Results show no names."]


def _rate(shown: Shown) -> Rate | None:
    release = shown.release
    if release.answered is None or release.invited is None:
        return None
    share = charts.percent(release.answered, release.invited)
    words = f"{release.answered} of {release.invited} people who were asked answered ({share})."
    return Rate(answered=People("answered", release.answered), invited=People("asked", release.invited), words=words)


def _blocks(shown: Shown) -> list[AnyBlock]:
    parts: Iterable[Iterable[AnyBlock]] = (
        chain.from_iterable(_block(one) for one in shown.blocks if one.kind == "nps"),
        _statements(shown.scales),
        _before_now(shown),
        chain.from_iterable(_block(one) for one in shown.blocks if one.kind != "nps"),
        [sheets.Heading(words="In their own name")] if shown.named else [],
        (sheets.Quotes(question=one.name, words=[one.words]) for one in shown.named),
        [sheets.Heading(words="Who sees which answers"), sheets.Paragraph(words=shown.rules)],
    )
    return list(chain.from_iterable(parts))


def _statements(scales: Iterable[Scale]) -> Iterable[AnyBlock]:
    for scale in scales:
        yield sheets.Heading(words="How much do you agree?")
        for bar in scale.bars:
            n = bar.result.n or 0
            notes = [f"{bar.result.missing} gave no answer."] if bar.result.missing else []
            if bar.result.not_applicable:
                notes.append(f"It does not apply to {bar.result.not_applicable}.")
            counts = [count for _, count in bar.cells]
            yield sheets.Likert(
                question=bar.words,
                labels=scale.labels,
                counts=counts,
                shares=[charts.percent(count, n) for count in counts],
                n_words=_people(n),
                notes=notes,
            )


def _before_now(shown: Shown) -> Iterable[AnyBlock]:
    if shown.dots:
        yield sheets.Heading(words="Before and now")
    for one in shown.dots:
        yield _dots(one)


def _dots(one: Dots) -> AnyBlock:
    less, same, more = one.pair.changes or [0, 0, 0]
    return sheets.BeforeNow(
        question_before=one.before,
        question_now=one.now,
        labels=[dot.label for dot in one.dots],
        before=[dot.before for dot in one.dots],
        now=[dot.now for dot in one.dots],
        changes=(People("a lower step", less), People("the same", same), People("a higher step", more)),
        words=f"Of {_people(one.pair.n or 0)} who answered both. The mean change is {one.pair.mean_change:+.2f} of a step.",
    )


def _block(block: Block) -> list[AnyBlock]:
    found = block.result
    match block.kind:
        case "hidden":
            return [sheets.Hidden(question=block.words, reason=f"{found.reason} So nothing is shown.")]
        case "nps":
            low, middle, high = found.counts or [0, 0, 0]
            labels = charts.names(block.question)
            rows = (People(labels[2], high), People(labels[1], middle), People(labels[0], low))
            score = f"The score is {charts.rounded(found.score or 0):+d}: {high} minus {low}, of {found.n}."
            return [sheets.Three(question=block.words, rows=rows, score_words=score)]
        case "ranks":
            if found.ranks and found.ranks[0].mean is None:
                order = [Row(name, f"{place}") for place, (name, _) in enumerate(block.ranks, 1)]
                return [sheets.Themes(question=block.words, heads=Row("Option", "Place"), rows=order)]
            ranked = [Row(name, f"{one.mean:g}") for name, one in block.ranks]
            return [sheets.Themes(question=block.words, heads=Row("Option", "Place on average"), rows=ranked)]
        case "text":
            themes = [Row(name, people) for name, people in block.themes]
            made: list[AnyBlock] = []
            if themes or not block.quotes:
                said = themes or [Row("Nobody has put it in order yet.", _people(found.n or 0))]
                made.append(sheets.Themes(question=block.words, heads=Row("Theme", "People"), rows=said))
            return [*made, *([sheets.Quotes(question=block.words, words=list(block.quotes))] if block.quotes else [])]
        case "rows":
            median = [f"Half of the answers are {found.median:g} or less."] if found.median is not None else []
            return [_shares(block.words, block.rows, _people(found.n or 0), median)]


def _shares(words: str, rows: Iterable[Share], n_words: str, notes: list[str] | None = None) -> AnyBlock:
    listed = list(rows)
    made = [_row(one) for one in listed]
    bands = [BANDS] if any(one.is_band for one in listed) else []
    return sheets.Shares(question=words, rows=made, n_words=n_words, notes=[*(notes or []), *bands])


def _row(one: Share) -> sheets.Share:
    low, high = one.x / 100, (one.x + one.width) / 100
    count = "" if one.count is None else str(one.count)
    return sheets.Share(one.label, count, one.words, low if one.is_band else high, high)


def _people(n: int) -> str:
    return f"{n:,} {'person' if n == 1 else 'people'}"
