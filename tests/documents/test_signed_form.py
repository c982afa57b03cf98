"""The PDF of a signed form as a screen reader, a court and a family get it: read back with another library than made it."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import msgspec
import pytest
import typst
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from service.consents.answer_rules import Interpreter
from service.consents.said import Word
from service.documents import press
from service.documents.press import Unprintable
from service.documents.rules import STAND_IN, Passage, SignedForm, passages
from tests.consents import desk
from tests.documents import forms
from tests.documents.forms import AT, form

LANGUAGES = ("en", "es", "ar")
READERS: dict[str, PdfReader] = {}


def pdf(language: str) -> PdfReader:
    """The copy in a language, made once for these tests."""
    if language not in READERS:
        READERS[language] = read(form(language))
    return READERS[language]


def read(made: SignedForm) -> PdfReader:
    return PdfReader(BytesIO(press.press(made)), strict=True)


def words(reader: PdfReader) -> str:
    """All words, each line of the page joined with the next."""
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def flat(text: str) -> str:
    return " ".join(text.split())


def catalog(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def tags(node: Any) -> Iterator[str]:
    """The names of the structure, in reading order."""
    found = node.get_object()
    if isinstance(found, ArrayObject):
        for child in found:
            yield from tags(child)
    elif isinstance(found, DictionaryObject):
        if "/S" in found:
            yield str(found["/S"])
        if "/K" in found:
            yield from tags(found["/K"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a5_it_is_tagged_for_screen_readers_and_says_so(language: str) -> None:
    root = catalog(pdf(language))
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", metadata)
    assert f"<dc:language><rdf:Bag><rdf:li>{language}" in metadata
    assert all("/StructParents" in page for page in pdf(language).pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a5_headings_lists_and_the_table_of_answers_can_be_walked(language: str) -> None:
    found = list(tags(catalog(pdf(language))["/StructTreeRoot"]["/K"]))
    assert found.count("/H1") == 1
    assert found.count("/H2") == 4
    assert [tag for tag in found if re.fullmatch(r"/H\d", tag)][:2] == ["/H1", "/H2"]
    assert found.count("/Table") == 1
    assert found.count("/TH") == 2, "the two columns have their headings"
    assert found.count("/TD") == 2 * (8 + len(desk.TOPICS))
    assert found.count("/L") >= 3, "facts, marks and the list of the notice"
    assert found.count("/H3") >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_is_in_the_language_and_names_nobody(language: str) -> None:
    about = pdf(language).metadata
    assert about is not None
    assert about.title == form(language).title
    assert about.author == "Equity Officers Network"
    assert "Zuri" not in str(about)
    assert "Amina" not in str(about)
    assert about.creation_date == AT.replace(microsecond=0), "the signature's: the same form is the same file"


@pytest.mark.parametrize("language", ["en", "es"])
def test_e4_every_sealed_word_stands_there_in_its_order(language: str) -> None:
    shown = words(pdf(language))
    at = 0
    for piece in passages(forms.sealed(language).text) + passages(forms.sealed(language).notice):
        for line in piece.lines:
            at = shown.index(flat(line), at)
    for answer in form(language).answers:
        assert f"{answer.label} {answer.words}" in shown


def test_spanish_signs_are_right() -> None:
    shown = words(pdf("es"))
    for said in (
        "Usted firmó este formulario en línea. Esta es su copia. Muestra palabra por palabra lo que leyó y lo que eligió.",
        "Firmado por Amina Camberwell Como Madre o padre",
        "martes 1 de diciembre de 2026, 9:00 a. m., hora del Centro",
        "La raza y cómo tratan a los estudiantes Sí",
        "¿Preguntas? Zeb Fosterlane, 555-555-0142, zeb.fosterlane@lake-marlow.example",
        "¿Cambió de teléfono o correo?",
    ):
        assert said in shown
    assert unicodedata.is_normalized("NFC", shown)


def test_spanish_never_doubles_the_hyphen_of_an_address_or_a_number_at_the_end_of_a_line() -> None:
    for length in range(1, 90, 3):
        text = f"{'a' * length} ana@lake-marlow.example 555-555-0142"
        made = msgspec.structs.replace(form("es"), text=[Passage("paragraph", [text])], notice=[])
        shown = words(read(made))
        assert "ana@lake-marlow.example" in shown, length
        assert "555-555-0142" in shown, length


def test_arabic_has_a_glyph_for_every_letter_and_its_numbers_are_read_from_left_to_right() -> None:
    shown = "".join(unicodedata.normalize("NFKC", words(pdf("ar"))).split())
    for letter in set("نسخة من نموذجك الموقّع ختم إشعار عن التوقيع على الإنترنت") - {" "}:
        assert letter in shown
    for page in pdf("ar").pages:
        assert ".notdef" not in page.extract_text()
    names = {str(font["/BaseFont"]).partition("+")[2] for font in fonts(pdf("ar"))}
    assert {"NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold"} <= {name.partition("-Identity")[0] for name in names}
    assert form("ar").direction == "rtl"
    assert any("\u2066555-555-0142\u2069" in line for piece in form("ar").notice for line in piece.lines)
    assert glyph_zero_is_unused(pdf("ar"))


def fonts(reader: PdfReader) -> list[Any]:
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]


def glyph_zero_is_unused(reader: PdfReader) -> bool:
    """Glyph 0 is what fonts draw for a sign that they do not have."""
    for page in reader.pages:
        content = page.get_contents()
        assert content is not None
        for operands, operator in content.operations:
            for shown in operands if operator in (b"Tj", b"TJ") else ():
                for piece in shown if isinstance(shown, list) else [shown]:
                    raw = getattr(piece, "original_bytes", b"")
                    if any(raw[at : at + 2] == b"\0\0" for at in range(0, len(raw), 2)):
                        return False
    return True


def test_the_look_for_missing_glyphs_sees_one() -> None:
    made = msgspec.structs.replace(form("ar"), title="🌻")
    lenient: Any = typst.compile(
        press.SHEETS / "signed_form.typ",
        root=press.SHEETS,
        font_paths=press._fonts(),
        sys_inputs={"document": msgspec.json.encode(made).decode()},
        format="pdf",
    )
    assert not glyph_zero_is_unused(PdfReader(BytesIO(lenient)))


def test_the_press_refuses_a_sign_that_no_font_has_without_quoting_it() -> None:
    with pytest.raises(Unprintable) as refusal:
        press.press(msgspec.structs.replace(form(), title="🌻 Amina"))
    assert "PDF/UA-1 error" in str(refusal.value)
    assert "🌻" not in str(refusal.value)


@pytest.mark.parametrize(
    "name",
    ["Zoë Łukasz", "Nguyễn Thị Ánh", "Фёдор Достоевский", "李小龙", "아미나", "አሚና", "אמינה", "O’Neil-Ñúñez", "e\u0301"],
)
def test_a_name_in_any_living_script_is_printed(name: str) -> None:
    assert flat(name)[0] in words(read(form("en", name=name)))


def test_a_sign_that_cannot_be_printed_stands_as_one_that_can_and_the_copy_says_so() -> None:
    made = form("en", name="Amina 🌻")
    assert made.facts[0].words == f"Amina {STAND_IN}"
    assert made.lead[-1] == f"A sign that we cannot print stands as {STAND_IN}. Your copy on the page shows it."
    assert f"Amina {STAND_IN}" in words(read(made))


@pytest.mark.parametrize(
    "name", ['#panic("x")', "*bold* _x_ $1$", "\\ } ] ) // /* #{", "<label> @ref `raw`", '"; sys.exit()', "--- … ~ 'x'"]
)
def test_what_people_write_is_never_markup(name: str) -> None:
    made = form("en", name=name)
    assert made.facts[0].words == name
    assert name in words(read(made))


@pytest.mark.parametrize("language", LANGUAGES)
def test_e4_the_seal_its_entry_and_the_way_to_check_it_can_be_copied(language: str) -> None:
    shown = words(pdf(language))
    assert bytes(range(32)).hex() in shown
    assert f"1 / {forms.SIGNUP}" in shown
    assert f"python -m service.consents.verify {forms.SIGNUP}" in shown


def test_the_same_form_is_the_same_file_and_another_answer_is_another() -> None:
    assert press.press(form("es")) == press.press(form("es"))
    changed = form("es", answers=desk.choices(photos="public"))
    assert press.press(changed) != press.press(form("es"))


def test_e10_times_are_in_the_signers_zone_with_its_name() -> None:
    word = Word(what="confirmed", name="Zeb Fosterlane", at=AT + timedelta(hours=26))
    made = form("en", word=word, origin=forms.SLIP, valid_until=AT + timedelta(days=200))
    assert [(one.label, one.words) for one in made.facts] == [
        ("Signed by", "Amina Camberwell"),
        ("As", "Parent"),
        ("Signed", "Tuesday, December 1, 2026, 9:00 a.m., Central Time"),
        ("Language", "English"),
        ("Confirmed by", "Zeb Fosterlane"),
        ("Confirmed", "Wednesday, December 2, 2026, 11:00 a.m., Central Time"),
        ("Counts until", "Saturday, June 19, 2027, 10:00 a.m., Central Time"),
    ]


def test_e7_t5_a_paper_says_who_looked_at_it_and_who_interpreted() -> None:
    origin = msgspec.structs.replace(desk.BY_SLIP, factor="paper")
    interpreter = Interpreter("Ana Ruiz", "Intérprete del distrito")
    made = form("es", origin=origin, checked_by="Zeb Fosterlane", interpreter=interpreter)
    assert made.lead == [
        "Usted firmó este formulario en papel y la escuela lo anotó. Esta es su copia. Muestra palabra por palabra el "
        "texto y lo que usted eligió."
    ]
    assert [(one.label, one.words) for one in made.facts[-2:]] == [
        ("Cómo sabemos que es usted", "Zeb Fosterlane vio el papel firmado"),
        ("Interpretó", "Ana Ruiz (Intérprete del distrito)"),
    ]


def test_a_text_keeps_its_words_whatever_its_pieces_look_like() -> None:
    text = "One\n\n- a\n- b\n\n1. x\n2. y\n\n2. not a list\n\nTwo lines\nof it.\n\nA sentence.\n\nQuestions? Zeb, 555\n"
    assert passages(text) == [
        Passage("heading", ["One"]),
        Passage("bullet", ["a", "b"]),
        Passage("number", ["x", "y"]),
        Passage("paragraph", ["2. not a list"]),
        Passage("paragraph", ["Two lines", "of it."]),
        Passage("paragraph", ["A sentence."]),
        Passage("paragraph", ["Questions? Zeb, 555"]),
    ]
    assert passages("") == []
