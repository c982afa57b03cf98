"""The day before: each of the two gets one mail, with what is so when it goes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from service import db
from service.coaching import booking
from service.db import Connection
from service.deliveries import rules, wave_writes
from tests.coaching.conftest import ANA, BEN, COACH, House, booked, offered, text, to_whom
from tests.workers.conftest import Office
from workers.claiming import Claims

TO_COACH = f"select id from delivery where kind = 'coaching_reminder' and recipient = '{COACH}'"
SAID = f"select message->'meetings' from delivery where kind = 'coaching_reminder' and recipient = '{COACH}'"


async def reminded(office: Office) -> None:
    """It is nine o'clock of the day before, and the mails are owed."""
    office.moment = datetime(2027, 3, 9, 14, 0, tzinfo=UTC)
    await office.schedule.tick(office.moment)
    await office.react()


async def ana_and_ben(conn: Connection, office: Office, quiet: House, now: datetime) -> UUID:
    """Both have a conversation, and the mails of the day before are owed; Ana's."""
    [first, second] = await offered(conn, quiet, now)
    mine = await booked(conn, first, quiet.ana, now)
    await booked(conn, second, quiet.ben, now)
    await office.settle()
    await reminded(office)
    return mine


async def only_ana(conn: Connection, office: Office, quiet: House, now: datetime) -> tuple[UUID, UUID, UUID]:
    """Ana has the first of two times; hers, and both."""
    [first, second] = await offered(conn, quiet, now)
    mine = await booked(conn, first, quiet.ana, now)
    await office.settle()
    await reminded(office)
    return mine, first, second


async def reminders(office: Office) -> dict[str, str]:
    """What goes out now, by its reader."""
    return {to_whom(one): text(one) for one in await office.settle() if "you meet" in str(one["Subject"])}


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
    mine = await ana_and_ben(conn, office, quiet, now)
    async with conn.transaction():
        await booking.cancel(conn, mine, quiet.ana.person_id, "", office.moment)
    found = await reminders(office)
    assert sorted(found) == [BEN, COACH]
    assert ("Ben Ferreira" in found[COACH], "Ana Birchwell" in found[COACH]) == (True, False)
    assert [one["other"] for one in await conn.fetchval(SAID)] == ["Ben Ferreira"]
    await conn.execute("delete from clock_tick")
    office.moment = datetime(2027, 3, 10, 14, 1, tzinfo=UTC)
    assert [one for one in await office.tick() if "Tomorrow" in str(one["Subject"])] == []


async def test_a_reminder_names_who_took_the_time_of_somebody_who_went(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    mine, first, _ = await only_ana(conn, office, quiet, now)
    async with conn.transaction():
        await booking.cancel(conn, mine, quiet.ana.person_id, "", office.moment)
    await booked(conn, first, quiet.ben, office.moment)
    found = await reminders(office)
    assert list(found) == [COACH]
    assert "Ben Ferreira" in found[COACH]


async def test_a_reminder_says_the_time_to_which_a_conversation_was_moved_within_the_day(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    mine, _, second = await only_ana(conn, office, quiet, now)
    async with conn.transaction():
        await booking.move(conn, mine, second, quiet.ana.person_id, office.moment)
    found = await reminders(office)
    assert sorted(found) == [ANA, COACH]
    assert all("2:30 to 3:00 p.m." in said and "2:00" not in said for said in found.values())


async def test_a_reminder_that_waits_for_a_slow_server_goes_with_what_is_so_by_then(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    mine = await ana_and_ben(conn, office, quiet, now)
    claims = Claims(office.pool, office.clock, 300)
    to_coach = await conn.fetchval(TO_COACH)
    [claimed] = await claims.claim(None, lambda: [to_coach])
    assert claimed is not None
    await wave_writes.renew(conn, [claimed.lease], office.later(seconds=20) + rules.LEASE)
    async with db.transaction(office.pool) as own:
        await booking.cancel(own, mine, quiet.ana.person_id, "", office.moment)
    assert not await claims.is_still_due(claimed)
    found = await reminders(office)
    assert ("Ben Ferreira" in found[COACH], "Ana Birchwell" in found[COACH]) == (True, False)


async def test_what_a_reminder_said_is_not_rewritten_once_it_has_gone(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    mine = await ana_and_ben(conn, office, quiet, now)
    assert COACH in await reminders(office)
    async with conn.transaction():
        await booking.cancel(conn, mine, quiet.ana.person_id, "", office.moment)
    to_coach = await conn.fetchval(TO_COACH)
    assert await Claims(office.pool, office.clock, 300).claim(None, lambda: [to_coach]) == [None]
    assert [one["other"] for one in await conn.fetchval(SAID)] == ["Ana Birchwell", "Ben Ferreira"]
