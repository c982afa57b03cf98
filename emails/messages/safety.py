"""To whoever looks after privacy."""

from datetime import datetime
from typing import ClassVar, Literal

from emails.messages.parts import Message


class GlassAlert(Message, frozen=True, kw_only=True, tag="glass_alert"):
    """An organizer looked at a student's health facts in an emergency. It names the organizer and never the student."""

    links: ClassVar[tuple[str, ...]] = ("signup",)

    who: str
    convening: str
    at: datetime
    time_zone: str
    reason: str


class DoorNotice(Message, frozen=True, kw_only=True, tag="door_notice"):
    """To whoever keeps a door: something there needs them. It names no student."""

    links: ClassVar[tuple[str, ...]] = ("door",)

    about: Literal["uncleared", "release", "papers"]
    """A minor is in the house who may not be; one went with somebody whom nobody named; it is the evening before."""
    page: str
    convening: str
    at: datetime
    time_zone: str
