"""Conversations with coaches, notes, materials and messages to many: how long they stay, who reads them, how they go."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service import db
from service.coaching import actions as coaching
from service.coaching import notes, queries
from service.db import Connection, Pool
from service.field_cipher import ring
from service.keeping import going, own_data, person_erasing, retention, retention_queries
from service.keeping.periods import Periods
from service.settings import Settings
from service.web.templating import environment
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.coaching.conftest import House, booked, house, offered
from tests.consents.test_erasing import dumped
from tests.visits import visited
from tests.workers.conftest import Office, kind, office

__all__ = ["house", "office"]
DAY = timedelta(days=1)
TABLES = ("coach_slot", "coach_booking", "coach_note", "material", "material_chunk", "bulk_message", "bulk_recipient")


@pytest.fixture
async def wren(conn: Connection, now: datetime) -> UUID:
    """An organizer."""
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await give(conn, now, wren, "organizer")
    return wren


async def note(
    conn: Connection, house: House, settings: Settings, about: UUID, text: str, now: datetime, **how: bool
) -> None:
    keys = ring(settings.field_keys)
    await notes.write(conn, keys, db.new_id(now), house.coach, about, None, text, now, shared=how.get("shared", False))


async def written_to_many(conn: Connection, to: UUID, now: datetime) -> UUID:
    """A message that was sent, and who got it."""
    message_id = db.new_id(now)
    await conn.execute(
        """insert into bulk_message (id, audience, subject, words, state, released_at, laid_out_at, created_at)
           values ($1, 'members', 'A word', 'To all', 'released', $2, $2, $2)""",
        message_id,
        now,
    )
    await conn.execute("insert into bulk_recipient values ($1, $2, 'owed')", message_id, to)
    return message_id


async def material(conn: Connection, house: House, audience: str, now: datetime) -> None:
    await conn.execute(
        """with made as (
             insert into material (id, convening_id, kind, title, audience, shared, ordinal, file_id, file_name, sha256,
                                   created_at, changed_at)
             values (gen_random_uuid(), $1, 'file', $2, $2, 'now', 1, gen_random_uuid(), 'a.pdf', '\\x01', $3, $3)
             returning id, file_id)
           insert into material_chunk (file_id, ordinal, content, material_id) select file_id, 1, '\\x01', id from made""",
        house.convening.id,
        audience,
        now,
    )


async def there(conn: Connection) -> list[int]:
    """How many rows of each."""
    return [await db.one(conn, int, f"select count(*) from {table}") for table in TABLES]


async def test_each_has_its_time_and_what_is_for_many_or_about_ones_own_members_stays(
    pool: Pool, conn: Connection, house: House, office: Office, settings: Settings, now: datetime
) -> None:
    [first, second] = await offered(conn, house, now)
    await booked(conn, first, house.ana, now)
    await booked(conn, second, house.ben, now)
    found = await queries.slot(conn, second)
    async with conn.transaction():
        await coaching.take_away(conn, second, "coach", "My train is late.", found.mark, now)
    await office.settle()
    for about in (house.ana.person_id, house.ben.person_id):
        await conn.execute(
            "insert into coach_note values (gen_random_uuid(), $1, $2, null, '\\x01', false, $3, $3)",
            house.coach,
            about,
            now,
        )
    await written_to_many(conn, house.ana.person_id, now)
    for audience in ("seats", "public"):
        await material(conn, house, audience, now)
    over = house.convening.ends_at

    async def night(moment: datetime) -> dict[str, int]:
        assert await retention.run(pool, Periods(), moment)
        [run] = await retention_queries.latest(conn)
        assert run.left_over == {}
        return {
            name: count
            for name, count in run.gone.items()
            if name in ("cancellations", "conversations", "notes", "materials", "messages")
        }

    assert await night(over + 29 * DAY) == {}
    assert await night(over + 31 * DAY) == {"cancellations": 1}
    assert await there(conn) == [2, 2, 2, 2, 2, 1, 1]
    assert await night(over + 400 * DAY) == {"messages": 2}
    assert await night(over + 731 * DAY) == {"conversations": 2, "notes": 1}
    assert await db.many(conn, UUID, "select member_id from coach_note") == [house.ana.person_id], "her own coach’s"
    assert await night(over + 1096 * DAY) == {"materials": 1}
    assert await there(conn) == [0, 0, 1, 1, 1, 0, 0]
    assert await db.many(conn, str, "select audience from material") == ["public"]


async def test_a_legal_hold_keeps_all_of_it(
    pool: Pool, conn: Connection, house: House, settings: Settings, wren: UUID, now: datetime
) -> None:
    await offered(conn, house, now)
    await note(conn, house, settings, house.ana.person_id, "Hers", now)
    await conn.execute("update membership set coach_id = null")
    await written_to_many(conn, house.ana.person_id, now)
    await material(conn, house, "seats", now)
    await conn.execute(
        "insert into legal_hold values (gen_random_uuid(), null, 'Counsel asks', $1, $2, null, null)", wren, now
    )
    before = await there(conn)
    assert await retention.run(pool, Periods(), now + 5000 * DAY)
    [run] = await retention_queries.latest(conn)
    assert (await there(conn), run.left_over) == (before, {})


async def with_ana(conn: Connection, house: House, office: Office, now: datetime) -> None:
    """The coach meets Ana, and whoever is written to about it was."""
    [first, _] = await offered(conn, house, now)
    await booked(conn, first, house.ana, now)
    await office.settle()


async def test_attendance_that_is_kept_shorter_takes_the_conversations_of_its_registrations_along(
    pool: Pool, conn: Connection, house: House, office: Office, now: datetime
) -> None:
    await with_ana(conn, house, office, now)
    mailed = """select count(*) filter (where e.registration_id is not null) > 0,
                       count(*) filter (where e.booking_id is not null) > 0
                  from delivery d join calendar_entry e on e.uid = d.calendar_uid"""
    assert tuple(await conn.fetchrow(mailed) or ()) == (True, True), "entries of both kinds are to let go of their mails"
    assert await retention.run(pool, Periods(attendance=100 * DAY), house.convening.ends_at + 101 * DAY)
    [run] = await retention_queries.latest(conn)
    assert (run.gone["attendance"], run.left_over, (await there(conn))[:2]) == (2, {}, [2, 0])


async def test_attendance_that_goes_reads_the_calendar_entries_of_those_who_go_alone(
    conn: Connection, owner: Connection, house: House, office: Office, now: datetime
) -> None:
    await with_ana(conn, house, office, now)
    async with owner.transaction():
        # Entries of others, without all that is theirs, and a mail of each: where there are few mails, those are begun with.
        await owner.execute("set local session_replication_role = replica")
        await owner.execute(
            """insert into calendar_entry (id, registration_id, uid, recipient, sequence, dtstamp, facts)
               select gen_random_uuid(), gen_random_uuid(), 'of another ' || n, 'a@b.example', 0, now(), '{}'
                 from generate_series(1, 20_000) n"""
        )
        await owner.execute(
            """insert into delivery (id, kind, subject_id, person_id, recipient, policy, message, message_id, next_at,
                                     created_at, calendar_uid, sequence, state)
               select id, 'gathering', id, $1, recipient, 'resend', '{}', uid, now(), now(), uid, 0, 'sent'
                 from calendar_entry where uid like 'of another %'""",
            house.coach,
        )
    await owner.execute("analyze calendar_entry; analyze delivery")
    over = house.convening.ends_at + DAY
    async with conn.transaction():
        assert await visited(conn, "calendar_entry", lambda: going.attendance(conn, over, 2000)) < 100
    assert await db.one(conn, int, "select count(*) from registration") == 0


async def erased(conn: Connection, who: UUID, by: UUID, settings: Settings, now: datetime) -> bool:
    async with conn.transaction():
        return await person_erasing.order(conn, who, by, settings.secret_key, "203.0.113.7", now)


async def test_a_coach_who_is_erased_meets_nobody_any_more_and_members_are_told(
    office: Office, conn: Connection, owner: Connection, house: House, settings: Settings, wren: UUID, now: datetime
) -> None:
    [first, _] = await offered(conn, house, now)
    await booked(conn, first, house.ana, now)
    await note(conn, house, settings, house.ana.person_id, "Shared", now, shared=True)
    await office.settle()
    assert not await erased(conn, house.coach, wren, settings, now), "calendars are to be told first"
    told = {mail["To"].addresses[0].addr_spec: kind(mail) for mail in await office.settle()}
    assert told == {"ana@cedar-harbor.example": "CANCEL", "marisela@coaches.example": "CANCEL"}
    await office.schedule.tick(now)
    assert [one for one in (await dumped(owner)).splitlines() if "marisela" in one or "quillfeather" in one] == []
    assert (await there(conn))[:3] == [0, 0, 0]
    assert "conversations with coaches or members" in await db.one(conn, list, "select what from person_erasure")


async def test_a_member_who_is_erased_is_in_no_calendar_list_or_note_of_others(
    office: Office, conn: Connection, owner: Connection, house: House, settings: Settings, wren: UUID, now: datetime
) -> None:
    ana = house.ana.person_id
    [first, second] = await offered(conn, house, now)
    await booked(conn, first, house.ana, now)
    await booked(conn, second, house.ben, now)
    await note(conn, house, settings, ana, "About her", now)
    await note(conn, house, settings, house.ben.person_id, "About him", now)
    await written_to_many(conn, ana, now)
    await conn.execute(
        "insert into told_apart values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3, $4)",
        ana,
        house.ben.person_id,
        wren,
        now,
    )
    await conn.execute(
        """with made as (insert into import_file (id, person_id, kind, file_name, state, next_at, created_at, ended_at)
                         values (gen_random_uuid(), $1, 'people', 'a.csv', 'done', $2, $2, $2) returning id)
           insert into import_row (import_id, number, kind, name, subject)
           select id, 2, 'new', 'Ana Birchwell', 'ANA@cedar-harbor.example' from made""",
        wren,
        now,
    )
    await office.settle()
    await erased(conn, ana, wren, settings, now)
    await office.settle()
    await office.schedule.tick(now)
    assert [one for one in (await dumped(owner)).splitlines() if "birchwell" in one or "ana@cedar" in one] == []
    assert (await there(conn))[:3] == [2, 1, 1]
    assert (await there(conn))[-1] == 0
    assert await db.one(conn, int, "select count(*) from told_apart") == 0


async def test_their_own_file_has_conversations_of_both_sides_and_of_notes_what_is_shared(
    conn: Connection, house: House, settings: Settings, now: datetime
) -> None:
    [first, _] = await offered(conn, house, now)
    await booked(conn, first, house.ana, now)
    await note(conn, house, settings, house.ana.person_id, "For you", now, shared=True)
    await note(conn, house, settings, house.ana.person_id, "For me alone", now)
    hers, her_page = await file_of(conn, house.ana.person_id, settings, now)
    assert [(one["you_were"], one["with_whom"], one["state"]) for one in hers["conversations"]] == [
        ("member", "Marisela Quillfeather", "booked")
    ]
    assert [(one["coach"], one["words"]) for one in hers["notes"]] == [("Marisela Quillfeather", "For you")]
    coachs, coachs_page = await file_of(conn, house.coach, settings, now)
    assert [(one["you_were"], one["with_whom"], one["state"]) for one in coachs["conversations"]] == [
        ("coach", "Ana Birchwell", "booked"),
        ("coach", "", "offered"),
    ]
    said = json.dumps(hers) + her_page + json.dumps(coachs) + coachs_page
    assert ("For you" in said, "For me alone" in said) == (True, False)
    assert (await file_of(conn, house.ben.person_id, settings, now))[0]["conversations"] == []


async def file_of(conn: Connection, who: UUID, settings: Settings, now: datetime) -> tuple[dict[str, Any], str]:
    """What somebody takes along: for programs, and the page."""
    pages, keys = environment(settings), ring(settings.field_keys)
    async with conn.transaction():
        packed = own_data.packed(conn, who, keys, lambda name, given: pages.get_template(name).render(given), now)
        content = b"".join([chunk async for chunk in packed])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("everything.json")), archive.read("everything.html").decode()
