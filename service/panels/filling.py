"""What more seats mean beyond this slice: the application hands it in, as cleared students who wait get them.

Sign-ups stand above panels, so that nothing here can import what they do; see docs/decisions/007.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from service.db import Connection

FillSeats: TypeAlias = Callable[[Connection, UUID, datetime], Awaitable[Sequence[UUID]]]

if TYPE_CHECKING:
    KnownFilling: TypeAlias = NamedDependency[SkipValidation[FillSeats]]
else:
    KnownFilling = NamedDependency[SkipValidation[Any]]  # see service.web.deps
"""Asked for as `fill_seats: KnownFilling`; called behind the panel's lock, which `actions.change` holds."""
