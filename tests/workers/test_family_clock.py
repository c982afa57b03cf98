"""The clock of families: T-42, T-28, T-21, the last day, the call list at T-17, times and place at T-7 (TIMES.md)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service import db, events
from service.consents import answering, deciding, second_guardian, signing_up
from service.consents.queries import consents
from service.db import Connection, Pool
from tests.consents import desk
from tests.workers import family_house as house
from tests.workers.conftest import Office
from tests.workers.family_house import LOS_ANGELES, NEW_YORK, PHOENIX
from workers import family_clock

SPRING = datetime.fromisoformat("2027-04-08T09:00-04:00")
"""Clocks change on March 14: between T-28 and T-21."""
AUTUMN = datetime.fromisoformat("2027-11-26T09:00-05:00")
"""Clocks change on November 7: T-19."""
DAYS = (43, 42, 41, 28, 27, 21, 17, 14, 13, 7)
HOURS = (0.5, 7.5, 8.0, 9.0, 9.5, 20.5)


async def walk(office: Office, begin: datetime, zone: str, days: tuple[int, ...] = DAYS) -> list[tuple[str, str, str]]:
    """Every mail of these days as it comes: the family's day and hour, to whom, about what."""
    seen: list[tuple[str, str, str]] = []
    for days_before in days:
        for hour in HOURS:
            office.moment = house.at(days_before, hour, begin, zone)
            for mail in await office.tick():
                local = office.moment.astimezone(ZoneInfo(zone))
                who = "school" if house.address(mail) == house.CONTACT else "family"
                seen.append((f"T-{days_before} {local:%H:%M}", who, str(mail["Subject"])))
    return seen


@pytest.mark.parametrize("begin", [SPRING, AUTUMN])
@pytest.mark.parametrize("zone", [NEW_YORK, PHOENIX, LOS_ANGELES])
async def test_a_family_that_says_nothing_gets_four_mails_by_day_and_then_the_school_calls(
    office: Office, conn: Connection, begin: datetime, zone: str
) -> None:
    where = await house.stage(conn, begin, zone)
    await house.ask(conn, where, begin - timedelta(days=60))
    seen = await walk(office, begin, zone)
    by = deadline_words(begin)
    assert seen == [
        ("T-42 08:00", "family", f"A form for you: please answer by {by}"),
        ("T-28 09:00", "family", f"Reminder: your answer is due by {by}"),
        ("T-21 09:00", "family", f"Please answer by {by}"),
        ("T-17 08:00", "school", "One family to call"),
        ("T-14 09:00", "family", "Today is the last day to answer"),
    ]


def deadline_words(begin: datetime) -> str:
    last = begin.astimezone(ZoneInfo(NEW_YORK)).date() - timedelta(days=14)
    return f"{last:%A, %B} {last.day}, {last.year}"


