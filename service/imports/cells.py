"""What people see in the cells of a workbook: 2024 and not 2024.0, days and not numbers, codes with their zeros. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""The numbers of formats that are dates or times in every workbook (ECMA-376, 18.8.30)."""
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What stands in a format and is no part of a date: words, signs, colors."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LAST_DAY = 2_958_465
"""31 December 9999."""


class ByNumber(Protocol):
    """The workbook's texts."""

    def text(self, number: int, /) -> str:
        """One of them; raises IndexError."""
        ...


class Formats:
    """How the numbers of each style are shown: `styles` are a format's number and what a workbook says that it is."""

    def __init__(self, styles: Sequence[tuple[str, str]], *, from_1904: bool) -> None:
        self._dates = [_is_date(number, code) for number, code in styles]
        self._digits = [len(code) if re.fullmatch("0+", code) else 0 for _, code in styles]
        self._first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)

    def shown(self, typed: str, style: str | None) -> str:
        """A number as a cell of this style shows it."""
        at = int(style) if style else -1
        value = float(typed)
        if 0 <= at < len(self._dates):
            if self._dates[at] and 0 <= value <= LAST_DAY:
                return self._day(value)
            if self._digits[at] and value >= 0:
                return f"{round(value)}".zfill(self._digits[at])
        return f"{value:.15g}" if abs(value) < 1e15 else typed

    def _day(self, value: float) -> str:
        """Days since the first, the time of day behind the point."""
        moment = datetime.combine(self._first, datetime.min.time()) + timedelta(seconds=round(value * 86_400))
        if value < 1:
            return f"{moment:%H:%M}"
        return f"{moment:%Y-%m-%d}" if value == int(value) else f"{moment:%Y-%m-%d %H:%M}"


def in_words(kind: str, style: str | None, text: str, texts: ByNumber, formats: Formats) -> str:
    """What a cell of a kind shows; raises ValueError, IndexError for what is no such cell."""
    match kind:
        case "s":
            return texts.text(int(text)) if text else ""
        case "n":
            return formats.shown(text, style) if text else ""
        case "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        case "d":
            return text.removesuffix("T00:00:00").replace("T", " ")
        case _:
            return unescaped(text)


def unescaped(text: str) -> str:
    """Signs that XML cannot hold are written `_x000D_` in a workbook."""
    return _ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(found: re.Match[str]) -> str:
    """Nothing for zero and for half a sign, which no text of ours may hold."""
    number = int(found[1], 16)
    return "" if number == 0 or 0xD800 <= number <= 0xDFFF else chr(number)


def _is_date(number: str, code: str) -> bool:
    if not code:
        return number.isdecimal() and int(number) in BUILT_IN_DATES
    return bool(re.search("[dmyhs]", _NOT_SHOWN.sub("", code.partition(";")[0]).lower().replace("general", "")))
