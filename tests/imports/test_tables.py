"""Files as people have them, and as nobody should: read row by row, or refused in a sentence."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from service.imports import tables, xlsx
from service.imports.rules import FileUnusable, GivenRow, Head, Kind, Rows
from tests.imports.conftest import workbook

HEAD = b"name,email,title\n"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def read(content: bytes, kind: Kind = "people") -> tuple[Head, list[GivenRow]]:
    """What a file says, all of it."""
    told = list(tables.told(io.BytesIO(content), len(content), kind))
    [head] = [one for one in told if isinstance(one, Head)]
    return head, [row for one in told if isinstance(one, Rows) for row in one.rows]


def refusal(content: bytes) -> str:
    """Why a file is not read."""
    with pytest.raises(FileUnusable) as refused:
        read(content)
    assert refused.value.pointer == "/file"
    return refused.value.sentence


def altered(content: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """A workbook in which somebody changed a part."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name).decode()
            for one, other in changes if name == part else ():
                assert one in text
                text = text.replace(one, other)
            after.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (b"name,email\nZo\xc3\xab,zoe@a.example\n", "UTF-8 with commas"),
        (b"\xef\xbb\xbfname,email\r\nZo\xc3\xab,zoe@a.example\r\n", "UTF-8 with commas"),
        (b"name;email\nZo\xeb;zoe@a.example\n", "Windows-1252 with semicolons"),
        (b"NAME\tE-Mail\rZo\xc3\xab\tzoe@a.example", "UTF-8 with tabs"),
        (b'"Name", "Email Address"\nZo\xc3\xab, zoe@a.example\n', "UTF-8 with commas"),
        (b"First Name,last_name,MAIL\nZo\xc3\xab,,zoe@a.example\n", "UTF-8 with commas"),
        ("name\temail\r\nZoë\tzoe@a.example\r\n".encode("utf-16"), "UTF-16 with tabs"),
        ("\ufeffname;email\nZoë;zoe@a.example\n".encode("utf-16-be"), "UTF-16 with semicolons"),
        (b"sep=;\r\nname;email\r\nZo\xeb;zoe@a.example\r\n", "Windows-1252 with semicolons"),
        (b"\xef\xbb\xbfsep=,\nname,email\nZo\xc3\xab,zoe@a.example\n", "UTF-8 with commas"),
        (workbook(["name", "email"], ["Zoë", "zoe@a.example"]), "a workbook: its sheet “People”"),
        (workbook(["name", "email"], ["Zoë", "zoe@a.example"], constant_memory=True), "a workbook"),
    ],
)
def test_the_same_person_in_the_ways_in_which_programs_write_them(content: bytes, read_as: str) -> None:
    head, rows = read(content)
    assert rows == [GivenRow(2, {"name": "Zoë", "email": "zoe@a.example"})]
    assert head.read_as.startswith(read_as)
    assert head.left_alone == []


def test_first_and_last_name_are_one_name_and_a_whole_name_goes_first() -> None:
    _, rows = read(b"first name,surname,email,name\nWren,Okonkwo,a@b.org,\nWren,Okonkwo,c@d.org,W. Okonkwo\n")
    assert [row.cells["name"] for row in rows] == ["Wren Okonkwo", "W. Okonkwo"]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    _, rows = read(b"\r\n" + HEAD + b'A,a@a.org,"two\r\nlines"\r\n\r\n,,\r\nB,b@b.org,\r\n')
    assert [(row.number, row.cells.get("title")) for row in rows] == [(3, "two\nlines"), (6, None)]
    _, rows = read(workbook([], ["name", "email"], [], ["A", "a@a.org"]))
    assert [row.number for row in rows] == [4]


def test_unknown_columns_are_named_and_left_alone_and_ragged_rows_are_seen() -> None:
    head, rows = read(b"email,shoe size,\ta\x07b\na@b.org,44,x\nc@d.org\ne@f.org,1,2,3\n")
    assert head.left_alone == ["shoe size", "a b"]
    assert rows == [
        GivenRow(2, {"email": "a@b.org"}),
        GivenRow(3, {"email": "c@d.org"}),
        GivenRow(4, {"email": "e@f.org"}, too_many=True),
    ]


def test_cells_of_a_workbook_say_what_people_see() -> None:
    content = workbook(
        ["email", "joined", "title", "district", "school", "pronouns", "dietary"],
        ["a@b.org", 2024, datetime(2024, 8, 1, tzinfo=UTC), (612, 0), True, 0.1 + 0.2, 1234567.5],
        ["c@d.org", 2024.0, datetime(2024, 8, 1, 9, 30, tzinfo=UTC), "0612", "=1+1", "_x000D_", "a\nb"],
    )
    _, [first, second] = read(content)
    assert list(first.cells.values()) == ["a@b.org", "2024", "2024-08-01", "00612", "TRUE", "0.3", "1234567.5"]
    assert list(second.cells.values())[:4] == ["c@d.org", "2024", "2024-08-01 09:30", "0612"]
    assert second.cells["dietary"] == "a\nb"


