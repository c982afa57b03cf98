"""Results as pictures: where each piece of a bar lies, in percent of its width, and what is said of it. Pure.

Every picture has its numbers in words or a table beside it, and is clear without colors: no lies left of the line and is
hatched, yes lies right of it, what is neither stands apart at the end.
"""

from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from service.surveys import shapes, tallying
from service.surveys.questions import Likert, Nps, Question, said
from service.surveys.release import Pair, Release, Result
from service.surveys.rules import Definition

GAP = 4.0
"""Percent between what leans somewhere and what is neither."""
ROOM = 7.0
"""Percent that a number needs inside its piece."""
CLASSES = {2: [1, 5], 3: [1, 3, 5], 4: [1, 2, 4, 5], 5: [1, 2, 3, 4, 5]}


class Piece(Struct, frozen=True):
    """A part of a bar: from `x`, `width` wide, both in percent; `shade` is one of the five of the stylesheet."""

    x: float
    width: float
    shade: int
    count: int
    hatched: bool

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.x + self.width / 2

    @property
    def has_room(self) -> bool:
        """Whether its number fits."""
        return self.width >= ROOM


class Bar(Struct, frozen=True):
    """One statement: its pieces, the line between no and yes, and in words what it shows."""

    id: str
    words: str
    pieces: list[Piece]
    zero: float
    spoken: str
    line: str
    cells: list[tuple[str, int]]
    result: Result


class Scale(Struct, frozen=True):
    """Statements that were answered on the same steps, those that most agree with first."""

    labels: list[str]
    shades: list[int]
    bars: list[Bar]


class Dot(Struct, frozen=True):
    """How many percent chose a step before, and now."""

    label: str
    before: int
    now: int
    before_at: float
    now_at: float


class Dots(Struct, frozen=True):
    """Before and now: a pair of dots a step."""

    pair: Pair
    before: str
    now: str
    dots: list[Dot]
    n_before: int
    n_now: int


class Share(Struct, frozen=True):
    """A row of a simple bar: exact, or a band that is hatched as a whole."""

    label: str
    count: int | None
    words: str
    x: float
    width: float
    is_band: bool


def scales(definition: Definition, release: Release) -> list[Scale]:
    """All statements with exact counts, by their steps; pairs of before and now stand elsewhere."""
    groups: dict[tuple[str, ...], list[tuple[Likert, Result]]] = {}
    for question in definition.questions:
        found = release.result(question.id)
        if isinstance(question, Likert) and not question.pair and found is not None and found.counts is not None:
            groups.setdefault(tuple(said(one, "en") for one in question.labels), []).append((question, found))
    return [_scale(list(labels), found) for labels, found in groups.items()]


def _scale(labels: list[str], found: Sequence[tuple[Likert, Result]]) -> Scale:
    half, middle = len(labels) // 2, len(labels) % 2
    shares = [[100 * count / max(one.n or 1, 1) for count in one.counts or ()] for _, one in found]
    left = max(sum(one[:half]) for one in shares)
    right = max(sum(one[half + middle :]) for one in shares)
    apart = max(one[half] for one in shares) if middle else 0.0
    fit = (100 - (GAP if apart else 0) - 2) / max(left + right + apart, 1)
    shades = CLASSES.get(len(labels), [1 + round(4 * place / (len(labels) - 1)) for place in range(len(labels))])
    bars = [
        _bar(question, result, labels, shades, [one * fit for one in share], left * fit + 1, 99 - apart * fit)
        for (question, result), share in zip(found, shares, strict=True)
    ]
    return Scale(labels, shades, sorted(bars, key=lambda bar: -_agreeing(bar.result, half + middle)))


def _agreeing(found: Result, first: int) -> float:
    return sum((found.counts or [])[first:]) / max(found.n or 1, 1)


