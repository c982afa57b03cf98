"""A calendar answered about a conversation with a coach: no registration is ever touched by it. Behind the mail's lock.

A proven no of the member cancels it, and the time is free: the mail that says so leads to where it is booked again. A coach
owes a member more than a click, and what is not proven may be anybody's: then whose entry it is gets asked.
"""

from datetime import datetime

from service import events
from service.coaching import booking
from service.db import Connection
from service.errors import Refused
from service.exchange import inbox, queries, rules, writes
from service.exchange.inbox import Judgement, Outcome
from service.exchange.letters import Answer, Letter
from service.exchange.patience import PATIENCE, is_recent, told
from service.exchange.queries import MeetingEntryRow
from service.exchange.rules import Decision


async def answered(
    conn: Connection, letter: Letter, answer: Answer, received_at: datetime, now: datetime
) -> Judgement | None:
    """Do what an answer leads to; None where it is about no conversation."""
    booking_id = await queries.booking_of(conn, answer.uid)
    if booking_id is None:
        return None
    await booking.locked(conn, booking_id)
    entry = await queries.meeting_entry(conn, answer.uid, now)
    address = entry.invited.recipient.lower()
    about = Judgement(outcome="ignored", address=address, partstat=answer.partstat, said=answer.comment)
    match letter.kind:
        case "refresh":
            return await _refreshed(conn, entry, letter, about, now)
        case "counter":
            return await _decided(conn, entry, answer, rules.counter(answer, letter, entry.invited), about, now)
        case _:
            decision = rules.decide(answer, letter, entry.invited, received_at)
            return await _decided(conn, entry, answer, decision, about, now)


async def _decided(
    conn: Connection, entry: MeetingEntryRow, answer: Answer, decision: Decision, about: Judgement, now: datetime
) -> Judgement:
    match decision.verdict:
        case "withdraw" if entry.is_member:
            return await _cancelled(conn, entry, answer, about, now)
        case "withdraw" | "ask":
            words = decision.words or "a coach cancels on their page, with a word for the member"
            return await _asked(conn, entry, words, about, now)
        case "note":
            stamp = decision.stamp or now
            await writes.note(conn, entry.id, answer.partstat, answer.sequence, stamp, is_proven=decision.is_proven)
            if decision.words:
                return await _told(conn, decision.words, about, now, then="noted")
            return about.but("noted", "it was written down")
        case "tell":
            return await _told(conn, decision.words, about, now)
        case "ignore":
            return about.but("ignored", decision.words)


async def _told(conn: Connection, words: str, about: Judgement, now: datetime, then: Outcome = "ignored") -> Judgement:
    """Organizers hear of one address a few times a day."""
    times = await inbox.told_about(conn, about.address, now - PATIENCE)
    return told(about, f"about a conversation with a coach: {words}", times, then)


async def _cancelled(conn: Connection, entry: MeetingEntryRow, answer: Answer, about: Judgement, now: datetime) -> Judgement:
    try:
        async with conn.transaction():
            await booking.cancel(conn, entry.booking_id, entry.person_id, answer.comment[:500], now, by="calendar")
    except Refused as refusal:
        return about.but("told", str(refusal))
    return about.but("applied", "the conversation with the coach was cancelled")


async def _asked(conn: Connection, entry: MeetingEntryRow, words: str, about: Judgement, now: datetime) -> Judgement:
    if is_recent(entry.asked_at, now):
        return about.but("ignored", f"{words}; we asked them less than a day ago")
    await writes.asked(conn, entry.id, now)
    await events.record(conn, now, [events.CoachingDoubted(entry.convening_id, entry.booking_id, entry.person_id)])
    return about.but("asked", words)


async def _refreshed(conn: Connection, entry: MeetingEntryRow, letter: Letter, about: Judgement, now: datetime) -> Judgement:
    """The entry goes to the invited address again, whoever asked."""
    if entry.invited.is_over or entry.invited.has_left:
        return about.but("ignored", rules.OVER)
    if letter.sender != about.address:
        return about.but("ignored", f"it came from {letter.sender}, and was sent to {about.address}")
    if is_recent(entry.repeated_at, now):
        return about.but("ignored", "it got it again less than a day ago")
    await writes.repeated(conn, entry.id, now)
    await events.record(conn, now, [events.CoachingRefreshed(entry.convening_id, entry.booking_id, entry.person_id)])
    return about.but("applied", "the entry goes out again")