def test_texts_in_several_letters_and_cells_without_a_place_are_read() -> None:
    rich = "<si><r><t>Wr</t></r><r><rPr><b/></rPr><t>en</t></r><rPh sb='0' eb='1'><t>unseen</t></rPh></si>"
    content = altered(workbook(["name", "email"], ["A", "a@b.org"]), STRINGS, ("<si><t>A</t></si>", rich))
    content = altered(content, SHEET, (' r="A2"', ""), (' r="B2"', ""), ('<row r="2"', "<row"))
    assert read(content)[1] == [GivenRow(2, {"name": "Wren", "email": "a@b.org"})]
    both = ('t="s"><v>3</v>', 't="inlineStr"><v>7</v><is><t>c@d.org</t></is>')
    assert read(altered(content, SHEET, both))[1] == [GivenRow(2, {"name": "Wren", "email": "c@d.org"})]
    iso = ('t="s"><v>2</v>', 't="d"><v>2024-08-01T00:00:00</v>')
    assert read(altered(content, SHEET, iso))[1][0].cells["name"] == "2024-08-01"


def test_names_of_elements_may_have_a_namespace_before_them() -> None:
    content = altered(
        workbook(["name", "email"], ["A", "a@b.org"]),
        SHEET,
        *(
            (f"<{sign}{name}", f"<{sign}x:{name}")
            for name in ("row", "c ", "v>")
            for sign in ("", "/")
            if sign + name != "/c "
        ),
        ("</c>", "</x:c>"),
        ("<worksheet ", '<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '),
    )
    assert read(content)[1] == [GivenRow(2, {"name": "A", "email": "a@b.org"})]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b" \r\n\t", "This file is empty."),
        (HEAD, "This file has only the names of the columns. Write one person on each row"),
        (b"name,title\nA,B\n", "No column of this file is called “email”."),
        (HEAD + b"A\0,a@b.org,\n", "it has zero bytes in it"),
        ("name,email\nA,a@b.org\n".encode("utf-16-le"), "it has zero bytes in it"),
        (b"\xff\xfea\0b", "This file says that it is UTF-16, and is not."),
        (b"PK\x03\x04 what Excel writes", "This is no workbook of Excel’s"),
        (b"\xd0\xcf\x11\xe0 what old Excel writes", "a workbook of an old kind, or one with a password"),
        (b"name,email\n\x81\x8d,a@b.org\n", "neither as UTF-8 nor as Windows-1252"),
        (HEAD + b'A,a@b.org,\n"B,b@b.org,\n', "cannot be read from row 3 on: a quotation mark is missing"),
        (HEAD + b'"A" B,a@b.org,\n', "cannot be read from row 2 on"),
        (b"name,E-Mail,mail\nA,a@b.org,c@d.org\n", "More than one column is about “E-Mail”."),
        (b"email,email,name\na@b.org,c@d.org,A\n", "More than one column is about “email”."),
        (HEAD + b"x" * 5_000_000, "A row of this file never ends."),
        (HEAD + b"a" + b"," * 1001, "Row 2 has more than 1,000 cells."),
        (workbook(["name", "email"]), "This file has only the names of the columns."),
        (workbook(), "This file is empty."),
    ],
)
def test_what_is_no_table_of_people_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


GOOD = workbook(["name", "email"], ["A", "a@b.org"])
INSIDE = GOOD.index(SHEET.encode())
DOCTYPE = '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst '


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (GOOD[:-300], "This is no workbook of Excel’s"),
        (GOOD[: INSIDE + 60] + b"\0" * 60 + GOOD[INSIDE + 120 :], "damaged"),
        (altered(GOOD, SHEET, ("<row", "<raw")), "damaged"),
        (altered(GOOD, SHEET, ("<v>2</v>", "<v>999</v>")), "damaged"),
        (altered(GOOD, SHEET, ("<v>2</v>", "<v>two</v>")), "damaged"),
        (altered(GOOD, SHEET, ('<row r="2"', '<row r="1"')), "damaged"),
        (altered(GOOD, SHEET, ('<row r="2"', '<row r="9999999"')), "damaged"),
        (altered(GOOD, STRINGS, ("<sst ", DOCTYPE)), "something in this workbook that no spreadsheet writes"),
        (
            altered(GOOD, "xl/workbook.xml", ("<sheet ", '<sheet state="hidden" ')),
            "no table in this workbook that can be seen",
        ),
        (altered(GOOD, "_rels/.rels", ("officeDocument", "other")), "This is no workbook of Excel’s"),
    ],
)
def test_a_workbook_that_is_broken_or_made_to_break_us_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_a_small_file_that_unpacks_to_far_more_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_UNPACKED", 2_000_000)
    bomb = altered(GOOD, SHEET, ("<sheetData>", "<sheetData>" + " " * 3_000_000))
    assert len(bomb) < 20_000
    assert "far larger than it looks" in refusal(bomb)


def test_more_rows_than_a_file_may_have_are_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1000)
    assert len(read(HEAD + b"A,a@b.org,\n" * 1000)[1]) == 1000
    assert "more than 1,000 rows" in refusal(HEAD + b"A,a@b.org,\n" * 1001)


def test_long_rows_end_a_batch_before_there_are_many() -> None:
    content = HEAD + b"".join(b"A,a@b.org,%s\n" % (b"x" * 400_000) for _ in range(7))
    batches = [one for one in tables.told(io.BytesIO(content), len(content), "people") if isinstance(one, Rows)]
    assert [len(one.rows) for one in batches] == [3, 3, 1]
    assert [one.percent for one in batches][-1] == 100
