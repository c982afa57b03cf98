"""What a benchmark says: one line with its rounds, and the arithmetic that makes a line of them."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

SideT = TypeVar("SideT")


class Measure(msgspec.Struct, frozen=True):
    """One line of the table.

    `ratio` is product / reference where there is a reference; `goal` is about the ratio then, unless it names a unit, and
    about the product otherwise. `runs` are the product's rounds, or its samples, `reference_runs` those beside them.
    """

    name: str
    product: float
    reference: float | None
    ratio: float | None
    goal: str
    unit: str
    runs: list[float]
    reference_runs: list[float] = []


def alternately(sides: Sequence[SideT], number: int) -> Sequence[SideT]:
    """In their order, and every other time the other way round: whoever is second finds a fuller table."""
    return sides if number % 2 == 0 else sides[::-1]


def beside(name: str, ours: Sequence[float], other: Sequence[float], unit: str, goal: str = "") -> Measure:
    """Medians of both, and the ratio of the rounds: what slowed a whole round down slowed both sides of it."""
    product, reference = statistics.median(ours), statistics.median(other)
    return Measure(
        name, digits(product), digits(reference), digits(ratio(ours, other)), goal, unit, shortened(ours), shortened(other)
    )


def noted(name: str, ours: Sequence[float], other: Sequence[float], unit: str) -> Measure:
    """Both medians without a ratio: for tails, of which a few rounds do not make a ratio that comes again."""
    product, reference = statistics.median(ours), statistics.median(other)
    return Measure(name, digits(product), digits(reference), None, "", unit, shortened(ours), shortened(other))


def alone(name: str, runs: Sequence[float], unit: str, goal: str = "") -> Measure:
    """The median of what has nothing to stand beside."""
    return Measure(name, digits(statistics.median(runs)), None, None, goal, unit, shortened(runs))


def tail(name: str, samples: Sequence[float], percent: float, unit: str, goal: str = "") -> Measure:
    """A percentile of samples that stand beside nothing."""
    return Measure(name, digits(percentile(samples, percent)), None, None, goal, unit, shortened(samples))


def ratio(ours: Sequence[float], other: Sequence[float]) -> float:
    """The median of the rounds' ratios where each of ours has a round beside it, else that of the medians."""
    if len(ours) == len(other):
        return statistics.median(one / two for one, two in zip(ours, other, strict=True))
    return statistics.median(ours) / statistics.median(other)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that so many percent of all do not exceed (nearest rank): always one that was measured."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def holds(measure: Measure) -> bool | None:
    """Whether the goal is reached; None where there is none."""
    if not measure.goal:
        return None
    sign, limit, *unit = measure.goal.split()
    value = measure.product if measure.ratio is None or unit else measure.ratio
    match sign:
        case "≥":
            return value >= float(limit)
        case "≤":
            return value <= float(limit)
        case "=":
            return value == float(limit)
        case _:
            raise ValueError(measure.goal)


def digits(value: float) -> float:
    """Six significant digits: what is judged is not what is shown."""
    return round(value, 5 - math.floor(math.log10(abs(value)))) if value else 0.0


def shortened(runs: Sequence[float]) -> list[float]:
    """At most a hundred of them, evenly taken: enough to see how they lie."""
    step = max(1, math.ceil(len(runs) / 100))
    return [digits(one) for one in runs[::step]]


def milliseconds(work: Callable[[], object]) -> float:
    """How long it took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3
