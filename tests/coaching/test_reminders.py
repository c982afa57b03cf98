"""The day before: each of the two gets one mail, with what is so when it goes."""

from datetime import UTC, datetime, timedelta

from service.coaching import booking
from service.db import Connection
from tests.coaching.conftest import ANA, BEN, COACH, House, booked, offered, text, to_whom
from tests.workers.conftest import Office


async def test_on_the_eve_at_nine_each_gets_one_mail_but_not_for_what_was_booked_after(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, second] = await offered(conn, quiet, now)
    await booked(conn, first, quiet.ana, now)
    await office.settle()
    office.moment = datetime(2027, 3, 9, 13, 59, tzinfo=UTC)
    assert [one for one in await office.tick() if "you meet" in str(one["Subject"])] == []
    office.later(minutes=1)
    mails = [one for one in await office.tick() if "you meet" in str(one["Subject"])]
    assert sorted(map(to_whom, mails)) == [ANA, COACH]
    assert "Wednesday, March 10, 2:00 to 2:30 p.m.: Marisela Quillfeather, Garden Room" in text(
        next(one for one in mails if ANA in str(one["To"]))
    )
    await booked(conn, second, quiet.ben, office.moment + timedelta(seconds=1))
    office.later(minutes=30)
    assert [one for one in await office.tick() if "Tomorrow" in str(one["Subject"])] == []


async def test_a_reminder_says_what_is_left_when_it_goes_and_nothing_where_nothing_is_or_a_day_late(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, second] = await offered(conn, quiet, now)
    mine = await booked(conn, first, quiet.ana, now)
    await booked(conn, second, quiet.ben, now)
    await office.settle()
    office.moment = datetime(2027, 3, 9, 14, 0, tzinfo=UTC)
    await office.schedule.tick(office.moment)
    await office.react()
    async with conn.transaction():
        await booking.cancel(conn, mine, quiet.ana.person_id, "", office.moment)
    reminders = {to_whom(one): text(one) for one in await office.settle() if "you meet" in str(one["Subject"])}
    assert sorted(reminders) == [BEN, COACH]
    assert "Ben Ferreira" in reminders[COACH]
    assert "Ana Birchwell" not in reminders[COACH]
    kept = "select message->'meetings' from delivery where kind = 'coaching_reminder' and recipient = $1"
    assert [one["other"] for one in await conn.fetchval(kept, COACH)] == ["Ben Ferreira"]
    await conn.execute("delete from clock_tick")
    office.moment = datetime(2027, 3, 10, 14, 1, tzinfo=UTC)
    assert [one for one in await office.tick() if "Tomorrow" in str(one["Subject"])] == []


async def test_a_reminder_names_who_took_the_time_of_somebody_who_went(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, _] = await offered(conn, quiet, now)
    mine = await booked(conn, first, quiet.ana, now)
    await office.settle()
    office.moment = datetime(2027, 3, 9, 14, 0, tzinfo=UTC)
    await office.schedule.tick(office.moment)
    await office.react()
    async with conn.transaction():
        await booking.cancel(conn, mine, quiet.ana.person_id, "", office.moment)
    await booked(conn, first, quiet.ben, office.moment)
    reminders = {to_whom(one): text(one) for one in await office.settle() if "you meet" in str(one["Subject"])}
    assert list(reminders) == [COACH]
    assert "Ben Ferreira" in reminders[COACH]
