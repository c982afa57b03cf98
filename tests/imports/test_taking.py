"""What workers do with files: looked at without a trace, taken in once whatever ends in between, harmless again."""

import asyncio
import io
import os
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from service import db
from service.db import Connection, Pool
from service.errors import NotFound, Refused
from service.imports import actions, apart, kinds, people_writing, queries, rules, steps, tables, working_queries
from service.imports.hints import Hints
from service.imports.known import Known
from service.imports.rules import CHANGED_MEANWHILE, FileUnusable, GivenRow, Kind, Told, Unusable
from service.keeping import retention
from service.keeping.periods import Periods
from service.members import pairing
from tests import make
from tests.access.conftest import person
from tests.imports.conftest import HEAD, SECRET, Desk, counts, workbook
from tests.members.conftest import everybody
from workers.importer import Importer

PEOPLE = (
    HEAD
    + "Wren Okonkwo,wren@a.example,Principal,Silver Sage Unified,member,,2021,COLE@a.example,America/Denver,they,Vegan,"
    + "Ramp,Wren\n"
    + "\"=cmd|' /C calc'!A0\",formula@a.example,+1,,,,,,,,,,\n"
    + "Ida Bell,ida@a.example,,,school contact,Tidewater Academy,,,,,,,\n"
    + "Coach Cole,cole@a.example,,cedar-harbor-public-schools,coach,,,,,,,,\n"
).encode()
WRITTEN = [
    "=cmd|' /C calc'!A0|formula@a.example|+1||||",
    "Coach Cole|cole@a.example||Cedar Harbor Public Schools|||||",
    "Ida Bell|ida@a.example||||||Tidewater Academy",
    "Wren Okonkwo|wren@a.example|Principal|Silver Sage Unified|America/Denver|they|Vegan|Ramp|Wren|2021|cole@a.example",
]
SCHOOLS = (
    b"name,district,code\nSage High,Silver Sage Unified,\nSage High,cedar-harbor-public-schools,\n"
    b"Bay,Silver Sage Unified,007\n"
)
DISTRICTS = (
    b"name,state,time zone,students sign at,guardians sign\nMarsh Street,il,America/Chicago,18,2\n"
    b"Silver Sage Unified,NV,America/Los_Angeles,,\n"
)
ALL_PLACES = (
    "select concat_ws('|', d.code, d.name, d.state, d.time_zone, d.student_signs_at, d.signers_needed) from district d"
)
ALL_SCHOOLS = (
    "select s.code || '|' || s.name || '|' || d.code from school s join district d on d.id = s.district_id order by 1"
)
VERSIONS = """select string_agg(v, ' ' order by v) from (select p.xmin::text || p.ctid::text as v from person p union all
              select m.xmin::text || m.ctid::text from membership m union all select d.xmin::text || d.ctid::text
              from district d union all select s.xmin::text || s.ctid::text from school s) as versions"""
"""Changes where a row is written, even with the same words."""


async def others(conn: Connection) -> list[str]:
    """Everybody but the organizer."""
    return sorted(one for one in await everybody(conn) if "tamsin" not in one)


