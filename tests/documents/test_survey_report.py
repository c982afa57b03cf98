"""A survey's results on paper, read back as a screen reader gets them."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from service.documents import apart, press
from service.documents import survey_sheets as sheets
from service.documents.rules import Pair
from service.documents.survey_sheets import SurveyReport
from tests.documents import report_forms
from tests.documents.report_forms import UNBROKEN, banded, bare, change, exact, hard, likert, recommend, report
from tests.documents.test_day_sheets import pictures, read, runs, structure, text
from tests.documents.test_signed_form import catalog, glyph_zero_is_unused

MARGIN = 20 * 72 / 25.4
PAPER = 612
SPACE = 3  # the space at the end of a line may hang over its edge
CHARTS = sheets.Likert | sheets.Shares | sheets.Three | sheets.BeforeNow


def letters(reader: PdfReader) -> str:
    """All of it without spaces, ends of lines and the places at which long words go on."""
    whole = "".join(page.extract_text() for page in reader.pages)
    return "".join(unicodedata.normalize("NFKC", whole).replace("\u200b", "").split())


def said(value: Any) -> Iterator[str]:
    """Every word and number of a struct that is there to be read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from said(one)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            if name not in ("language", "author", "made_at", "is_code"):
                yield from said(getattr(value, name))


def alternatives(made: SurveyReport) -> list[str]:
    return [str(one["/Alt"]) for one in pictures(read(made))]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a5_it_is_tagged_and_says_its_language_and_title(language: str) -> None:
    made = report(language)
    reader = read(made)
    root = catalog(reader)
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == language
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert (reader.metadata.title, reader.metadata.author) == (made.title, made.author)
    assert reader.metadata.creation_date == report_forms.AT.replace(microsecond=0)
    assert tuple(reader.pages[0].mediabox[2:]) == (612, 792)
    assert glyph_zero_is_unused(reader)


def test_the_same_report_is_the_same_file_and_another_answer_is_another() -> None:
    assert press.press(report()) == press.press(report())
    assert press.press(bare(recommend(13))) != press.press(bare(recommend(14)))


async def test_it_can_be_made_in_a_process_of_its_own() -> None:
    assert await apart.made(report()) == press.press(report())


def test_every_word_and_every_number_can_be_read_back_in_its_order() -> None:
    made = report()
    reader = read(made)
    shown = letters(reader)
    for words in said(made):
        if words.isascii():
            assert "".join(words.split()) in shown, words
        assert set(unicodedata.normalize("NFKC", words)) - set("\u200b ") <= set(shown) | {" "}, words
    at = 0
    for block in made.blocks:
        first = next(said(block))
        at = shown.index("".join(first.split()), at)


def test_a_reader_goes_from_part_to_part_and_from_question_to_question() -> None:
    made = report()
    found = structure(read(made))
    parts = [one for one in made.blocks if isinstance(one, sheets.Heading)]
    questions = [one for one in made.blocks if not isinstance(one, sheets.Heading | sheets.Paragraph)]
    assert [tag for tag in found if tag.startswith("/H")][:3] == ["/H1", "/H2", "/H3"]
    assert (found.count("/H1"), found.count("/H2"), found.count("/H3")) == (1, len(parts), len(questions))
    assert found.count("/BlockQuote") == 3
    alone = structure(read(bare(likert("One?", [1, 2, 3, 4, 5]), banded())))
    assert [tag for tag in alone if tag.startswith("/H")] == ["/H1", "/H2", "/H2"], "no level is left out"


def test_a5_each_picture_says_its_question_and_all_its_numbers_in_words() -> None:
    made = report()
    rate, *others = alternatives(made)
    assert rate == "answered: 22; were asked: 33"
    assert len(others) == len([one for one in made.blocks if isinstance(one, CHARTS)])
    assert alternatives(bare(likert("Well spent?", [0, 1, 8, 8, 5]))) == [
        "Well spent? Strongly disagree: 0, 0 %; Disagree: 1, 5 %; Neither: 8, 36 %; Agree: 8, 36 %; Strongly agree: 5, 23 %"
    ]
    assert alternatives(bare(banded())) == [f"{banded().question} No; Not really: <10 %; Yes, mostly; Yes: >90 %"]
    assert alternatives(bare(recommend())) == [
        f"{recommend().question} would recommend it (9 or 10): 13; are content (7 or 8): 8; have doubts (0 to 6): 1"
    ]
    assert alternatives(bare(change())) == [
        f"{change().question_now} Before, Now: Not at all: 3, 0; A little: 7, 2; Somewhat: 8, 6; Quite: 3, 10; Very: 1, 4"
    ]


