"""What is printed for the days of a convening, read back as a screen reader, a phone and a pair of scissors get it."""

from collections.abc import Iterator
from io import BytesIO
from math import ceil
from struct import iter_unpack
from typing import Any, NamedTuple, get_args

import msgspec
import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject

from service.documents import press
from service.documents.day_sheets import BadgeSize, Lanyard
from service.documents.rules import Pair
from tests.documents import day_forms
from tests.documents.day_forms import badge_sheets, certificate, desk_list, emergency_list
from tests.documents.test_signed_form import catalog, flat, glyph_zero_is_unused, tags

SHEETS = {"badges": badge_sheets, "desk": desk_list, "emergency": emergency_list, "certificate": certificate}
SIZES: tuple[BadgeSize, ...] = get_args(BadgeSize)
MARGIN = 9  # points of a badge in which nothing stands, since printers shift and scissors slip


class Run(NamedTuple):  # a piece of a line, in points from the upper left corner of the page
    left: float
    right: float
    baseline: float
    size: float


def read(made: Any) -> PdfReader:
    return PdfReader(BytesIO(press.press(made)), strict=True)


def text(page: PageObject) -> str:
    return flat(page.extract_text())


def letters(page: PageObject) -> str:
    """Without spaces and ends of lines, at which long names go on."""
    return "".join(page.extract_text().split())


