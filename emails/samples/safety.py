"""Samples of what the privacy lead gets."""

from datetime import UTC, datetime
from typing import Final, Literal

from emails.messages import AnyMessage, DoorNotice, GlassAlert

ABOUT: Final[tuple[Literal["uncleared", "release", "papers"], ...]] = ("uncleared", "release", "papers")
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
    *(
        (
            f"at the door: {about}",
            DoorNotice(
                about=about,
                page="/door/convenings/0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
                convening="Spring Convening 2027: Belonging",
                at=datetime(2027, 3, 10, 14, 5, tzinfo=UTC),
                time_zone="America/New_York",
            ),
        )
        for about in ABOUT
    ),
)
