"""Second entries are looked for person by person: by a worker by and by, and for the last few while somebody looks."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging import candidate_queries as queries
from service.merging import likeness
from service.merging.candidate_queries import Pair
from service.merging.likeness import Candidate, Known, PairKey

NEAR = 200
"""Among so many with the likest names one person's second entry is looked for."""
MOST_OF_ONE = 20
"""So many are kept for one person: of a name that hundreds have the rest says nothing."""
AT_ONCE = 5
"""Whom a worker compares in one transaction, once a second."""
WHILE_SOMEBODY_LOOKS = 5
COUNTED = 10_000


class Found(Struct, frozen=True):
    """The likeliest pairs; `more` where there are others, `due` people are still to be compared."""

    pairs: Sequence[Candidate]
    more: bool
    due: int


async def compare_some(conn: Connection) -> int:
    """Compare some who are due, and keep whom they may be; how many there were."""
    await db.plan_for_what_is_asked(conn)
    claimed = await queries.claim_due(conn, AT_ONCE)
    for person_id in sorted(claimed):
        pairs = [_pair(one) for one in await alike(conn, person_id)]
        await queries.forget_pairs(conn, person_id)
        await queries.insert_pairs(conn, pairs)
    return len(claimed)


async def likeliest(conn: Connection, most: int) -> Found:
    """What is known, with what the next few who are due would add. It writes nothing."""
    stored = await queries.likeliest(conn, most + 1)
    due = await queries.due(conn, WHILE_SOMEBODY_LOOKS)
    people = {one.id: one for one in await queries.known(conn, [id_ for pair in stored for id_ in _ids(pair)])}
    found = {
        _ids(pair): likeness.candidate(people[pair.one_id], people[pair.other_id], pair.why, pair.weight)
        for pair in stored
        if pair.one_id in people and pair.other_id in people and not {pair.one_id, pair.other_id} & {*due}
    }
    for person_id in due:
        found |= {_ids(_pair(one)): one for one in await alike(conn, person_id)}
    pairs = sorted(found.values(), key=likeness.order)
    return Found(pairs[:most], len(pairs) > most or len(stored) > most, await queries.how_many_are_due(conn, COUNTED))


async def alike(conn: Connection, person_id: UUID) -> Sequence[Candidate]:
    """Who may be one with somebody, among those whose names are likest; nobody of whom it was said that they are two."""
    mine = await queries.known(conn, [person_id])
    if not mine:
        return []
    [me] = mine
    others = await queries.known(conn, await queries.near(conn, me, NEAR))
    told = await queries.told_apart(conn, [me.id])
    apart: set[PairKey] = {(one.one_id, one.other_id) for one in told}
    found = likeness.candidates([me, *others], apart)
    return [one for one in found if me.id in (one.one.id, one.other.id)][:MOST_OF_ONE]


def others(found: Sequence[Candidate], person_id: UUID) -> list[Known]:
    """Of each pair who is not the one."""
    return [pair.other if pair.one.id == person_id else pair.one for pair in found]


def _ids(pair: Pair) -> PairKey:
    return pair.one_id, pair.other_id


def _pair(found: Candidate) -> Pair:
    first, second = sorted((found.one.id, found.other.id))
    return Pair(first, second, found.reason, found.weight)
