"""Event → what we do about it, where conversations of members with coaches are concerned: both calendars follow."""

from typing import Any
from uuid import UUID

from emails.changes import changes_between
from emails.messages import CoachingBooked, CoachingDeclineAsked, CoachingMoved, CoachingOff, Revision
from service import db, events
from service.coaching import following
from service.db import Connection
from service.deliveries import entries, meeting_entries, office_writes
from service.deliveries.meeting_entries import Conversation, MeetingEntryRow, Party
from service.events import RegistrationEvent
from service.events.coaching import CoachingEvent
from service.web import links
from workers import coaching_notices
from workers import entries as calendar
from workers.post import Desk, Reaction, Subject, owe


async def follow(conn: Connection, desk: Desk, event_id: UUID, event: CoachingEvent) -> None:
    """Booked, moved or different → both calendars follow; whoever is not part of it any more is told so."""
    today = await meeting_entries.conversation(conn, event.booking_id)
    if today.state != "booked":
        return
    live = await _live(conn, desk, today, event_id)
    for party in (today.member, today.coach):
        await _write(conn, desk, today, party, live.get(party.id), event_id)


async def call_off(conn: Connection, desk: Desk, event_id: UUID, event: CoachingEvent) -> None:
    """Cancelled → CANCEL to both, and what whoever cancelled says to the other."""
    today = await meeting_entries.conversation(conn, event.booking_id)
    if today.state == "booked" or today.ended_by is None:
        return
    live = await _live(conn, desk, today, event_id)
    for party in (today.member, today.coach):
        entry = live.get(party.id)
        revision = await calendar.end(conn, desk, entry, party.name) if entry else None
        by_reader = today.ended_by in (("coach",) if party is today.coach else ("member", "calendar"))
        message = CoachingOff(
            **_common(today, party),
            why=today.ended_by,
            words="" if by_reader else today.words,
            revision=revision,
        )
        recipient = entry.recipient if entry else ""
        await owe(conn, desk, _subject(today, party), message, event_id=event_id, revision=revision, recipient=recipient)


async def _write(
    conn: Connection, desk: Desk, today: Conversation, party: Party, entry: MeetingEntryRow | None, event_id: UUID
) -> None:
    """One party's entry: begun, revised, or taken from the address that they do not have any more and begun anew."""
    facts = today.gathering(party.id)
    if entry is not None and entry.recipient.lower() != party.email.lower():
        revision = await calendar.end(conn, desk, entry, party.name)
        message = CoachingOff(**_common(today, party), why="address", revision=revision)
        subject = _subject(today, party)
        await owe(conn, desk, subject, message, event_id=event_id, revision=revision, recipient=entry.recipient)
        entry = None
    if entry is None:
        await _invite(conn, desk, today, party, await _begun(conn, desk, today, party), event_id)
        return
    revised = await calendar.follow(conn, desk, entry, facts, party.name)
    if revised is None:
        return
    revision, before = revised
    if before is None:
        await _invite(conn, desk, today, party, revision, event_id)
        return
    message = CoachingMoved(
        **_common(today, party), revision=revision, before=before, changes=changes_between(before, facts)
    )
    next_at = min(desk.now + calendar.QUIET, max(desk.now, today.starts_at))
    await owe(conn, desk, _subject(today, party), message, event_id=event_id, revision=revision, next_at=next_at)


async def _begun(conn: Connection, desk: Desk, today: Conversation, party: Party) -> Revision:
    entry_id, facts = db.new_id(desk.now), today.gathering(party.id)
    dtstamp, uid = desk.now.replace(microsecond=0), links.calendar_uid(desk.secret, entry_id, desk.domain)
    whose = (today.id, party.id)
    await entries.insert(conn, entry_id, None, uid=uid, recipient=party.email, dtstamp=dtstamp, facts=facts, booking=whose)
    return Revision(uid, 0, dtstamp, "REQUEST", facts, party.name)


async def _invite(
    conn: Connection, desk: Desk, today: Conversation, party: Party, revision: Revision, event_id: UUID
) -> None:
    message = CoachingBooked(**_common(today, party), revision=revision)
    await owe(conn, desk, _subject(today, party), message, event_id=event_id, revision=revision)