@pytest.mark.parametrize(
    ("block", "tables", "heads", "cells"),
    [
        (likert("One?", [1, 2, 3, 4, 5]), 1, 6, 2 * 6),
        (banded(), 1, 2, 2 * 2),
        (recommend(), 1, 3, 3),
        (change(), 2, 6 + 3, 2 * 6 + 3),
        (report_forms.members()[-2], 1, 2, 3 * 2),
    ],
    ids=["likert", "shares", "three", "before and now", "themes"],
)
def test_the_numbers_of_each_picture_are_a_table_with_heads(block: Any, tables: int, heads: int, cells: int) -> None:
    found = structure(read(bare(block)))
    assert (found.count("/Table"), found.count("/TH"), found.count("/TD")) == (tables, heads, cells)


def test_an_empty_report_is_one_page_with_its_title() -> None:
    reader = read(report_forms.empty())
    (page,) = reader.pages
    assert text(page) == "What students told us 1 / 1"
    assert structure(reader).count("/H1") == 1


def test_blocks_with_nothing_in_them_can_be_set() -> None:
    reader = read(
        bare(
            likert("Nobody answered?", [0, 0, 0, 0, 0]),
            replace(change(), before=[0] * 5, now=[0] * 5),
            sheets.Shares(question="No option?", rows=[], n_words=""),
            sheets.Themes(question="No theme?", heads=Pair("Theme", "People"), rows=[]),
            sheets.Quotes(question="", words=[]),
        )
    )
    assert all(one in letters(reader) for one in ("Nobodyanswered?", "Nooption?", "Notheme?"))


def test_sixty_questions_stay_whole_each_on_one_page() -> None:
    counts = list(report_forms.STATEMENTS.values())
    questions = [f"Question no. {number}, is it whole?" for number in range(60)]
    notes = [f"Note {number}." for number in range(60)]
    asked = [likert(questions[number], counts[number % 6], notes=(notes[number],)) for number in range(60)]
    pages = [text(page) for page in read(bare(*asked)).pages]
    assert len(pages) <= 16
    for question, note in zip(questions, notes, strict=True):
        (page,) = [page for page in pages if question in page]
        assert note in page
    assert pages[-1].endswith(f"{len(pages)} / {len(pages)}")


def test_a_list_longer_than_a_page_goes_on_with_its_heads() -> None:
    rows = [exact(f"Option {number}", number, 60) for number in range(60)]
    pages = [text(page) for page in read(bare(sheets.Shares(question="Which?", rows=rows, n_words=""))).pages]
    assert len(pages) == 2
    assert all("Answer People Share" in page for page in pages)
    assert all(sum(f"{one.label} {one.count} {one.share}" in page for page in pages) == 1 for one in rows)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "words",
    [
        UNBROKEN,
        "Ni de acuerdo ni en desacuerdo, dice Iñaki Núñez-Peñaloza",
        "قالت أمينة عبد الرحمن الحسيني",
        "Nguyễn Thị Ánh Tuyết",
    ],
)
def test_no_word_is_cut_off_however_long_it_is(words: str, language: str) -> None:
    blocks = hard(words)
    reader = read(bare(*blocks, language=language))
    for page in reader.pages:
        for run in runs(page):
            assert MARGIN - SPACE <= run.left <= run.right <= PAPER - MARGIN + SPACE
            assert run.baseline < 792 - 30
    assert glyph_zero_is_unused(reader)
    if not words.startswith("قا"):
        assert letters(reader).count("".join(words.split())) == list(said(blocks)).count(words)


@pytest.mark.parametrize("many", [7, 11])
def test_a_scale_of_many_steps_has_room_for_all_of_them(many: int) -> None:
    labels = [f"Completely disagree {number}" for number in range(many)]
    made = bare(likert("One?", [1] * many, labels), replace(change(), labels=labels, before=[1] * many, now=[2] * many))
    shown = letters(read(made))
    assert all(f"Completelydisagree{number}" in shown for number in range(many))
    assert f"People{'1' * many}Share" in shown


@pytest.mark.parametrize(
    "words", ['#panic("x")', "*bold* _x_ $1$", "\\ } ] ) // /* #{", "<label> @ref `raw`", "<svg onload='x'/>"]
)
def test_what_people_write_is_never_markup(words: str) -> None:
    made = bare(*hard(words))
    assert letters(read(made)).count("".join(words.split())) >= 20
    assert f"{words}: 1; {words}: 12; {words}: 9" in " ".join(alternatives(made))
