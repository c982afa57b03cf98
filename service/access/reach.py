"""Where somebody organizes: everywhere, or in some convenings."""

from uuid import UUID

from msgspec import Struct

from service.access.rules import Visitor, require


class Reach(Struct, frozen=True):
    """Where somebody is an organizer: everywhere, or in these convenings."""

    everywhere: bool
    convenings: tuple[UUID, ...]

    def has(self, convening_id: UUID | None) -> bool:
        """Whether what belongs to this convening (None: to none) is theirs."""
        return self.everywhere or convening_id in self.convenings


def reach_of(visitor: Visitor) -> Reach:
    """An organizer's."""
    own = [held.convening_id for held in visitor.roles if held.role == "organizer" and held.convening_id is not None]
    return Reach(visitor.is_everywhere("organizer"), tuple(own))


def require_reach(visitor: Visitor, convening_id: UUID | None) -> None:
    """Raise NotFound for a convening that is not theirs to organize."""
    require(reach_of(visitor).has(convening_id))
