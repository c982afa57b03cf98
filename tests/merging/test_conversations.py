"""Two entries become one while conversations are booked, and notes are written, and somebody was erased."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.coaching import note_queries, notes, queries
from service.db import Connection
from service.errors import NotFound
from service.field_cipher import ring
from service.keeping import person_erasing
from service.members import erased
from service.merging import actions
from service.merging import candidate_queries as looked_at
from service.merging.likeness import Known
from service.merging.rules import Stands
from service.settings import Settings
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.coaching.conftest import House, booked, coach_of, house, offered, states
from tests.exchange.answers import Calendar
from tests.merging.conftest import Two, merged
from tests.workers.conftest import Office, kind
from tests.workers.conftest import office as post

__all__ = ["house", "post"]


async def sent(post: Office) -> list[tuple[str, str]]:
    """To whom entries went, and what a calendar does with them."""
    return sorted((mail["To"].addresses[0].addr_spec, kind(mail)) for mail in await post.settle() if kind(mail))


async def test_a_booked_conversation_and_its_notes_go_on_and_both_calendars_follow(
    conn: Connection, post: Office, house: House, tamsin: UUID, settings: Settings, now: datetime
) -> None:
    [slot, _] = await offered(conn, house, now)
    booking = await booked(conn, slot, house.ana, now)
    note_id = db.new_id(now)
    keys = ring(settings.field_keys)
    await notes.write(conn, keys, note_id, house.coach, house.ana.person_id, booking, "Letters.", now, shared=True)
    await post.settle()
    ana = await person(conn, now, "Ana Birchwell", "ana@new-office.example")
    coach = await coach_of(conn, now, "M. Quillfeather", "quillfeather@new-office.example")

    for two in (Two(ana, house.ana.person_id), Two(coach, house.coach)):
        read = await actions.look(conn, two.kept, two.former, tamsin, now)
        assert "Conversations" in [one.what for one in read.facts.moves]
        await merged(conn, two, tamsin, now)

    assert await sent(post) == [
        ("ana@cedar-harbor.example", "CANCEL"),
        ("ana@cedar-harbor.example", "CANCEL"),
        ("ana@new-office.example", "REQUEST"),
        ("ana@new-office.example", "REQUEST"),
        ("marisela@coaches.example", "CANCEL"),
        ("quillfeather@new-office.example", "REQUEST"),
    ]
    assert await db.one(conn, int, "select count(*) as n from coach_booking where state = 'booked'") == 1
    assert [one.coach_id for one in await queries.slots(conn, house.convening.id, coach)] == [coach] * 2
    [note] = await notes.of_pair(conn, keys, coach, ana)
    assert (note.text, [one.id for one in await note_queries.shared_with(conn, ana)]) == ("Letters.", [note_id])


async def test_a_no_to_the_entry_that_was_sent_to_the_former_address_cancels_the_conversation(
    conn: Connection, post: Office, house: House, tamsin: UUID, now: datetime
) -> None:
    await post.settle()
    [slot, _] = await offered(conn, house, now)
    await booked(conn, slot, house.ana, now)
    [invite] = [mail for mail in await post.settle() if "ana@" in str(mail["To"])]
    calendar = Calendar(post, conn, house.ana, invite)
    ana = await person(conn, now, "Ana Birchwell", "ana@new-office.example")
    await merged(conn, Two(ana, house.ana.person_id), tamsin, now)
    await post.settle()
    judged = await calendar.says("DECLINED", sender="ana@cedar-harbor.example")
    await calendar.inbox.reader.end()
    assert (judged.outcome, await states(conn)) == ("applied", [("cancelled", "calendar")])


async def test_who_are_to_meet_are_not_made_one_before_that_is_cancelled(
    conn: Connection, house: House, tamsin: UUID, now: datetime
) -> None:
    [slot, _] = await offered(conn, house, now)
    await booked(conn, slot, house.ana, now)
    two = Two(house.coach, house.ana.person_id)
    read = await actions.look(conn, two.kept, two.former, tamsin, now)
    assert read.objections == [
        "The two are to meet at “Fall Convening”, one as the other’s coach. Cancel that conversation first."
    ]
    with pytest.raises(Stands):
        await merged(conn, two, tamsin, now)


async def test_that_they_met_stands_against_nothing(
    conn: Connection, post: Office, house: House, tamsin: UUID, now: datetime
) -> None:
    [slot, _] = await offered(conn, house, now)
    await booked(conn, slot, house.ana, now)
    await post.settle()
    await merged(conn, Two(house.coach, house.ana.person_id), tamsin, house.convening.ends_at)
    entries = "select ended_at is null from calendar_entry where booking_id is not null and person_id = $1 order by 1"
    assert await db.many(conn, bool, entries, house.coach) == [False, True]


async def test_who_were_erased_are_nobodys_second_entry(
    conn: Connection, settings: Settings, two: Two, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "organizer")
    for one in (two.kept, two.former):
        async with conn.transaction():
            await person_erasing.order(conn, one, tamsin, settings.secret_key, "console", now)
    assert erased.NAME in await db.many(conn, str, "select name from person")
    assert await looked_at.known(conn, [two.former]) == []
    nobody = Known(tamsin, erased.NAME, "erased person", "somebody@a.example", None, "", now)
    assert await looked_at.near(conn, nobody, 20) == []
    with pytest.raises(NotFound):
        await actions.look(conn, two.kept, two.former, tamsin, now)
