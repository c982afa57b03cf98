"""V1 to V4, V7: for every small table, all tables that would look the same are tried; nothing hidden has one value only."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.surveys import suppression
from service.surveys.suppression import Group, by_groups
from tests.conftest import TABLES_ATTACKED

Table = tuple[tuple[int, ...], ...]
Shown = tuple[object, ...]
Count = Callable[[str, object], None]


def splits(total: int, places: int) -> Iterator[tuple[int, ...]]:
    """All ways to share a number out."""
    if places == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in splits(total - first, places - 1):
            yield (first, *rest)


def look(groups: list[Group]) -> Shown:
    return tuple((tuple(one.of), one.share, one.count) for one in groups)


def exactly_shown(groups: list[Group]) -> set[int]:
    """The places whose own count is on the page."""
    return {one.of[0] for one in groups if len(one.of) == 1 and one.count is not None}


@pytest.mark.parametrize(("kind", "steps"), [("ordinal", 2), ("ordinal", 3), ("ordinal", 4), ("ordinal", 5), ("nominal", 4)])
@pytest.mark.parametrize("n", [10, 11, 12, 14, 20, 21])
def test_no_hidden_share_of_students_can_be_worked_out_even_by_who_knows_the_rules(
    kind: str, steps: int, n: int, record_property: Count
) -> None:
    shows = suppression.ordinal if kind == "ordinal" else suppression.nominal
    alike: dict[Shown, list[tuple[int, ...]]] = defaultdict(list)
    for counts in splits(n, steps):
        alike[look(shows(counts))].append(counts)
    for behind in alike.values():
        shown = exactly_shown(shows(behind[0]))
        for place in set(range(steps)) - shown:
            assert len({counts[place] for counts in behind}) > 1, (shows(behind[0]), behind)
    record_property(TABLES_ATTACKED, sum(map(len, alike.values())))


@pytest.mark.parametrize("n", [10, 12, 25, 50])
def test_no_share_of_students_at_either_end_is_exact(n: int) -> None:
    for count in range(n + 1):
        shown = suppression.ticked(count, n)
        exact = not suppression.is_small(count, n) and not suppression.is_small(n - count, n)
        assert (shown.count == count) if exact else (shown.count is None and shown.share[0] in "<>"), (count, n)


def released(rows: Table, sizes: tuple[int, ...], least: int) -> Shown:
    """All that a reader sees of one breakdown: the total, how large the groups are, and the rows that are shown."""
    total = tuple(sum(column) for column in zip(*rows, strict=True))
    shown = by_groups(rows, sizes, least)
    visible = None if shown is None else tuple(row if yes else None for row, yes in zip(rows, shown, strict=True))
    return (total, sizes, visible)


@pytest.mark.parametrize(
    ("sizes", "steps", "least"), [((2, 5), 2, 3), ((2, 3, 4), 2, 3), ((1, 3, 5), 2, 3), ((3, 3, 3), 2, 3)]
)
def test_no_hidden_group_of_adults_can_be_worked_out_from_the_total_and_the_other_groups(
    sizes: tuple[int, ...], steps: int, least: int, record_property: Count
) -> None:
    each = [[row for n in range(size + 1) for row in splits(n, steps)] for size in sizes]
    alike: dict[Shown, list[Table]] = defaultdict(list)
    for rows in product(*each):
        if sum(map(sum, rows)) >= least:
            alike[released(rows, sizes, least)].append(rows)
    attacked = 0
    for (total, _, visible), behind in alike.items():
        if not isinstance(visible, tuple):
            continue
        assert isinstance(total, tuple)
        hidden = [place for place, row in enumerate(visible) if row is None]
        attacked += len(behind) if hidden else 0
        for place, step in product(hidden, range(steps)):
            if total[step]:
                assert len({rows[place][step] for rows in behind}) > 1, (visible, behind)
    record_property(TABLES_ATTACKED, attacked)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_group_with_too_few_answers_is_never_shown_and_never_the_only_one_hidden(data: st.DataObject) -> None:
    steps, least = data.draw(st.integers(2, 5)), data.draw(st.integers(3, 8))
    row = st.lists(st.integers(0, 9), min_size=steps, max_size=steps)
    rows = data.draw(st.lists(row, min_size=2, max_size=6))
    sizes = [sum(one) + data.draw(st.integers(0, 3)) for one in rows]
    shown = by_groups(rows, sizes, least)
    if shown is None:
        return
    assert all(sum(one) >= least for one, yes in zip(rows, shown, strict=True) if yes)
    hidden = [one for one, yes in zip(rows, shown, strict=True) if not yes]
    assert len(hidden) != 1
    assert not hidden or sum(map(sum, hidden)) >= least


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=50))
def test_every_number_lies_in_exactly_one_of_at_most_six_bins(values: list[float]) -> None:
    edges = suppression.bins(values)
    assert sum(suppression.in_bins(values, edges)) == len(values)
    assert len(edges) <= 8
