"""What becomes of the seals where the key lies anywhere in the loot."""

import base64
from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from service.surveys import answers, sealing
from service.surveys.rules import Definition
from tests.surveys.adversary import TARGETS, Adversary, Guess, Strategy
from tests.surveys.clues import PERSON
from tests.surveys.loot import Loot


def unlocked(adversary: Adversary, private: bytes, survey_id: UUID, asked: Definition) -> Iterator[Strategy]:
    """The guesses of somebody who tries every 32 bytes as the key.

    One of these fits the public key exactly where the private one stands there: so we, who know it, look for it alone.
    """
    guess: dict[str, Guess] = {part: {} for part in TARGETS}
    if _lies_open(adversary.loot, private):
        key = X25519PrivateKey.from_private_bytes(private)
        rows = {(one.part, msgspec.json.encode(one.body, order="sorted")): one.number for one in adversary.opened}
        numbers = {one.invitation_id: one.number for one in adversary.people}
        for invitation_id, sealed in {one.invitation_id: one.sealed for one in adversary.loot.seen}.items():
            plain = sealing.opened(key, survey_id, invitation_id, sealed)
            for part, body in answers.parts(asked, answers.unpacked(plain)).items():
                if part in guess and (row := rows.get((part, msgspec.json.encode(body, order="sorted")))):
                    guess[part][row] = numbers[invitation_id]
    for part, found in guess.items():
        yield Strategy("key: it lies there", part, PERSON, found)


def _lies_open(loot: Loot, private: bytes) -> bool:
    ways: Sequence[bytes] = (
        private,
        private.hex().encode(),
        base64.b64encode(private).rstrip(b"="),
        base64.urlsafe_b64encode(private).rstrip(b"="),
    )
    return any(way in piece for piece in everything(loot) for way in ways)


def everything(loot: Loot) -> Iterator[bytes]:
    """All bytes of it, piece by piece."""
    yield from (row.text for table in loot.tables for row in table.rows)
    yield from (piece for trail in loot.trails for piece in trail.pieces)
    yield from loot.bulk
