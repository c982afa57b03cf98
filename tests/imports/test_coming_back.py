"""What was here before comes back: our own files, people whose entries were merged, people who were erased."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.imports.rules import Kind
from service.keeping import person_erasing
from service.members import erased
from tests.access.conftest import Browser, person
from tests.imports.conftest import SECRET, Desk, counts
from tests.imports.test_taking import PEOPLE, VERSIONS, others
from tests.merging.conftest import Two, merged

FORMULAS = (
    b"name,email,title,role,joined,coach,pronouns,dietary,access needs,badge name\n"
    b'"=HYPERLINK(""x"")",f@a.example,+1,"member, coach",2020,,@they,-nuts,=1+1,\'=x\n'
    b"'Aulani Kahale,aulani@a.example,'quoted',member,2021,f@a.example,,,,\n"
)
PLACES = b"name,state,time zone,code\n=Sum District,NV,America/Los_Angeles,sum\n+One,WA,America/Los_Angeles,one\n"
SCHOOLS = b"name,district,code\n-Dash School,sum,dash\n@Home School,one,home\n"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_a_file_that_we_made_stays_as_it_is_when_it_is_brought_back(
    office: Browser, desk: Desk, conn: Connection, ending: str
) -> None:
    assert (await desk.taken(PLACES, "districts")).new_rows == 2
    assert (await desk.taken(SCHOOLS, "schools")).new_rows == 2
    assert (await desk.taken(PEOPLE)).new_rows == 4
    assert (await desk.taken(FORMULAS)).new_rows == 2
    before = await db.one(conn, str, VERSIONS)
    lists: list[tuple[Kind, int]] = [("people", 7), ("districts", 4), ("schools", 3)]
    for kind, rows in lists:
        file = (await office.get(f"/office/{kind}.{ending}")).content
        if (kind, ending) == ("people", "csv"):
            assert b"'+1" in file
        back = await desk.taken(file, kind)
        assert counts(back) == ("done", 0, 0, rows, 0), await desk.sentences(back.id)
    assert await db.one(conn, str, VERSIONS) == before


async def test_an_apostrophe_that_is_not_ours_stays(desk: Desk, conn: Connection) -> None:
    await desk.taken(b"name,email,title\n'Aulani Kahale,aulani@a.example,'+1\n")
    assert await others(conn) == ["'Aulani Kahale|aulani@a.example|+1||||"]


async def test_whoever_has_an_address_of_a_merged_entry_is_the_one_that_stayed(
    desk: Desk, conn: Connection, now: datetime
) -> None:
    kept = await person(conn, now, "Wren Okonkwo", "wren@a.example")
    former = await person(conn, now, "W. Okonkwo", "old@a.example")
    await conn.execute("insert into coach (person_id) values ($1)", former)
    await merged(conn, Two(kept, former), desk.person_id, now)
    rows = (b"Wren Okonkwo,OLD@a.example,Lead,coach,", b"Ida Bell,ida@a.example,,member,old@a.example", b"")
    file = b"\n".join((b"name,email,title,role,coach", *rows))
    assert counts(await desk.taken(file)) == ("done", 1, 1, 0, 0)
    assert await others(conn) == [
        "Ida Bell|ida@a.example||||||2026|wren@a.example",
        "Wren Okonkwo|wren@a.example|Lead|||||",
    ]
    assert counts(await desk.taken(file)) == ("done", 0, 0, 2, 0)
    both = await desk.taken(b"name,email\nWren Okonkwo,wren@a.example\nWren Okonkwo,old@a.example\n")
    assert counts(both) == ("done", 0, 0, 1, 1)


async def test_a_coach_who_is_erased_stands_in_no_row_of_others(desk: Desk, conn: Connection, now: datetime) -> None:
    people = b"name,email,role,joined,coach\n"
    cole, bo = b"Cole,cole@a.example,coach,,\n", b"Bo,bo@a.example,coach,,\n"
    await desk.taken(people + b"Ida,ida@a.example,member,2020,cole@a.example\n" + cole + bo)
    changed = await desk.taken(people + b"Ida Bell,ida@a.example,member,2020,bo@a.example\n")
    await desk.looked(people + b"Uma,uma@a.example,member,2020,cole@a.example\n")
    stays = await desk.looked(people + b"Uma,uma@a.example,member,2020,bo@a.example\n")
    refused = await desk.looked(people + b"Eve,eve@a.example,member,2020,nicole@a.example\n")
    cole_id = await db.one(conn, UUID, "select id from person where email = 'cole@a.example'")
    async with conn.transaction():
        await person_erasing.order(conn, cole_id, desk.person_id, SECRET, "203.0.113.7", now)
    left = "select string_agg(r::text, ' ') from import_row r"
    assert "cole@a.example" not in (await db.one(conn, str, left)).replace("nicole", "nic_le")
    waiting = "select coalesce(string_agg(rows::text, ' '), '') from import_batch"
    assert "cole@a.example" not in await db.one(conn, str, waiting)
    assert [one.field for one in (await desk.outcomes(changed.id))[0].differences] == ["Name"]
    assert (await desk.sentences(refused.id))[2][0].startswith("nicole@a.example is the address of no coach.")
    assert (await desk.row(stays.id)).state == "held"


async def test_whose_erasure_is_under_way_is_written_no_more(desk: Desk, conn: Connection, now: datetime) -> None:
    wren = await person(conn, now, "Wren Okonkwo", "wren@a.example")
    file = b"name,email,title,role\nWren Okonkwo,wren@a.example,Lead,member\n"
    looked = await desk.looked(file)
    await conn.execute(
        "insert into person_erasure (id, person_id, ordered_at, address_marks) values ($1, $1, $2, $3)",
        wren,
        now,
        [erased.mark(SECRET, "wren@a.example")],
    )
    await desk.say_yes(looked.id)
    await desk.work()
    assert counts(await desk.row(looked.id)) == ("done", 0, 0, 0, 1)
    assert counts(await desk.looked(file)) == ("done", 0, 0, 0, 1)
    assert await others(conn) == ["Wren Okonkwo|wren@a.example|||||"]


async def test_who_was_erased_is_said_to_have_been_and_left_to_a_person(desk: Desk, conn: Connection, now: datetime) -> None:
    await desk.taken(b"name,email\nWren Okonkwo,wren@a.example\n")
    wren = await db.one(conn, UUID, "select id from person where email = 'wren@a.example'")
    file = b"name,email\nWren Okonkwo,WREN@a.example\nIda Bell,ida@a.example\n"
    waiting = await desk.looked(b"name,email\nIda Bell,ida@a.example\n")
    async with conn.transaction():
        await person_erasing.order(conn, wren, desk.person_id, SECRET, "203.0.113.7", now)
    said = "This person was erased on December 1, 2026. Take them in only if they asked for it. Then add them by hand"
    looked = await desk.looked(file)
    assert counts(looked) == ("held", 1, 0, 0, 1)
    assert (await desk.sentences(looked.id))[2][0].startswith(said)
    await desk.say_yes(waiting.id)
    await desk.work()
    assert [one for one in await others(conn) if "ren" in one and "Erased" not in one] == []
    await person(conn, now, "Wren Okonkwo", "wren@a.example")
    assert counts(await desk.looked(file)) == ("done", 0, 0, 2, 0), "who came back by themselves is known as anybody else"
