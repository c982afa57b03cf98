"""Small files of each kind, as programs write them, and some that are not what they say."""

import io
import struct
import zipfile
import zlib
from typing import Any

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
GPS = b"GPS 40.7128 N 74.0060 W, camera 4711"
TYPES = '<?xml version="1.0"?><Types><Override PartName="/{main}" ContentType="application/vnd.{what}.main+xml"/></Types>'
OOXML = {"pptx": "ppt/presentation.xml", "docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def zipped(**parts: Any) -> bytes:
    """A zip of parts by their names, in their order, nothing compressed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(ending: str, **more: Any) -> bytes:
    """What PowerPoint, Word or Excel save, with more parts."""
    main = OOXML[ending]
    return zipped(**{"[Content_Types].xml": TYPES.format(main=main, what="openxmlformats"), main: "<xml/>"} | more)


def with_macros() -> bytes:
    """A presentation with a program in it, under the name of one without."""
    return office("pptx", **{"ppt/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def opendocument(what: str, **more: Any) -> bytes:
    """What LibreOffice saves."""
    return zipped(mimetype=f"application/vnd.oasis.opendocument.{what}", **{"content.xml": "<xml/>"} | more)


def png() -> bytes:
    """One pixel, a text about the place, the time, and something behind the end."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    kept = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")), chunk(b"IEND", b"")
    said = chunk(b"tEXt", b"Comment\0" + GPS) + chunk(b"eXIf", b"MM" + GPS) + chunk(b"tIME", b"\x07\xea\1\1\1\1\1")
    return b"\x89PNG\r\n\x1a\n" + kept[0] + said + kept[1] + kept[2] + GPS


def segment(mark: int, content: bytes) -> bytes:
    """One of a JPEG's."""
    return bytes([0xFF, mark]) + struct.pack(">H", len(content) + 2) + content


def exif(orientation: int, order: str = "<") -> bytes:
    """What a camera writes: how it was held, and where."""
    begins = b"II\x2a\0\x08\0\0\0" if order == "<" else b"MM\0\x2a\0\0\0\x08"
    entries = [(0x010F, 2, 4, 0), (0x0112, 3, 1, orientation), (0x8825, 4, 1, 62)]
    rows = b"".join(
        struct.pack(f"{order}HHI", tag, kind, count)
        + struct.pack(f"{order}{'HH' if kind == 3 else 'I'}", *_value(kind, value))
        for tag, kind, count, value in entries
    )
    return b"Exif\0\0" + begins + struct.pack(f"{order}H", len(entries)) + rows + b"\0" * 4 + GPS


def _value(kind: int, value: int) -> tuple[int, ...]:
    return (value, 0) if kind == 3 else (value,)


SCAN = b"\x12\xff\x00\x34\xff\xd0\x56"
"""A picture's own data: an escaped byte and a restart."""


def jpeg(orientation: int = 6, order: str = "<") -> bytes:
    """Two scans, as progressive ones have, and all that cameras and programs add; a video hangs behind the end."""
    parts = [
        b"\xff\xd8",
        segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        segment(0xE1, exif(orientation, order)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + GPS),
        segment(0xE2, b"ICC_PROFILE\0\1\1colors"),
        segment(0xE2, b"MPF\0" + GPS),
        segment(0xED, b"Photoshop 3.0\0" + GPS),
        segment(0xFE, GPS),
        segment(0xDB, b"\0" + bytes(64)),
        segment(0xDA, b"\1\1\0\0\x3f\0") + SCAN,
        segment(0xC4, b"\0" + bytes(16)),
        segment(0xDA, b"\1\1\0\0\x3f\0") + SCAN,
        b"\xff\xd9" + GPS,
    ]
    return b"".join(parts)


def movie(more: bytes = b"") -> bytes:
    """What a phone records."""
    return b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(300_000) + more
