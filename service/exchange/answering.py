"""A calendar answered: a no gives the seat back, a yes is kept, a doubtful no is asked about; behind the mail's lock."""

from datetime import datetime

from service import events
from service.db import Connection
from service.errors import Refused
from service.exchange import inbox, meeting_answering, queries, rules, writes
from service.exchange.inbox import Judgement, Outcome
from service.exchange.letters import Answer, Letter
from service.exchange.patience import PATIENCE, is_recent, told
from service.exchange.queries import EntryRow
from service.exchange.rules import Decision
from service.registrations import actions, office_writes


async def answered(conn: Connection, letter: Letter, received_at: datetime, now: datetime) -> Judgement:
    """Do what an answer leads to; what names no entry of ours is refused without a word to anybody."""
    answer = letter.answer
    if answer is not None and (judged := await meeting_answering.answered(conn, letter, answer, received_at, now)):
        return judged
    registration_id = await queries.registration_of(conn, answer.uid) if answer else None
    if answer is None or registration_id is None:
        return Judgement(outcome="rejected", reason="it answers no invitation of ours")
    await actions.locked(conn, registration_id)
    entry = await queries.entry(conn, answer.uid, now)
    about = Judgement(
        outcome="ignored",
        address=entry.invited.recipient.lower(),
        registration_id=registration_id,
        partstat=answer.partstat,
        said=answer.comment,
    )
    match letter.kind:
        case "refresh":
            return await _refreshed(conn, entry, letter, about, now)
        case "counter":
            return await _decided(conn, entry, answer, rules.counter(answer, letter, entry.invited), about, now)
        case _:
            decision = rules.decide(answer, letter, entry.invited, received_at)
            return await _decided(conn, entry, answer, decision, about, now)


async def _decided(
    conn: Connection, entry: EntryRow, answer: Answer, decision: Decision, about: Judgement, now: datetime
) -> Judgement:
    match decision.verdict:
        case "withdraw":
            return await _withdrawn(conn, entry, answer, about, now)
        case "note":
            return await _noted(conn, entry, answer, decision, about, now)
        case "ask":
            return await _asked(conn, entry, decision, about, now)
        case "tell":
            return await _told(conn, entry, decision, about, now)
        case "ignore":
            return about.but("ignored", decision.words)


async def _told(
    conn: Connection, entry: EntryRow, decision: Decision, about: Judgement, now: datetime, then: Outcome = "ignored"
) -> Judgement:
    """Organizers hear of one registration a few times a day."""
    times = await inbox.told_since(conn, entry.registration_id, now - PATIENCE)
    return told(about, decision.words, times, then)


async def _withdrawn(conn: Connection, entry: EntryRow, answer: Answer, about: Judgement, now: datetime) -> Judgement:
    """The seat goes on; the note says who ended it, and what they wrote."""
    try:
        async with conn.transaction():
            await actions.withdraw(conn, entry.registration_id, now)
    except Refused as refusal:
        return about.but("told", str(refusal))
    await office_writes.add_note(conn, entry.registration_id, None, "calendar_declined", answer.comment, now)
    return about.but("applied", "the seat was given back")


async def _noted(
    conn: Connection, entry: EntryRow, answer: Answer, decision: Decision, about: Judgement, now: datetime
) -> Judgement:
    stamp = decision.stamp or now
    await writes.note(conn, entry.id, answer.partstat, answer.sequence, stamp, is_proven=decision.is_proven)
    if entry.partstat != answer.partstat:
        await events.record(conn, now, [events.CalendarAnswered(entry.convening_id, entry.registration_id)])
    if decision.words:  # a step at the door, an aunt who comes along: nobody else would read it
        return await _told(conn, entry, decision, about, now, then="noted")
    return about.but("noted", "it was written down")


async def _asked(conn: Connection, entry: EntryRow, decision: Decision, about: Judgement, now: datetime) -> Judgement:
    """The invited address is asked, and nothing changes until it says yes."""
    if is_recent(entry.asked_at, now):
        return about.but("ignored", f"{decision.words}; we asked them less than a day ago")
    await writes.asked(conn, entry.id, now)
    await events.record(conn, now, [events.CalendarDoubted(entry.convening_id, entry.registration_id)])
    return about.but("asked", decision.words)


async def _refreshed(conn: Connection, entry: EntryRow, letter: Letter, about: Judgement, now: datetime) -> Judgement:
    """The entry goes to the invited address again, whoever asked."""
    if entry.invited.is_over or entry.invited.has_left:
        return about.but("ignored", rules.OVER)
    if letter.sender != about.address:
        return about.but("ignored", f"it came from {letter.sender}, and was sent to {about.address}")
    if is_recent(entry.repeated_at, now):
        return about.but("ignored", "it got it again less than a day ago")
    await writes.repeated(conn, entry.id, now)
    await events.record(conn, now, [events.CalendarRefreshed(entry.convening_id, entry.registration_id)])
    return about.but("applied", "the entry goes out again")
