"""One person's calendar entry through its life: begun with the seat, revised with the facts, ended with a CANCEL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

import msgspec

from emails.changes import calendar_cares, changes_between
from emails.messages import Changed, Gathering, Invite, Method, Revision
from service import db
from service.convenings.following import is_undone
from service.db import Connection
from service.deliveries import entries
from service.deliveries.entries import CarriedRow, EntryRow
from service.deliveries.facts import Facts
from service.deliveries.leaving import left_after
from service.web import links
from workers.post import Desk, owe

QUIET = timedelta(minutes=5)
"""An update waits this long for the next change."""


async def begin(conn: Connection, desk: Desk, facts: Facts, event_id: UUID) -> None:
    """The first invite; a registration that has a live entry already keeps it."""
    if await entries.lock_live(conn, facts.registration.id) is not None:
        return
    entry_id = db.new_id(desk.now)
    dtstamp = desk.now.replace(microsecond=0)
    uid = links.calendar_uid(desk.secret, entry_id, desk.domain)
    await entries.insert(
        conn,
        entry_id,
        facts.registration.id,
        uid=uid,
        recipient=facts.registration.email,
        dtstamp=dtstamp,
        facts=facts.gathering,
    )
    await _invite(
        conn, desk, facts, Revision(uid, 0, dtstamp, "REQUEST", facts.gathering, facts.registration.name), event_id
    )


async def revise(conn: Connection, desk: Desk, facts: Facts, event_id: UUID) -> None:
    """Follow the facts where a calendar cares: one update for all changes within five minutes, none for a change undone.

    Who was never surely invited gets the invite, at once, with today's facts.
    """
    entry = await entries.lock_live(conn, facts.registration.id)
    revised = await follow(conn, desk, entry, facts.gathering, facts.registration.name) if entry else None
    if revised is None:
        return
    revision, before = revised
    if before is None:
        await _invite(conn, desk, facts, revision, event_id)
        return
    message = Changed(
        name=facts.registration.name,
        gathering=facts.gathering,
        reader_zone=facts.reader_zone,
        revision=revision,
        before=before,
        changes=changes_between(before, facts.gathering),
    )
    await owe(conn, desk, facts, message, event_id=event_id, revision=revision, next_at=desk.now + QUIET)


async def follow(
    conn: Connection, desk: Desk, entry: EntryRow, gathering: Gathering, name: str
) -> tuple[Revision, Gathering | None] | None:
    """The next revision of an entry behind its lock, and what its calendar has until now (None: nothing for sure).

    None where nobody need be told: no calendar cares, or it is again as it left last.
    """
    if not calendar_cares(entry.gathering, gathering):
        return None
    await entries.supersede_queued(conn, entry.uid, desk.now)
    carried = await entries.carried(conn, entry.uid)
    revision = await _advance(conn, desk, entry, "REQUEST", gathering, name)
    if carried and is_undone(carried[0].state, _carried_facts(carried[0]), gathering):
        await entries.timed_since(conn, entry.id, _since(carried, gathering))
        return None
    before = next((_carried_facts(one) for one in carried if one.state == "sent"), None)
    return revision, before if before is not None and calendar_cares(before, gathering) else None


async def finish(conn: Connection, desk: Desk, facts: Facts, *, unless_at: str = "") -> tuple[Revision | None, str]:
    """End the live entry: its CANCEL revision and the address that has it; None and "" where there is none to end.

    An entry that is at the address `unless_at` already stays.
    """
    entry = await entries.lock_live(conn, facts.registration.id)
    if entry is None or entry.recipient.lower() == unless_at.lower():
        return None, ""
    return await end(conn, desk, entry, facts.registration.name), entry.recipient


async def end(conn: Connection, desk: Desk, entry: EntryRow, name: str) -> Revision:
    """The CANCEL revision of an entry behind its lock, which ends with it."""
    await entries.supersede_queued(conn, entry.uid, desk.now)
    revision = await _advance(conn, desk, entry, "CANCEL", entry.gathering, name)
    await entries.end(conn, entry.id, desk.now)
    return revision


async def _invite(conn: Connection, desk: Desk, facts: Facts, revision: Revision, event_id: UUID) -> None:
    message = Invite(
        name=facts.registration.name, gathering=facts.gathering, reader_zone=facts.reader_zone, revision=revision
    )
    await owe(conn, desk, facts, message, event_id=event_id, revision=revision)


async def _advance(
    conn: Connection, desk: Desk, entry: EntryRow, method: Method, gathering: Gathering, name: str
) -> Revision:
    dtstamp = later(entry.dtstamp, desk.now)
    left = left_after(entry.gathering, gathering, entry.left, desk.now)
    moved = _moved(entry.gathering, gathering)
    sequence = entry.sequence + 1
    await entries.advance(conn, entry.id, sequence=sequence, dtstamp=dtstamp, facts=gathering, left=left, moved=moved)
    answered = "NEEDS-ACTION" if moved or entry.partstat is None else entry.partstat
    return Revision(entry.uid, sequence, dtstamp, method, gathering, name, answered)


def _moved(before: Gathering, after: Gathering) -> bool:
    """Whether an answer to the one is no answer to the other."""
    return (before.starts_at, before.ends_at, before.time_zone) != (after.starts_at, after.ends_at, after.time_zone)


def _since(carried: Sequence[CarriedRow], gathering: Gathering) -> int:
    """The first of the newest revisions that left with this time."""
    same = takewhile(lambda one: not _moved(_carried_facts(one), gathering), carried)
    return min(one.sequence for one in same)


def later(last: datetime, now: datetime) -> datetime:
    """Now in whole seconds, and in any case newer than the last one: clients compare DTSTAMPs."""
    return max(now.replace(microsecond=0), last + timedelta(seconds=1))


def _carried_facts(row: CarriedRow) -> Gathering:
    return msgspec.convert(row.message["revision"]["gathering"], Gathering)
