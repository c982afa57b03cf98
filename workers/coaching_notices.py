"""Event → what we tell members and coaches that is in no calendar: reminders, and who coaches whom."""

from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from emails.messages import CoachingReminder, YourCoach, YourMembers
from service import events
from service.coaching import pair_queries
from service.convenings import queries as convenings
from service.convenings.views import gathering
from service.db import Connection
from service.deliveries import meeting_entries, writes
from service.deliveries.queries import ClaimRow
from workers.post import Desk, Reaction, Subject, owe


async def remind(conn: Connection, desk: Desk, _: UUID, event: events.CoachingReminderDue) -> None:
    """The day before → one mail to each, with all conversations of the day, once for that due time."""
    rows = await meeting_entries.to_remind(conn, event.convening_id, event.due_at)
    if not rows:
        return
    convening = await convenings.convening(conn, event.convening_id)
    for person_id, found in groupby(rows, key=lambda row: row.person_id):
        theirs = list(found)
        first = theirs[0]
        side = f"/coach/convenings/{convening.id}" if first.is_coach else f"/me/coaching/{convening.id}"
        message = CoachingReminder(
            name=first.name,
            gathering=gathering(convening, []),
            reader_zone=first.zone,
            meetings=tuple(one.meeting for one in theirs),
            page=side,
        )
        subject = Subject(convening.id, convening.id, person_id, first.email)
        await owe(conn, desk, subject, message, event_id=None, due_at=event.due_at, not_after=first.starts_at)


async def today(conn: Connection, claimed: ClaimRow) -> ClaimRow:
    """A reminder with the conversations of its day at the last moment before it goes; of none, it is not wanted."""
    said = msgspec.convert(claimed.message, CoachingReminder)
    zone = ZoneInfo(said.gathering.time_zone)
    days = {one.starts_at.astimezone(zone).date() for one in said.meetings}
    found = await meeting_entries.meetings_of(conn, claimed.subject_id, claimed.recipient)
    there = tuple(one for one in found if one.starts_at.astimezone(zone).date() in days)
    if there == said.meetings or not there:
        return msgspec.structs.replace(claimed, wanted=bool(there))
    message = msgspec.to_builtins(msgspec.structs.replace(said, meetings=there))
    await writes.say(conn, claimed.id, message)
    return msgspec.structs.replace(claimed, message=message)


async def tell_member(conn: Connection, desk: Desk, event_id: UUID, event: events.CoachChanged) -> None:
    """Another coach → the member learns who it is today."""
    member = await meeting_entries.named(conn, event.person_id)
    if member is not None:
        coach = await pair_queries.coach_of(conn, member.id)
        message = YourCoach(name=member.name, coach=coach.name if coach else "")
        await owe(conn, desk, Subject(member.id, None, member.id, member.email), message, event_id=event_id)


async def tell_coach(conn: Connection, desk: Desk, event_id: UUID, event: events.PairsChanged) -> None:
    """Other members → the coach learns who came and who left, in one mail."""
    coach = await meeting_entries.named(conn, event.coach_id)
    if coach is None:
        return
    gained, lost = [await _names(conn, ids) for ids in (event.gained, event.lost)]
    if gained or lost:
        message = YourMembers(name=coach.name, gained=gained, lost=lost)
        await owe(conn, desk, Subject(coach.id, None, coach.id, coach.email), message, event_id=event_id)


async def _names(conn: Connection, ids: tuple[UUID, ...]) -> tuple[str, ...]:
    found = [await meeting_entries.named(conn, one) for one in ids]
    return tuple(sorted(one.name for one in found if one is not None))


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.CoachChanged: (tell_member,),
    events.PairsChanged: (tell_coach,),
    events.CoachingReminderDue: (remind,),
}
