"""Counting: each kind of question, for adults and for students; what may not be shown is nowhere in the release."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.surveys import answers, form_values, set_files, suppression, tallying
from service.surveys.questions import ChoiceOne, Number, Option, ShortText
from service.surveys.release import Rank, Release
from service.surveys.rules import Definition
from service.surveys.taking import NotAnAnswer, longest, taken
from service.web.forms import Form

QUESTIONS: list[dict[str, Any]] = [
    {"id": "l", "scale": "agree", "en": "L", "protected_areas": []},
    {"id": "n", "type": "nps", "en": "N", "protected_areas": []},
    {"id": "y", "type": "yes_no", "en": "Y", "protected_areas": []},
    {"id": "c", "type": "choice", "en": "C", "options": ["A", "B", "D"], "filters": True, "protected_areas": []},
    {"id": "m", "type": "choice_multi", "en": "M", "options": ["A", "B"], "protected_areas": []},
    {"id": "r", "type": "ranking", "en": "R", "options": ["A", "B", "D"], "protected_areas": []},
    {"id": "h", "type": "number", "en": "H", "most": 100, "protected_areas": []},
    {"id": "d", "type": "date", "en": "D", "protected_areas": []},
    {"id": "t", "type": "text_short", "en": "T", "protected_areas": []},
    {"id": "z", "type": "yes_no", "en": "Z", "show_if": {"question": "y", "is_one_of": ["yes"]}, "protected_areas": []},
]
FULL: dict[str, Any] = {"l": 5, "n": 9, "y": "yes", "c": "a", "m": ["a"], "r": ["a", "b", "d"], "h": 6, "d": "2027-03-11"}


def definition(audience: str = "members") -> Definition:
    """A set with a question of each kind."""
    scales = {"agree": {"type": "likert", "en": ["No", "Rather no", "Neither", "Rather yes", "Yes"], "not_applicable": True}}
    sets = [{"id": "every", "audience": audience, "questions": QUESTIONS}]
    return set_files.read(json.dumps({"scales": scales, "sets": sets}).encode())[0]


def counted(audience: str, rows: list[dict[str, Any]], invited: int = 40) -> Release:
    """The release of these answers."""
    wanted = definition(audience)
    opened = [answers.parts(wanted, answers.read(wanted, row, ())) for row in rows]
    apart = {name: [one[name][name] for one in opened if name in one] for name in ("t",)}
    return tallying.release(wanted, [one["core"] for one in opened], apart, invited)


def test_of_adults_each_kind_has_its_counts() -> None:
    rows = [FULL | {"z": "no", "t": "More"}] * 5 + [FULL | {"l": "na", "n": 3, "y": "no", "c": "b", "z": "yes"}] * 5 + [{}]
    found = counted("members", rows)
    by_id = {one.id: one for one in found.results}
    assert (found.answered, found.invited, found.response_rate) == (11, 40, 0.275)
    assert (by_id["l"].counts, by_id["l"].n, by_id["l"].missing, by_id["l"].not_applicable) == ([0, 0, 0, 0, 5], 5, 1, 5)
    assert (by_id["n"].counts, by_id["n"].score) == ([5, 0, 5], 0.0)
    assert by_id["y"].counts == [5, 5]
    assert by_id["c"].counts == [5, 5, 0]
    assert by_id["m"].counts == [10, 0]
    assert by_id["r"].ranks is not None
    assert [(one.code, one.mean, one.first) for one in by_id["r"].ranks] == [("a", 1.0, 10), ("b", 2.0, 0), ("d", 3.0, 0)]
    assert by_id["h"].bins is not None
    assert (by_id["h"].median, sum(one.count for one in by_id["h"].bins)) == (6.0, 10)
    assert by_id["d"].days is not None
    assert [(one.what, one.count) for one in by_id["d"].days] == [("2027-03-11", 10)]
    assert (by_id["t"].n, by_id["t"].missing) == (5, 6)
    assert (by_id["z"].counts, by_id["z"].missing) == ([5, 0], None), "who said no was not asked"


def test_a_question_that_too_few_answered_is_hidden_by_itself() -> None:
    found = counted("members", [FULL] * 4 + [{"n": 9}] * 3)
    assert {one.id for one in found.results if not one.suppressed} == {"n"}
    assert all(one.counts is None and one.bins is None and one.ranks is None for one in found.results if one.suppressed)


def test_adults_can_be_looked_at_by_one_question_and_never_that_question_by_another() -> None:
    both = [FULL | {"l": 1, "n": 2}, FULL]
    rows = [one | {"c": code} for code, times in (("a", 3), ("b", 4), ("d", 1)) for one in both * times]
    [by_c] = counted("members", rows).filters
    assert (by_c.question, by_c.sizes) == ("c", [6, 8, 2, 0])
    assert {one.question for one in by_c.by} == {"l", "n"}
    rows_of_l = next(one for one in by_c.by if one.question == "l").rows
    assert [(one.code, one.n, one.suppressed) for one in rows_of_l] == [
        ("a", None, True),
        ("b", 8, False),
        ("d", None, True),
        ("", 0, False),
    ]
    [by_all] = counted("members", [FULL | {"c": "a", "l": 1 + n % 5} for n in range(30)] + [FULL | {"c": "b"}] * 30).filters
    assert [one.n for one in by_all.by[0].rows] == [30, 30, 0, 0]
    assert counted("students", rows).filters == []


@pytest.mark.parametrize("count", [0, 1, 9])
def test_below_ten_students_there_is_nothing_but_the_sentence(count: int) -> None:
    told = msgspec.to_builtins(counted("students", [FULL] * count))
    assert told == {"shown": False, "reason": "Fewer than 10 students answered."}


def test_of_students_no_exact_share_at_either_end_and_no_number_of_one_person() -> None:
    found = counted("students", [FULL] * 11 + [FULL | {"l": 1, "h": 99, "d": "2027-04-01"}])
    by_id = {one.id: one for one in found.results}
    assert all(one.counts is None and one.bins is None and one.days is None and one.median is None for one in found.results)
    assert by_id["l"].groups is not None
    assert [(one.share, one.count) for one in by_id["l"].groups] == [("<10 %", None), (">90 %", None)]
    assert by_id["r"].ranks == [Rank("a"), Rank("b"), Rank("d")]
    assert by_id["m"].groups is not None
    assert [one.share for one in by_id["m"].groups] == [">90 %", "<10 %"]
    assert by_id["c"].suppressed


def test_of_guardians_as_of_students_ten_must_answer_but_how_many_did_is_said() -> None:
    found = counted("guardians", [FULL] * 9)
    assert (found.shown, found.reason, found.answered, found.invited) == (False, "Fewer than 10 people answered.", 9, 40)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_answer_is_longer_than_its_question_says_and_all_are_sealed_alike(data: st.DataObject) -> None:
    wanted = definition()
    text = data.draw(st.text(max_size=300))
    given_now = FULL | {"t": text, "l": data.draw(st.sampled_from([1, 5, "na"]))}
    kept = answers.read(wanted, given_now, ())
    assert len(answers.packed(kept)) <= answers.length(wanted)
    assert all(longest(one) > 0 for one in wanted.questions)


def test_a_code_means_its_option_even_where_another_one_is_called_so() -> None:
    options = [Option("no", {"en": "Yes"}), Option("yes", {"en": "No"}), Option("none", {"en": "None"})]
    question = ChoiceOne(id="c", words={"en": "C"}, options=options)
    assert [taken(question, one) for one in ("yes", "no", "No", 1)] == ["yes", "no", "yes", "no"]
    assert form_values.given(Form({"q-c": ["none"]}), [question]) == {"c": "none"}
    assert form_values.given(Form({"q-c": [form_values.NO_ANSWER]}), [question]) == {}
    text = ShortText(id="t", words={"en": "T"})
    assert form_values.given(Form({"q-t": ["none"]}), [text]) == {"t": "none"}


@pytest.mark.parametrize("value", [10**25, float("inf"), float("nan"), 1e9 + 1])
def test_a_number_beyond_its_bounds_is_refused(value: float) -> None:
    with pytest.raises(NotAnAnswer):
        taken(Number(id="n", words={"en": "N"}, least=0, most=1e9, whole=False), value)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_every_number_lies_in_one_bin(values: list[float]) -> None:
    edges = suppression.bins(values)
    assert sum(suppression.in_bins(values, edges)) == len(values)
    assert len(edges) <= 7
