"""What somebody's changed needs mean for the convenings that they are registered for: where they wish it, those follow.

Registrations stand above members, so that the application hands in what they do; see docs/decisions/007.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from service.db import Connection

CarryNeeds: TypeAlias = Callable[[Connection, UUID, str, str, datetime], Awaitable[int]]
"""Of a person, their food and access needs; how many registrations said something else."""

if TYPE_CHECKING:
    KnownCarrying: TypeAlias = NamedDependency[SkipValidation[CarryNeeds]]
else:
    KnownCarrying = NamedDependency[SkipValidation[Any]]  # see service.web.deps
"""Asked for as `carry_needs: KnownCarrying`."""
