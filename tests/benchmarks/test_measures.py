"""The arithmetic of one line."""

import pytest

from benchmarks.measures import Measure, beside, digits, holds, noted, percentile, shortened


def line(product: float, ratio: float | None, goal: str) -> Measure:
    return Measure("something", product, None if ratio is None else product / ratio, ratio, goal, "ms", [product])


def test_a_percentile_is_a_sample_that_was_measured_and_never_beyond_the_largest() -> None:
    assert [percentile(range(1, 101), percent) for percent in (0, 50, 99, 100)] == [1, 50, 99, 100]
    assert [percentile([30, 10, 20], percent) for percent in (33, 34, 50, 99)] == [10, 20, 20, 30]
    assert percentile([7.0], 99) == 7.0


def test_a_slow_minute_that_slows_both_sides_of_a_round_leaves_the_ratio_as_it_is() -> None:
    quiet = beside("rate", [400, 400, 400], [1000, 1000, 1000], "1/s")
    noisy = beside("rate", [400, 40, 200], [1000, 100, 500], "1/s")
    assert (quiet.ratio, noisy.ratio) == (0.4, 0.4)
    assert (noisy.product, noisy.reference) == (200, 500)


def test_rounds_that_were_not_alternated_are_compared_by_their_medians() -> None:
    assert beside("rate", [10, 20, 30], [5], "1/s").ratio == 4


@pytest.mark.parametrize(
    ("product", "ratio", "goal", "expected"),
    [
        (900.0, 0.40, "≥ 0.40", True),
        (900.0, 0.399, "≥ 0.40", False),
        (900.0, 1.51, "≤ 1.5", False),
        (29.0, None, "≤ 30", True),
        (31.0, None, "≤ 30", False),
        (99.0, 40.0, "≤ 100 ms", True),
        (101.0, 0.5, "≤ 100 ms", False),
        (0.0, None, "= 0", True),
        (1.0, None, "= 0", False),
        (1.0, None, "", None),
    ],
)
def test_a_goal_is_about_the_ratio_unless_it_names_a_unit_or_there_is_none(
    product: float, ratio: float | None, goal: str, expected: bool | None
) -> None:
    assert holds(line(product, ratio, goal)) is expected


def test_a_goal_that_cannot_be_read_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="about 3"):
        holds(line(3.0, None, "about 3"))


def test_figures_are_kept_to_six_digits_and_stay_numbers() -> None:
    assert [digits(value) for value in (0, 0.00123456789, 0.999, 12.345, 1234567.8)] == [
        0,
        0.00123457,
        0.999,
        12.345,
        1234570,
    ]


def test_a_goal_that_is_missed_by_a_thousandth_is_missed_whatever_is_shown() -> None:
    assert holds(beside("rate", [0.3996], [1.0], "1/s", "≥ 0.40")) is False


def test_of_many_samples_a_hundred_at_most_are_kept_and_of_few_all() -> None:
    assert shortened([1, 2, 3]) == [1, 2, 3]
    assert len(shortened(range(1000))) == 100
    assert len(shortened(range(101))) <= 100


def test_tails_stand_side_by_side_without_a_ratio() -> None:
    line = noted("99th", [10, 30, 20], [1, 3, 2], "ms")
    assert (line.product, line.reference, line.ratio, holds(line)) == (20, 2, None, None)
