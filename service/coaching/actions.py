"""What coaches do with their slots. Slots and conversations change behind their convening's lock, and nowhere else."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db, events
from service.coaching import queries, rules, writes
from service.coaching.queries import SlotRow
from service.coaching.rules import Audience, EndedBy, Plan, Span
from service.convenings import meetings
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection


async def publish(conn: Connection, convening_id: UUID, coach_id: UUID, plan: Plan, now: datetime) -> list[UUID]:
    """Offer a stretch of a day, whole or not at all. Raises NothingOffered, OwnOverlap, InThePast, and as `rules.spans`."""
    row = await _open(conn, convening_id, coach_id, now)
    days = meetings.days(row)
    wanted = rules.spans(plan, row.time_zone, days)
    await _require_free(conn, coach_id, wanted, now, but=None)
    ids = [db.new_id(now) for _ in wanted]
    await writes.insert_slots(
        conn,
        ids,
        wanted,
        convening_id=convening_id,
        coach_id=coach_id,
        place=plan.place,
        audience=plan.audience,
        first_day=days[0],
        time_zone=row.time_zone,
        now=now,
    )
    return ids


class Different(Struct, frozen=True):
    """A slot as it is to stand."""

    span: Span
    place: str
    audience: Audience


async def change(conn: Connection, slot_id: UUID, coach_id: UUID, wanted: Different, seen: str, now: datetime) -> None:
    """Another time, place or audience; whoever booked it is told. Raises ChangedMeanwhile where it is not as it was seen."""
    found = await locked(conn, slot_id)
    row = await _open(conn, found.convening_id, coach_id, now)
    _require_as_seen(found, seen)
    if found.span.starts_at <= now:
        raise rules.SlotBegun
    if wanted == Different(found.span, found.place, found.audience):
        return
    days = meetings.days(row)
    if wanted.span != found.span:
        await _require_free(conn, coach_id, [wanted.span], now, but=slot_id, member_id=found.member_id)
        await _require_member_free(conn, found, wanted.span)
    await writes.change_slot(conn, slot_id, wanted.span, wanted.place, wanted.audience, days[0], row.time_zone)
    if found.booking_id and (wanted.span, wanted.place) != (found.span, found.place):
        await events.record(conn, now, [events.CoachingChanged(found.convening_id, found.booking_id)])


async def take_away(
    conn: Connection, slot_id: UUID, by: EndedBy, words: str, seen: str, now: datetime, *, offer_again: bool = False
) -> None:
    """A slot is not offered any more, and the conversation in it is cancelled; or only that, and others may book the time.

    Sent twice, it is done once.
    """
    found = await locked(conn, slot_id)
    if found.removed:
        return
    _require_as_seen(found, seen)
    if found.booking_id:
        if found.ends_at <= now:
            raise rules.SlotBegun
        await end(conn, found.convening_id, [found.booking_id], by, words, now)
    if not offer_again:
        await writes.remove_slots(conn, [slot_id], now)


async def end(
    conn: Connection, convening_id: UUID, booking_ids: Sequence[UUID], by: EndedBy, words: str, now: datetime
) -> int:
    """Cancel conversations that are booked; the two of each are told by the reaction. How many there were."""
    gone = await writes.end_bookings(conn, booking_ids, by, words, now)
    await events.record(conn, now, [events.CoachingCancelled(convening_id, one) for one in gone])
    return len(gone)


async def locked(conn: Connection, slot_id: UUID) -> SlotRow:
    """The slot behind its convening's lock; raises NotFound."""
    await convenings.lock(conn, (await queries.slot(conn, slot_id)).convening_id)
    return await queries.slot(conn, slot_id)


async def _open(conn: Connection, convening_id: UUID, coach_id: UUID, now: datetime) -> ConveningRow:
    """The convening behind its lock and the coach's; raises NothingOffered."""
    await convenings.lock(conn, convening_id)
    await writes.lock_coach(conn, coach_id)
    row = await convenings.convening(conn, convening_id)
    if row.state != "published" or row.ends_at <= now:
        raise rules.NothingOffered
    return row


async def _require_free(
    conn: Connection,
    coach_id: UUID,
    wanted: Sequence[Span],
    now: datetime,
    *,
    but: UUID | None,
    member_id: UUID | None = None,
) -> None:
    """Behind the locks of both: raise what lies over a time that the coach offers, or booked with another coach."""
    if wanted[0].starts_at <= now:
        raise rules.InThePast(pointer="/begins")
    await writes.lock_times_of(conn, [one for one in (coach_id, member_id) if one])
    rules.require_apart(wanted, await queries.spans_of_coach(conn, coach_id, now, but))
    if rules.overlap(wanted, await queries.booked_as_member(conn, coach_id)):
        raise rules.BookedThen


async def _require_member_free(conn: Connection, found: SlotRow, wanted: Span) -> None:
    if found.member_id and rules.overlap([wanted], await queries.booked_by(conn, found.member_id, found.booking_id)):
        raise rules.MemberElsewhere


def _require_as_seen(found: SlotRow, seen: str) -> None:
    if seen != found.mark:
        raise rules.ChangedMeanwhile
