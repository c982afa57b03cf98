"""Digests that were made of an answer together with the id of whoever gave it."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from tests.surveys.clues import PERSON, Opened, Piece, forms
from tests.surveys.respondents import Respondent

SAMPLE = 8
DIGEST = re.compile(rb"(?<![0-9a-f-])[0-9a-f]{64}(?![0-9a-f-])")
Salt: TypeAlias = Callable[[Respondent], bytes]
Digest: TypeAlias = Callable[[bytes, bytes], bytes]
SALTS: tuple[Salt, ...] = (
    lambda one: one.invitation_id.bytes,
    lambda one: str(one.invitation_id).encode(),
    lambda one: one.person_id.bytes,
    lambda one: str(one.person_id).encode(),
)
MADE: tuple[Digest, ...] = (
    lambda salt, form: hashlib.sha256(salt + form).digest(),
    lambda salt, form: hmac.digest(salt, form, "sha256"),
)


def signed(people: Sequence[Respondent], opened: Sequence[Opened], found: Iterable[Piece]) -> Iterator[tuple[Opened, int]]:
    """Which answer each digest beside a person is of; what fits one of a few is tried on all."""
    tokens = sorted(_beside_one(found))
    few = tokens[:: max(1, len(tokens) // SAMPLE)]
    written = [(kind, form, one) for one in opened for kind, form in enumerate(forms(one.body))]
    for kind in {kind for kind, _, _ in written}:
        rows = [(form, row) for its_kind, form, row in written if its_kind == kind]
        for salt, digest in product(SALTS, MADE):
            if any(_of(rows, salt(people[number]), token, digest) for number, token in few):
                for number, token in tokens:
                    yield from ((row, number) for row in _of(rows, salt(people[number]), token, digest))


def _of(rows: Iterable[tuple[bytes, Opened]], salt: bytes, token: bytes, digest: Digest) -> list[Opened]:
    return [row for form, row in rows if digest(salt, form) == token]


def _beside_one(found: Iterable[Piece]) -> set[tuple[int, bytes]]:
    """What looks like a digest beside one person alone."""
    tokens: set[tuple[int, bytes]] = set()
    for one in found:
        if one.row is not None and (written := _digests(one.row.text)):
            who = {key for kind, key in one.mentions if kind == PERSON}
            tokens |= {(number, token) for token in written for number in who if len(who) == 1}
    return tokens


@lru_cache(100_000)
def _digests(text: bytes) -> list[bytes]:
    return [bytes.fromhex(digits.decode()) for digits in DIGEST.findall(text)]
