"""What of the counted answers may be shown: rules that hide so much that nothing hidden can be worked out. Pure.

Three promises, held by `tests/surveys/test_suppression.py`, which tries every table that could lie behind what is shown:

- fewer answers than the threshold of a question are not shown at all, of students not even how many there were;
- of students no share at either end is exact: where one is small, steps are put together until none is, and where that does
  not help, only a band is shown. The bands are wider than five percent where few answered (docs/decisions/019): of twelve
  answers, less than five percent can only be none;
- where adults' results are shown by groups, a group with too few answers is hidden, and as many others with it as are needed
  that the difference to the total says nothing exact about any of them.
"""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct


class Group(Struct, frozen=True, omit_defaults=True):
    """Steps or options shown together, by their places from 0; `share` in words, and no count where it is a band."""

    of: list[int]
    share: str
    count: int | None = None


def band(n: int) -> float:
    """The smallest share, of 5, 10 and 20 percent, below which there can be one answer as well as none."""
    return next((share for share in (0.05, 0.10) if n * share > 1), 0.20)


def is_small(count: int, n: int) -> bool:
    """Whether a share is shown as a band only."""
    return count < n * band(n)


def ordinal(counts: Sequence[int]) -> list[Group]:
    """Students' answers on a scale: as fine as they may be shown."""
    n = sum(counts)
    for cut in _cuts(len(counts)):
        sums = [sum(counts[place] for place in part) for part in cut]
        if not any(is_small(one, n) for one in sums):
            return [_exact(part, one, n) for part, one in zip(cut, sums, strict=True)]
    return [_banded(part, sum(counts[place] for place in part), n) for part in _cuts(len(counts))[-1]]


def nominal(counts: Sequence[int]) -> list[Group]:
    """Students' choices in no order: the small ones are put together; nothing where that would be all of them."""
    if len(counts) == 2:
        return ordinal(counts)
    n = sum(counts)
    if not any(is_small(one, n) for one in counts):
        return [_exact([place], one, n) for place, one in enumerate(counts)]
    for limit in range(2, n + 1):
        pooled = [place for place, one in enumerate(counts) if one < limit or is_small(one, n)]
        together = sum(counts[place] for place in pooled)
        if len(pooled) > 1 and not is_small(together, n) and together < len(pooled) * (limit - 1):
            shown = [_exact([place], one, n) for place, one in enumerate(counts) if place not in pooled]
            return [*shown, _exact(pooled, together, n)] if shown else []
    return []


def ticked(count: int, n: int) -> Group:
    """How many students of `n` ticked one of several boxes: exact, or a band at either end."""
    [_, yes] = ordinal([n - count, count])
    return yes


def by_groups(rows: Sequence[Sequence[int]], sizes: Sequence[int], least: int) -> list[bool] | None:
    """Which groups of adults are shown, for one question whose total is shown; None: no group is.

    `rows` are the counts of each group, `sizes` how many people are in each, which everybody knows.
    """
    total = [sum(column) for column in zip(*rows, strict=True)]
    hidden = {place for place, row in enumerate(rows) if sum(row) < least}
    if sum(one > 0 for one in total) < 2:
        return None
    while hidden and not _says_nothing(rows, sizes, total, hidden, least):
        shown = [place for place in range(len(rows)) if place not in hidden]
        if not shown:
            return None
        hidden.add(min(shown, key=lambda place: (sum(rows[place]), place)))
    if len(hidden) == len(rows):
        return None
    return [place not in hidden for place in range(len(rows))]


def _says_nothing(
    rows: Sequence[Sequence[int]], sizes: Sequence[int], total: Sequence[int], hidden: set[int], least: int
) -> bool:
    """Whether what is left of the total for the hidden groups leaves each of their counts open."""
    left = [sum(rows[place][step] for place in hidden) for step in range(len(total))]
    if len(hidden) < 2 or sum(left) < least or any(rest < 1 <= whole for rest, whole in zip(left, total, strict=True)):
        return False
    for place in hidden:
        others = sum(sizes[other] for other in hidden if other != place)
        for rest, whole in zip(left, total, strict=True):
            if whole and max(0, rest - others) >= min(rest, sizes[place]):
                return False
    return True


def _cuts(steps: int) -> list[list[list[int]]]:
    """Ways to put the steps of a scale together, from fine to coarse: each, both sides and the middle, two sides."""
    half = steps // 2
    fine = [[place] for place in range(steps)]
    low, high = list(range(steps - half)), list(range(steps - half, steps))
    if steps % 2 == 0 or steps < 4:
        return [fine, [low, high]] if steps > 2 else [fine]
    return [fine, [low[:-1], [half], high], [low, high]]


def _exact(part: list[int], count: int, n: int) -> Group:
    return Group(part, f"{100 * count / n:.0f} %", count)


def _banded(part: list[int], count: int, n: int) -> Group:
    edge = 100 * band(n)
    return Group(part, f"<{edge:.0f} %" if is_small(count, n) else f">{100 - edge:.0f} %")


def bins(values: Sequence[float], most: int = 5) -> list[float]:
    """Edges of at most `most` equal steps of a round width that hold all values: `[0, 5, 10, 15]`."""
    low, high = min(values), max(values)
    width = next(step for step in _round_widths() if (high - low) / step < most)
    first = low // width * width
    edges = [first]
    while edges[-1] <= high:
        edges.append(edges[-1] + width)
    return edges


def in_bins(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many lie from one edge up to the next."""
    return [sum(low <= value < high for value in values) for low, high in pairwise(edges)]


def _round_widths() -> list[float]:
    return [factor * 10.0**power for power in range(-3, 16) for factor in (1, 2, 5)]