async def test_the_clock_asks_who_was_named_early_and_the_student_with_them(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    signup_id = await house.ask(conn, where, SPRING - timedelta(days=60))
    states = "select q.state || ' ' || a.state from consent q join assent a using (signup_id)"
    office.moment = house.at(43, 23.5, SPRING)
    await office.tick()
    assert await conn.fetchval(states) == "draft not_asked"
    office.moment = house.at(42, 0.5, SPRING)
    assert await office.tick() == []
    assert await conn.fetchval(states) == "asked asked"
    assert (await desk.signer(conn, signup_id)).state == "asked"


async def test_nothing_is_asked_before_the_convening_is_published_and_then_at_once(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    await conn.execute("update convening set state = 'draft'")
    await house.ask(conn, where, SPRING - timedelta(days=60))
    office.moment = house.at(40, 9, SPRING)
    assert await office.tick() == []
    await conn.execute("update convening set state = 'published'")
    office.later(minutes=2)
    [mail] = await office.tick()
    assert str(mail["Subject"]).startswith("A form for you")


async def test_who_is_named_late_gets_the_form_now_and_no_reminder_that_was_missed(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    office.moment = house.at(16, 12, SPRING)
    await house.ask(conn, where, office.moment)
    [mail] = await office.tick()
    assert "Tuesday, March 30, 2027" in mail["Subject"]  # seven days, not T-14
    assert [one[:2] for one in await walk(office, SPRING, NEW_YORK, (15, 14, 10, 9, 8))] == [("T-9 09:00", "family")]


async def test_a_reminder_does_not_follow_on_the_heels_of_the_form(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    office.moment = house.at(28, 8.5, SPRING)
    await house.ask(conn, where, office.moment)
    assert len(await office.tick()) == 1
    assert [one[0] for one in await walk(office, SPRING, NEW_YORK, (28, 27, 21))] == ["T-21 09:00"]


async def test_two_clocks_at_the_same_moment_say_each_thing_once(office: Office, conn: Connection, pool: Pool) -> None:
    where = await house.stage(conn, SPRING)
    for name in ("Zuri Camberwell", "Omari Ladd"):
        await house.ask(conn, where, SPRING - timedelta(days=60), name=name)
    for days, hour in ((42, 8), (28, 9), (17, 8)):
        office.moment = house.at(days, hour, SPRING)
        await asyncio.gather(*(family_clock.turn(pool, office.moment) for _ in range(4)))
        await family_clock.turn(pool, office.moment + timedelta(minutes=5))
    kinds = await db.many(
        conn, str, "select kind || ' ' || count(*) from event where kind ~ '^(consent_|call_)' group by kind order by kind"
    )
    assert kinds == ["call_list_due 1", "consent_asked 2", "consent_reminder_due 2"]


async def test_a_reminder_whose_day_is_over_is_skipped(office: Office, conn: Connection) -> None:
    """Nothing ran for two days."""
    where = await house.stage(conn, SPRING)
    await house.ask(conn, where, SPRING - timedelta(days=60))
    office.moment = house.at(42, 9, SPRING)
    assert len(await office.tick()) == 1
    office.moment = house.at(26, 9.5, SPRING)
    assert await office.tick() == []


async def refuse(conn: Connection, signup_id: Any, now: datetime) -> None:
    await answering.refuse(conn, (await desk.signer(conn, signup_id)).id, desk.BY_CODE, now)


async def take_back(conn: Connection, signup_id: Any, now: datetime) -> None:
    signer = await desk.signer(conn, signup_id)
    await answering.sign(conn, signer.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    await answering.withdraw(conn, signer.id, desk.BY_CODE, now)


async def sign(conn: Connection, signup_id: Any, now: datetime) -> None:
    signer = await desk.signer(conn, signup_id)
    await answering.sign(conn, signer.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)


async def other_objects(conn: Connection, signup_id: Any, now: datetime) -> None:
    await second_guardian.record_objection(conn, signup_id, "Ines Okafor", now)


async def school_withdraws(conn: Connection, signup_id: Any, now: datetime) -> None:
    await signing_up.withdraw(conn, signup_id, now)


async def student_says_no(conn: Connection, signup_id: Any, now: datetime) -> None:
    await desk.student_says(conn, signup_id, "no", now)


async def convening_is_cancelled(conn: Connection, signup_id: Any, now: datetime) -> None:
    await conn.execute("update convening set state = 'cancelled'")


ENDS = [sign, refuse, take_back, other_objects, school_withdraws, student_says_no, convening_is_cancelled]


@pytest.mark.parametrize("end", ENDS)
async def test_after_an_answer_of_any_kind_nobody_is_reminded(office: Office, conn: Connection, end: Any) -> None:
    where = await house.stage(conn, SPRING)
    signup_id = await house.ask(conn, where, SPRING - timedelta(days=60))
    office.moment = house.at(42, 9, SPRING)
    assert len(await office.tick()) == 1
    async with conn.transaction():
        await end(conn, signup_id, office.later(days=3))
    await office.settle()
    assert await walk(office, SPRING, NEW_YORK, (28, 21, 17, 14)) == []


@pytest.mark.parametrize("end", ENDS)
async def test_a_reminder_that_waits_for_the_morning_is_not_sent_after_an_answer(
    office: Office, conn: Connection, end: Any
) -> None:
    """It is looked at again when it leaves."""
    where = await house.stage(conn, SPRING)
    office.moment = house.at(30, 22, SPRING)
    signup_id = await house.ask(conn, where, office.moment)
    await office.tick()
    [owed] = [one for one in await house.family_deliveries(office) if one.kind == "consent_form"]
    assert owed.state == "queued"
    async with conn.transaction():
        await end(conn, signup_id, office.later(minutes=5))
    office.moment = house.at(29, 8, SPRING)
    await office.tick()
    [after] = [one for one in await house.family_deliveries(office) if one.kind == "consent_form"]
    assert (after.state, after.error) == ("cancelled", "no longer wanted")


async def test_who_has_only_a_phone_is_called_and_gets_no_mail(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    guardian = desk.Guardian(name="Amina Camberwell", language="es", phone="555-555-0142")
    await house.ask(conn, where, SPRING - timedelta(days=60), guardian=guardian)
    assert [one[1:] for one in await walk(office, SPRING, NEW_YORK)] == [("school", "One family to call")]


async def test_a_slip_without_a_name_gets_no_mail_and_nobody_to_call(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    await house.ask(conn, where, SPRING - timedelta(days=60), name=None, grade=None, guardian=None, label="Slip 1")
    assert await walk(office, SPRING, NEW_YORK) == []


async def test_times_and_place_go_a_week_before_to_families_of_a_seat_and_later_where_the_seat_comes_later(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, SPRING, seats=1)
    early = SPRING - timedelta(days=60)
    for name in ("Zuri Camberwell", "Omari Ladd"):
        await house.ask(conn, where, early, name=name)
    office.moment = house.at(42, 9, SPRING)
    await office.tick()
    zuri, omari = await db.many(conn, desk.UUID, "select id from signup order by queue_number")
    for signup_id in (zuri, omari):
        await house.seat(conn, where, signup_id, office.later(hours=1))
    await office.settle()
    seen = await walk(office, SPRING, NEW_YORK, (8, 7, 6))
    assert seen == [("T-7 09:00", "family", "Times, place and who to call")]
    office.moment = house.at(5, 12, SPRING)
    async with conn.transaction():
        await answering.withdraw(conn, (await desk.signer(conn, zuri)).id, desk.BY_CODE, office.moment)
    mails = await office.tick()
    assert sorted(str(mail["Subject"]) for mail in mails) == ["Times, place and who to call", "We recorded your change"]
    [told] = [mail for mail in mails if "Times" in mail["Subject"]]
    assert "Omari has a place on the panel." in house.text(told)
    assert "12 Quay Street" in house.text(told)
    assert "10:00 a.m. to 11:00 a.m., Eastern Time" in house.text(told)
    assert "Ines Okafor, Lake Marlow High, 555-555-0119" in house.text(told)
    assert await walk(office, SPRING, NEW_YORK, (4,)) == []


async def test_times_and_place_are_not_sent_where_the_seat_was_lost_overnight(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    office.moment = house.at(9, 12, SPRING)
    signup_id = await house.ask(conn, where, office.moment)
    await office.tick()
    office.moment = house.at(6, 21, SPRING)
    await house.seat(conn, where, signup_id, office.moment)
    await office.tick()
    async with conn.transaction():
        await answering.withdraw(conn, (await desk.signer(conn, signup_id)).id, desk.BY_CODE, office.later(minutes=5))
    office.moment = house.at(5, 9, SPRING)
    await office.tick()
    [owed] = [one for one in await house.family_deliveries(office) if one.kind == "logistics"]
    assert owed.state == "cancelled"


async def test_an_extension_asks_once_more_while_there_is_a_mail_left(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    office.moment = house.at(20, 12, SPRING)
    signup_id = await house.ask(conn, where, office.moment)
    await office.tick()
    assert [one[0] for one in await walk(office, SPRING, NEW_YORK, (14, 13)) if one[1] == "family"] == ["T-13 09:00"]
    await _extend(office, conn, signup_id, 12)
    [mail] = await office.tick()
    assert str(mail["Subject"]).startswith("You have more time: please answer by Tuesday, March 30")
    assert [one[0] for one in await walk(office, SPRING, NEW_YORK, (9,))] == ["T-9 09:00"]


async def test_after_four_mails_an_extension_sends_none(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, SPRING)
    signup_id = await house.ask(conn, where, SPRING - timedelta(days=60))
    seen = await walk(office, SPRING, NEW_YORK)
    assert [one[1] for one in seen].count("family") == 4
    await _extend(office, conn, signup_id, 10)
    assert house.to_family(await office.tick()) == []
    assert [one for one in await walk(office, SPRING, NEW_YORK, (9,)) if one[1] == "family"] == []


async def _extend(office: Office, conn: Connection, signup_id: Any, days: int) -> None:
    """The deadline passed; an organizer gives time until T-9."""
    await conn.execute("update consent set state = 'expired'")
    office.moment = house.at(days, 12, SPRING)
    until = house.at(9, 12, SPRING).date()
    async with conn.transaction():
        await deciding.extend(conn, signup_id, until, "The mail came late", None, office.moment)


async def test_a_new_text_asks_again(office: Office, conn: Connection) -> None:
    """E9."""
    where = await house.stage(conn, SPRING)
    office.moment = house.at(30, 12, SPRING)
    signup_id = await house.ask(conn, where, office.moment)
    await office.tick()
    await house.sign(conn, await desk.signer(conn, signup_id), office.later(hours=1))
    await office.settle()
    await conn.execute("update consent set state = 'superseded'")
    await events.record(conn, office.later(days=1), [events.ConsentAsked(where.convening_id, signup_id)])
    [mail] = await office.settle()
    assert str(mail["Subject"]).startswith("The form has changed: please answer again by")


async def test_f8_a_student_who_comes_of_age_is_asked_where_we_know_an_address_and_the_guardian_is_left_alone(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, SPRING)
    office.moment = house.at(30, 12, SPRING)
    signup_id = await house.ask(conn, where, office.moment)
    await office.tick()
    async with conn.transaction():
        await deciding.come_of_age(conn, signup_id, office.later(days=1))
    await conn.execute(
        "update consent set email = 'zuri@students.example', name = 'Zuri Camberwell' where signer = 'student'"
    )
    mails = {house.address(mail): mail for mail in await office.settle()}
    assert set(mails) == {"zuri@students.example", house.CONTACT}
    assert "You can sign for yourself." in house.text(mails["zuri@students.example"])
    assert mails[house.CONTACT]["Subject"] == "A student signs for themselves now"
    assert "Zuri" not in mails[house.CONTACT].as_string()
    assert [one[:2] for one in await walk(office, SPRING, NEW_YORK, (28, 21))] == [("T-21 09:00", "family")]
    assert {one.signer: one.state for one in await consents(conn, [signup_id])} == {
        "guardian": "expired",
        "student": "asked",
    }
