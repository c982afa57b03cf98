"""The strategies: each gives guesses, whose an opened answer is or which parts were one answer. None looks at the truth."""

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from tests.surveys.clues import PERSON, Index, Mention, Piece, opened_rows, pieces
from tests.surveys.digests import signed
from tests.surveys.loot import FILE, Loot, Row
from tests.surveys.respondents import Respondent

Guess: TypeAlias = dict[int, int]
"""From a row's number to a person's, or to that of a row of another part."""
Orders: TypeAlias = dict[tuple[int, ...], str]
"""Each order once, with the place in which it was found first."""
SEEDS = (0, 1, 2, 3, 7, 13, 42, 99, 123, 1234, 12345, 2026)
FEW = 100
TARGETS = ("core", "m10", "m1why")
PARTS = (*TARGETS, "m12")
ALIKE = 14
"""So many questions does everybody answer, besides the one about sessions."""


class Strategy(Struct, frozen=True):
    """One guess about everybody; `part` is what the rows are of, `beside` a person or another part."""

    name: str
    part: str
    beside: str
    guess: Guess


class Adversary:
    """Reads the loot once; `people` is what everybody may know about them from the same tables."""

    def __init__(self, loot: Loot, people: Sequence[Respondent]) -> None:
        self.loot, self.people = loot, people
        self.opened = opened_rows(loot.tables)
        self._pieces = pieces(loot, Index(people, self.opened))
        self.places = {one.place for one in self._pieces if one.mentions}
        self._by_invitation = {one.invitation_id: one for one in people}

    def strategies(self) -> Iterator[Strategy]:
        """Every guess that they can think of, the same one once."""
        orders = self._orders()
        yield from self._ranked(orders, TARGETS, PERSON)
        for part, other in combinations(PARTS, 2):
            yield from self._ranked(orders, (part,), other)
        yield from self._together()
        yield from self._neighbours()
        yield from self._signed()
        yield from self._content()

    def _ranked(self, orders: Mapping[str, Orders], parts: Iterable[str], beside: str) -> Iterator[Strategy]:
        """The first row is the first person's, and so on, for each two orders; and the other way round."""
        for part in parts:
            for rows, found in orders.get(part, {}).items():
                for others, known in orders.get(beside, {}).items():
                    yield Strategy(f"order: {found} / {known}", part, beside, dict(zip(rows, others, strict=False)))
                    turned = dict(zip(rows, reversed(others), strict=False))
                    yield Strategy(f"order: {found} / {known}, reversed", part, beside, turned)

    def _orders(self) -> dict[str, Orders]:
        """Of people and of each part: by every column of every table, by where and when they were written.

        In files they lie as in tables, and in indexes by the columns.
        """
        found: dict[str, Orders] = {}
        in_order = [one for one in self._pieces if not one.place.startswith(FILE)]
        for place, some in groupby(in_order, key=lambda one: one.place):
            there = list(some)
            _put(found, place, there)
            if there[0].row is not None:
                for column in _telling(there):
                    by_column = sorted(there, key=lambda one, name=column: _rank(one.row.columns[name] if one.row else None))
                    _put(found, f"{place} by {column}", by_column)
        for name, order in self._watched():
            found.setdefault(PERSON, {}).setdefault(tuple(order), name)
        for part in TARGETS:
            rows = sorted((one for one in self.opened if one.part == part), key=lambda one: _length(one.body))
            found.setdefault(part, {}).setdefault(tuple(one.number for one in rows), "length")
        return found

    def _watched(self) -> Iterator[tuple[str, list[int]]]:
        """Who answered when, how long that was under seal, and what a shuffle would give that can be repeated."""
        seen = [self._by_invitation[one.invitation_id].number for one in self.loot.seen]
        yield "first answered", list(dict.fromkeys(seen))
        yield "last answered", list(dict.fromkeys(reversed(seen)))
        lengths = {self._by_invitation[one.invitation_id].number: len(one.sealed) for one in self.loot.seen}
        yield "length of the sealed", sorted(lengths, key=lambda one: lengths[one])
        rest = {one: length - _length(_known_answers(self.people[one])) for one, length in lengths.items()}
        yield "length of the sealed without the sessions", sorted(rest, key=lambda one: rest[one])
        for seed in SEEDS:
            order = sorted(lengths, key=lambda one: self.people[one].invitation_id)
            random.Random(seed).shuffle(order)
            yield f"a shuffle from {seed}", order

    def _together(self) -> Iterator[Strategy]:
        """One row, record or line, or all rows with one value, speak of one person and of answers; the first time counts."""
        groups: dict[str, list[dict[str, set[int]]]] = {}
        for one in self._pieces:
            groups.setdefault(one.place, []).append(_by_kind(one.mentions))
        groups["the same value"] = [_by_kind(one) for one in _by_value(self._pieces).values()]
        for place, found in groups.items():
            mixed = [one for one in found if len(one) > 1]
            for part, beside in [(a, b) for a in TARGETS for b in (PERSON, *PARTS) if a != b and mixed]:
                guess: Guess = {}
                for kinds in mixed:
                    if part in kinds and len(kinds.get(beside, ())) == 1:
                        guess = dict.fromkeys(kinds[part], min(kinds[beside])) | guess
                if guess:
                    yield Strategy(f"together: {place}", part, beside, guess)

    def _neighbours(self) -> Iterator[Strategy]:
        """Whoever was spoken of just before an answer, or just after it."""
        for place, some in groupby(self._pieces, key=lambda one: one.place):
            mentions = [mention for one in some for mention in one.mentions]
            for way, line in (("before", mentions), ("after", mentions[::-1])):
                guesses: dict[str, Guess] = {part: {} for part in TARGETS}
                last: Any = None
                for kind, key in line:
                    if kind == PERSON:
                        last = key
                    elif kind in guesses and last is not None:
                        guesses[kind][key] = last
                for part, guess in guesses.items():
                    if guess:
                        yield Strategy(f"beside: {way}, {place}", part, PERSON, guess)

    def _signed(self) -> Iterator[Strategy]:
        """A digest beside a person, made of their id and an answer."""
        guess: dict[str, Guess] = {part: {} for part in TARGETS}
        for row, number in signed(self.people, [one for one in self.opened if one.part in TARGETS], self._pieces):
            guess[row.part][row.number] = number
        for part, found in guess.items():
            yield Strategy("digest: with a person's id", part, PERSON, found)

    def _content(self) -> Iterator[Strategy]:
        """What an answer says about sessions and a coach is compared with what the door and the network know."""
        for part in TARGETS:
            guess: Guess = {}
            for row in (one for one in self.opened if one.part == part):
                lists = [frozenset(value) for value in row.body.values() if isinstance(value, list)]
                fits = [one for one in self.people if one.sessions in lists and one.has_coach >= ("f6" in row.body)]
                if len(fits) == 1:
                    guess[row.number] = fits[0].number
            yield Strategy("content: sessions and coach", part, PERSON, guess)


