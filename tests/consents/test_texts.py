"""Consent texts: rendered without any markup of strangers, looked over for what the law and the readers need."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.consents import linter, reading, texts
from service.consents.texts import VARIABLES, Template

DEMO = Path(__file__).parent.parent.parent / "demo" / "consent"
FILES: dict[Template, str] = {
    "panelist": "student-panelist-consent",
    "assent": "student-assent",
    "esign": "esign-disclosure",
}
SHORT = """---
variables: [panel_title]
---
# Your choice

You may speak on "{{panel_title}}" at {{convening_name}}.
**You** decide, *always*.

- One.
- Two **things**.

1. **Join:** ☐ Yes ☐ No
2. **Topics:** ____________

**Name, date:** ____________
"""
VALUES = {"panel_title": "Belonging", "convening_name": "Spring"}


def body(template: Template, language: str = "en") -> str:
    return (DEMO / f"{FILES[template]}.{language}.md").read_text()


def codes(template: Template, language: str, markdown: str) -> list[str]:
    return [one.code for one in linter.findings(template, language, markdown)]


def test_a_text_becomes_headings_paragraphs_and_lists() -> None:
    assert texts.html(texts.blocks(SHORT), VALUES) == (
        "<h1>Your choice</h1>\n"
        "<p>You may speak on &quot;<bdi>Belonging</bdi>&quot; at <bdi>Spring</bdi>.<br>\n"
        "<strong>You</strong> decide, <em>always</em>.</p>\n"
        "<ul><li>One.</li><li>Two <strong>things</strong>.</li></ul>\n"
        "<ol><li><strong>Join:</strong> Yes / No</li><li><strong>Topics:</strong></li></ol>"
    )


def test_on_paper_there_are_boxes_and_lines_to_write_on() -> None:
    drawn = texts.html(texts.blocks(SHORT), VALUES, paper=True, lowest=2)
    assert "<h2>Your choice</h2>" in drawn
    assert "<li><strong>Join:</strong> ☐ Yes ☐ No</li>" in drawn
    assert drawn.endswith("<p><strong>Name, date:</strong> ____________</p>")


def test_the_evidence_keeps_the_same_words_as_plain_text() -> None:
    assert texts.plain(texts.blocks(SHORT), VALUES) == (
        'Your choice\n\nYou may speak on "Belonging" at Spring.\nYou decide, always.\n\n'
        "- One.\n- Two things.\n\n1. Join: Yes / No\n2. Topics:\n"
    )


@pytest.mark.parametrize(
    "value",
    ["<script>alert(1)</script>", "**bold** *it*", "{{convening_name}}", "a\n# heading", "\u202edoow", "& ' \""],
)
def test_what_people_are_called_never_becomes_markup(value: str) -> None:
    drawn = texts.html(texts.blocks("# T\n\nFor {{panel_title}}."), {"panel_title": value})
    assert drawn.count("<") == 6
    assert "<strong>" not in drawn
    assert "Spring" not in drawn


@given(st.text())
def test_no_text_makes_tags_of_its_own(markdown: str) -> None:
    drawn = texts.html(texts.blocks(markdown), dict.fromkeys(texts.variables(markdown), "x"))
    for tag in ("p", "h1", "h2", "h3", "ul", "ol", "li", "strong", "em", "bdi"):
        drawn = drawn.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert "<" not in drawn.replace("<br>", "")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("template", list(FILES))
def test_the_texts_of_the_demo_can_be_published(template: Template, language: str) -> None:
    assert linter.findings(template, language, body(template, language)) == []


def test_f4_a_permission_must_name_records_purpose_and_party() -> None:
    for name in ("records", "purpose", "organizer_name"):
        lacking = body("panelist").replace(f"{{{{{name}}}}}", "them")
        [found] = linter.findings("panelist", "en", lacking)
        assert (found.code, f"{{{{{name}}}}}" in found.sentence) == ("unnamed", True)
    assert "unnamed" not in codes("esign", "en", body("panelist"))


def test_an_unknown_or_unused_variable_is_refused() -> None:
    assert codes("assent", "en", "# T\n\nYou, {{nickname}}, at {{convening_name}}.") == [
        "unknown-variable",
        "unused-variable",
    ]
    assert codes("assent", "en", "# T\n\n{{panel_title}} at {{convening_name}}, {{ 7*7 }}. You go.") == ["unknown-variable"]
    for template, names in VARIABLES.items():
        assert texts.variables(body(template)) == names


@pytest.mark.parametrize(
    "markup", ["<b>bold</b>", "<!-- x -->", "[here](https://x.example)", "`code`", "| a | b |", "> quoted", "#### Deep"]
)
def test_no_other_markup_can_be_published(markup: str) -> None:
    plain = "# T\n\n{{panel_title}} at {{convening_name}}. You go.\n\n"
    assert codes("assent", "en", plain) == []
    assert codes("assent", "en", plain + markup) == ["not-plain"]


def test_a_text_has_one_title_and_something_to_read() -> None:
    assert codes("assent", "en", "") == ["unused-variable", "unused-variable", "no-title", "empty"]
    assert "no-title" in codes("assent", "en", "You go.\n\n# T")


def test_a_text_that_is_hard_to_read_is_refused_in_either_language() -> None:
    hard = "Notwithstanding institutional obligations, participation constitutes authorization of dissemination."
    duro = "La participación constituye autorización irrevocable para la diseminación institucional correspondiente."
    assert codes("panelist", "en", f"{body('panelist')}\n{hard * 12}") == ["hard-to-read"]
    assert codes("panelist", "es", f"{body('panelist', 'es')}\n{(duro + ' ') * 40}") == ["hard-to-read"]
    assert codes("assent", "ar", "# ع\n\n{{panel_title}} {{convening_name}} هنا.") == []


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("The cat sat on the mat.", -1.45),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 11.3),
        ("This sentence, taken as a reading passage unto itself, is being used to prove a point.", 7.0),
    ],
)
def test_the_english_grade_is_the_known_one(text: str, grade: float) -> None:
    assert reading.flesch_kincaid(text) == pytest.approx(grade, abs=0.9)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("casa", 2), ("guerra", 2), ("día", 2), ("cuaderno", 3), ("queso", 2), ("país", 2), ("poeta", 3), ("muy", 1), ("y", 1)],
)
def test_spanish_syllables_are_counted_as_they_are_spoken(word: str, syllables: int) -> None:
    assert reading.spanish_syllables(word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("while", 1), ("table", 2), ("jumped", 1), ("wanted", 2), ("student", 2), ("places", 2), ("names", 1), ("the", 1)],
)
def test_english_syllables_are_counted_as_they_are_spoken(word: str, syllables: int) -> None:
    assert reading.english_syllables(word) == syllables


def test_the_spanish_ease_is_the_formula() -> None:
    # 206.84 - 60 * 11/7 - 1.02 * 7/1
    assert reading.fernandez_huerta("La casa tiene un patio muy grande.") == pytest.approx(105.41, abs=0.01)
