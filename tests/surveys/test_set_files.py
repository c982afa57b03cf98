"""Files of sets: what each kind of question becomes, what is refused and where, and that what goes out comes in again."""

import json
from typing import Any

import msgspec
import pytest

from service.errors import Invalid
from service.surveys import set_files
from service.surveys.office_pages import USUAL
from service.surveys.questions import ChoiceMany, ChoiceOne, Likert, Number, OnlyAfter, OnlyWithFact, Ranking
from tests.surveys.conftest import SETS

A = {"id": "a", "type": "date", "en": "A"}
FIRST = "/sets/0/questions/0"


def one(*questions: dict[str, Any], **changes: Any) -> bytes:
    """A set of members with these questions."""
    made = {"id": "extra", "audience": "members", "questions": list(questions)} | changes
    return json.dumps({"sets": [made]}).encode()


@pytest.mark.parametrize("content", [SETS, USUAL.read_bytes()], ids=["demo", "usual"])
def test_the_seven_sets_are_read_and_come_in_again_as_they_went_out(content: bytes) -> None:
    found = set_files.read(content)
    assert [one.code for one in found] == [
        "member_post",
        "member_followup",
        "student_post",
        "student_followup",
        "school_contact_post",
        "guardian_post",
        "coach_post",
    ]
    assert [set_files.read(msgspec.json.encode(one)) for one in found] == [[one] for one in found]
    privacy = {one.audience: one.privacy for one in found}
    assert privacy.pop("school_contacts") == "confidential"
    assert set(privacy.values()) == {"anonymous"}


def test_every_kind_is_read_with_sections_languages_and_conditions() -> None:
    found = set_files.read(
        one(
            {"id": "a", "type": "ranking", "en": "Order", "options": ["Food", "Talks"], "section": {"en": "First"}},
            {"id": "b", "type": "choice", "en": "One", "options": [{"en": "Yes, often", "es": "Sí"}, "No"], "filters": True},
            {"id": "c", "type": "choice_multi", "en": "Which?", "options_from": "sessions"},
            {"id": "d", "type": "number", "en": "Hours", "least": 0, "most": 40, "required": True},
            {"id": "e", "type": "date", "en": "When?", "show_if": {"question": "b", "is_one_of": ["no"]}},
            {"id": "f", "type": "yes_no", "en": "Again?", "show_if": "has_coach"},
        )
    )[0].questions
    ranking, choice, many, number, day, again = found
    assert isinstance(ranking, Ranking)
    assert ([each.code for each in ranking.options], ranking.section) == (["food", "talks"], {"en": "First"})
    assert isinstance(choice, ChoiceOne)
    assert (choice.options[0].code, choice.options[0].words["es"], choice.filters) == ("yes-often", "Sí", True)
    assert isinstance(many, ChoiceMany)
    assert many.options_from == "sessions"
    assert isinstance(number, Number)
    assert (number.most, number.required) == (40, True)
    assert day.show_if == OnlyAfter("b", ["no"])
    assert again.show_if == OnlyWithFact("has_coach")


def test_scales_carry_their_languages() -> None:
    [students] = [one for one in set_files.read(SETS) if one.code == "student_post"]
    first = students.questions[0]
    assert isinstance(first, Likert)
    assert [label["es"] for label in first.labels] == ["No", "No mucho", "Casi siempre", "Sí"]
    assert students.languages == ["en", "es"]
    [usual] = [one for one in set_files.read(USUAL.read_bytes()) if one.code == "student_post"]
    assert usual.languages == ["en", "ar", "es"]


@pytest.mark.parametrize(
    ("content", "code", "pointer"),
    [
        (b"", "not-a-question-set", ""),
        (b"[]", "not-a-question-set", ""),
        (b"\xff\xfe", "not-a-question-set", ""),
        (b"a: &x [*x]", "not-a-question-set", ""),
        (b"{" * 5000, "not-a-question-set", ""),
        (b"sets: []", "not-a-question-set", "/sets"),
        (b"x" * 600_000, "not-a-question-set", ""),
        (b'{"sets": [[]]}', "not-a-question-set", "/sets/0"),
        (one(), "not-a-question-set", "/sets/0/questions"),
        (one({"id": "a", "scale": "nothing", "en": "A"}), "not-a-question-set", "/sets/0"),
        (one(A | {"type": "riddle"}), "not-a-question-set", f"{FIRST}/type"),
        (one(A | {"id": "A B"}), "not-a-question-set", f"{FIRST}/id"),
        (one({"id": "a", "type": "date", "es": "A"}), "no-english", f"{FIRST}/words"),
        (one(A, A), "question-twice", "/sets/0/questions/1/id"),
        (one(A | {"type": "ranking", "options": ["B"]}), "options-missing", f"{FIRST}/options"),
        (one(A | {"type": "ranking", "options": ["B", "b"]}), "options-missing", f"{FIRST}/options"),
        (one(A | {"type": "number", "least": 5, "most": 5}), "not-bounds", f"{FIRST}/most"),
        (one(A | {"type": "number", "most": "NAN"}).replace(b'"NAN"', b".nan"), "not-bounds", f"{FIRST}/most"),
        (one(A | {"show_if": {"question": "b", "is_one_of": [1]}}), "no-such-question", f"{FIRST}/show_if/question"),
        (one(A | {"type": "likert", "en": ["No", "Yes"]}), "no-english", f"{FIRST}/words"),
    ],
)
def test_what_is_no_set_is_refused_at_its_place(content: bytes, code: str, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_files.read(content)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_a_before_needs_its_now_with_the_same_steps() -> None:
    scales = {"c": {"type": "likert", "en": ["No", "Yes"]}}
    before = {"id": "a", "scale": "c", "en": "Before", "retro": "before", "pair": "p"}
    alone = {"sets": [{"id": "x", "audience": "members", "questions": [before]}], "scales": scales}
    with pytest.raises(Invalid) as refused:
        set_files.read(json.dumps(alone).encode())
    assert refused.value.pointer == "/sets/0/questions/0/pair"
