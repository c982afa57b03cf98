"""Which entries may be one person: one name in one district, the same before the @, names that differ by a slip. Pure.

Names are compared by the groups of three letters that they share, as pg_trgm does, and only among people of one district or
of one mail domain. Whoever calls brings some hundred people at most: `looking.alike` asks an index for them.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations
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


def candidates(people: Sequence[Known], apart: Collection[PairKey]) -> list[Candidate]:
    """The likeliest first; not those of whom somebody said that they are two (ids in their order)."""
    found: dict[PairKey, Candidate] = {}
    for one, other in _same_name(people):
        if why := _why_same(one, other):
            _keep(found, one, other, *why)
    for one, other, share in _alike(people):
        _keep(found, one, other, "spelling", share / 2)
    return sorted((one for key, one in found.items() if key not in apart), key=order)


def _keep(found: dict[PairKey, Candidate], one: Known, other: Known, reason: Why, weight: float) -> None:
    first, second = sorted((one.id, other.id))
    key = (first, second)
    if key not in found or found[key].weight < weight:
        found[key] = candidate(one, other, reason, weight)


def _same_name(people: Sequence[Known]) -> Iterator[tuple[Known, Known]]:
    for group in _grouped((one.words, one) for one in people if one.words).values():
        yield from combinations(group, 2)


def _why_same(one: Known, other: Known) -> tuple[Why, float] | None:
    if one.district_id and one.district_id == other.district_id:
        return "district", 3
    if one.local == other.local:
        return "local", 2.5
    if one.district_id is None or other.district_id is None:
        return "nowhere", 1.5
    return None


def _alike(people: Sequence[Known]) -> Iterator[tuple[Known, Known, float]]:
    groups = {one.id: trigrams(one.words) for one in people}
    districts = _grouped((one.district_id, one) for one in people if one.district_id)
    domains = _grouped((one.email.lower().rpartition("@")[2], one) for one in people)
    strewn = [crowd for crowd in domains.values() if not _in_one_district(crowd)]
    for crowd in (*districts.values(), *strewn):
        for one, other in combinations(crowd, 2):
            share = shared(groups[one.id], groups[other.id])
            if share >= ALIKE:
                yield one, other, share


def _in_one_district(crowd: list[Known]) -> bool:
    """Whether they are compared already."""
    return crowd[0].district_id is not None and all(one.district_id == crowd[0].district_id for one in crowd)


def _grouped(pairs: Iterable[tuple[object, Known]]) -> Mapping[object, list[Known]]:
    groups: dict[object, list[Known]] = defaultdict(list)
    for key, one in pairs:
        groups[key].append(one)
    return groups


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
