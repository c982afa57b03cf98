"""What is kept of runs, and what is said about two of them."""

from pathlib import Path

import msgspec
import pytest

from benchmarks import report
from benchmarks.measures import Measure


def line(name: str, ratio: float | None, goal: str = "") -> Measure:
    return Measure(name, 10.0, None if ratio is None else 10.0 / ratio, ratio, goal, "ms", [9.0, 10.0, 11.0])


def test_ratios_that_differ_by_more_than_fifteen_percent_of_the_smaller_are_named_whichever_run_comes_first() -> None:
    one, other = [line("near", 1.0), line("far", 1.0)], [line("near", 1.15), line("far", 1.16)]
    assert report.apart(one, other) == ["far: 1 and 1.16, 16% apart"]
    assert report.apart(other, one) == ["far: 1.16 and 1, 16% apart"]


def test_lines_without_a_ratio_are_not_compared_and_lines_of_one_run_only_are_named() -> None:
    one, other = [line("alone", None), line("old", 1.0)], [line("alone", None), line("new", 1.0)]
    assert report.apart(one, other) == ["old: only in one of them", "new: only in one of them"]


def test_two_runs_that_agree_say_so_with_how_many_ratios_were_compared() -> None:
    rows = [line("one", 0.5), line("two", 2.0), line("three", None)]
    assert report.agreement(rows, rows) == "All 2 ratios of both runs agree within 15%."
    assert "two: 2 and 3, 50% apart" in report.agreement(rows, [line("one", 0.5), line("two", 3.0), line("three", None)])


def test_a_run_is_kept_as_a_list_of_lines_and_read_again(tmp_path: Path) -> None:
    rows = [line("one | other", 0.5, "≥ 0.40"), line("alone", None)]
    report.keep(rows, tmp_path / "results" / "run.json")
    raw = msgspec.json.decode((tmp_path / "results" / "run.json").read_bytes())
    assert [list(row) for row in raw] == [
        ["name", "product", "reference", "ratio", "goal", "unit", "runs", "reference_runs"]
    ] * 2
    assert report.read(tmp_path / "results" / "run.json") == rows


def test_the_table_takes_its_place_between_the_marks_and_nothing_else_is_touched() -> None:
    page = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    once = report.between_marks(page, "new")
    assert once == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    assert report.between_marks(once, "new") == once


@pytest.mark.parametrize(
    "page", ["no marks", f"{report.BEGIN} only", f"{report.END}{report.BEGIN}", 2 * f"{report.BEGIN}{report.END}"]
)
def test_a_page_without_its_marks_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        report.between_marks(page, "new")


def test_the_page_of_the_house_has_them() -> None:
    assert "new" in report.between_marks(report.PAGE.read_text(), "new")


def test_the_table_says_whether_the_goal_is_reached_and_what_the_run_before_had() -> None:
    rows = [line("one | other", 0.5, "≥ 0.40"), line("slow", 2.0, "≤ 1.5"), line("alone", None)]
    table = report.table(rows, [line("one | other", 0.45)], "A machine.")
    assert table.splitlines() == [
        "A machine.",
        "",
        "| what / beside what | product | beside it | ratio | run before | goal |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        "| one / other | 10 ms | 20 | 0.5 | 0.45 | ≥ 0.40 ✓ |",
        "| slow | 10 ms | 5 | 2 |  | ≤ 1.5 ✗ |",
        "| alone | 10 ms |  |  |  |  |",
    ]
