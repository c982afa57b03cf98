"""Which entries may be one person: one name in one district, the same before the @, names that differ by a slip. Pure.

Names are compared by the groups of three letters that they share, as pg_trgm does, and only among people of one district or
of one mail domain: so thousands of people are compared in a moment.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

ALIKE = 0.6
"""From which share of common groups of three letters on two names are alike."""
CROWD = 300
"""More people than these in one place are compared by the first letter of their last name only."""
MOST_SPELLED = 20_000
"""Among more people than these only equal names are found: comparing all spellings would take a page too long."""
PairKey: TypeAlias = tuple[UUID, UUID]


class Known(Struct, frozen=True):
    """Somebody as they are compared; `folded` is the name without case and accents."""

    id: UUID
    name: str
    folded: str
    email: str
    district_id: UUID | None
    district: str

    @property
    def local(self) -> str:
        """Before the @, without what some providers ignore."""
        return self.email.lower().partition("@")[0].partition("+")[0].replace(".", "")

    @property
    def words(self) -> tuple[str, ...]:
        """Of the name, in the order of the alphabet: “Okonkwo, Wren” is Wren Okonkwo."""
        return tuple(sorted(re.findall(r"\w+", self.folded)))


class Candidate(Struct, frozen=True):
    """Two who may be one, and why."""

    one: Known
    other: Known
    why: str
    weight: float


def candidates(people: Sequence[Known], apart: Collection[PairKey]) -> list[Candidate]:
    """The likeliest first; not those of whom somebody said that they are two (ids in their order)."""
    found: dict[PairKey, Candidate] = {}
    for one, other in _same_name(people):
        if why := _why_same(one, other):
            _keep(found, one, other, *why)
    for one, other, share in _alike(people) if len(people) <= MOST_SPELLED else ():
        _keep(found, one, other, "Names that differ little, and the same district or mail domain", share / 2)
    left = [one for key, one in found.items() if key not in apart]
    return sorted(left, key=lambda pair: (-pair.weight, pair.one.folded, pair.one.id, pair.other.id))


def _keep(found: dict[PairKey, Candidate], one: Known, other: Known, why: str, weight: float) -> None:
    first, second = sorted((one, other), key=lambda each: each.id)
    key = (first.id, second.id)
    if key not in found or found[key].weight < weight:
        found[key] = Candidate(first, second, why, weight)


def _same_name(people: Sequence[Known]) -> Iterator[tuple[Known, Known]]:
    for group in _grouped((one.words, one) for one in people if one.words).values():
        yield from combinations(group, 2)


def _why_same(one: Known, other: Known) -> tuple[str, float] | None:
    if one.district_id and one.district_id == other.district_id:
        return "The same name in the same district", 3
    if one.local == other.local:
        return "The same name, and the same before the @", 2.5
    if one.district_id is None or other.district_id is None:
        return "The same name, and no district tells them apart", 1.5
    return None


def _alike(people: Sequence[Known]) -> Iterator[tuple[Known, Known, float]]:
    groups = {one.id: trigrams(one.words) for one in people}
    districts = _grouped((one.district_id, one) for one in people if one.district_id)
    domains = _grouped((one.email.lower().rpartition("@")[2], one) for one in people)
    strewn = [crowd for crowd in domains.values() if not _in_one_district(crowd)]
    for crowd in (*districts.values(), *strewn):
        for some in _small(crowd):
            for one, other in combinations(some, 2):
                share = shared(groups[one.id], groups[other.id])
                if share >= ALIKE:
                    yield one, other, share


def _in_one_district(crowd: list[Known]) -> bool:
    """Whether they are compared already."""
    return crowd[0].district_id is not None and all(one.district_id == crowd[0].district_id for one in crowd)


def _small(crowd: list[Known]) -> Iterable[list[Known]]:
    if len(crowd) <= CROWD:
        return [crowd]
    by_letter = _grouped((one.folded.split()[-1][:1] if one.folded.split() else "", one) for one in crowd).values()
    return [some[:CROWD] for some in by_letter]


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
