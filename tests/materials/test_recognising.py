"""What a file is: its name and its content must agree, nothing of it may run, and pictures lose what cameras write."""

import io
import struct
import tempfile
import tracemalloc

import pytest

from service.errors import Invalid
from service.materials import actions, recognising, stripping
from service.materials.refusals import HasMacros, NotThisKind, NotWhatItSays, SaysWhere
from service.materials.rules import CHUNK
from tests.materials import files


def look(name: str, content: bytes) -> str:
    """What a file is told to be."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        return recognising.kind_of(name, file).media_type


def stripped(name: str, content: bytes) -> bytes:
    """A picture as it is stored."""
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as bare:
        file.write(content)
        kind = recognising.kind_of(name, file)
        assert stripping.strip(kind.media_type, file, bare)
        bare.seek(0)
        return bare.read()


GOOD = {
    "a.pdf": files.PDF,
    "A.PPTX": files.office("pptx"),
    "a.docx": files.office("docx"),
    "a.xlsx": files.office("xlsx"),
    "a.odt": files.opendocument("text"),
    "a.odp": files.opendocument("presentation"),
    "a.ods": files.opendocument("spreadsheet"),
    "a.png": files.png(),
    "a.jpg": files.jpeg(),
    "a.jpeg": files.jpeg(),
    "a.txt": "Ünï\r\n".encode(),
    "a.csv": b"a,b\n",
    "a.mp3": b"ID3\4\0" + bytes(40),
    "b.mp3": b"\xff\xfb\x90\0" + bytes(40),
    "a.mp4": files.movie(),
}
WRONG: list[tuple[str, bytes, type[Invalid]]] = [
    ("a.html", b"<script>alert(1)</script>", NotThisKind),
    ("a.svg", b"<svg onload='alert(1)'/>", NotThisKind),
    ("a.exe", b"MZ", NotThisKind),
    ("a.ppt", b"\xd0\xcf\x11\xe0", NotThisKind),
    ("pdf", files.PDF, NotThisKind),
    ("a.pdf.html", files.PDF, NotThisKind),
    ("a.pdf", b"<html>%PDF-1.7", NotWhatItSays),
    ("a.png", files.jpeg(), NotWhatItSays),
    ("a.jpg", files.png(), NotWhatItSays),
    ("a.txt", b"\xff\xfeb\0", NotWhatItSays),
    ("a.csv", b"a\0b", NotWhatItSays),
    ("a.docx", files.office("pptx"), NotWhatItSays),
    ("a.docx", files.zipped(**{"word/document.xml": "<xml/>"}), NotWhatItSays),
    ("a.docx", b"PK\3\4" + bytes(60), NotWhatItSays),
    ("a.docx", b"MZ" + files.office("docx"), NotWhatItSays),
    ("a.odt", files.opendocument("spreadsheet"), NotWhatItSays),
    ("a.mp3", b"RIFF", NotWhatItSays),
    ("a.mp4", b"\0\0\0\x18moov", NotWhatItSays),
    ("a.pptm", files.office("pptx"), HasMacros),
    ("a.docm", b"", HasMacros),
    ("a.pptx", files.with_macros(), HasMacros),
    ("a.docx", files.office("docx", **{"word/activeX/activeX1.bin": b"x"}), HasMacros),
    ("a.odt", files.opendocument("text", **{"Basic/Standard/Module1.xml": "<xml/>"}), HasMacros),
    ("a.mp4", files.movie(b"\xa9xyz\0\x12\x15\xc7+40.7128-074.0060/"), SaysWhere),
    ("a.mp4", files.movie(b"com.apple.quicktime.location.ISO6709"), SaysWhere),
]


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_known_by_its_ending_and_by_its_content(name: str) -> None:
    assert look(name, GOOD[name]) == recognising.KINDS[name.rpartition(".")[2].lower()].media_type


@pytest.mark.parametrize(("name", "content", "refusal"), WRONG, ids=[f"{n}-{wrong[0]}" for n, wrong in enumerate(WRONG)])
def test_what_is_something_else_or_could_run_is_refused(name: str, content: bytes, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal):
        look(name, content)


def test_the_place_of_a_recording_is_found_across_the_pieces_in_which_it_is_read() -> None:
    begins = files.movie()[: CHUNK - 6]
    with pytest.raises(SaysWhere):
        look("a.mp4", begins + b"\xa9xyz\0\x12\x15\xc7+40.7128-074.0060/")


def test_a_zip_that_says_much_is_read_to_a_limit() -> None:
    """A bomb in the list of parts costs a megabyte."""
    bomb = files.zipped(**{"[Content_Types].xml": b" " * (40 * recognising.LISTED), "word/document.xml": "<xml/>"})
    assert look("a.docx", bomb)


def test_a_png_loses_what_is_said_in_it_and_what_hangs_behind_it() -> None:
    made = stripped("a.png", files.png())
    assert files.GPS not in made
    assert [made[made.index(kind) - 4 :][4:8] for kind in (b"IHDR", b"IDAT", b"IEND")] == [b"IHDR", b"IDAT", b"IEND"]
    assert not any(kind in made for kind in (b"tEXt", b"eXIf", b"tIME"))
    assert made.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("way", [1, 6])
def test_a_jpeg_loses_camera_and_place_and_still_stands_upright(way: int, order: str) -> None:
    made = stripped("a.jpg", files.jpeg(way, order))
    assert files.GPS not in made
    assert made.count(files.SCAN) == 2
    assert made.endswith(b"\xff\xd9")
    assert all(kept in made for kept in (b"JFIF\0", b"ICC_PROFILE\0"))
    assert not any(gone in made for gone in (b"MPF\0", b"Photoshop", b"adobe.com"))
    turned = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in made
    assert (b"Exif" in made, turned) == ((way != 1,) * 2)
    assert stripped("a.jpg", made) == made


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_picture_that_breaks_off_is_refused(name: str) -> None:
    whole = GOOD[name]
    for length in (17, 60, len(whole) - len(files.GPS) - 3):
        with pytest.raises(NotWhatItSays):
            stripped(name, whole[:length])


def test_a_name_for_saving_has_nothing_that_means_something_to_a_system_or_turns_the_text() -> None:
    assert actions.plain_name("Bud\u202egpj.exe: 1/2\\3?.pdf ") == "Budgpj.exe_ 1_2_3_.pdf"


def zipped(parts: int, *, remark: bytes = b"", larger: bool = False) -> bytes:
    """A zip with nothing in it but a list of so many parts, as it is written down at the end."""
    part = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    record = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, parts * len(part), 30, len(remark))
    return b"PK\3\4" + bytes(26) + part * parts + (b"PK\6\7" + bytes(16) if larger else b"") + record + remark


@pytest.mark.parametrize(
    "content",
    [
        zipped(100_000),
        zipped(100_000, remark=b"a remark"),
        zipped(1, larger=True),
        zipped(1)[:-2],
        b"PK\3\4" + bytes(100),
    ],
)
def test_a_list_of_parts_that_no_office_file_has_is_not_read_into_memory(content: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(NotWhatItSays):
        recognising.kind_of("a.docx", io.BytesIO(content))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1024 * 1024
