"""A PNG made small: at most 256 colours, which is all that type and flat shapes need."""

import zlib
from collections import Counter
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Colour = tuple[int, int, int]


def squeeze(picture: Path) -> None:
    """Write a picture of 8 bits a channel again with a palette."""
    chunks = _chunks(picture.read_bytes())
    header = chunks[b"IHDR"]
    width, channels = int.from_bytes(header[:4]), {2: 3, 6: 4}[header[9]]
    rows = _rows(zlib.decompress(chunks[b"IDAT"]), width * channels, channels)
    pixels = [list(zip(row[::channels], row[1::channels], row[2::channels], strict=True)) for row in rows]
    counts = Counter(pixel for row in pixels for pixel in row)
    palette = _palette(counts)
    number = {colour: _nearest(colour, palette) for colour in counts}
    body = b"".join(b"\0" + bytes(number[pixel] for pixel in row) for row in pixels)
    parts = {b"IHDR": header[:8] + bytes((8, 3, 0, 0, 0)), b"PLTE": bytes(sum(palette, ())), b"IDAT": zlib.compress(body, 9)}
    picture.write_bytes(SIGNATURE + b"".join(_chunk(kind, data) for kind, data in (parts | {b"IEND": b""}).items()))


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The chunks by kind, those of one kind joined."""
    found: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        found[kind] = found.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += 12 + length
    return found


def _rows(data: bytes, width: int, step: int) -> list[bytes]:
    """The lines of a picture with their filters undone; `width` and `step` in bytes."""
    above, rows = bytes(width), []
    for at in range(0, len(data), width + 1):
        kind, line = data[at], bytearray(data[at + 1 : at + 1 + width])
        if kind == 2:
            line = bytearray((one + up) & 255 for one, up in zip(line, above, strict=True))
        elif kind:
            for x in range(width):
                left, corner = (line[x - step], above[x - step]) if x >= step else (0, 0)
                line[x] = (line[x] + _guess(kind, left, above[x], corner)) & 255
        above = bytes(line)
        rows.append(above)
    return rows


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    middle = left + up - corner
    return min((left, up, corner), key=lambda one: abs(middle - one))


def _palette(counts: Counter[Colour]) -> list[Colour]:
    """Mostly what is seen most, and then what is furthest from all of it, so that a small mark keeps its colour."""
    palette = [colour for colour, _ in counts.most_common(208)]
    far = {colour: _apart(colour, palette[_nearest(colour, palette)]) for colour in counts}
    while len(palette) < 256 and (furthest := max(far, key=lambda colour: far[colour])) not in palette:
        palette.append(furthest)
        far = {colour: min(known, _apart(colour, furthest)) for colour, known in far.items()}
    return palette


def _apart(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    return min(range(len(palette)), key=lambda n: _apart(colour, palette[n]))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)