async def _live(conn: Connection, desk: Desk, today: Conversation, event_id: UUID) -> dict[UUID, MeetingEntryRow]:
    """The entries of the two; whoever else has one is not part of it any more, and is told so."""
    live = {one.person_id: one for one in await meeting_entries.lock_live(conn, today.id)}
    for person_id in live.keys() - {today.member.id, today.coach.id}:
        await _let_go(conn, desk, today, live.pop(person_id), event_id)
    return live


async def _let_go(conn: Connection, desk: Desk, today: Conversation, entry: MeetingEntryRow, event_id: UUID) -> None:
    """The coach whose time it was, before the member moved to another coach's."""
    known = await meeting_entries.named(conn, entry.person_id)
    if known is None:
        return
    revision = await calendar.end(conn, desk, entry, known.name)
    party = Party(known.id, known.name, known.email, "")
    said = _common(today, party)
    said["gathering"] = entry.gathering
    message = CoachingOff(**said, why="moved", revision=revision)
    subject = _subject(today, party)
    await owe(conn, desk, subject, message, event_id=event_id, revision=revision, recipient=entry.recipient)


def _common(today: Conversation, party: Party) -> dict[str, Any]:
    """What every message about a conversation says to one of the two."""
    side = "member" if party.id == today.member.id else "coach"
    page = f"/me/coaching/{today.convening_id}" if side == "member" else f"/coach/convenings/{today.convening_id}"
    return {
        "name": party.name,
        "gathering": today.gathering(party.id),
        "reader_zone": party.zone,
        "side": side,
        "other": today.other(party.id),
        "convening": today.title,
        "page": page,
    }


def _subject(today: Conversation, party: Party) -> Subject:
    return Subject(today.id, today.convening_id, party.id, party.email)


async def ask_whether_meant(conn: Connection, desk: Desk, event_id: UUID, event: events.CoachingDoubted) -> None:
    """A calendar said no for one of the two → they are asked, and nobody else."""
    today = await meeting_entries.conversation(conn, event.booking_id)
    for party in (today.member, today.coach):
        if today.state == "booked" and party.id == event.person_id:
            await owe(conn, desk, _subject(today, party), CoachingDeclineAsked(**_common(today, party)), event_id=event_id)


async def send_entry_again(conn: Connection, desk: Desk, event_id: UUID, event: events.CoachingRefreshed) -> None:
    """A calendar wants its entry again → the newest revision that was sent, under an id of its own."""
    for entry in await meeting_entries.lock_live(conn, event.booking_id):
        newest = await entries.newest_sent(conn, entry.uid) if entry.person_id == event.person_id else None
        if newest is not None:
            copy_id = db.new_id(desk.now)
            await office_writes.queue_copy(conn, newest, copy_id, event_id, f"{copy_id.hex}@{desk.domain}", desk.now)


async def follow_convening(conn: Connection, desk: Desk, _: UUID, event: events.ConveningChanged) -> None:
    """The convening changed → what coaches offer moves along, and so does what is booked."""
    await following.follow_convening(conn, event.convening_id, desk.now)


async def end_all(conn: Connection, desk: Desk, _: UUID, event: events.ConveningCancelled) -> None:
    """It does not take place → nor do the conversations."""
    await following.call_off(conn, event.convening_id, desk.now)


async def leave(conn: Connection, desk: Desk, _: UUID, event: RegistrationEvent) -> None:
    """Somebody does not come any more, or another person comes → their conversations end."""
    await following.leave(conn, event.convening_id, event.registration_id, desk.now)


async def move_address(conn: Connection, desk: Desk, event_id: UUID, event: events.PersonAddressChanged) -> None:
    """Another address → CANCEL to the old one, and the conversations to the new one."""
    for booking_id in await meeting_entries.at_another_address(conn, event.person_id, desk.now):
        convening_id = (await meeting_entries.conversation(conn, booking_id)).convening_id
        await follow(conn, desk, event_id, events.CoachingChanged(convening_id, booking_id))


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.CoachingBooked: (follow,),
    events.CoachingChanged: (follow,),
    events.CoachingCancelled: (call_off,),
    events.CoachingDoubted: (ask_whether_meant,),
    events.CoachingRefreshed: (send_entry_again,),
    **coaching_notices.REACTIONS,
}
