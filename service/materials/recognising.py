"""What a file is, by its name and by its content, which must agree; pure: it reads nothing but the file.

A zip is looked at by its list of parts alone, and of these only what says what they are is read, to a limit.
"""

import codecs
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO, TypeAlias

from msgspec import Struct

from service.materials.refusals import HasMacros, NotThisKind, NotWhatItSays, SaysWhere
from service.materials.rules import CHUNK

Look: TypeAlias = Callable[[IO[bytes]], None]
"""Raises a refusal where the file is not what it is taken for."""

LISTED = 1024 * 1024
"""Bytes of the list of parts of an Office file that are read at most; real ones have a few thousand."""
MOST_PARTS = 20_000
MOST_LISTING = 4 * 1024 * 1024
"""Bytes of the list of parts."""
LAST_RECORD, LARGER_RECORD, LONGEST_REMARK = 22, 20, 65_535
"""Of a zip: the record at its end, the one before it that larger files have, and what may follow."""
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
MACROS = ("vbaproject.bin", "vbadata.xml")
PLACE_IN_MOVIE = re.compile(rb"\xa9xyz.{4}[+-]\d|loci\x00{4}|location\.ISO6709", re.DOTALL)
"""Where phones write down at which place a recording was made."""


class FileKind(Struct, frozen=True):
    """A kind of file that we take: its ending, what browsers are told that it is, what people read, and how it is known."""

    ending: str
    media_type: str
    words: str
    look: Look


def kind_of(name: str, file: IO[bytes]) -> FileKind:
    """The kind by the ending of a name, once the content has proved it; raises what stands in the way."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in ("docm", "pptm", "xlsm", "ppsm", "dotm", "potm"):
        raise HasMacros(pointer="/file")
    found = KINDS.get(ending)
    if found is None:
        raise NotThisKind(pointer="/file")
    file.seek(0)
    found.look(file)
    file.seek(0)
    return found


def _begins(*marks: bytes) -> Look:
    def look(file: IO[bytes]) -> None:
        if not file.read(16).startswith(marks):
            raise NotWhatItSays(pointer="/file")

    return look


def _text(file: IO[bytes]) -> None:
    """UTF-8 without signs that no text has."""
    decode = codecs.getincrementaldecoder("utf-8")()
    while True:
        piece = file.read(CHUNK)
        try:
            text = decode.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise NotWhatItSays("This text is not UTF-8. Save it as UTF-8, and choose it again.", pointer="/file") from None
        if any(sign in text for sign in "\0\x01\x02\x03\x04\x05\x06\x0e\x0f"):
            raise NotWhatItSays(pointer="/file")
        if not piece:
            return


def _movie(file: IO[bytes]) -> None:
    if file.read(12)[4:8] != b"ftyp":
        raise NotWhatItSays(pointer="/file")
    before = b""
    while piece := file.read(CHUNK):
        if PLACE_IN_MOVIE.search(before + piece):
            raise SaysWhere(pointer="/file")
        before = piece[-32:]


def _zip(file: IO[bytes]) -> zipfile.ZipFile:
    if file.read(4) != b"PK\3\4" or _listing(file) > MOST_LISTING:
        raise NotWhatItSays(pointer="/file")
    try:
        found = zipfile.ZipFile(file)
        if len(found.infolist()) > MOST_PARTS:
            raise NotWhatItSays(pointer="/file")
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise NotWhatItSays(pointer="/file") from None
    return found


def _listing(file: IO[bytes]) -> int:
    """How many bytes the list of parts has, by the record at the end: it is read into memory as a whole, eightfold.

    Whoever needs a record for larger files than any that we take gets more than we read.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LAST_RECORD - LONGEST_REMARK - LARGER_RECORD))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < LAST_RECORD or tail[max(0, at - LARGER_RECORD) : at].startswith(b"PK\6\7"):
        return MOST_LISTING + 1
    return int.from_bytes(tail[at + 12 : at + 16], "little")


def _part(parts: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of one part; raises NotWhatItSays where it is not there or cannot be read."""
    try:
        with parts.open(name) as part:
            return part.read(LISTED)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error):
        raise NotWhatItSays(pointer="/file") from None


def _office(main: str) -> Look:
    """An Office file whose main part lies in this folder, and that has no program in it."""

    def look(file: IO[bytes]) -> None:
        with _zip(file) as parts:
            names = [one.lower() for one in parts.namelist()]
            said = _part(parts, "[Content_Types].xml")
            if b"macroenabled" in said.lower() or any(one.endswith(MACROS) or "/activex/" in one for one in names):
                raise HasMacros(pointer="/file")
            if not any(one.startswith(main) for one in names):
                raise NotWhatItSays(pointer="/file")

    return look


def _open_document(media_type: str) -> Look:
    def look(file: IO[bytes]) -> None:
        with _zip(file) as parts:
            if _part(parts, "mimetype").strip() != media_type.encode():
                raise NotWhatItSays(pointer="/file")
            if any(one.startswith(("Basic/", "Scripts/")) for one in parts.namelist()):
                raise HasMacros(pointer="/file")

    return look


def _kinds(*known: FileKind) -> Mapping[str, FileKind]:
    return {one.ending: one for one in known}


KINDS = _kinds(
    FileKind("pdf", "application/pdf", "PDF", _begins(b"%PDF-")),
    FileKind("pptx", f"{OOXML}presentationml.presentation", "PowerPoint", _office("ppt/")),
    FileKind("docx", f"{OOXML}wordprocessingml.document", "Word", _office("word/")),
    FileKind("xlsx", f"{OOXML}spreadsheetml.sheet", "Excel", _office("xl/")),
    FileKind("odt", f"{ODF}text", "OpenDocument text", _open_document(f"{ODF}text")),
    FileKind("odp", f"{ODF}presentation", "OpenDocument slides", _open_document(f"{ODF}presentation")),
    FileKind("ods", f"{ODF}spreadsheet", "OpenDocument table", _open_document(f"{ODF}spreadsheet")),
    FileKind("png", "image/png", "Picture", _begins(b"\x89PNG\r\n\x1a\n")),
    FileKind("jpg", "image/jpeg", "Picture", _begins(b"\xff\xd8\xff")),
    FileKind("jpeg", "image/jpeg", "Picture", _begins(b"\xff\xd8\xff")),
    FileKind("txt", "text/plain; charset=utf-8", "Text", _text),
    FileKind("csv", "text/csv; charset=utf-8", "Table (CSV)", _text),
    FileKind("mp3", "audio/mpeg", "Sound", _begins(b"ID3", *(bytes([0xFF, low]) for low in (0xFB, 0xFA, 0xF3, 0xF2)))),
    FileKind("mp4", "video/mp4", "Video", _movie),
)
"""By their endings. What a browser would run, pages and drawings with scripts, is not among them."""
TAKEN = ",".join(f".{ending}" for ending in KINDS)
"""As a file field asks for them."""
KIND_WORDS: Mapping[str, str] = {one.media_type: one.words for one in KINDS.values()}
