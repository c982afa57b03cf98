"""Pictures without what cameras and programs write into them: place, time, camera, comments, and what hangs behind the end.

How a photo is turned stays, since it would lie on its side; so do its colors. Nothing is drawn anew.
"""

import re
import struct
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from typing import IO

from service.materials.refusals import NotWhatItSays
from service.materials.rules import CHUNK

KEPT_PNG = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split())
NEXT_MARK = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""In the picture's own data: what is no escaped byte and no restart."""
EXIF = b"Exif\0\0"
PROFILE = b"ICC_PROFILE\0"
APPS, COMMENT, SCAN, END = range(0xE0, 0xF0), 0xFE, 0xDA, 0xD9
ORIENTATION = 0x0112


def strip(media_type: str, source: IO[bytes], into: IO[bytes]) -> bool:
    """Write a picture without these into another file; False for what is no picture. Raises NotWhatItSays."""
    pieces = {"image/jpeg": _jpeg, "image/png": _png}.get(media_type)
    if pieces is None:
        return False
    with mmap(source.fileno(), 0, access=ACCESS_READ) as whole:
        try:
            for start, end, instead in pieces(whole):
                into.write(instead)
                for at in range(start, 0 if instead else end, CHUNK):
                    into.write(whole[at : min(at + CHUNK, end)])
        except (struct.error, IndexError):
            raise NotWhatItSays(pointer="/file") from None
    return True


def _png(whole: mmap) -> Iterator[tuple[int, int, bytes]]:
    """Which stretches of the file stay."""
    yield 0, 8, b""
    at = 8
    while True:
        length, kind = struct.unpack_from(">I4s", whole, at)
        end = at + 12 + length
        if end > len(whole):
            raise NotWhatItSays(pointer="/file")
        if kind in KEPT_PNG:
            yield at, end, b""
        if kind == b"IEND":
            return
        at = end


def _jpeg(whole: mmap) -> Iterator[tuple[int, int, bytes]]:
    """Which stretches stay, and what stands instead of the camera's words: how the photo is turned."""
    yield 0, 2, b""
    at = 2
    while True:
        while whole[at : at + 2] == b"\xff\xff":
            at += 1
        mark = whole[at + 1]
        if whole[at] != 0xFF or mark == 0:
            raise NotWhatItSays(pointer="/file")
        if mark == END:
            yield at, at + 2, b""
            return
        end = at + 2 + struct.unpack_from(">H", whole, at + 2)[0]
        if end > len(whole):
            raise NotWhatItSays(pointer="/file")
        if turned := _turned(whole[at + 4 : end]) if mark == 0xE1 else b"":
            yield at, end, turned
        elif mark == SCAN:
            found = NEXT_MARK.search(whole, end)
            if found is None:
                raise NotWhatItSays(pointer="/file")
            yield at, found.start(), b""
            end = found.start()
        elif _is_kept(mark, whole[at + 4 : at + 18]):
            yield at, end, b""
        at = end


def _is_kept(mark: int, begins: bytes) -> bool:
    """Of what programs add, only how colors are meant: JFIF (E0), the profile (E2), Adobe's transform (EE)."""
    if mark == COMMENT or mark not in APPS:
        return mark != COMMENT
    return (mark == 0xE0 and begins.startswith(b"JFIF\0")) or begins.startswith((PROFILE, b"Adobe"))


def _turned(exif: bytes) -> bytes:
    """A segment that says nothing but how the photo is turned; empty where it is upright, or says nothing of it."""
    if not exif.startswith(EXIF):
        return b""
    tiff = exif[len(EXIF) :]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    try:
        [at] = struct.unpack_from(f"{order}I", tiff, 4)
        [count] = struct.unpack_from(f"{order}H", tiff, at)
        entries = [struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * one) for one in range(count)]
    except struct.error:
        return b""
    way = next((value for tag, _, _, value in entries if tag == ORIENTATION), 1)
    if not 2 <= way <= 8:
        return b""
    alone = b"MM\0\x2a\0\0\0\x08\0\x01" + struct.pack(">HHIHHI", ORIENTATION, 3, 1, way, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(EXIF) + len(alone)) + EXIF + alone
