"""What every event is."""

from typing import ClassVar

from msgspec import Struct


class Event(Struct, frozen=True, tag_field="kind"):
    """A fact that the system recorded."""

    bulk: ClassVar[bool] = False
    """One of many that follow from one fact: its reactions let others go first."""
    is_public: ClassVar[bool] = True
    """Whether the feed shows it: not what would say something about a person that nobody is to know."""
    leaves: ClassVar[bool] = False
    """Whether webhooks tell other programs: nothing of students or of how people sign in, so each kind that does says so."""
