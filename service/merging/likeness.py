"""Which entries may be one person: one name in one district, the same before the @, names that differ by a slip. Pure.

Names are compared by the groups of three letters that they share, as pg_trgm does, and only among people of one district or
of one mail domain. Whoever calls brings some hundred people at most: `looking` asks an index for them.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

ALIKE = 0.6
"""From which share of common groups of three letters on two names are alike."""
PairKey: TypeAlias = tuple[UUID, UUID]
"""Two ids in their order."""
Why: TypeAlias = Literal["district", "local", "nowhere", "spelling"]
WORDS: Mapping[Why, str] = {
    "district": "The same name in the same district",
    "local": "The same name, and the same before the @",
    "nowhere": "The same name, and no district tells them apart",
    "spelling": "Names that differ little, and the same district or mail domain",
}


class Known(Struct, frozen=True):
    """Somebody as they are compared; `folded` is the name without case and accents."""

    id: UUID
    name: str
    folded: str
    email: str
    district_id: UUID | None
    district: str
    created_at: datetime

    @property
    def local(self) -> str:
        """Before the @, without what some providers ignore."""
        return self.email.lower().partition("@")[0].partition("+")[0].replace(".", "")

    @property
    def domain(self) -> str:
        """Behind the @."""
        return self.email.lower().rpartition("@")[2]

    @property
    def words(self) -> tuple[str, ...]:
        """Of the name, in the order of the alphabet: “Okonkwo, Wren” is Wren Okonkwo."""
        return tuple(sorted(re.findall(r"\w+", self.folded)))


class Candidate(Struct, frozen=True):
    """Two who may be one, and why: the older entry, which is expected to stay, and the newer."""

    one: Known
    other: Known
    reason: Why
    weight: float

    @property
    def why(self) -> str:
        """In words."""
        return WORDS[self.reason]


def candidate(one: Known, other: Known, reason: Why, weight: float) -> Candidate:
    """The two in the order in which they came."""
    older, newer = sorted((one, other), key=lambda each: (each.created_at, each.id))
    return Candidate(older, newer, reason, weight)


def order(pair: Candidate) -> tuple[float, str, UUID, UUID]:
    """The likeliest first, then by name."""
    return -pair.weight, pair.one.folded, pair.one.id, pair.other.id


def candidates(me: Known, others: Iterable[Known], apart: Collection[PairKey]) -> list[Candidate]:
    """Who of the others may be the one, the likeliest first; not those of whom somebody said that they are two."""
    groups = trigrams(me.words)
    found = [
        candidate(me, other, *why)
        for other in others
        if key(me, other) not in apart and (why := _why_same(me, other) or _why_alike(me, other, groups))
    ]
    return sorted(found, key=order)


def key(one: Known, other: Known) -> PairKey:
    """Their ids in their order."""
    return (one.id, other.id) if one.id < other.id else (other.id, one.id)


def _why_same(one: Known, other: Known) -> tuple[Why, float] | None:
    if not one.words or one.words != other.words:
        return None
    if one.district_id and one.district_id == other.district_id:
        return "district", 3
    if one.local == other.local:
        return "local", 2.5
    if one.district_id is None or other.district_id is None:
        return "nowhere", 1.5
    return None


def _why_alike(one: Known, other: Known, groups: frozenset[str]) -> tuple[Why, float] | None:
    if one.domain != other.domain and (one.district_id is None or one.district_id != other.district_id):
        return None
    share = shared(groups, trigrams(other.words))
    return ("spelling", share / 2) if share >= ALIKE else None


def trigrams(words: Iterable[str]) -> frozenset[str]:
    """Groups of three letters of each word, with what stands before and behind it."""
    return frozenset(padded[at : at + 3] for word in words for padded in [f"  {word} "] for at in range(len(padded) - 2))


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1: how many of all groups both have."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < longer * ALIKE:  # not alike, whatever they share
        return 0.0
    together = len(one & other)
    return together / (shorter + longer - together) if together else 0.0
