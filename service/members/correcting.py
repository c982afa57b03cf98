"""What another mail address means beyond this slice: registrations and their calendar entries follow.

Registrations stand above members, so that the application hands in what they do; see docs/decisions/007.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from service.db import Connection

CorrectAddress: TypeAlias = Callable[[Connection, UUID, str, datetime], Awaitable[None]]
"""Of a person, to a checked address; raises AddressTaken."""

if TYPE_CHECKING:
    KnownCorrection: TypeAlias = NamedDependency[SkipValidation[CorrectAddress]]
else:
    KnownCorrection = NamedDependency[SkipValidation[Any]]  # see service.web.deps
"""Asked for as `correct_address: KnownCorrection`."""