def runs(page: PageObject) -> Iterator[Run]:
    """Every line that is set on this page, as wide as its font says."""
    fonts = {name: widths(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    place, font, size = [], {}, 0.0
    for operands, operator in page.get_contents().operations:
        if operator == b"cm":
            place = operands
        elif operator == b"Tf":
            font, size = fonts[operands[0]], float(operands[1])
        elif operator == b"TJ":
            left, closer = float(place[4]), sum(float(one) for one in operands[0] if isinstance(one, int | float))
            glyphs = b"".join(one.original_bytes for one in operands[0] if not isinstance(one, int | float))
            wide = sum(font[glyph] for (glyph,) in iter_unpack(">H", glyphs)) - closer
            yield Run(left, left + wide * size / 1000, float(page.mediabox.height) - float(place[5]), size)


def widths(font: Any) -> dict[int, float]:
    """Thousandths of the size for each glyph."""
    found: dict[int, float] = {}
    given = iter(font["/DescendantFonts"][0].get_object()["/W"])
    for first in given:
        after = next(given)
        many = after if isinstance(after, list) else [next(given)] * (after - first + 1)
        found |= {int(first) + at: float(one) for at, one in enumerate(many)}
    return found


def structure(reader: PdfReader) -> list[str]:
    return list(tags(catalog(reader)["/StructTreeRoot"]["/K"]))


def pictures(node: Any) -> list[Any]:
    """The pictures among the tags below this one, a file's for the first."""
    found = catalog(node)["/StructTreeRoot"] if isinstance(node, PdfReader) else node.get_object()
    if isinstance(found, dict):
        return [found] if found.get("/S") == "/Figure" else pictures(found.get("/K", ArrayObject()))
    return [one for child in found for one in pictures(child)] if isinstance(found, list) else []


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("name", SHEETS)
def test_a5_every_sheet_is_tagged_and_says_its_language_and_title(name: str, language: str) -> None:
    reader = read(made := SHEETS[name](language=language))
    root = catalog(reader)
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == language
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert (reader.metadata.title, reader.metadata.author) == (made.title, made.author)
    assert reader.metadata.creation_date == day_forms.AT.replace(microsecond=0)
    assert glyph_zero_is_unused(reader)
    headings = [tag for tag in structure(reader) if tag.startswith("/H")]
    assert headings[0] == "/H1"
    assert set(headings[1:]) == {"/H2"}
    assert press.press(made) == press.press(made)


@pytest.mark.parametrize("made", [badge_sheets(made=[]), desk_list(students=0, adults=0), emergency_list(0), certificate(0)])
def test_a_list_of_nobody_is_one_page_with_its_title(made: Any) -> None:
    (page,) = read(made).pages
    assert made.title in text(page)
    assert made.title.startswith("Front desk") == ("None" in text(page))


@pytest.mark.parametrize("size", SIZES)
def test_every_name_and_every_code_of_a_badge_can_be_read_back(size: BadgeSize) -> None:
    made = badge_sheets(size)
    reader = read(made)
    shown = "".join(letters(page) for page in reader.pages)
    at = 0
    for one in made.badges:
        for word in f"{one.large} {one.small}".split() if one.large.isascii() else ():
            at = shown.index(word, at)
        at = shown.index(one.code.replace(" ", ""), at)
    for signs in "أمينةالحسيني李小龙አሚና":
        assert signs in shown
    assert [one["/Alt"] for one in pictures(reader)] == [f"QR: {one.code}" for one in made.badges]
    assert structure(reader).count("/H2") == len(made.badges), "a reader goes from name to name"


def test_m2_the_badge_of_a_student_says_nothing_but_name_role_lanyard_and_code() -> None:
    made = badge_sheets(made=[day_forms.student_badge()])
    (page,) = read(made).pages
    assert text(page) == f"{made.title} {made.convening} Zuri Camberwell Student N No photos K7QXM 2ZP4D 1 / 1"


@pytest.mark.parametrize("size", SIZES)
def test_no_name_is_cut_off_however_long_it_is(size: BadgeSize) -> None:
    paper, columns, top, (width, height), pitch = day_forms.LABELS[size]
    for page in read(badge_sheets(size)).pages:
        assert tuple(page.mediabox[2:]) == pytest.approx(paper, abs=0.1)
        for run in (run for run in runs(page) if top <= run.baseline <= float(page.mediabox.height) - top):
            column = columns[run.left >= columns[1]]
            row = (run.baseline - top) // pitch
            upper = top + row * pitch
            assert column + MARGIN <= run.left <= run.right <= column + width - MARGIN
            assert upper + MARGIN + 0.5 * run.size <= run.baseline <= upper + height - MARGIN


@pytest.mark.parametrize(("size", "most"), [("letter_4x3", 46), ("letter_3x2", 36), ("a4_90x60", 36)])
def test_a_name_is_as_large_as_it_fits(size: BadgeSize, most: int) -> None:
    def largest(name: str) -> float:
        badge = day_forms.student_badge(large=name, small="")
        return max(run.size for run in runs(read(badge_sheets(size, [badge])).pages[0]))

    assert largest("Zuri") == most
    assert 13 <= largest(day_forms.LONG) < most
    assert 13 <= largest(day_forms.UNBROKEN) < most


@pytest.mark.parametrize("size", SIZES)
def test_q1_a_code_is_wide_enough_for_an_old_phone(size: BadgeSize) -> None:
    (picture,) = pictures(read(badge_sheets(size, [day_forms.student_badge()])))
    left, _, right, _ = picture["/A"][0]["/BBox"]
    assert (right - left) * 21 / 29 >= 18 * 72 / 25.4, "without its white margin"


def test_m2_lanyards_are_told_apart_without_any_color() -> None:
    def drawn(lanyard: Lanyard | None) -> list[str]:
        badge = msgspec.structs.replace(day_forms.student_badge(), lanyard=lanyard)
        (page,) = read(badge_sheets(made=[badge])).pages
        return [str(one) for one in page.get_contents().operations if one[1] in (b"re", b"m", b"l", b"c", b"h")]

    shapes = [Lanyard(shape, "yellow", "A", "Ask first") for shape in ("square", "diamond", "circle")]
    assert len({tuple(drawn(one)) for one in (*shapes, None)}) == 4
    for one in (day_forms.NO_PHOTOS, day_forms.ASK_FIRST, day_forms.PHOTOS):
        (page,) = read(badge_sheets(made=[msgspec.structs.replace(day_forms.student_badge(), lanyard=one)])).pages
        assert f"{one.letter} {one.words}" in text(page)


@pytest.mark.parametrize(("size", "a_page"), [("letter_4x3", 6), ("letter_3x2", 8), ("a4_90x60", 8)])
def test_three_hundred_badges_fill_their_sheets(size: BadgeSize, a_page: int) -> None:
    badges = day_forms.badges(300)
    reader = read(badge_sheets(size, badges))
    assert len(reader.pages) == ceil(300 / a_page)
    for number in (0, 17, len(reader.pages) - 1):
        shown = text(reader.pages[number])
        assert all(one.code in shown for one in badges[number * a_page : (number + 1) * a_page])
        assert shown.endswith(f"{number + 1} / {len(reader.pages)}")


def test_q2_the_desk_has_students_first_and_room_to_write_when_they_came_and_went() -> None:
    made = desk_list()
    reader = read(made)
    whole = " ".join(text(page) for page in reader.pages)
    assert whole.index(made.students_title) < whole.index(made.adults_title)
    assert all("In Out" in text(page) for page in reader.pages), "each page has the heads of its columns"
    found = structure(reader)
    assert found.count("/Table") == 2
    assert found.count("/TH") == 7 + 6
    assert found.count("/TD") == 7 * len(made.students) + 6 * len(made.adults)
    assert max(run.size for run in runs(reader.pages[-1]) if run.size < 13) == 10


@pytest.mark.parametrize("lines", range(6))
def test_no_row_of_the_desk_is_split(lines: int) -> None:
    made = msgspec.structs.replace(desk_list(), lead=["A line."] * lines)
    pages = [letters(page) for page in read(made).pages]
    for one in made.students:
        (page,) = [page for page in pages if "".join(f"{one.school}{one.panel}".split()) in page]
        assert all("".join(note.split()) in page for note in one.notes)
    for other in made.adults:
        (page,) = [page for page in pages if "".join(f"{other.place}{other.code}".split()) in page]
        assert other.name.isascii() <= ("".join(other.name.split()) in page)


def test_q2_all_that_is_known_of_a_student_stands_on_one_page_flags_first() -> None:
    made = emergency_list()
    pages = [letters(page) for page in read(made).pages]
    for one in made.students:
        (page,) = [page for page in pages if "".join(one.school.split()) in page]
        at = page.index("".join(one.school.split()))
        assert one.name.isascii() <= ("".join(one.name.split()) in page[:at])
        for words in (*one.flags, *(fact.words for fact in one.facts if fact.words.isascii())):
            at = page.index("".join(words.split()), at)
    assert min(run.size for run in runs(read(made).pages[0]) if run.baseline < 720) >= 11


def test_a_student_of_whom_more_is_known_than_a_page_holds_is_not_cut_off() -> None:
    made = emergency_list(3)
    facts = [Pair(f"Fact {number}", f"{'words ' * 60}end{number}.") for number in range(25)]
    more = msgspec.structs.replace(made.students[0], facts=facts)
    reader = read(msgspec.structs.replace(made, students=[*made.students[1:], more]))
    whole = " ".join(text(page) for page in reader.pages)
    assert [f"end{number}." in whole for number in range(25)] == [True] * 25
    assert max(run.baseline for page in reader.pages for run in runs(page)) < 792 - 30


def test_a_certificate_is_one_page_with_its_notes_large_and_the_way_to_check_it() -> None:
    made = certificate()
    reader = read(made)
    (page,) = reader.pages
    for words in (made.name, made.attended, made.hours, *made.notes, made.verify.label, made.verify.words):
        assert words in text(page)
    assert [one["/Alt"] for one in pictures(reader)] == [f"QR: {made.verify.words}"]
    bare = read(msgspec.structs.replace(made, notes=[])).pages[0]
    large, without = ([run.size for run in runs(one)].count(10.5) for one in (page, bare))
    assert large - without >= len(made.notes), "notes are as large as all else"
    assert structure(reader).count("/TH") == 2


def test_a_certificate_of_many_sessions_repeats_the_heads_and_ends_with_the_way_to_check_it() -> None:
    made = certificate(40, name=day_forms.LONG)
    first, last = (text(page) for page in read(made).pages)
    assert all(f"{made.session_head} {made.minutes_head}" in page for page in (first, last))
    assert [made.verify.words in page for page in (first, last)] == [False, True]