def _put(orders: dict[str, Orders], name: str, found: Iterable[Piece]) -> None:
    """The order in which each is spoken of first, of people and of parts, where most of them are."""
    spoken: dict[str, dict[Any, None]] = {}
    for one in found:
        for kind, key in one.mentions:
            spoken.setdefault(kind, {}).setdefault(key)
    for kind, keys in spoken.items():
        if len(keys) > FEW:
            orders.setdefault(kind, {}).setdefault(tuple(keys), name)


def _telling(found: Sequence[Piece]) -> list[str]:
    """The columns that put most rows into an order."""
    rows = [one.row.columns for one in found if one.row]
    names = rows[0] if len(rows) > FEW else ()
    return [name for name in names if len({str(one[name]) for one in rows}) > FEW]


def _rank(value: Any) -> tuple[int, Any]:
    """Any value of a column, so that it can be sorted: numbers as numbers, places as places."""
    if isinstance(value, str) and re.fullmatch(r"\(\d+,\d+\)", value):
        return 0, tuple(int(one) for one in re.findall(r"\d+", value))
    if isinstance(value, str) and value.isdigit():
        return 1, int(value)
    if isinstance(value, bool | int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, json.dumps(value))


def _by_value(found: Iterable[Piece]) -> dict[tuple[bool, Any], list[Mention]]:
    """What is spoken of by rows of any table in which a value stands that a row about an answer has too."""
    rows = [(one.mentions, _values(one.row)) for one in found if one.row and one.mentions]
    groups: dict[tuple[bool, Any], list[Mention]] = {
        value: [] for mentions, values in rows if any(kind != PERSON for kind, _ in mentions) for value in values
    }
    for mentions, values in rows:
        for value in values:
            if value in groups:
                groups[value] += mentions
    return groups


def _values(row: Row) -> list[tuple[bool, Any]]:
    """Those that are no accident: a transaction, a text, a time, an id."""
    return [
        (column == "xmin", value)
        for column, value in row.columns.items()
        if column == "xmin" or (isinstance(value, str) and len(value) > 5 and column not in ("ctid", "tableoid"))
    ]


def _by_kind(mentions: Iterable[Mention]) -> dict[str, set[int]]:
    kinds: dict[str, set[int]] = {}
    for kind, key in mentions:
        kinds.setdefault(kind, set()).add(key)
    return kinds


def _length(body: dict[str, Any]) -> int:
    return len(msgspec.msgpack.encode(body))


def _known_answers(person: Respondent) -> dict[str, Any]:
    """As many as they gave, with those that the door and the network could give for them, as far as their length goes."""
    alike: dict[str, Any] = {f"q{place}": 0 for place in range(ALIKE)}
    return alike | {"m12": sorted(person.sessions)} | ({"f6": 0} if person.has_coach else {})
