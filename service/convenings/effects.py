"""What a change will lead to, found by trying it out and taking it back; and who is told what, in sentences.

It follows what workers/reactions.py does: the calendar entry of each person with a seat, offers, and nobody else.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from emails.changes import calendar_cares
from emails.messages import AgendaItem, Change, Gathering
from service.convenings import concerned, queries
from service.convenings.changing import ChangeConvening
from service.convenings.concerned import LiveRow
from service.convenings.differences import Facts, differences
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch
from service.convenings.views import gathering
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
    offered: int = 0
    shortened: int = 0
    open_offers: int = 0
    """Offers that stay as they are."""
    waiting: int = 0
    """People who wait, and still will."""
    losing: tuple[Losing, ...] = ()

    @property
    def mails(self) -> int:
        """How many people get a mail."""
        return self.told + self.offered + self.shortened

    @property
    def asks_first(self) -> bool:
        """Whether somebody learns of it, or loses something by it."""
        return bool(self.mails or self.losing)


class _State(Struct, frozen=True):
    """Everything that a reaction would look at."""

    facts: Facts
    live: dict[UUID, LiveRow]

    def gathering_of(self, registration_id: UUID) -> Gathering:
        """What stands in one person's calendar entry."""
        placed = self.live[registration_id].placed
        common = [session for session in self.facts.agenda if not session.signup or session.id in placed]
        return gathering(self.facts.row, [AgendaItem(one.title, one.starts_at, one.ends_at, one.room) for one in common])


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
    return _compared(before, after)


async def _state(conn: Connection, convening_id: UUID) -> _State:
    live = await concerned.live(conn, convening_id)
    return _State(await facts(conn, convening_id), {one.id: one for one in live})


def _compared(before: _State, after: _State) -> Effects:
    changes = differences(before.facts, after.facts)
    if after.facts.row.state != "published":
        return Effects(changes)
    live = [(before.live[one.id], one) for one in after.live.values()]
    seated = [now.id for _, now in live if now.state == "confirmed"]
    offers = [(then, now) for then, now in live if now.state == "offered"]
    offered = sum(then.state != "offered" for then, _ in offers)
    shortened = sum(then.state == "offered" and then.offered_until != now.offered_until for then, now in offers)
    return Effects(
        changes,
        with_seat=len(seated),
        told=sum(calendar_cares(before.gathering_of(one), after.gathering_of(one)) for one in seated),
        offered=offered,
        shortened=shortened,
        open_offers=len(offers) - offered - shortened,
        waiting=sum(now.state == "waitlisted" for _, now in live),
        losing=_losing(before, after),
    )


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


def told(effects: Effects) -> list[str]:
    """Who is told what, one sentence each; what concerns nobody is not said."""
    return [
        *_of_seated(effects),
        *_if(effects.offered, "person who waits is", "people who wait are", "offered a seat by mail, at once."),
        *_if(effects.shortened, "person with an offer gets", "people with an offer get", "a mail that it ends earlier now."),
        *_if(effects.open_offers, "person with an offer is", "people with an offer are", "not written to."),
        *_if(effects.waiting, "person who waits is", "people who wait are", "not written to."),
        *(sentence for one in effects.losing for sentence in _loses(one)),
    ]


def _of_seated(effects: Effects) -> list[str]:
    if not effects.told:
        reason = "what is different is in nobody’s calendar entry"
        return [f"Nobody with a seat gets a mail: {reason}."] if effects.with_seat else []
    get = "person with a seat gets" if effects.told == 1 else "people with a seat get"
    return [
        f"{effects.told:,} {get} a mail with the change, and their calendar entry follows, "
        "five minutes after the last change. What you take back before then tells nobody.",
        *_if(effects.with_seat - effects.told, "person with a seat is", "people with a seat are", "not written to."),
    ]


def _loses(losing: Losing) -> list[str]:
    where = f"in “{losing.title}”"
    return [
        *_if(losing.placed, "person loses the place", "people lose their places", f"{where}."),
        *_if(losing.wished, "person’s wish", "people’s wishes", f"for a place {where} end with it."),
    ]


def _if(number: int, one: str, more: str, rest: str) -> list[str]:
    return [f"{number:,} {one if number == 1 else more} {rest}"] if number else []


def told_of_cancellation(row: ConveningRow, live: Sequence[LiveRow]) -> list[str]:
    """Who learns that it does not take place."""
    count = {state: sum(one.state == state for one in live) for state in ("confirmed", "waitlisted", "offered", "held")}
    off = "a mail that it does not take place."
    said = [
        *_if(count["confirmed"], "person with a seat gets", "people with a seat get", "a mail, and it leaves the calendar."),
        *_if(count["waitlisted"], "person who waits gets", "people who wait get", off),
        *_if(count["offered"], "person with an offer gets", "people with an offer get", off),
        *_if(count["held"], "person whose address is", "people whose addresses are", "not confirmed: not written to."),
    ]
    return said or [f"Nobody is registered for {row.title}, so nobody gets a mail."]


def button(verb: str, effects: Effects) -> str:
    """What the button says that does it."""
    if not effects.mails:
        return verb
    return f"{verb} and tell {effects.mails:,} {'person' if effects.mails == 1 else 'people'}"
