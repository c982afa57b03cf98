"""What happens to materials, as far as something follows from it."""

from typing import ClassVar, TypeAlias
from uuid import UUID

from service.events.base import Event


class MaterialsShared(Event, frozen=True, tag="materials_shared"):
    """Everybody with a seat is told that materials of the convening are there."""

    leaves: ClassVar[bool] = True

    convening_id: UUID


class MaterialsReached(Event, frozen=True, tag="materials_reached"):
    """That materials are there is due to one of those with a seat."""

    bulk: ClassVar[bool] = True

    convening_id: UUID
    registration_id: UUID


MaterialFact: TypeAlias = MaterialsShared | MaterialsReached
