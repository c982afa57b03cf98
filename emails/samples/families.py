"""Samples of what families get, in each of their languages."""

from typing import Final

from emails.messages import AnyMessage, ConsentCode

FAMILIES: Final[tuple[tuple[str, AnyMessage], ...]] = (
    ("code to sign a form", ConsentCode(minutes=15)),
    ("code to sign a form, in Spanish", ConsentCode(minutes=15, language="es")),
)
