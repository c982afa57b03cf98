"""Two entries of one person meet members and coaches: conversations, times and notes go on with the one that stays."""

from datetime import datetime
from uuid import UUID

from service import db
from service.coaching import actions as coaching
from service.coaching import notes, queries
from service.db import Connection
from service.field_cipher import ring
from service.merging import actions
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from tests import make
from tests.coaching.conftest import House, booked, coach_of, house, offered, plan
from tests.merging.conftest import Two, merged
from tests.workers.conftest import Office, kind
from tests.workers.conftest import office as post

__all__ = ["house", "post"]
ANA, SECOND = "ana@cedar-harbor.example", "a.birchwell@old-mail.example"


async def second_seat(conn: Connection, house: House, now: datetime) -> RegistrationRow:
    """Ana once more, at another address, with a seat and a membership of her own."""
    row = await make.registered(conn, house.convening.id, 9, now=now, name="A. Birchwell", email=SECOND)
    await conn.execute("insert into membership values ($1, 2025, null)", row.person_id)
    return row


async def other_coach(conn: Connection, house: House, now: datetime, begins: str, ends: str) -> tuple[UUID, list[UUID]]:
    """Somebody else who coaches, and their times."""
    coach = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    async with conn.transaction():
        await coaching.publish(conn, house.convening.id, coach, plan(begins, ends), now)
    return coach, [one.id for one in await queries.slots(conn, house.convening.id, coach)]


async def test_of_two_conversations_at_one_time_the_kept_ones_stands_and_others_go_on_at_the_kept_address(
    conn: Connection, post: Office, house: House, tamsin: UUID, now: datetime
) -> None:
    first, _ = await offered(conn, house, now)
    _, (then, later) = await other_coach(conn, house, now, "14:00", "15:00")
    second = await second_seat(conn, house, now)
    hers, twice, other = [await booked(conn, *one, now) for one in ((first, house.ana), (then, second), (later, second))]
    await post.settle()
    two = Two(house.ana.person_id, second.person_id)
    read = await actions.look(conn, two.kept, two.former, tamsin, now)
    assert [(one.what, one.count) for one in read.facts.moves if "onversations" in one.what] == [
        ("Conversations", 1),
        ("Conversations at a time at which the one that stays has one", 1),
    ]

    await merged(conn, two, tamsin, now)

    stands = "select id from coach_booking where state = 'booked'"
    assert set(await db.many(conn, UUID, stands)) == {hers, other}
    assert await db.one(conn, str, "select ended_by from coach_booking where id = $1", twice) == "organizer"
    whose = "select distinct member_id::text || registration_id::text from coach_booking"
    assert await db.many(conn, str, whose) == [f"{two.kept}{house.ana.id}"]
    mails = [(mail["To"].addresses[0].addr_spec, kind(mail), str(mail["Subject"])) for mail in await post.settle()]
    talks = sorted((to, method) for to, method, subject in mails if "Odalys" in subject or to.startswith("odalys"))
    assert talks == [(SECOND, "CANCEL"), (SECOND, "CANCEL"), (ANA, "REQUEST"), ("odalys@coaches.example", "CANCEL")]
    live = "select distinct recipient from calendar_entry where person_id = $1 and ended_at is null"
    assert await db.many(conn, str, live, two.kept) == [ANA]
    assert set(await db.many(conn, UUID, stands)) == {hers, other}, "the registration that ended took none along"


async def test_two_coaches_who_were_one_have_the_times_of_both_and_none_over_another(
    conn: Connection, house: House, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    [own, _] = await offered(conn, house, now)
    former, (first, second, third) = await other_coach(conn, house, now, "14:15", "15:45")
    await booked(conn, second, house.ben, now)
    keys, note_id = ring(settings.field_keys), db.new_id(now)
    await notes.write(conn, keys, note_id, former, house.ben.person_id, None, "Wants to lead.", now, shared=False)

    await merged(conn, Two(house.coach, former), tamsin, now)

    slots = [one for one in await queries.slots(conn, house.convening.id, house.coach) if not one.removed]
    assert [(one.id, one.booking_id is not None) for one in slots] == [
        (own, False),
        (second, True),
        (third, False),
    ]
    gone = "select id from coach_slot where removed_at is not null and coach_id = $1"
    assert first in await db.many(conn, UUID, gone, house.coach)
    assert [one.text for one in await notes.of_pair(conn, keys, house.coach, house.ben.person_id)] == ["Wants to lead."]


async def test_notes_about_both_are_read_together_and_nobody_has_notes_about_themselves(
    conn: Connection, house: House, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    second = await second_seat(conn, house, now)
    await conn.execute("update membership set coach_id = $2 where person_id = $1", second.person_id, house.coach)
    await conn.execute("insert into coach (person_id) values ($1)", second.person_id)
    await conn.execute("update membership set coach_id = $2 where person_id = $1", house.ben.person_id, second.person_id)
    keys = ring(settings.field_keys)
    for about, said in ((house.ana.person_id, "One"), (second.person_id, "Two")):
        await notes.write(conn, keys, db.new_id(now), house.coach, about, None, said, now, shared=True)
    await conn.execute(
        """insert into coach_note (id, coach_id, member_id, sealed, created_at, changed_at)
           values (gen_random_uuid(), $1, $2, '\\x00', $3, $3)""",
        second.person_id,
        house.ana.person_id,
        now,
    )

    await merged(conn, Two(house.ana.person_id, second.person_id), tamsin, now)

    assert sorted(one.text for one in await notes.for_member(conn, keys, house.ana.person_id)) == ["One", "Two"]
    assert await db.one(conn, int, "select count(*) from coach_note") == 2


async def test_two_who_meet_one_another_are_one_only_once_that_is_cancelled_or_over(
    conn: Connection, post: Office, house: House, tamsin: UUID, now: datetime
) -> None:
    first, _ = await offered(conn, house, now)
    await booked(conn, first, house.ana, now)
    await post.settle()
    two = Two(house.ana.person_id, house.coach)
    [stands] = (await actions.look(conn, two.kept, two.former, tamsin, now)).objections
    assert stands == "The two are to meet at “Fall Convening”, one as the other’s coach. Cancel that conversation first."

    over = house.convening.ends_at
    await merged(conn, two, tamsin, over)

    live = "select count(*) from calendar_entry where booking_id is not null and ended_at is null and person_id = $1"
    assert await db.one(conn, int, live, two.kept) == 1


async def test_whose_erasure_is_ordered_is_nobodys_second_entry(
    conn: Connection, settings: Settings, two: Two, tamsin: UUID, now: datetime
) -> None:
    await db.run(
        conn,
        "insert into person_erasure (id, person_id, ordered_by, ordered_at) values (gen_random_uuid(), $1, $2, $3)",
        two.former,
        tamsin,
        now,
    )
    [stands] = (await actions.look(conn, two.kept, two.former, tamsin, now)).objections
    assert stands.startswith("One of them is erased, or is being erased.")
