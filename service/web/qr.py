"""QR codes as one path of an SVG: black squares that a page draws and a phone reads off paper."""

from itertools import groupby

import segno
from msgspec import Struct

QUIET = 4
"""Modules of white around the code, as the standard asks."""


class Code(Struct, frozen=True):
    """A square of `size` modules and the path of its dark ones."""

    size: int
    path: str


def code(text: str) -> Code:
    """The code of an address; it still reads with a seventh of it soiled."""
    matrix = [list(row) for row in segno.make_qr(text, error="m").matrix]
    runs: list[str] = []
    for y, row in enumerate(matrix, start=QUIET):
        x = QUIET
        for dark, run in groupby(row, bool):
            length = len(list(run))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return Code(len(matrix) + 2 * QUIET, "".join(runs))


def svg(text: str) -> str:
    """The same as a picture that stands by itself, on white."""
    drawn = code(text)
    field = f'<rect width="{drawn.size}" height="{drawn.size}" fill="#fff"/>'
    box = f'viewBox="0 0 {drawn.size} {drawn.size}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{field}<path d="{drawn.path}" fill="#000"/></svg>'
