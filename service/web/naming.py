"""Each request has a name, so that a person can quote it and whoever looks for it finds its lines in the log."""

import re
import secrets

from litestar.connection import ASGIConnection
from litestar.types import Scope

from service.web.deps import AnyConnection
from service.web.security import came_through_ours

GIVEN = re.compile(r"[0-9a-fA-F-]{8,64}")
"""What a proxy of ours may call it: digits that say nothing."""


def request_id(scope: Scope) -> str:
    """The name that a trusted proxy gave it, or one that is made at the first question."""
    state = scope["state"]
    if "request_id" not in state:
        asked: AnyConnection = ASGIConnection(scope)
        state["request_id"] = _given(asked) or secrets.token_hex(8)
    return state["request_id"]


def _given(connection: AnyConnection) -> str:
    name = connection.headers.get("x-request-id", "")
    return name if GIVEN.fullmatch(name) and came_through_ours(connection) else ""
