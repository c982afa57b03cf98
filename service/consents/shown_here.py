"""What one browser keeps for half an hour: a code was right here, a form was signed here, a student answered here."""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from litestar.datastructures import Cookie

from service.access import cookies
from service.settings import Settings
from service.web.deps import AnyRequest

LIFE = timedelta(minutes=30)


def kept(settings: Settings, purpose: str, subject_id: UUID, generation: int, now: datetime) -> Cookie:
    """For this subject and this generation of its link; `purpose` names the cookie."""
    until = int((now + LIFE).timestamp())
    value = f"{until}.{_mac(settings.secret_key, purpose, subject_id, generation, until)}"
    return cookies.made(settings, purpose, value, LIFE)


def proves(request: AnyRequest, settings: Settings, purpose: str, subject_id: UUID, generation: int, now: datetime) -> bool:
    """Whether the browser has kept it."""
    until, _, mac = cookies.read(request, purpose).partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 12) or int(until) <= now.timestamp():
        return False
    expected = _mac(settings.secret_key, purpose, subject_id, generation, int(until))
    return hmac.compare_digest(mac.encode(), expected.encode())


def _mac(secret: str, purpose: str, subject_id: UUID, generation: int, until: int) -> str:
    body = f"{purpose}\0{subject_id}\0{generation}\0{until}".encode()
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
