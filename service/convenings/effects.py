"""What a change will lead to, found by trying it out and taking it back.

It follows what workers/reactions.py does: the calendar entry of each person with a seat, offers, and nobody else.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct, convert

from emails.changes import calendar_cares
from emails.messages import Change, Gathering
from service.convenings import concerned, meetings, queries
from service.convenings.changing import ChangeConvening
from service.convenings.concerned import FamilyRow, LiveRow, WrittenRow
from service.convenings.differences import Facts, differences
from service.convenings.families import Families, compared
from service.convenings.following import is_undone
from service.convenings.meetings import Kept, Meetings
from service.convenings.rules import Patch
from service.convenings.views import agenda_items, gathering
from service.db import Connection
from service.errors import Refused


class ChangedMeanwhile(Refused):
    """Somebody changed this convening meanwhile, so nothing was saved. Compare, then save again."""

    code = "changed-meanwhile"


class Losing(Struct, frozen=True):
    """A session that goes, with the people who chose it: how many have a place, and how many only wished for one."""

    title: str
    placed: int
    wished: int


class Effects(Struct, frozen=True):
    """What a change leads to, in numbers of people; `with_seat` counts those with a confirmed seat."""

    changes: list[Change]
    with_seat: int = 0
    told: int = 0
    undone: int = 0
    """People with a seat who would be told, were it not again as they were told last."""
    offered: int = 0
    shortened: int = 0
    silenced: int = 0
    """People who would get a mail, did we still write to their address; they are in none of the other numbers."""
    open_offers: int = 0
    """Offers that stay as they are."""
    waiting: int = 0
    """People who wait, and still will."""
    losing: tuple[Losing, ...] = ()
    families: Families = Families()
    meetings: Meetings = Meetings()
    concerned: tuple[UUID, ...] = ()
    """Registrations of everybody who gets a mail, would get one, or loses something."""

    @property
    def mails(self) -> int:
        """How many people get a mail."""
        return self.told + self.offered + self.shortened + self.families.again + self.families.told + self.meetings.mails

    @property
    def asks_first(self) -> bool:
        """Whether somebody learns of it, or loses something by it."""
        return bool(self.concerned or self.families.concerned or self.meetings.concerned or self.losing)


class _State(Struct, frozen=True):
    """Everything that a reaction would look at."""

    facts: Facts
    live: dict[UUID, LiveRow]
    written: dict[UUID, WrittenRow]
    families: list[FamilyRow]
    slots: list[Kept]

    def gathering_of(self, registration_id: UUID) -> Gathering:
        """What stands in one person's calendar entry."""
        placed = self.live[registration_id].placed
        common = [session for session in self.facts.agenda if not session.signup or session.id in placed]
        return gathering(self.facts.row, agenda_items(common))


async def facts(conn: Connection, convening_id: UUID) -> Facts:
    """A convening with its agenda; raises NotFound."""
    return Facts(await queries.convening(conn, convening_id), await queries.sessions(conn, convening_id))


async def rehearse(
    conn: Connection, convening_id: UUID, patch: Patch, change_convening: ChangeConvening, now: datetime, *, seen: str
) -> Effects:
    """Change the convening, look, and undo everything.

    Raises what the change is refused with, and ChangedMeanwhile where it is not any more what was `seen`, by its mark.
    """
    await queries.lock(conn, convening_id)
    before = await _state(conn, convening_id)
    if before.facts.mark != seen:
        raise ChangedMeanwhile
    trial = conn.transaction()
    await trial.start()
    try:
        await change_convening(conn, convening_id, patch, now)
        after = await _state(conn, convening_id)
    finally:
        await trial.rollback()
    return _compared(before, after, now)


async def _state(conn: Connection, convening_id: UUID) -> _State:
    live = {one.id: one for one in await concerned.live(conn, convening_id)}
    written = {one.registration_id: one for one in await concerned.written(conn, convening_id)}
    families, slots = await concerned.families(conn, convening_id), await concerned.meetings(conn, convening_id)
    return _State(await facts(conn, convening_id), live, written, families, slots)


def _compared(before: _State, after: _State, now: datetime) -> Effects:
    changes = differences(before.facts, after.facts)
    if after.facts.row.state != "published":
        return Effects(changes)
    live = [(before.live[one.id], one) for one in after.live.values()]
    seated = [now for _, now in live if now.state == "confirmed"]
    follows = {one.id: _follows(before, after, one.id) for one in seated}
    offers = [(then, now) for then, now in live if now.state == "offered"]
    told = [one for one in seated if follows[one.id] == "told"]
    offered = [now for then, now in offers if then.state != "offered"]
    shortened = [now for then, now in offers if then.state == "offered" and then.offered_until != now.offered_until]
    mailed = [*told, *offered, *shortened]
    losing = _losing(before, after)
    return Effects(
        changes,
        with_seat=sum(not (follows[one.id] == "told" and one.suppressed) for one in seated),
        told=_reached(told),
        undone=sum(one == "undone" for one in follows.values()),
        offered=_reached(offered),
        shortened=_reached(shortened),
        silenced=len(mailed) - _reached(mailed),
        open_offers=len(offers) - len(offered) - len(shortened),
        waiting=sum(now.state == "waitlisted" for _, now in live),
        losing=losing,
        families=compared(before.facts, after.facts, before.families, now),
        meetings=meetings.compared(before.facts.row, after.facts.row, before.slots),
        concerned=tuple(sorted({one.id for one in mailed} | _losers(before, after))),
    )


def _reached(live: Sequence[LiveRow]) -> int:
    """How many of them we write to."""
    return sum(not one.suppressed for one in live)


def _follows(before: _State, after: _State, registration_id: UUID) -> Literal["told", "undone", "untouched"]:
    """What workers/entries.py will make of it: a mail, none because it is undone, or none because no calendar cares."""
    today = after.gathering_of(registration_id)
    if not calendar_cares(before.gathering_of(registration_id), today):
        return "untouched"
    entry = before.written.get(registration_id)
    if entry is None:
        return "told"  # the invite, which has not been written yet, will say it
    if not calendar_cares(convert(entry.facts, Gathering), today):
        return "undone"
    if entry.state and entry.carried and is_undone(entry.state, convert(entry.carried, Gathering), today):
        return "undone"
    return "told"


def _losers(before: _State, after: _State) -> set[UUID]:
    kept = {session.id for session in after.facts.agenda}
    return {one.id for one in before.live.values() if not kept.issuperset([*one.placed, *one.wished])}


def _losing(before: _State, after: _State) -> tuple[Losing, ...]:
    kept = {session.id for session in after.facts.agenda}
    gone = (session for session in before.facts.agenda if session.id not in kept)
    counted = (
        Losing(
            session.title,
            sum(session.id in one.placed for one in before.live.values()),
            sum(session.id in one.wished for one in before.live.values()),
        )
        for session in gone
    )
    return tuple(one for one in counted if one.placed or one.wished)
