"""Files of sets: what each kind of question becomes, what is refused and where, and that what goes out comes in again."""

import json
from typing import Any

import msgspec
import pytest
from msgspec import structs

from service.errors import Invalid
from service.surveys import set_files
from service.surveys.checks import NotConfidential, Unfit, check
from service.surveys.office_pages import USUAL
from service.surveys.questions import ChoiceMany, ChoiceOne, Likert, Number, OnlyAfter, OnlyWithFact, Ranking
from service.surveys.rules import Cadence
from tests.surveys.conftest import SETS

A = {"id": "a", "type": "date", "en": "A"}
CHOICE = {"id": "c", "type": "choice", "en": "C", "options": ["1", "2"]}
SECOND_FILTER = "/sets/0/questions/1/filters"
TWICE = {"id": "r", "type": "ranking", "en": "R", "options": [{"code": "b", "words": {"en": each}} for each in "AB"]}
FIRST = "/sets/0/questions/0"
SECOND = "/sets/0/questions/1/show_if/question"
NEVER = "/sets/0/questions/1/show_if/is_one_of"
YAML = b"sets: [{id: x, audience: members, questions: [{id: a, scale: u, en: A}]}]"


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
        (one(TWICE), "options-missing", f"{FIRST}/options"),
        (one(A | {"type": "number", "least": 5, "most": 5}), "not-bounds", f"{FIRST}/most"),
        (one(A | {"type": "number", "most": "NAN"}).replace(b'"NAN"', b".nan"), "not-a-question-set", f"{FIRST}/most"),
        (b"sets: !!int ''", "not-a-question-set", ""),
        (b"sets: !!bool x", "not-a-question-set", ""),
        (b"sets: !!timestamp x", "not-a-question-set", ""),
        (b"a: " + b"1:" * 90_000 + b"1", "not-a-question-set", ""),
        (one(CHOICE | {"filters": True}, CHOICE | {"id": "e", "filters": True}), "one-filter", SECOND_FILTER),
        (one(A | {"show_if": {"question": "b", "is_one_of": [1]}}), "no-such-question", f"{FIRST}/show_if/question"),
        (one(A | {"type": "likert", "en": ["No", "Yes"]}), "no-english", f"{FIRST}/words"),
        (one(A | {"hint": {"es": "Pista"}}), "no-english", f"{FIRST}/hint"),
        (one(CHOICE | {"options": [{"code": "x", "es": "X"}, "Y"]}), "not-a-question-set", f"{FIRST}/options/0/es"),
        (one(CHOICE | {"options": [str(place) for place in range(41)]}), "options-missing", f"{FIRST}/options"),
        (one(A | {"en": "Nul \x00"}), "not-a-question-set", f"{FIRST}/words/..."),
        (one(*[A | {"id": f"a{number}"} for number in range(81)]), "not-a-question-set", "/sets/0/questions"),
        (one(A, A | {"id": "b", "show_if": {"question": "a", "is_one_of": ["x"]}}), "no-such-question", SECOND),
        (one(CHOICE, A | {"id": "b", "show_if": {"question": "c", "is_one_of": [1]}}), "condition-never-true", NEVER),
        (b"scales: {u: {type: likert, en: [A, B], es: [A]}}\n" + YAML, "not-a-question-set", "/sets/0"),
    ],
)
def test_what_is_no_set_is_refused_at_its_place(content: bytes, code: str, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_files.read(content)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_options_that_begin_alike_get_codes_of_their_own() -> None:
    [question] = set_files.read(one({"id": "c", "type": "choice", "en": "C", "options": ["< 5", "> 5", "🙂", "👍"]}))[
        0
    ].questions
    assert isinstance(question, ChoiceOne)
    assert [each.code for each in question.options] == ["5", "5-2", "option", "option-2"]


def test_a_day_and_a_time_in_yaml_are_words() -> None:
    found = set_files.read(b"sets: [{id: x, audience: members, questions: [{id: a, type: date, en: 2026-01-01}]}]")
    assert found[0].questions[0].words == {"en": "2026-01-01"}


def test_json_is_read_as_json_with_tabs_and_every_sign() -> None:
    said = "Tab\there, emoji 🙂 and “quotes”"
    content = json.dumps({"sets": [{"id": "x", "audience": "members", "questions": [A | {"en": said}]}]}, indent="\t")
    assert set_files.read(content.encode())[0].questions[0].words == {"en": said}


def test_yes_in_yaml_is_a_word_where_a_word_is_meant() -> None:
    found = set_files.read(
        b"sets: [{id: x, audience: members, questions: [{id: a, type: choice, en: A, options: [Yes, No]},"
        b" {id: b, type: yes_no, en: B, required: true},"
        b" {id: c, type: date, en: C, show_if: {question: b, is_one_of: [yes]}}]}]"
    )[0].questions
    assert isinstance(found[0], ChoiceOne)
    assert [one.code for one in found[0].options] == ["yes", "no"]
    assert (found[1].required, found[2].show_if) == (True, OnlyAfter("b", ["yes"]))


@pytest.mark.parametrize(
    ("mails", "closes", "code"),
    [
        (["T+2d", "T+1d"], "T+10d", "mails-not-in-order"),
        (["T+2h", "T+2h"], "T+10d", "mails-not-in-order"),
        (["T+30h", "T+1d 16:00"], "T+10d", "mails-not-in-order"),
        (["T+1d 23:00"], "T+25h", "closes-too-soon"),
        (["T+22h", "T+1d"], "T+10d", "mails-not-in-order"),
        (["T+1d 08:00", "T+1d 16:00"], "T+3d", ""),
    ],
)
def test_times_keep_their_order_at_whatever_hour_the_convening_ends(mails: list[str], closes: str, code: str) -> None:
    definition = set_files.read(one(A))[0]
    changed = structs.replace(definition, cadence=Cadence("first_mail", mails, closes))
    if not code:
        check(changed)
        return
    with pytest.raises(Invalid) as refused:
        check(changed)
    assert refused.value.code == code


def test_what_could_not_be_read_from_the_database_again_is_refused_before_it_is_written() -> None:
    definition = set_files.read(one(A))[0]
    for broken in (
        structs.replace(definition, questions=[]),
        structs.replace(definition, questions=[structs.replace(definition.questions[0], words={"en": "\ud800"})]),
    ):
        with pytest.raises(Unfit):
            check(broken)


def test_what_students_answer_is_never_confidential() -> None:
    with pytest.raises(NotConfidential):
        set_files.read(one(A | {"protected_areas": []}, audience="students", privacy="confidential"))


def test_a_before_needs_its_now_with_the_same_steps() -> None:
    scales = {"c": {"type": "likert", "en": ["No", "Yes"]}}
    before = {"id": "a", "scale": "c", "en": "Before", "retro": "before", "pair": "p"}
    alone = {"sets": [{"id": "x", "audience": "members", "questions": [before]}], "scales": scales}
    with pytest.raises(Invalid) as refused:
        set_files.read(json.dumps(alone).encode())
    assert refused.value.pointer == "/sets/0/questions/0/pair"
    now: dict[str, Any] = {"id": "b", "scale": "c", "en": "Now", "retro": "now", "pair": "p"}
    both = {"sets": [{"id": "x", "audience": "members", "questions": [before, now]}], "scales": scales}
    assert set_files.read(json.dumps(both).encode())
    now["show_if"] = "has_coach"
    with pytest.raises(Invalid) as apart:
        set_files.read(json.dumps(both).encode())
    assert apart.value.code == "pair-incomplete"
