"""Values and refusals of access."""

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from service.errors import Refused


class Caller(Struct, frozen=True):
    """Who holds the token of a request."""

    id: UUID
    name: str


class NotSignedIn(Refused):
    """This needs an organizer's token: send it as "Authorization: Bearer …"."""

    code = "not-signed-in"
    status = 401


class TooOften(Refused):
    """That was too often. Wait a while and try again."""

    code = "too-often"
    status = 429


class KeyReused(Refused):
    """This Idempotency-Key was used before with another body."""

    code = "idempotency-key-reused"
    status = 422


class KeyMalformed(Refused):
    """An Idempotency-Key is 1 to 200 visible ASCII characters."""

    code = "idempotency-key-malformed"
    status = 422


class Limit(Struct, frozen=True):
    """At most `most` within each window."""

    name: str
    most: int
    window: timedelta


FORM_PER_CLIENT = Limit("form-client", 20, timedelta(minutes=10))
"""Public registration forms from one client address."""
FORM_PER_ADDRESS = Limit("form-address", 3, timedelta(hours=1))
"""Mails that strangers can cause to one address by the public form."""

KEY_LIFE = timedelta(hours=24)
