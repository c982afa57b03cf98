"""Long-lived personal links: HMAC(secret, purpose, id, generation), never stored; raising the generation revokes one."""

import base64
import binascii
import hashlib
import hmac
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from service.errors import NotFound

Purpose: TypeAlias = Literal[
    "manage", "confirm", "invitation", "consent", "assent", "slip", "survey", "badge", "questions", "feed"
]

PATHS: dict[Purpose, str] = {
    "manage": "/r/",
    "confirm": "/confirm/",
    "invitation": "/i/",
    "consent": "/c/",
    "assent": "/a/",
    "slip": "/slip/",
    "survey": "/s/",
    "badge": "/s/",
    "questions": "/questions/",
    "feed": "/feeds/",
}


SIGN_IN_PATH = "/sign-in/link/"


class Ticket(Struct, frozen=True):
    """A token taken apart; it proves nothing before `genuine` has looked at it."""

    id: UUID
    seal: bytes


def token(secret: str, purpose: Purpose, subject_id: UUID, generation: int) -> str:
    """43 URL-safe characters: the id and a MAC of 128 bits."""
    return base64.urlsafe_b64encode(subject_id.bytes + _seal(secret, purpose, subject_id, generation)).decode().rstrip("=")


def take_apart(text: str) -> Ticket:
    """The id that a token speaks of; raises NotFound where it cannot be one."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotFound from None
    if len(raw) != 32:
        raise NotFound
    return Ticket(UUID(bytes=raw[:16]), raw[16:])


def require_genuine(secret: str, purpose: Purpose, ticket: Ticket, generation: int) -> None:
    """Raise NotFound for a token that we did not make, or no longer mean."""
    if not is_genuine(secret, purpose, ticket, generation):
        raise NotFound


def is_genuine(secret: str, purpose: Purpose, ticket: Ticket, generation: int) -> bool:
    """Whether we made this token, for this purpose and generation."""
    return hmac.compare_digest(ticket.seal, _seal(secret, purpose, ticket.id, generation))


def address(public_url: str, secret: str, purpose: Purpose, subject_id: UUID, generation: int) -> str:
    """The absolute address of a personal page."""
    return f"{public_url}{PATHS[purpose]}{token(secret, purpose, subject_id, generation)}"


def calendar_uid(secret: str, entry_id: UUID, domain: str) -> str:
    """A UID that nobody can guess: the entry's id, a MAC of 128 bits, our domain."""
    return f"{entry_id.hex}-{_seal(secret, 'calendar', entry_id, 0).hex()}@{domain}"


def session_uid(secret: str, entry_id: UUID, session_id: UUID, domain: str) -> str:
    """The UID of one session in somebody's feed, the same as long as their entry lives; it tells neither."""
    return f"{_mac(secret, 'session in a feed', entry_id, session_id.bytes).hex()[:40]}@{domain}"


def return_token(secret: str, delivery_id: UUID) -> str:
    """What the return path of a mail carries: its id, which other headers show too, and 64 bits of a MAC that none does."""
    return delivery_id.hex + _seal(secret, "return", delivery_id, 0)[:8].hex()


def returned(secret: str, token: str) -> UUID | None:
    """The mail of ours that a return path names; None for a token that we did not make."""
    try:
        delivery_id = UUID(hex=token[:32])
    except ValueError:
        return None
    return delivery_id if hmac.compare_digest(token.encode(), return_token(secret, delivery_id).encode()) else None


def sign_in_token(secret: str, sign_in_id: UUID, nonce: bytes) -> str:
    """The secret part of a link to sign in, 256 bits; the table keeps the nonce for a while, and only a hash of this."""
    return base64.urlsafe_b64encode(_mac(secret, "sign-in link", sign_in_id, nonce)).decode().rstrip("=")


def sign_in_code(secret: str, sign_in_id: UUID, nonce: bytes) -> str:
    """Six digits for the browser that asked; that they are not quite evenly spread shows in the 14th decimal place."""
    return f"{int.from_bytes(_mac(secret, 'sign-in code', sign_in_id, nonce)[:8]) % 1_000_000:06}"


def consent_code(secret: str, code_id: UUID, nonce: bytes) -> str:
    """Six digits for who signs, mailed to the address that their school gave us."""
    return f"{int.from_bytes(_mac(secret, 'consent code', code_id, nonce)[:8]) % 1_000_000:06}"


def code_hash(secret: str, sign_in_id: UUID, code: str) -> bytes:
    """What the table keeps of a code: without our secret nobody can try them out."""
    return _mac(secret, "typed code", sign_in_id, code.encode())


def form_seal(secret: str, session_id: UUID) -> str:
    """What a form of a signed-in page carries to show that it was made for this session."""
    return _mac(secret, "form", session_id, b"").hex()[:40]


def _mac(secret: str, purpose: str, subject_id: UUID, rest: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"\0".join((purpose.encode(), subject_id.bytes, rest)), hashlib.sha256)


def _seal(secret: str, purpose: str, subject_id: UUID, generation: int) -> bytes:
    text = b"\0".join((purpose.encode(), subject_id.bytes, str(generation).encode()))
    return hmac.digest(secret.encode(), text, hashlib.sha256)[:16]
