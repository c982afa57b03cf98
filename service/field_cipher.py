"""What is encrypted field by field: AES-256-GCM, bound to row and field, padded, with the mark of its key in front (S3)."""

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK, NONCE = 4, 12
BLOCK = 256
"""Values are filled up to a multiple of so many bytes: their length says nothing."""
CONTEXT = b"plenary day fact\0"


class Unreadable(Exception):
    """This value cannot be opened: its key is not in the ring, or it is not the one that was written here."""


class Ring:
    """Keys, the newest first: the first seals, each opens what it sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        raw = [bytes.fromhex(key) for key in keys]
        self.newest = mark_of(raw[0])
        self._ciphers = {mark_of(key): AESGCM(key) for key in raw}

    def seal(self, row: UUID, field: str, plain: bytes) -> bytes:
        """A value for this field of this row alone; `plain` may end in spaces without meaning anything by it."""
        nonce = os.urandom(NONCE)
        padded = plain.ljust(-(-max(1, len(plain)) // BLOCK) * BLOCK)
        return self.newest + nonce + self._ciphers[self.newest].encrypt(nonce, padded, _bound(self.newest, row, field))

    def open(self, row: UUID, field: str, sealed: bytes) -> bytes:
        """What was sealed, perhaps with spaces behind it; raises Unreadable, which repeats nothing of it."""
        mark, nonce, rest = sealed[:MARK], sealed[MARK : MARK + NONCE], sealed[MARK + NONCE :]
        cipher = self._ciphers.get(mark)
        if cipher is None:
            raise Unreadable
        try:
            return cipher.decrypt(nonce, rest, _bound(mark, row, field))
        except (InvalidTag, ValueError):
            raise Unreadable from None


@cache
def ring(keys: tuple[str, ...]) -> Ring:
    """The ring of these keys; made once in a process."""
    return Ring(keys)


def mark_of(key: bytes) -> bytes:
    """What names a key without telling it."""
    return hashlib.sha256(b"plenary field key\0" + key).digest()[:MARK]


def _bound(mark: bytes, row: UUID, field: str) -> bytes:
    return b"".join((CONTEXT, mark, row.bytes, field.encode()))
