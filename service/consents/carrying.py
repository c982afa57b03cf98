"""Answers on their way from page to page: nothing is stored before somebody signs, so the forms carry them, sealed."""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

import msgspec
from msgspec import Struct

from service.consents.answer_rules import Document
from service.consents.rules import Choices, Grade
from service.text import Name

LONGEST = 8000


class Details(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a family writes on the page of a slip: who they are, of whom, and how to reach them."""

    student: Name
    grade: Grade
    guardian: Name
    email: str = ""
    phone: str = ""


class Carried(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom, which text was shown with the answers, and what was answered so far; a no needs nothing else."""

    consent_id: UUID
    text_hash: str = ""
    says_no: bool = False
    choices: Choices | None = None
    details: Details | None = None


def sealed(secret: str, carried: Carried) -> str:
    """One value for a hidden field."""
    body = msgspec.json.encode(carried)
    return base64.urlsafe_b64encode(_mac(secret, body) + body).decode()


def opened(secret: str, text: str, consent_id: UUID) -> Carried | None:
    """What was sealed here for this signer; None for anything else: then a family begins again."""
    try:
        raw = base64.b64decode(text[:LONGEST], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mac, body = raw[:32], raw[32:]
    if not hmac.compare_digest(mac, _mac(secret, body)):
        return None
    carried = msgspec.json.decode(body, type=Carried)
    return carried if carried.consent_id == consent_id else None


def hash_of(document: Document) -> str:
    """What tells two texts apart, the notice about signing online included."""
    return hashlib.sha256(msgspec.json.encode(document)).hexdigest()


def _mac(secret: str, body: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"carried answers\0" + body, hashlib.sha256)
