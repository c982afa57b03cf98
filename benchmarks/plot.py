"""Lines over a logarithmic size as SVG: readable on light and dark ground, on paper and at 360 pixels."""

import math
from collections.abc import Sequence
from html import escape

from msgspec import Struct

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 56, 64
INKS = (("#1f5fa8", "#7fb6f2"), ("#a84300", "#ff9d5c"), ("#1d7044", "#66cf97"), ("#7a3c96", "#cf9ae8"))
"""On light and on dark ground; never alone: each line has a dash of its own, and its name and values stand below."""
DASHES = ("", "10 4", "3 4", "12 4 3 4")


class Series(Struct, frozen=True):
    """One line: its name, and a value for each size."""

    name: str
    values: list[float]


def drawn(title: str, across: str, up: str, sizes: Sequence[int], series: Sequence[Series], *, limit: float) -> str:
    """A picture with both axes named, every point with its value for who cannot see it, and the limit as a line."""
    top = max(limit, *(value for one in series for value in one.values)) * 1.1
    steps = _steps(top)
    body = [
        f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>',
        *(_grid(_y(step, top), f"{step:g}") for step in steps),
        f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(limit, top):.1f}" y2="{_y(limit, top):.1f}"/>',
        f'<text class="small" x="{WIDTH - RIGHT}" y="{_y(limit, top) - 6:.1f}" text-anchor="end">goal: ≤ {limit:g}</text>',
        *(
            f'<text class="small" x="{_x(size, sizes):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,}</text>'
            for size in sizes
        ),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 14}" text-anchor="middle">{escape(across)}</text>',
        f'<text x="{LEFT}" y="44" class="small">{escape(up)}</text>',
    ]
    for number, one in enumerate(series):
        body += _line(one, sizes, top, number)
    described = "; ".join(f"{one.name}: {', '.join(f'{value:.2f}' for value in one.values)}" for one in series)
    return _framed(title, f"{up}, at {', '.join(f'{size:,}' for size in sizes)} {across}. {described}.", body, len(series))


def _line(one: Series, sizes: Sequence[int], top: float, number: int) -> list[str]:
    """The line with its points, and its name in the legend."""
    points = [(_x(size, sizes), _y(value, top)) for size, value in zip(sizes, one.values, strict=True)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    at = HEIGHT + 20 + 26 * number
    return [
        f'<polyline class="line s{number}" points="{path}"/>',
        *(f'<circle class="s{number}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for x, y in points),
        f'<line class="line s{number}" x1="{LEFT}" x2="{LEFT + 44}" y1="{at - 6}" y2="{at - 6}"/>',
        f'<text x="{LEFT + 54}" y="{at}">{escape(one.name)}: {", ".join(f"{value:.2f}" for value in one.values)}</text>',
    ]


def _grid(y: float, text: str) -> str:
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="small" x="{LEFT - 8}" y="{y + 6:.1f}" text-anchor="end">{text}</text>'
    )


def _framed(title: str, description: str, body: Sequence[str], lines: int) -> str:
    height = HEIGHT + 12 + 26 * lines
    light = "".join(_inks(number, pair[0]) for number, pair in enumerate(INKS[:lines]))
    dark = "".join(_inks(number, pair[1]) for number, pair in enumerate(INKS[:lines]))
    style = (
        "text{font:20px system-ui,sans-serif;fill:#1b1b1b}.title{font-weight:600}.small{font-size:18px}"
        ".ground{fill:#fff}.grid{stroke:#767676;stroke-opacity:.4}.limit{stroke:#767676;stroke-width:2;stroke-dasharray:2 6}"
        f".line{{fill:none;stroke-width:3}}{light}"
        "@media (prefers-color-scheme:dark){text{fill:#ececec}.ground{fill:#16181b}.grid,.limit{stroke:#a0a0a0}"
        f"{dark}}}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">',
            f'<title id="t">{escape(title)}</title>',
            f'<desc id="d">{escape(description)}</desc>',
            f"<style>{style}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
            *body,
            "</svg>\n",
        ]
    )


def _inks(number: int, ink: str) -> str:
    dash = f";stroke-dasharray:{DASHES[number]}" if DASHES[number] else ""
    return f".line.s{number}{{stroke:{ink}{dash}}}circle.s{number}{{fill:{ink}}}"


def _steps(top: float) -> list[float]:
    """At most six round numbers from 0 up."""
    rough = top / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 2.5, 5, 10) if one * power >= rough)
    return [step * n for n in range(int(top / step) + 1)]


def _x(size: int, sizes: Sequence[int]) -> float:
    whole = math.log(sizes[-1] / sizes[0])
    inset = 30
    return LEFT + inset + math.log(size / sizes[0]) / whole * (WIDTH - RIGHT - LEFT - 2 * inset)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)
