"""Samples of what the privacy lead gets."""

from datetime import UTC, datetime
from typing import Final

from emails.messages import AnyMessage, GlassAlert

SAFETY: Final[tuple[tuple[str, AnyMessage], ...]] = (
    (
        "glass broken",
        GlassAlert(
            who="Odalys Brightwater",
            convening="Spring Convening 2027: Belonging",
            at=datetime(2027, 3, 11, 14, 5, tzinfo=UTC),
            time_zone="America/Chicago",
            reason="A student fainted and the safety lead is on the way to another building.",
        ),
    ),
)
