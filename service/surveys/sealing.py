"""Answers under seal until close: HPKE (RFC 9180) to a key of the survey whose private half is in no database.

All sealed answers of one survey have the same length. The private key is a file that the processes of this installation
share; it is destroyed after close. Who has that file before close, and the database, can read who answered what:
docs/surveys.md says so.
"""

import os
import re
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from service.errors import Refused

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
CONTEXT = b"plenary survey answer\0"
STEP = 256
"""Lengths are rounded up to this, so that they say less about the questions too."""
PREFIX = 4
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KeyMissing(Refused):
    """The key of this survey is not here, so its answers cannot be opened. See docs/surveys.md for where it must lie."""

    code = "survey-key-missing"


class Unreadable(Exception):
    """A sealed answer was not sealed for this survey and invitation."""


class Keys:
    """The folder of private keys, one file a survey, readable by its owner alone. Never to be backed up."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def make(self, survey_id: UUID) -> bytes:
        """Keep a new private key, on disk before this returns, and give the public one."""
        private = X25519PrivateKey.generate()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f".{survey_id}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(private.private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._path(survey_id))
        self._keep_names()
        return private.public_key().public_bytes_raw()

    def private(self, survey_id: UUID, public: bytes) -> X25519PrivateKey:
        """The private key; raises KeyMissing where it is gone, or is another one."""
        try:
            found = X25519PrivateKey.from_private_bytes(self._path(survey_id).read_bytes())
        except (OSError, ValueError):
            raise KeyMissing from None
        if found.public_key().public_bytes_raw() != public:
            raise KeyMissing
        return found

    def kept(self) -> list[UUID]:
        """The surveys whose key is here, also where making it was broken off; other files are nobody's."""
        stems = [path.name.lstrip(".").partition(".")[0] for path in self._folder.glob("*")]
        return sorted({UUID(stem) for stem in stems if UUID_TEXT.fullmatch(stem)})

    def destroy(self, survey_id: UUID) -> None:
        """Write over the file, and over what a crash left of one, then remove it."""
        for path in [self._path(survey_id), *self._folder.glob(f".{survey_id}.*")]:
            try:
                with path.open("r+b") as file:
                    file.write(secrets.token_bytes(32))
                    file.flush()
                    os.fsync(file.fileno())
            except FileNotFoundError:
                continue
            path.unlink(missing_ok=True)
            self._keep_names()

    def _keep_names(self) -> None:
        """That a file has come, or gone, survives a crash too."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, survey_id: UUID) -> Path:
        return self._folder / f"{survey_id}.key"


def padded_length(longest: int) -> int:
    """The length of every answer of a survey before it is sealed."""
    return -(-(PREFIX + longest) // STEP) * STEP


def seal(public: bytes, survey_id: UUID, invitation_id: UUID, plain: bytes, length: int) -> bytes:
    """An answer under seal, for nobody but this survey and invitation; `length` bytes and what the seal adds."""
    room = length - PREFIX - len(plain)
    if room < 0:
        raise ValueError("an answer is longer than its questions allow")
    filled = len(plain).to_bytes(PREFIX) + plain + bytes(room)
    return SUITE.encrypt(filled, X25519PublicKey.from_public_bytes(public), info=_info(survey_id, invitation_id))


def opened(private: X25519PrivateKey, survey_id: UUID, invitation_id: UUID, sealed: bytes) -> bytes:
    """What was sealed; raises Unreadable."""
    try:
        filled = SUITE.decrypt(sealed, private, info=_info(survey_id, invitation_id))
    except (InvalidTag, ValueError):
        raise Unreadable from None
    return filled[PREFIX : PREFIX + int.from_bytes(filled[:PREFIX])]


def _info(survey_id: UUID, invitation_id: UUID) -> bytes:
    return CONTEXT + survey_id.bytes + invitation_id.bytes