def _bar(
    question: Question,
    found: Result,
    labels: list[str],
    shades: list[int],
    widths: list[float],
    zero: float,
    apart_at: float,
) -> Bar:
    counts, n = found.counts or [], found.n or 0
    half, middle = len(labels) // 2, len(labels) % 2
    begins = list(accumulate(widths[: half - 1], initial=zero - sum(widths[:half])))
    begins += [apart_at] * middle
    begins += list(accumulate(widths[half + middle : -1], initial=zero))
    pieces = [
        Piece(round(x, 2), round(width, 2), shade, count, hatched=place < half)
        for place, (x, width, shade, count) in enumerate(zip(begins, widths, shades, counts, strict=True))
        if count
    ]
    cells = list(zip(labels, counts, strict=True))
    spoken = ", ".join(f"{count} {label.lower()}" for label, count in cells if count)
    yes, no = sum(counts[half + middle :]), sum(counts[:half])
    line = (
        f"{yes} of {n} ({percent(yes, n)}) lean to “{labels[-1].lower()}”, {no} ({percent(no, n)}) to “{labels[0].lower()}”"
    )
    if middle:
        line += f", {counts[half]} ({percent(counts[half], n)}) to neither"
    return Bar(found.id, said(question.words, "en"), pieces, round(zero, 2), spoken, line + ".", cells, found)


def pairs(definition: Definition, release: Release) -> list[Dots]:
    """Before and now, where exact counts may be shown."""
    by_id = {one.id: one for one in definition.questions}
    made: list[Dots] = []
    for pair in release.pairs:
        before, now = release.result(pair.before), release.result(pair.now)
        asked = by_id[pair.now]
        if pair.changes is None or before is None or now is None or not isinstance(asked, Likert):
            continue
        labels = [said(one, "en") for one in asked.labels]
        dots = [
            Dot(label, first, last, _at(first, before.n), _at(last, now.n))
            for label, first, last in zip(labels, before.counts or (), now.counts or (), strict=False)
        ]
        words = said(by_id[pair.before].words, "en"), said(asked.words, "en")
        made.append(Dots(pair, *words, dots, before.n or 0, now.n or 0))
    return made


def shares(question: Question, found: Result) -> list[Share]:
    """Rows of bars for everything else that is counted, and for what may only be shown put together."""
    labels = names(question)
    if found.groups is not None:
        return [
            _of_group(", ".join(labels[place] for place in one.of), one.count, one.share, found.n) for one in found.groups
        ]
    rows = list(zip(labels, found.counts or (), strict=False))
    rows += [(f"{one.low:g} to under {one.high:g}", one.count) for one in found.bins or ()]
    rows += [(one.what, one.count) for one in found.days or ()]
    return [
        Share(label, count, percent(count, found.n or 0), 0, _at(count, found.n), is_band=False) for label, count in rows
    ]


def _of_group(label: str, count: int | None, words: str, n: int | None) -> Share:
    if count is not None:
        return Share(label, count, words, 0, _at(count, n), is_band=False)
    edge = float(words[1:].removesuffix(" %"))
    x, width = (0.0, edge) if words.startswith("<") else (edge, 100 - edge)
    return Share(label, None, words, x, width, is_band=True)


def names(question: Question) -> list[str]:
    """What the counts of a question are counts of, in words."""
    if isinstance(question, Nps):
        return ["have doubts (0 to 6)", "are content (7 or 8)", "would recommend it (9 or 10)"]
    listed = [one.words for one in shapes.choices(question, "en")]
    codes = tallying.categories(question)
    return listed if len(listed) == len(codes) and all(listed) else [code.replace("_", " ").capitalize() for code in codes]


def rounded(score: float) -> int:
    """A score without its decimals, halves away from nothing: 54.5 is 55."""
    return int(abs(score) + 0.5) * (1 if score >= 0 else -1)


def percent(count: int, n: int) -> str:
    """`24 %`."""
    return f"{100 * count / n:.0f} %" if n else "0 %"


def _at(count: int, n: int | None) -> float:
    return round(100 * count / n, 2) if n else 0.0
