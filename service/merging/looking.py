"""Second entries are looked for person by person: by a worker by and by, and for the last few while somebody looks."""

from collections.abc import Iterable, Sequence, Set
from itertools import chain
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging import candidate_queries as queries
from service.merging import likeness
from service.merging.candidate_queries import Pair, Two
from service.merging.likeness import Candidate, Known, PairKey

NEAR = 200
"""Among so many with the likest names one person's second entry is looked for."""
MOST_OF_ONE = 20
"""So many are looked for from one person's side: of a name that hundreds have the rest says nothing."""
AT_ONCE = 10
"""Whom a worker compares in one transaction, once a second."""
WHILE_SOMEBODY_LOOKS = 5
"""Where more are due, the page leaves them to the worker: a few of thousands would add nothing to see."""
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
    if claimed:
        before = await _stored(conn, claimed)
        found = await _compared(conn, claimed, before)
        await queries.forget_pairs(conn, sorted(before - found.keys()))
        await queries.insert_pairs(conn, [_pair(one) for one in found.values()])
    return len(claimed)


async def likeliest(conn: Connection, most: int) -> Found:
    """What is known, with what the last few who are due would add. It writes nothing."""
    known = await queries.likeliest(conn, most + 1)
    due = await queries.due(conn, WHILE_SOMEBODY_LOOKS + 1)
    compared = due if len(due) <= WHILE_SOMEBODY_LOOKS else []
    people = await _people(conn, [id_ for pair in known for id_ in _ids(pair)])
    found = {
        _ids(pair): likeness.candidate(people[pair.one_id], people[pair.other_id], pair.why, pair.weight)
        for pair in known
        if pair.one_id in people and pair.other_id in people and not {pair.one_id, pair.other_id} & {*compared}
    }
    found |= await _compared(conn, compared, await _stored(conn, compared))
    pairs = sorted(found.values(), key=likeness.order)
    return Found(pairs[:most], len(pairs) > most or len(known) > most, await queries.how_many_are_due(conn, COUNTED))


async def alike(conn: Connection, person_id: UUID) -> Sequence[Candidate]:
    """Who may be one with somebody, among those whose names are likest; nobody of whom it was said that they are two."""
    found = await _compared(conn, [person_id], set())
    return sorted(found.values(), key=likeness.order)


async def _compared(conn: Connection, ids: Sequence[UUID], before: Set[PairKey]) -> dict[PairKey, Candidate]:
    """Whom these may be, and what of the pairs that were found `before` is still so: each is kept as long as it is.

    Of a name that hundreds have the likeliest of one person are not those whose likeliest that person is.
    """
    people = await _people(conn, [*ids, *chain.from_iterable(before)]) if ids else {}
    apart = {_ids(one) for one in await queries.told_apart(conn, ids)} if ids else set[PairKey]()
    found: dict[PairKey, Candidate] = {}
    for me in (people[id_] for id_ in ids if id_ in people):
        met = [people[id_] for pair in before if me.id in pair for id_ in pair if id_ != me.id and id_ in people]
        others = {one.id: one for one in (*met, *await queries.near(conn, me, NEAR))}
        pairs = {likeness.key(one.one, one.other): one for one in likeness.candidates(me, others.values(), apart)}
        found |= {key: one for place, (key, one) in enumerate(pairs.items()) if place < MOST_OF_ONE or key in before}
    return found


async def _people(conn: Connection, ids: Iterable[UUID]) -> dict[UUID, Known]:
    return {one.id: one for one in await queries.known(conn, [*{*ids}])}


async def _stored(conn: Connection, ids: Sequence[UUID]) -> set[PairKey]:
    return {_ids(one) for one in await queries.stored(conn, ids)} if ids else set()


def others(found: Sequence[Candidate], person_id: UUID) -> list[Known]:
    """Of each pair who is not the one."""
    return [pair.other if pair.one.id == person_id else pair.one for pair in found]


def _ids(pair: Pair | Two) -> PairKey:
    return pair.one_id, pair.other_id


def _pair(found: Candidate) -> Pair:
    return Pair(*likeness.key(found.one, found.other), found.reason, found.weight)
