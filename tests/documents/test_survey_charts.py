"""The pictures of a survey's results, measured: what is drawn says what the numbers say, without colors too, and no more."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from pypdf import PageObject

from service.documents import survey_sheets as sheets
from service.documents.survey_sheets import People, SurveyReport
from tests.documents.report_forms import banded, bare, change, exact, likert, recommend
from tests.documents.test_day_sheets import pictures, read, structure, text

MARGIN = 20 * 72 / 25.4
PAPER = 612
BAR_HEIGHT, BAND_HEIGHT = 26, 9
BAND = 70 * 72 / 25.4


class Drawn(NamedTuple):  # a rectangle in points; `fill` is a color, or the name of a pattern, or nothing
    left: float
    width: float
    height: float
    fill: tuple[float, ...] | str | None


def rectangles(page: PageObject) -> Iterator[Drawn]:
    """What is drawn with four corners; images are not looked into."""
    left, fill, corners = 0.0, None, []
    for operands, operator in page.get_contents().operations:
        if operator == b"cm":
            left = float(operands[4])
        elif operator == b"scn":
            fill = str(operands[0]) if isinstance(operands[0], str) else tuple(float(one) for one in operands)
        elif operator == b"m":
            corners = [tuple(map(float, operands))]
        elif operator == b"l":
            corners.append(tuple(map(float, operands)))
        elif operator in (b"f", b"S", b"B") and len(corners) == 4:
            xs, ys = zip(*corners, strict=True)
            yield Drawn(left + min(xs), max(xs) - min(xs), max(ys) - min(ys), None if operator == b"S" else fill)


def of_height(made: SurveyReport, height: float) -> list[Drawn]:
    return [one for page in read(made).pages for one in rectangles(page) if one.height == pytest.approx(height)]


def gray(color: tuple[float, ...]) -> float:
    red, green, blue = color * 3 if len(color) == 1 else color
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_all_bars_of_a_report_have_one_scale_and_one_middle() -> None:
    first, second = [2, 1, 5, 8, 4], [0, 0, 1, 7, 32]
    drawn = of_height(bare(likert("First?", first), likert("Second?", second)), BAR_HEIGHT)
    one, other = drawn[:5], drawn[5:]
    points = [bar.width * 20 / count for bar, count in zip(one, (2, 1, 8, 4, 5), strict=True)]
    points += [bar.width * 40 / count for bar, count in zip(other, (7, 32, 1), strict=True)]
    assert points == pytest.approx([points[0]] * 8, rel=1e-4), "as many points for each percent"
    zero = one[1].left + one[1].width
    assert [one[2].left, other[0].left] == pytest.approx([zero, zero], abs=0.01)
    assert [one[4].left, other[2].left] == pytest.approx([one[4].left] * 2, abs=0.01)
    assert one[4].left >= max(bar.left + bar.width for bar in (*one[:4], *other[:2])) + 20, "who chose neither is apart"
    assert min(bar.left for bar in drawn) >= MARGIN
    assert max(bar.left + bar.width for bar in drawn) <= PAPER - MARGIN


@pytest.mark.parametrize("steps", [2, 3, 4, 5, 7])
def test_steps_are_told_apart_without_any_color(steps: int) -> None:
    made = bare(likert("One?", [3] * steps, [f"Step {number}" for number in range(steps)]))
    drawn = of_height(made, BAR_HEIGHT)
    half = steps // 2
    below, above, middle = drawn[:half], drawn[half : 2 * half], drawn[2 * half :]
    assert all(str(one.fill).startswith("/") for one in below), "hatched"
    tones = [gray(one.fill) for one in (*above, *middle) if isinstance(one.fill, tuple)]
    assert len(tones) == steps - half
    assert all(abs(one - other) > 0.14 for at, one in enumerate(tones) for other in tones[:at])


def test_counts_stand_in_a_bar_where_they_fit_and_always_below_it() -> None:
    shown = text(read(bare(likert("One?", [1, 0, 0, 0, 199], notes=("A note.",)))).pages[0])
    assert shown.startswith("What members told us One? 200 people answered. 199 100 % Answer")
    assert "People 1 0 0 0 199 Share 0 % 0 % 0 % 0 % 100 % A note." in shown


@pytest.mark.parametrize("edge", [0.05, 0.1, 0.2])
def test_a_band_is_drawn_from_end_to_end_and_nothing_in_it(edge: float) -> None:
    small, large = banded(high=edge), bare(banded(high=edge))
    (first_frame, low, second_frame, high) = of_height(large, BAND_HEIGHT)
    assert [first_frame.width, second_frame.width] == pytest.approx([BAND, BAND], abs=0.01)
    assert [low.width, high.width] == pytest.approx([edge * BAND, edge * BAND], abs=0.01)
    assert low.left == pytest.approx(first_frame.left, abs=0.01)
    assert high.left == pytest.approx(first_frame.left + (1 - edge) * BAND, abs=0.01)
    assert all(str(one.fill).startswith("/") for one in (low, high)), "hatched"
    shown = text(read(large).pages[0])
    assert "People" not in shown, "a column of counts would be empty"
    assert all(f"{row.label} {row.share}" in shown for row in small.rows)


def test_an_exact_share_is_a_bar_of_its_length() -> None:
    rows = [exact("All", 22, 22), exact("Half", 11, 22), exact("None", 0, 22)]
    made = sheets.Shares(question="Which?", rows=rows, n_words="")
    frames = [one for one in of_height(bare(made), BAND_HEIGHT) if one.fill is None]
    bars = [one for one in of_height(bare(made), BAND_HEIGHT) if one.fill is not None]
    assert len(frames) == 3
    assert [one.width for one in bars if one.width] == pytest.approx([BAND, BAND / 2], abs=0.01)


def test_of_a_hidden_question_there_is_why_and_no_number_no_picture_and_no_table() -> None:
    hidden = sheets.Hidden(question="Was it too much?", reason="Too few answered. So nobody sees these answers.")
    reader = read(bare(hidden))
    (page,) = reader.pages
    assert text(page) == f"What members told us {hidden.question} {hidden.reason} 1 / 1"
    assert not {"/Figure", "/Table"} & set(structure(reader))


def test_a_mean_never_stands_there_without_the_counts() -> None:
    made = change()
    shown = text(read(bare(made)).pages[0])
    assert "Before 3 7 8 3 1 Now 0 2 6 10 4" in shown
    assert "chose a lower step chose the same step chose a higher step 1 5 16" in shown
    assert shown.index("Now 0 2") < shown.index(made.words)


@pytest.mark.parametrize("counts", [(13, 8, 1), (40, 0, 0), (0, 0, 0), (41, 3, 2), (400, 90, 12)])
def test_few_people_have_a_seat_each_and_many_a_bar_and_all_their_counts(counts: tuple[int, int, int]) -> None:
    reader = read(bare(recommend(*counts)))
    (picture,) = pictures(reader)
    assert picture["/K"], "an image is heard, shapes alone are not"
    _, bottom, _, top = picture["/A"][0]["/BBox"]
    assert top - bottom == pytest.approx(11.6 if max(counts) > 40 else 15 * max(1, -(-max(counts) // 10)), abs=0.1)
    assert " ".join(map(str, counts)) in text(reader.pages[0])


@pytest.mark.parametrize(("answered", "invited"), [(0, 1), (1, 1), (22, 33), (120, 400), (3, 401), (4000, 9000)])
def test_everybody_who_was_asked_has_a_seat_or_a_share_of_the_bar(answered: int, invited: int) -> None:
    rate = sheets.Rate(answered=People("answered", answered), invited=People("asked", invited), words="Thank you.")
    reader = read(replace(bare(), rate=rate))
    assert [one["/Alt"] for one in pictures(reader)] == [f"answered: {answered}; asked: {invited}"]
    assert f"Thank you. answered asked {answered} {invited}" in text(reader.pages[0])


@pytest.mark.parametrize(("answered", "invited"), [(0, 0), (5, 2)])
def test_a_rate_that_cannot_be_drawn_is_numbers_only(answered: int, invited: int) -> None:
    rate = sheets.Rate(answered=People("answered", answered), invited=People("asked", invited), words="")
    reader = read(replace(bare(), rate=rate))
    assert pictures(reader) == []
    assert f"answered asked {answered} {invited}" in text(reader.pages[0])
