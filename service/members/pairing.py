"""Who coaches whom: several pairs are changed at once, and everybody concerned is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from service import events
from service.db import Connection
from service.errors import Refused
from service.members import pair_queries, queries
from service.members.rules import NoSuchCoach


class PairsChangedMeanwhile(Refused):
    """Somebody changed the coach of one of these members after you opened the page. Nothing was done; look again."""

    code = "changed-meanwhile"


async def assign(conn: Connection, coach_id: UUID | None, seen: Mapping[UUID, UUID | None], now: datetime) -> list[UUID]:
    """Give these members this coach, or none; whose coach is another one now than before.

    `seen` has for each member the coach that they had on the page: where it is another one, nothing is done.
    Raises NoSuchCoach, PairsChangedMeanwhile.
    """
    if coach_id is not None and (coach_id in seen or not await queries.keep_coach(conn, coach_id)):
        raise NoSuchCoach(pointer="/coach")
    standing = {row.member_id: row.coach_id for row in await pair_queries.lock_pairs(conn, sorted(seen))}
    if any(standing.get(member_id, UUID(int=0)) != coach for member_id, coach in seen.items()):
        raise PairsChangedMeanwhile
    moved = [member_id for member_id, coach in seen.items() if coach != coach_id]
    await pair_queries.set_coach(conn, moved, coach_id)
    await tell(conn, {member_id: (seen[member_id], coach_id) for member_id in moved}, now)
    return moved


async def tell(conn: Connection, changes: Mapping[UUID, tuple[UUID | None, UUID | None]], now: datetime) -> None:
    """Record what became of pairs: for each member the coach before and the coach now; each coach is told in one mail."""
    real = {member_id: pair for member_id, pair in changes.items() if pair[0] != pair[1]}
    coaches = sorted({coach for pair in real.values() for coach in pair if coach is not None})
    facts: list[events.AnyEvent] = [events.CoachChanged(member_id) for member_id in sorted(real)]
    for coach in coaches:
        gained, lost = _of(real, coach, 1), _of(real, coach, 0)
        facts.append(events.PairsChanged(coach, gained, lost))
    await events.record(conn, now, facts)


def _of(changes: Mapping[UUID, tuple[UUID | None, UUID | None]], coach: UUID, side: int) -> tuple[UUID, ...]:
    return tuple(sorted(member_id for member_id, pair in changes.items() if pair[side] == coach))


def parsed(chosen: Sequence[str]) -> dict[UUID, UUID | None]:
    """What the ticks of the page say: each is a member, and the coach that they had there. Raises ValueError."""
    found: dict[UUID, UUID | None] = {}
    for text in chosen:
        member, _, coach = text.partition(".")
        found[UUID(member)] = UUID(coach) if coach else None
    return found
