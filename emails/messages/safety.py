"""To whoever looks after privacy."""

from datetime import datetime
from typing import ClassVar

from emails.messages.parts import Message


class GlassAlert(Message, frozen=True, kw_only=True, tag="glass_alert"):
    """An organizer looked at a student's health facts in an emergency. It names the organizer and never the student."""

    links: ClassVar[tuple[str, ...]] = ("signup",)

    who: str
    convening: str
    at: datetime
    time_zone: str
    reason: str
