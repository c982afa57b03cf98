"""Secrets and signatures as Standard Webhooks has them: HMAC-SHA256 over id, time and body. Pure."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
STRENGTH = 32
"""Bytes of a secret; the standard wants 24 to 64."""


def new_secret() -> str:
    """A secret as whoever receives webhooks writes it into their settings."""
    return PREFIX + base64.b64encode(secrets.token_bytes(STRENGTH)).decode()


def headers(event_id: UUID, moment: datetime, body: bytes, keys: Sequence[str]) -> list[tuple[str, str]]:
    """What stands above a signed body; with several keys several signatures, of which a receiver needs one."""
    stamp = str(int(moment.timestamp()))
    signed = f"{event_id}.{stamp}.".encode() + body
    signatures = " ".join(f"v1,{_signature(key, signed)}" for key in keys)
    return [("webhook-id", str(event_id)), ("webhook-timestamp", stamp), ("webhook-signature", signatures)]


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
