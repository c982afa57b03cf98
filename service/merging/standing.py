"""Two registrations for one convening: which one stays. Pure."""

from uuid import UUID

from msgspec import Struct

STANDING = {"confirmed": 0, "offered": 1, "waitlisted": 2, "held": 3}
"""Registrations that live, the better one first."""


class Live(Struct, frozen=True):
    """A live registration of one of the two for a convening that the other has one for, too."""

    id: UUID
    person_id: UUID
    state: str
    queue_number: int
    came: bool


class Both(Struct, frozen=True):
    """A convening for which both have a live registration; `stands` while registrations can end the ordinary way."""

    convening_id: UUID
    title: str
    stands: bool
    kept: Live
    former: Live

    @property
    def stays(self) -> Live:
        """The better standing one; of two alike the one of who stays."""
        return min(self.kept, self.former, key=_rank)

    @property
    def goes(self) -> Live:
        """The other."""
        return self.former if self.stays is self.kept else self.kept


def _rank(one: Live) -> tuple[bool, int, int]:
    return (not one.came, STANDING[one.state], one.queue_number if one.state == "waitlisted" else 0)