@pytest.fixture
def in_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two rows each, as if the reader handed on so few at once."""

    @asynccontextmanager
    async def reading(kind: Kind, pieces: AsyncIterable[bytes]) -> AsyncGenerator[AsyncGenerator[Told]]:
        content = b"".join([piece async for piece in pieces])

        async def told() -> AsyncGenerator[Told]:
            try:
                for one in tables.told(io.BytesIO(content), len(content), kind):
                    yield one
            except FileUnusable as refusal:
                yield Unusable(refusal.sentence)

        yield told()

    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(apart, "reading", reading)


async def test_people_are_looked_at_without_a_trace_and_then_taken_in(desk: Desk, conn: Connection) -> None:
    looked = await desk.looked(PEOPLE)
    assert counts(looked) == ("held", 4, 0, 0, 0)
    assert (looked.total, looked.to_take, looked.read_as) == (4, 4, "UTF-8 with commas between the cells")
    assert await others(conn) == []
    assert await db.one(conn, int, "select count(*) from import_piece") == 0
    await desk.say_yes(looked.id)
    await desk.work()
    done = await desk.row(looked.id)
    assert (counts(done), done.done) == (("done", 4, 0, 0, 0), 4)
    assert await others(conn) == WRITTEN
    for table in ("import_piece", "import_batch", "import_key"):
        assert await conn.fetchval(f"select count(*) from {table}") == 0, table
    assert await db.one(conn, int, "select count(*) from event where kind <> 'sign_in_asked'") == 0


async def test_schools_and_districts_are_taken_in_by_code_or_name(desk: Desk, conn: Connection) -> None:
    assert counts(await desk.taken(DISTRICTS, "districts")) == ("done", 1, 1, 0, 0)
    assert sorted(await db.many(conn, str, ALL_PLACES)) == [
        "cedar-harbor-public-schools|Cedar Harbor Public Schools|WA|America/Los_Angeles|1",
        "marsh-street|Marsh Street|IL|America/Chicago|18|2",
        "silver-sage-unified|Silver Sage Unified|NV|America/Los_Angeles|1",
    ]
    assert counts(await desk.taken(SCHOOLS, "schools")) == ("done", 3, 0, 0, 0)
    assert await db.many(conn, str, ALL_SCHOOLS) == [
        "007|Bay|silver-sage-unified",
        "sage-high-2|Sage High|cedar-harbor-public-schools",
        "sage-high|Sage High|silver-sage-unified",
        "tidewater-academy|Tidewater Academy|cedar-harbor-public-schools",
    ]
    changed = await desk.taken(b"code,name,district\n007,Bay High,cedar-harbor-public-schools\n", "schools")
    [outcome] = await desk.outcomes(changed.id)
    assert [(one.field, one.before, one.after) for one in outcome.differences] == [
        ("Name", "Bay", "Bay High"),
        ("District", "Silver Sage Unified", "Cedar Harbor Public Schools"),
    ]
    assert "007|Bay High|cedar-harbor-public-schools" in await db.many(conn, str, ALL_SCHOOLS)


@pytest.mark.parametrize(
    ("kind", "content"), [("people", PEOPLE), ("schools", SCHOOLS), ("districts", DISTRICTS)], ids=lambda one: str(one)[:9]
)
async def test_the_same_file_again_writes_nothing_at_all(desk: Desk, conn: Connection, kind: Kind, content: bytes) -> None:
    await desk.taken(content, kind)
    before = await db.one(conn, str, VERSIONS)
    again = await desk.taken(content, kind)
    rows = content.count(b"\n") - 1
    assert counts(again) == ("done", 0, 0, rows, 0)
    assert await db.one(conn, str, VERSIONS) == before


async def test_a_workbook_is_taken_in_like_a_text(desk: Desk, conn: Connection) -> None:
    rows = [
        ["E-mail", "Name", "Role", "Joined"],
        ["wren@a.example", "Wren", "member", 2021],
        ["ida@a.example", "Ida", "", ""],
    ]
    assert counts(await desk.taken(workbook(*rows))) == ("done", 2, 0, 0, 0)
    assert await others(conn) == ["Ida|ida@a.example|||||", "Wren|wren@a.example||||||2021"]


async def test_changes_are_told_before_and_after_and_empty_cells_delete_nothing(desk: Desk, conn: Connection) -> None:
    await desk.taken(PEOPLE)
    row = await desk.taken(b"email,title,dietary,coach\nWREN@A.example,Coach of coaches,,\n")
    [outcome] = await desk.outcomes(row.id)
    assert [(one.field, one.before, one.after) for one in outcome.differences] == [
        ("Title", "Principal", "Coach of coaches")
    ]
    assert WRITTEN[3].replace("Principal", "Coach of coaches") in await others(conn)


async def test_what_only_people_themselves_say_stays(desk: Desk, conn: Connection) -> None:
    await desk.taken(PEOPLE)
    said = "update person set listed = true, email_listed = true, about = 'Mine' where email = 'wren@a.example'"
    await db.run(conn, said)
    await db.run(conn, "update coach set bio = 'Also mine'")
    await desk.taken(PEOPLE.replace(b"Principal", b"Lead").replace(b"Coach Cole", b"Cole"))
    kept = "select listed and email_listed and about = 'Mine' as kept from person where email = 'wren@a.example'"
    assert await db.one(conn, bool, kept)
    assert await db.one(conn, str, "select bio from coach") == "Also mine"


async def test_bad_rows_stop_no_others_and_can_be_mended_and_imported_again(desk: Desk, conn: Connection) -> None:
    bad = PEOPLE + b"A,twice@a.example\nB,TWICE@a.example\nBad,bad\n"
    row = await desk.taken(bad)
    assert counts(row) == ("done", 5, 0, 0, 2)
    told = await desk.sentences(row.id)
    assert told[7] == ["This address is in row 6 already."]
    assert told[8][0].startswith("Write a mail address like name@school.org.")
    assert counts(await desk.taken(bad.replace(b"Bad,bad", b"Good,good@a.example"))) == ("done", 1, 0, 5, 1)
    assert len(await others(conn)) == 6


PLACE_TROUBLES: list[tuple[Kind, str, str]] = [
    ("districts", "name\nNew One", "The state is missing. The time zone is missing."),
    ("districts", "name,state\nNew One,New York", "Write the state in two letters, like NY."),
    ("districts", "name,code\nSilver Sage Unified,ss", "There is this district already. Its code is silver-sage-unified"),
    ("districts", "name,code,state,time zone\nX,a b,NY,America/New_York", "Write a short code of small letters"),
    ("districts", "name,students sign at\nSilver Sage Unified,7", "Write an age from 14 to 25"),
    ("districts", "name,guardians sign\nSilver Sage Unified,3", "Choose one guardian or two."),
    ("districts", f"name,state,time zone\n{'x' * 300},NY,America/New_York", "at most 200 characters; these are 300."),
    ("schools", "name,district\nNew,Silver Sge Unified", "Did you mean “Silver Sage Unified”?"),
    ("schools", "name\nNew", "The district is missing."),
    ("schools", "name,code\nTidewater Academy,ta", "There is this school already. Its code is tidewater-academy"),
]


@pytest.mark.parametrize(("kind", "content", "sentence"), PLACE_TROUBLES, ids=[one[2] for one in PLACE_TROUBLES])
async def test_a_place_that_cannot_be_taken_says_why(desk: Desk, kind: Kind, content: str, sentence: str) -> None:
    row = await desk.taken(content.encode(), kind)
    assert counts(row) == ("done", 0, 0, 0, 1)
    assert sentence in " ".join((await desk.sentences(row.id))[2])


async def test_a_contact_is_not_given_a_school_of_another_district_that_only_has_the_name(
    desk: Desk, conn: Connection
) -> None:
    head, contact = b"name,email,district,role,school\n", b"A,a@a.example,Silver Sage Unified,school contact,"
    row = await desk.taken(head + contact + b"Tidewater Academy\n")
    assert await desk.sentences(row.id) == {
        2: ["“Tidewater Academy” is not in Silver Sage Unified. If it is meant, write its short code: tidewater-academy."]
    }
    assert counts(await desk.taken(head + contact + b"tidewater-academy\n")) == ("done", 1, 0, 0, 0)
    assert counts(await desk.taken(head + contact + b"Tidewater Academy\n")) == ("done", 0, 0, 1, 0), "as we export it"
    assert await others(conn) == ["A|a@a.example||Silver Sage Unified|||||Tidewater Academy"]


async def test_the_same_place_twice_is_named_with_the_row_of_the_first(desk: Desk) -> None:
    rows = (b"A,Silver Sage Unified,", b"a,silver-sage-unified,", b"B,silver-sage-unified,x", b"C,silver-sage-unified,X")
    schools = b"\n".join((b"name,district,code", *rows))
    row = await desk.taken(schools, "schools")
    assert await desk.sentences(row.id) == {
        3: ["This school is in row 2 already."],
        5: ["This school is in row 4 already."],
    }


@pytest.mark.parametrize("name", ["İstanbul Schools", "École Élémentaire", "ΣΟΦΙΑΣ"])
async def test_a_place_is_known_again_whatever_letters_it_is_written_with(desk: Desk, name: str) -> None:
    district = f"name,state,time zone\n{name},NY,America/New_York\n".encode()
    school = f"name,district\n{name},{name}\n".encode()
    for file, kind in ((district, "districts"), (school, "schools")):
        assert counts(await desk.taken(file, kind)) == ("done", 1, 0, 0, 0)
        assert counts(await desk.taken(file, kind)) == ("done", 0, 0, 1, 0)


async def test_a_place_that_takes_a_name_and_a_new_one_of_that_name_are_not_both_taken(desk: Desk) -> None:
    rows = (b"Sage,NV,America/Denver,silver-sage-unified", b"SAGE,NV,America/Denver,", b"Sage,UT,America/Denver,")
    file = b"\n".join((b"name,state,time zone,code", *rows))
    row = await desk.taken(file, "districts")
    assert counts(row) == ("done", 1, 1, 0, 1)
    assert await desk.sentences(row.id) == {3: ["This district is in row 2 already."]}
    assert counts(await desk.taken(file, "districts"))[1:3] == (0, 0)


async def test_a_refused_coach_takes_those_along_whom_they_would_coach(desk: Desk, in_twos: None) -> None:
    rows = (
        "A,a@a.example,,,member,,,b@a.example\nX,x@a.example\nB,b@a.example,,,member coach,,,c@a.example\n"
        "Y,y@a.example\nC,c@a.example,,Nowhere,coach\n"
    )
    row = await desk.looked((HEAD + rows.replace("member coach", '"member, coach"')).encode())
    assert counts(row) == ("held", 2, 0, 0, 3)
    told = await desk.sentences(row.id)
    assert told[2] == ["b@a.example is the address of no coach. Import the coach first, or in this file."]
    assert told[4] == ["c@a.example is the address of no coach. Import the coach first, or in this file."]


async def test_what_changed_since_the_look_is_left_out_and_says_so(desk: Desk, conn: Connection, now: datetime) -> None:
    looked = await desk.looked(PEOPLE)
    await person(conn, now, "Somebody Else", "wren@a.example")
    await db.run(conn, "update district set name = 'Another' where code = 'cedar-harbor-public-schools'")
    await desk.say_yes(looked.id)
    await desk.work()
    row = await desk.row(looked.id)
    assert counts(row) == ("done", 2, 0, 0, 2)
    assert await desk.sentences(looked.id) == {2: [CHANGED_MEANWHILE], 5: [CHANGED_MEANWHILE]}
    assert "Somebody Else|wren@a.example|||||" in [one.rstrip() for one in await others(conn)]


async def test_a_coach_who_is_given_while_a_batch_is_worked_out_stays(
    desk: Desk, pool: Pool, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, member = [await person(conn, now, name, f"{name}@a.example") for name in "abm"]
    await conn.execute("insert into coach select unnest($1::uuid[])", [first, second])
    await conn.execute("insert into membership values ($1, 2020, $2)", member, first)
    looked = await desk.looked(b"email,title\nm@a.example,Lead\n")
    await desk.say_yes(looked.id)
    look_up, moves = people_writing.look_up, list[asyncio.Task[None]]()
    waits = "select exists (select from pg_locks where not granted) as waits"

    async def move() -> None:
        async with db.transaction(pool) as own:
            await pairing.assign(own, second, {member: first}, now)

    async def looking_up(own: Connection, rows: Sequence[GivenRow], hints: Hints) -> Known:
        known = await look_up(own, rows, hints)
        moves.append(asyncio.create_task(move()))
        while not moves[0].done() and not await db.one(conn, bool, waits):
            continue
        return known

    monkeypatch.setitem(kinds.WAYS, "people", replace(kinds.WAYS["people"], look_up=looking_up))
    await desk.work()
    await asyncio.gather(*moves)
    assert counts(await desk.row(looked.id)) == ("done", 0, 1, 0, 0)
    assert "m|m@a.example|Lead|||||2020|b@a.example" in await others(conn)


async def test_whose_coach_could_not_be_taken_in_after_all_is_there_without_and_says_so(
    desk: Desk, conn: Connection, now: datetime
) -> None:
    looked = await desk.looked(
        (HEAD + "A,a@a.example,,,member,,2020,cole@a.example\nCole,cole@a.example,,,coach\n").encode()
    )
    await person(conn, now, "Cole", "cole@a.example")
    await desk.say_yes(looked.id)
    await desk.work()
    assert counts(await desk.row(looked.id)) == ("done", 1, 0, 0, 1)
    assert (await desk.sentences(looked.id))[2] == ["Taken in without a coach: cole@a.example could not be taken in as one."]


class Killed(BaseException):
    """The worker is gone: nothing that it would still have done happens."""


@pytest.mark.parametrize("batches", [0, 1, 2])
async def test_a_worker_that_is_killed_while_it_takes_in_leaves_the_rest_to_another_and_nothing_twice(
    desk: Desk, pool: Pool, conn: Connection, monkeypatch: pytest.MonkeyPatch, in_twos: None, batches: int
) -> None:
    looked = await desk.looked(PEOPLE + b"E,e@a.example\n")
    await desk.say_yes(looked.id)
    took, left = steps.take_in, batches

    async def dying(*args: object) -> bool:
        nonlocal left
        goes_on = await took(*args)  # type: ignore[arg-type]
        if not left:
            raise Killed
        left -= 1
        return goes_on

    monkeypatch.setattr(steps, "take_in", dying)
    with pytest.raises(Killed):
        await desk.worker.work_once()
    monkeypatch.setattr(steps, "take_in", took)
    half = await desk.row(looked.id)
    assert (half.state, half.done) == ("taking", 2 * batches)
    assert len(await others(conn)) == 2 * batches
    another = Importer(pool, desk.clock, SECRET)
    assert await another.work_once() is False
    desk.later(seconds=61)
    assert await another.work_once() is True
    whole = await desk.row(looked.id)
    assert (counts(whole), whole.done) == (("done", 5, 0, 0, 0), 5)
    assert len(await others(conn)) == 5
    assert WRITTEN[3] in await others(conn)


async def test_a_worker_that_is_killed_while_it_reads_leaves_the_rest_to_another(
    desk: Desk, conn: Connection, monkeypatch: pytest.MonkeyPatch, in_twos: None
) -> None:
    import_id = await desk.bring(PEOPLE)
    looked, left = steps.look_at, 1

    async def dying(*args: object) -> bool:
        nonlocal left
        if not left:
            raise Killed
        left -= 1
        return await looked(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(steps, "look_at", dying)
    with pytest.raises(Killed):
        await desk.worker.work_once()
    monkeypatch.setattr(steps, "look_at", looked)
    assert (await desk.row(import_id)).done == 2
    desk.later(seconds=61)
    await desk.work()
    assert counts(await desk.row(import_id)) == ("held", 4, 0, 0, 0)
    assert [one.number for one in await desk.outcomes(import_id)] == [2, 3, 4, 5]


async def test_a_worker_whose_lease_ran_out_writes_nothing_more(desk: Desk, conn: Connection, in_twos: None) -> None:
    looked = await desk.looked(PEOPLE)
    await desk.say_yes(looked.id)
    first, second = uuid4(), uuid4()
    claimed = await working_queries.claim(conn, first, desk.moment)
    assert claimed is not None
    assert await working_queries.claim(conn, second, desk.later(seconds=61)) is not None
    async with conn.transaction():
        assert await steps.take_in(conn, claimed, first, Hints(SECRET), desk.moment) is False
    assert await others(conn) == []


async def test_a_worker_that_ends_in_good_order_lets_another_go_on_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = await desk.looked(PEOPLE)
    await desk.say_yes(looked.id)
    took = steps.take_in

    async def ending(*args: object) -> bool:
        raise asyncio.CancelledError

    monkeypatch.setattr(steps, "take_in", ending)
    with pytest.raises(asyncio.CancelledError):
        await desk.worker.work_once()
    monkeypatch.setattr(steps, "take_in", took)
    await desk.work()
    assert (await desk.row(looked.id)).state == "done"


async def test_what_goes_wrong_each_time_is_given_up_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*args: object) -> bool:
        raise ZeroDivisionError

    looked = await desk.looked(PEOPLE)
    await desk.say_yes(looked.id)
    monkeypatch.setattr(steps, "take_in", broken)
    monkeypatch.setattr(steps, "look_at", broken)
    read = await desk.bring(PEOPLE)
    for _ in range(rules.MOST_ATTEMPTS + 1):
        await desk.work()
        desk.later(seconds=60)
    for import_id, state in ((looked.id, "cancelled"), (read, "unusable")):
        row = await desk.row(import_id)
        assert (row.state, row.reason) == (state, rules.WORN_OUT)


async def test_two_imports_of_the_same_people_at_once_write_each_once(
    desk: Desk, pool: Pool, conn: Connection, in_twos: None
) -> None:
    both = [await desk.looked(PEOPLE) for _ in range(2)]
    for one in both:
        await desk.say_yes(one.id)
    workers = [Importer(pool, desk.clock, SECRET) for _ in both]
    assert await asyncio.gather(*(worker.work_once() for worker in workers)) == [True, True]
    ended = [counts(await desk.row(one.id)) for one in both]
    assert [one[0] for one in ended] == ["done", "done"]
    assert sum(one[1] for one in ended) == 4
    assert sum(one[3] + one[4] for one in ended) == 4
    told = [sentences for one in both for sentences in (await desk.sentences(one.id)).values()]
    assert all(sentences == [CHANGED_MEANWHILE] for sentences in told)  # one who still waits for a coach of the other file
    assert await others(conn) == WRITTEN


async def test_a_cancelled_import_goes_no_further_and_what_is_written_stays(
    desk: Desk, pool: Pool, conn: Connection, monkeypatch: pytest.MonkeyPatch, in_twos: None
) -> None:
    looked = await desk.looked(PEOPLE)
    await desk.say_yes(looked.id)
    took = steps.take_in

    async def one_batch(*args: object) -> bool:
        await took(*args)  # type: ignore[arg-type]
        monkeypatch.setattr(steps, "take_in", took)
        return True

    monkeypatch.setattr(steps, "take_in", one_batch)
    committed = Importer._take_in

    async def then_cancel(self: Importer, *args: object) -> bool:
        goes_on = await committed(self, *args)  # type: ignore[arg-type]
        async with db.transaction(pool) as own:
            await actions.cancel(own, looked.id, desk.person_id, desk.moment)
        return goes_on

    monkeypatch.setattr(Importer, "_take_in", then_cancel)
    await desk.worker.work_once()
    row = await desk.row(looked.id)
    assert (row.state, row.done, len(await others(conn))) == ("cancelled", 2, 2)
    assert await db.one(conn, int, "select count(*) from import_batch") == 0
    with pytest.raises(Refused, match="does not wait for your word"):
        await desk.say_yes(looked.id)


async def test_hostile_files_end_with_a_sentence_and_leave_nothing(desk: Desk, conn: Connection, in_twos: None) -> None:
    late = await desk.looked(PEOPLE + b'"never ends')
    assert (late.state, late.new_rows) == ("unusable", 4)
    assert "cannot be read from row 6 on" in late.reason
    assert await db.one(conn, int, "select count(*) from import_row") == 0
    broken = await desk.looked(b"PK\x03\x04" + b"\0" * 5000)
    assert (broken.state, broken.reason[:30]) == ("unusable", "This is no workbook of Excel’s")


async def test_a_reader_that_says_nothing_for_too_long_is_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.0)
    row = await desk.looked(PEOPLE)
    assert (row.state, row.reason) == ("unusable", apart.ENDED.sentence)


async def test_a_reader_that_is_ended_together_with_its_worker_leaves_the_file_to_another(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Process] = []
    begin = asyncio.create_subprocess_exec

    async def ended_at_once(*args: str, **given: Any) -> Process:
        begun.append(await begin(*args, **given))
        if len(begun) == 1:
            assert os.getsid(begun[0].pid) != os.getsid(0), "a terminal's Ctrl-C does not reach it"
            begun[0].terminate()
        return begun[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", ended_at_once)
    row = await desk.looked(PEOPLE)
    assert (row.state, len(begun)) == ("reading", 1)
    desk.later(seconds=3)
    await desk.work()
    assert counts(await desk.row(row.id)) == ("held", 4, 0, 0, 0)


async def test_a_reader_that_is_killed_for_what_it_takes_is_not_begun_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = asyncio.create_subprocess_exec

    async def killed(*args: str, **given: Any) -> Process:
        process = await begin(*args, **given)
        process.kill()
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", killed)
    row = await desk.looked(PEOPLE)
    assert (row.state, row.reason) == ("unusable", apart.ENDED.sentence)


async def test_the_clock_forgets_what_nobody_decided_and_what_is_old(desk: Desk, pool: Pool, conn: Connection) -> None:
    held, done = await desk.looked(PEOPLE), await desk.taken(SCHOOLS, "schools")
    await db.run(
        conn,
        "insert into import_file (id, person_id, kind, file_name, state, next_at, created_at) "
        "values ($1, $2, 'people', 'x', 'arriving', $3, $3)",
        uuid4(),
        desk.person_id,
        desk.moment,
    )
    await retention.clean(pool, Periods(), desk.later(hours=23))
    assert (await desk.row(held.id)).state == "held"
    assert await db.one(conn, int, "select count(*) from import_file") == 2
    await retention.clean(pool, Periods(), desk.later(hours=1))
    row = await desk.row(held.id)
    assert (row.state, row.reason) == ("cancelled", "Nobody said within a day that it is to be taken in.")
    assert len(await desk.outcomes(done.id)) == 3
    await retention.clean(pool, Periods(), desk.later(days=29))
    assert await db.one(conn, int, "select count(*) from import_file") == 0
    assert await db.one(conn, int, "select count(*) from import_row") == 0


async def test_a_batch_takes_few_statements(desk: Desk, pool: Pool, conn: Connection) -> None:
    rows = "".join(f"Person {n},p{n}@a.example,Teacher,silver-sage-unified,member,,2020,,,,,,\n" for n in range(500))
    looked = await desk.looked((HEAD + rows).encode())
    await desk.say_yes(looked.id)
    token = uuid4()
    claimed = await working_queries.claim(conn, token, desk.moment)
    assert claimed is not None
    async with db.transaction(pool) as own, make.statements(own) as asked:
        assert await steps.take_in(own, claimed, token, Hints(SECRET), desk.moment)
    assert len(await others(conn)) == 500
    assert len(asked) <= 22


async def test_a_file_is_its_readers_alone(desk: Desk, conn: Connection, now: datetime) -> None:
    looked = await desk.looked(PEOPLE)
    olga: UUID = await person(conn, now, "Olga", "olga@a.example")
    with pytest.raises(NotFound):
        await queries.own(conn, looked.id, olga)
    with pytest.raises(NotFound):
        await actions.take_in(conn, looked.id, olga, now)
