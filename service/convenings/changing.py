"""What changing a convening means beyond this slice: the application hands it in, as seats that come free are offered.

Registrations stand above convenings, so that nothing here can import what they do; see docs/decisions/007.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch
from service.db import Connection

ChangeConvening: TypeAlias = Callable[[Connection, UUID, Patch, datetime], Awaitable[ConveningRow]]

if TYPE_CHECKING:
    KnownChange: TypeAlias = NamedDependency[SkipValidation[ChangeConvening]]
else:
    KnownChange = NamedDependency[SkipValidation[Any]]  # see service.web.deps
"""Asked for as `change_convening: KnownChange`."""
