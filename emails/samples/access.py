"""Samples of what those get who sign in."""

from typing import Final

from emails.messages import AddressChanged, AnyMessage, SignIn

ACCESS: Final[tuple[tuple[str, AnyMessage], ...]] = (
    ("sign in", SignIn(minutes=15)),
    ("address changed", AddressChanged()),
)
