"""Files as people have them, and as nobody should: read whole, or refused in a sentence."""

import pytest

from service.members.importing import MOST_FILE_BYTES, FileUnusable, GivenRow, read

HEAD = b"name,email,title\n"


def refusal(content: bytes) -> str:
    """Why a file is not read."""
    with pytest.raises(FileUnusable) as refused:
        read(content)
    assert refused.value.pointer == "/file"
    return refused.value.sentence


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (b"name,email\nZo\xc3\xab,zoe@a.example\n", "UTF-8", "commas"),
        (b"\xef\xbb\xbfname,email\r\nZo\xc3\xab,zoe@a.example\r\n", "UTF-8", "commas"),
        (b"name;email\nZo\xeb;zoe@a.example\n", "Windows-1252", "semicolons"),
        (b"NAME\tE-Mail\rZo\xc3\xab\tzoe@a.example", "UTF-8", "tabs"),
        (b'"Name", "Email Address"\nZo\xc3\xab, zoe@a.example\n', "UTF-8", "commas"),
        (b"First Name,last_name,MAIL\nZo\xc3\xab,,zoe@a.example\n", "UTF-8", "commas"),
    ],
)
def test_the_same_person_in_the_ways_in_which_programs_write_them(content: bytes, encoding: str, delimiter: str) -> None:
    sheet = read(content)
    assert sheet.rows == [GivenRow(2, {"name": "Zoë", "email": "zoe@a.example"})]
    assert (sheet.encoding, sheet.delimiter, sheet.unknown) == (encoding, delimiter, [])


def test_first_and_last_name_are_one_name_and_a_whole_name_goes_first() -> None:
    rows = read(b"first name,surname,email,name\nWren,Okonkwo,a@b.org,\nWren,Okonkwo,c@d.org,W. Okonkwo\n").rows
    assert [row.cells["name"] for row in rows] == ["Wren Okonkwo", "W. Okonkwo"]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    content = HEAD + b'A,a@a.org,"two\r\nlines"\r\n\r\n,,\r\nB,b@b.org,\r\n'
    assert [(row.number, row.cells.get("title")) for row in read(content).rows] == [(2, "two\nlines"), (5, None)]


def test_unknown_columns_are_named_and_left_alone_and_ragged_rows_are_seen() -> None:
    sheet = read(b"email,shoe size,\ta\x07b\na@b.org,44,x\nc@d.org\ne@f.org,1,2,3\n")
    assert sheet.unknown == ["shoe size", "a b"]
    assert sheet.rows == [
        GivenRow(2, {"email": "a@b.org"}),
        GivenRow(3, {"email": "c@d.org"}),
        GivenRow(4, {"email": "e@f.org"}, too_many=True),
    ]


def test_three_hundred_columns_are_no_trouble() -> None:
    header = ",".join(["email", *(f"column {n}" for n in range(299))])
    sheet = read(f"{header}\na@b.org{',x' * 299}\n".encode())
    assert (len(sheet.unknown), sheet.rows) == (299, [GivenRow(2, {"email": "a@b.org"})])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b" \r\n\t", "This file is empty."),
        (HEAD, "This file has only a header."),
        (b"name,title\nA,B\n", "No column of this file is called “email”."),
        (HEAD + b"A\0,a@b.org,\n", "it has zero bytes in it"),
        ("name,email\nA,a@b.org\n".encode("utf-16"), "it has zero bytes in it"),
        (b"PK\x03\x04 what Excel writes", "This is a spreadsheet’s own file."),
        (b"name,email\n\x81\x8d,a@b.org\n", "neither as UTF-8 nor as Windows-1252"),
        (HEAD + b'A,a@b.org,\n"B,b@b.org,\n', "cannot be read from row 3 on: a quotation mark is missing"),
        (HEAD + b'"A" B,a@b.org,\n', "cannot be read from row 2 on"),
        (b"name,E-Mail,mail\nA,a@b.org,c@d.org\n", "More than one column is about “E-Mail”."),
        (b"email,email,name\na@b.org,c@d.org,A\n", "More than one column is about “email”."),
        (HEAD + b"A,a@b.org,\n" * 1001, "This file has 1,001 rows with people."),
        (b"x" * (MOST_FILE_BYTES + 1), "This file is larger than 1 MiB."),
    ],
)
def test_what_is_no_table_of_people_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_a_thousand_rows_are_read() -> None:
    assert len(read(HEAD + b"A,a@b.org,\n" * 1000).rows) == 1000
