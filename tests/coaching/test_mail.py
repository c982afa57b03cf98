"""Both calendars follow a conversation; what its convening, its seats and its people do to it."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from msgspec import UNSET

from service import db
from service.coaching import actions, booking, queries
from service.coaching.actions import Different
from service.convenings import effects, statements
from service.convenings.rules import Patch, VenuePatch
from service.db import Connection
from service.registrations import actions as registrations
from service.registrations import changes
from service.registrations.queries import registration
from service.registrations.rules import Change
from tests.coaching.conftest import ANA, COACH, House, booked, coach_of, offered, plan, states, text, to_whom
from tests.workers.conftest import Office, ics, kind


def told(mails: list[EmailMessage]) -> list[tuple[str, str, str]]:
    """To whom, with which method, and the SEQUENCE."""
    found = [(to_whom(one), kind(one)) for one in mails]
    return sorted((to, how, ics(mail)["SEQUENCE"] if how else "") for (to, how), mail in zip(found, mails, strict=True))


async def test_booked_moved_and_cancelled_both_calendars_follow_under_a_uid_of_their_own(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, second] = await offered(conn, quiet, now)
    mine = await booked(conn, first, quiet.ana, now)
    mails = await office.settle()
    assert told(mails) == [(ANA, "REQUEST", "0"), (COACH, "REQUEST", "0")]
    uids = {ics(one)["UID"] for one in mails}
    assert len(uids) == 2
    assert {ics(one)["CLASS"] for one in mails} == {"PRIVATE"}
    assert {ics(one)["DTSTART"] for one in mails} == {"20270310T140000"}
    assert "Conversation with Marisela Quillfeather" in str(next(ics(m)["SUMMARY"] for m in mails if ANA in str(m["To"])))
    async with conn.transaction():
        await booking.move(conn, mine, second, quiet.ana.person_id, now)
    assert await office.settle() == []  # five minutes for the next change
    office.later(minutes=5)
    mails = await office.settle()
    assert told(mails) == [(ANA, "REQUEST", "1"), (COACH, "REQUEST", "1")]
    assert {ics(one)["UID"] for one in mails} == uids
    assert "before: Wednesday, March 10, 2:00 p.m." in text(mails[0])
    async with conn.transaction():
        await booking.cancel(conn, mine, quiet.ana.person_id, "Our bus leaves early.", office.moment)
    mails = await office.settle()
    assert told(mails) == [(ANA, "CANCEL", "2"), (COACH, "CANCEL", "2")]
    said = {to_whom(one): text(one) for one in mails}
    assert ("Our bus leaves early." in said[COACH], "Our bus leaves early." in said[ANA]) == (True, False)


async def test_a_move_that_is_undone_within_five_minutes_tells_nobody(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, second] = await offered(conn, quiet, now)
    mine = await booked(conn, first, quiet.ana, now)
    await office.settle()
    for to in (second, first):
        async with conn.transaction():
            await booking.move(conn, mine, to, quiet.ana.person_id, now)
        await office.react()
    office.later(minutes=10)
    assert await office.settle() == []


async def test_moved_to_another_coach_the_first_is_told_and_the_other_invited(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, _] = await offered(conn, quiet, now)
    other = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    async with conn.transaction():
        await actions.publish(conn, quiet.convening.id, other, plan("16:00", "16:30"), now)
    [theirs] = await queries.slots(conn, quiet.convening.id, other)
    mine = await booked(conn, first, quiet.ana, now)
    await office.settle()
    async with conn.transaction():
        await booking.move(conn, mine, theirs.id, quiet.ana.person_id, now)
    assert told(await office.settle()) == [(COACH, "CANCEL", "1"), ("odalys@coaches.example", "REQUEST", "0")]
    office.later(minutes=5)
    assert told(await office.settle()) == [(ANA, "REQUEST", "1")]


async def test_a_coach_who_changes_place_and_then_cancels_says_why(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, _] = await offered(conn, quiet, now)
    await booked(conn, first, quiet.ana, now)
    await office.settle()
    row = await queries.slot(conn, first)
    async with conn.transaction():
        await actions.change(conn, first, quiet.coach, Different(row.span, "Library", row.audience), row.mark, now)
    await office.react()
    office.later(minutes=5)
    mails = await office.settle()
    assert [ics(one)["LOCATION"].startswith("Library") for one in mails] == [True, True]
    seen = (await queries.slot(conn, first)).mark
    async with conn.transaction():
        await actions.take_away(conn, first, "coach", "Shall we call each other?", seen, office.moment)
    said = {to_whom(one): text(one) for one in await office.settle()}
    assert "Marisela Quillfeather writes: Shall we call each other?" in said[ANA]
    assert "Shall we call" not in said[COACH]


@pytest.mark.parametrize("how", ["withdrawn", "handed to another address"])
async def test_whoever_does_not_come_any_more_meets_nobody(
    conn: Connection, office: Office, quiet: House, now: datetime, how: str
) -> None:
    [first, _] = await offered(conn, quiet, now)
    await booked(conn, first, quiet.ana, now)
    await office.settle()
    async with conn.transaction():
        if how == "withdrawn":
            await registrations.withdraw(conn, quiet.ana.id, now)
        else:
            await changes.change(conn, quiet.ana.id, Change(email="somebody.else@cedar-harbor.example"), now)
    mails = [one for one in await office.settle() if "Conversation" in text(one)]
    assert told(mails) == [(ANA, "CANCEL", "1"), (COACH, "CANCEL", "1")]
    assert await states(conn) == [("cancelled", "registration")]
    assert await booked(conn, first, quiet.ben, now)


async def test_a_convening_that_moves_takes_its_conversations_along_at_the_same_hour_across_the_clock_change(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, _] = await offered(conn, quiet, now)
    await booked(conn, first, quiet.ana, now)
    await office.settle()
    week = timedelta(days=7) - timedelta(hours=1)  # March 14 has an hour less
    agenda = (await effects.facts(conn, quiet.convening.id)).agenda
    from service.convenings.details_form import drafted

    sessions = [drafted(one) for one in agenda]
    patch = Patch(
        starts_at=quiet.convening.starts_at + week,
        ends_at=quiet.convening.ends_at + week,
        sessions=[
            type(one)(**{name: getattr(one, name) for name in one.__struct_fields__}
                      | {"starts_at": one.starts_at + week, "ends_at": one.ends_at + week})
            for one in sessions
        ],
    )  # fmt: skip
    seen = (await effects.facts(conn, quiet.convening.id)).mark
    async with conn.transaction():
        foreseen = await effects.rehearse(conn, quiet.convening.id, patch, registrations.change_convening, now, seen=seen)
    assert (foreseen.meetings.moved, foreseen.meetings.mails, foreseen.told) == (1, 2, 2)
    assert "1 conversation with a coach follows and both of each are told." in statements.told(foreseen)
    async with conn.transaction():
        await registrations.change_convening(conn, quiet.convening.id, patch, now)
    await office.react()
    office.later(minutes=5)
    mails = [one for one in await office.settle() if "Conversation" in str(ics(one).get("SUMMARY"))]
    assert told(mails) == [(ANA, "REQUEST", "1"), (COACH, "REQUEST", "1")]
    assert {ics(one)["DTSTART"] for one in mails} == {"20270317T140000"}
    [again, _] = await queries.slots(conn, quiet.convening.id, quiet.coach)
    assert again.starts_at == datetime(2027, 3, 17, 18, tzinfo=UTC)


async def test_a_day_that_falls_away_takes_its_conversations_with_it(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    from tests.coaching.conftest import DAY

    [second_day, _] = await offered(conn, quiet, now, plan("10:00", "11:00", day=DAY + timedelta(days=1)))
    await booked(conn, second_day, quiet.ana, now)
    await office.settle()
    seen = (await effects.facts(conn, quiet.convening.id)).mark
    patch = Patch(ends_at=quiet.convening.starts_at + timedelta(hours=8))
    async with conn.transaction():
        foreseen = await effects.rehearse(conn, quiet.convening.id, patch, registrations.change_convening, now, seen=seen)
        assert (foreseen.meetings.moved, foreseen.meetings.ended) == (0, 1)
        await registrations.change_convening(conn, quiet.convening.id, patch, now)
    mails = [one for one in await office.settle() if "Conversation" in str(ics(one).get("SUMMARY"))]
    assert told(mails) == [(ANA, "CANCEL", "1"), (COACH, "CANCEL", "1")]
    assert await states(conn) == [("cancelled", "convening")]
    assert await queries.slots(conn, quiet.convening.id, quiet.coach) == []


async def test_another_venue_reaches_conversations_and_a_cancelled_convening_ends_them(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    from service.convenings import actions as convening_actions

    [first, _] = await offered(conn, quiet, now)
    await booked(conn, first, quiet.ana, now)
    await office.settle()
    async with conn.transaction():
        patch = Patch(venue=VenuePatch(name="Orchard Library", address=UNSET))
        await registrations.change_convening(conn, quiet.convening.id, patch, now)
    await office.react()
    office.later(minutes=5)
    places = [ics(one)["LOCATION"] for one in await office.settle() if "Conversation" in ics(one)["SUMMARY"]]
    assert [one.startswith(r"Garden Room\, Orchard Library") for one in places] == [True, True]
    async with conn.transaction():
        await convening_actions.cancel(conn, quiet.convening.id, office.moment)
    mails = [one for one in await office.settle() if "Conversation" in text(one)]
    assert told(mails) == [(ANA, "CANCEL", "2"), (COACH, "CANCEL", "2")]


async def test_with_another_address_the_old_calendar_is_cleared_and_the_new_one_invited(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, _] = await offered(conn, quiet, now)
    await booked(conn, first, quiet.ana, now)
    await office.settle()
    async with conn.transaction():
        await changes.correct_address(conn, quiet.coach, "m.quillfeather@coaches.example", now)
    mails = [one for one in await office.settle() if kind(one)]
    assert told(mails) == [("m.quillfeather@coaches.example", "REQUEST", "0"), (COACH, "CANCEL", "1")]


async def test_a_second_registration_finds_its_time_free_again_and_books_anew(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, _] = await offered(conn, quiet, now)
    mine = await booked(conn, first, quiet.ana, now)
    await office.settle()
    async with conn.transaction():
        await registrations.withdraw(conn, quiet.ana.id, now)
    await office.settle()
    from service.registrations import returning

    async with conn.transaction():
        again = await returning.come_back(conn, quiet.ana.id, now)
    assert await booked(conn, first, await registration(conn, again), now) != mine
    entries: list[UUID] = await db.many(conn, UUID, "select id from calendar_entry where booking_id = $1", mine)
    assert len(entries) == 2
