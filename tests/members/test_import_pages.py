"""People from a file: looked at first, taken in exactly as shown, harmless the second time."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.db import Connection, Pool
from service.errors import Refused
from service.keeping import retention
from service.keeping.periods import Periods
from service.members import import_actions
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, Open, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.members.conftest import HOSTILE, Places, everybody, marks, see, send, take_in, upload

HEAD = "name,email,title,district,role,school,joined,coach,time zone,pronouns,dietary,access needs,badge name\n"
FILE = (
    HEAD
    + "Coach Cole,cole@a.example,,cedar-harbor-public-schools,coach,,,,,,,,\n"
    + "Wren Okonkwo,wren@a.example,Principal,Silver Sage Unified,member,,2021,COLE@a.example,America/Denver,they,Vegan,"
    + "Ramp,Wren\n"
    + "\"=cmd|' /C calc'!A0\",formula@a.example,+1,,,,,,,,,,\n"
    + "Ida Bell,ida@a.example,,,school contact,Tidewater Academy,,,,,,,\n"
).encode()
WRITTEN = [
    "=cmd|' /C calc'!A0|formula@a.example|+1||||",
    "Coach Cole|cole@a.example||Cedar Harbor Public Schools|||||",
    "Ida Bell|ida@a.example||||||Tidewater Academy",
    "Wren Okonkwo|wren@a.example|Principal|Silver Sage Unified|America/Denver|they|Vegan|Ramp|Wren|2021|cole@a.example",
]


async def others(conn: Connection) -> list[str]:
    """Everybody but the organizer."""
    return [one for one in await everybody(conn) if "tamsin" not in one]


async def test_a_dry_run_writes_nobody_and_taking_it_in_writes_everybody(
    office: Browser, conn: Connection, network: Places, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    seen = await upload(office, FILE)
    assert "4 new" in seen.words or "new 4" in seen.words
    assert await others(conn) == []
    done = await take_in(office, seen)
    assert (done.status, done.location) == (303, seen.location)
    assert sorted(await others(conn)) == sorted(WRITTEN)
    result = await see(office, done.location)
    assert f"/office/convenings/{convening.id}/invitations" in result.source
    assert "added 4" in result.words
    assert await acts(conn) == ["import_staged", "people_imported", "signed_in"]
    kept = await db.one(conn, str, "select rows::text from staged_import")
    assert "wren" not in kept


async def test_again_is_harmless_the_same_page_and_the_same_file(office: Browser, conn: Connection, network: Places) -> None:
    seen = await upload(office, FILE)
    assert [(await take_in(office, seen)).status for _ in range(2)] == [303, 303]
    before = await db.many(conn, str, "select p.xmin::text || p.ctid::text as version from person p order by email")
    again = await upload(office, FILE)
    assert "unchanged 4" in again.words
    assert (await take_in(office, again)).status == 303
    after = await db.many(conn, str, "select p.xmin::text || p.ctid::text as version from person p order by email")
    assert before == after
    assert (await acts(conn)).count("people_imported") == 2


async def test_changes_are_told_before_and_after_and_empty_cells_delete_nothing(
    office: Browser, conn: Connection, network: Places
) -> None:
    await take_in(office, await upload(office, FILE))
    seen = await upload(office, b"email,title,dietary\nWREN@A.example,Coach of coaches,\n")
    assert "Title: Principal → Coach of coaches" in seen.words
    await take_in(office, seen)
    row = next(one for one in await others(conn) if "wren@" in one)
    assert row == WRITTEN[3].replace("Principal", "Coach of coaches")


REFUSED = [
    ("A,nobody,", "Write a mail address like name@school.org."),
    ("A,,", "The mail address is missing."),
    (",a@b.org,", "The name is missing."),
    ('"a\r\nBcc: all@b.org",a@b.org,', "Name: write this on one line."),
    ("Ta\u202emsin,a@b.org,", "Name: there are signs in this that hide, or turn the direction of text."),
    ("T\x1bx,a@b.org,", "Name: there are signs in this that cannot be shown."),
    ("x" * 121 + ",a@b.org,", "Name: at most 120 characters; these are 121."),
    ("A,a@b.org,,Silver Sge Unified", "We know no district “Silver Sge Unified”. Did you mean “Silver Sage Unified”?"),
    ("A,a@b.org,,,boss", "“boss” is no role. Write member, coach or school contact."),
    ("A,a@b.org,,,school contact", "A school contact needs a school."),
    ("A,a@b.org,,,school contact,Tidewater Akademy", "Did you mean “Tidewater Academy”?"),
    ("A,a@b.org,,,,Tidewater Academy", "A school is for its contact"),
    ("A,a@b.org,,,member,,1066", "Write the year in which they joined, like 2026."),
    ("A,a@b.org,,,,,2020", "are for members: write “member” as the role."),
    ("A,a@b.org,,,member,,,c@b.org", "c@b.org is the address of no coach."),
    ("A,a@b.org,,,member,,,a@b.org", "Nobody coaches themselves."),
    ("A,a@b.org,,,,,,,Middle Earth", "Write a time zone by its IANA name"),
    (f"A,a@b.org,{'x' * 200_000},", "Title: at most 200 characters; these are 200,000."),
    (f'A,a@b.org,,,,,,,,,"{"x" * 200_000}",', "Dietary needs: at most 1,000 characters; these are 200,000."),
    (f"A,a@b.org,,,{'x' * 200_000},", "is no role. Write member, coach or school contact."),
    (f"A,a@b.org,,{'x' * 200_000},", "We know no district “xxx"),
    ("www.evil.example,a@b.org,", "Name: this looks like a web address."),
    ("A,a@b.org,,,,,,,,,,,,x", "This row has more cells than the table has columns."),
]


@pytest.mark.parametrize(("row", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
async def test_a_row_that_cannot_be_taken_says_why(
    office: Browser, conn: Connection, network: Places, row: str, sentence: str
) -> None:
    seen = await upload(office, (HEAD + row + "\n").encode())
    assert sentence in seen.words
    assert "cannot be taken 1" in seen.words
    assert (await take_in(office, seen)).status == 409
    assert await others(conn) == []


async def test_bad_rows_are_left_out_only_where_that_is_ticked(office: Browser, conn: Connection, network: Places) -> None:
    seen = await upload(office, FILE + b"A,twice@a.example\nB,TWICE@a.example\nBad,bad\n")
    assert "Row 7" in seen.words
    assert "This address is in row 6 already." in seen.words
    refused = await take_in(office, seen)
    assert (refused.status, "Tick that they may be left out" in refused.words) == (409, True)
    assert await others(conn) == []
    assert (await take_in(office, seen, leave_out="yes")).status == 303
    assert len(await others(conn)) == 5


async def test_a_refused_coach_takes_those_along_whom_they_would_coach(office: Browser, network: Places) -> None:
    rows = "Cole,cole@a.example,,Nowhere,coach\nA,a@a.example,,,member,,,cole@a.example\n"
    seen = await upload(office, (HEAD + rows).encode())
    assert "cannot be taken 2" in seen.words


async def test_what_changed_since_the_look_is_shown_and_nothing_is_written(
    office: Browser, conn: Connection, network: Places, now: datetime
) -> None:
    await person(conn, now, "Wren", "wren@a.example")
    seen = await upload(office, FILE)
    await db.run(conn, "update person set name = 'Somebody Else' where email = 'wren@a.example'")
    before = await everybody(conn)
    moved = await take_in(office, seen)
    assert moved.status == 409
    assert "1 row is not as you saw it." in moved.words
    assert "Name: Somebody Else → Wren Okonkwo" in moved.words
    assert await everybody(conn) == before
    assert (await send(office, seen.location, marks=marks(moved))).status == 303
    assert len(await others(conn)) == 4


async def test_a_forged_look_writes_nothing(office: Browser, conn: Connection, network: Places) -> None:
    seen = await upload(office, FILE)
    for forged in ("", "0" * 32, "x", marks(seen)[:-8]):
        assert (await send(office, seen.location, marks=forged)).status == 409
    assert await others(conn) == []


async def test_the_same_file_twice_at_once_is_one_import(
    conn: Connection, pool: Pool, network: Places, now: datetime, tamsin: UUID
) -> None:
    staged = [await import_actions.stage(conn, tamsin, "people.csv", FILE, now) for _ in range(2)]
    shown = [(await import_actions.look(conn, one, tamsin, now)).marks for one in staged]

    async def one_of(at: int) -> import_actions.Look:
        return await make.alone(
            pool,
            lambda own: import_actions.apply(own, staged[at], tamsin, shown[at], leave_out=False, now=now),
        )

    counts = sorted(one.counts.new for one in await asyncio.gather(one_of(0), one_of(1)))
    assert counts == [0, 4]
    assert sorted(await others(conn)) == sorted(WRITTEN)


async def test_somebody_who_registers_meanwhile_stops_it_whole(
    conn: Connection, pool: Pool, network: Places, now: datetime, tamsin: UUID
) -> None:
    import_id = await import_actions.stage(conn, tamsin, "people.csv", FILE, now)
    shown = (await import_actions.look(conn, import_id, tamsin, now)).marks
    await person(conn, now, "Wren", "wren@a.example")
    with pytest.raises(Refused, match="Something in the network changed"):
        await make.alone(pool, lambda own: import_actions.apply(own, import_id, tamsin, shown, leave_out=True, now=now))
    assert len(await others(conn)) == 1


async def test_a_thousand_people_take_few_statements(
    conn: Connection, pool: Pool, network: Places, now: datetime, tamsin: UUID
) -> None:
    rows = "".join(f"Person {n},p{n}@a.example,Teacher,silver-sage-unified,member,,2020,,,,,,\n" for n in range(1000))
    async with db.transaction(pool) as own, make.statements(own) as asked:
        import_id = await import_actions.stage(own, tamsin, "people.csv", (HEAD + rows).encode(), now)
        shown = (await import_actions.look(own, import_id, tamsin, now)).marks
        done = await import_actions.apply(own, import_id, tamsin, shown, leave_out=False, now=now)
    assert (done.counts.new, len(await others(conn))) == (1000, 1000)
    assert len(asked) <= 30


async def test_a_file_is_its_readers_alone_and_lives_a_day(
    office: Browser, another: Open, conn: Connection, pool: Pool, settings: Settings, now: datetime, network: Places
) -> None:
    seen = await upload(office, FILE)
    await give(conn, now, await person(conn, now, "Olga", "olga@a.example"), "organizer")
    hers = another()
    await sign_in(hers, conn, settings, "olga@a.example")
    assert (await see(hers, seen.location)).status == 404
    assert (await send(hers, seen.location, marks=marks(seen))).status == 404
    for hours, left in ((23, 1), (24, 0)):
        await retention.clean(pool, Periods(), now + timedelta(hours=hours))
        assert await db.one(conn, int, "select count(*) from staged_import") == left


async def test_what_stands_in_a_file_is_not_run_as_a_script(office: Browser, network: Places) -> None:
    text = '""><script>alert(1)</script>'
    rows = f'name,email,district,<script>\n"{text}",a@b.org,,\n"A",b@b.org,"{text}",\n"A","{text}",,\n'
    seen = await upload(office, rows.encode(), f"{HOSTILE}.csv")
    assert seen.status == 303
    assert "<script>alert" not in seen.source
    assert "cannot be taken 2" in seen.words


async def test_forms_that_bring_no_file_are_refused_in_words(office: Browser, conn: Connection) -> None:
    assert "Choose the file with your people." in (await send(office, "/office/people/import")).words
    assert (await upload(office, b"")).status == 422
    for rows in (131_080, 170_000, 900_000):
        too_large = await upload(office, b"email\n" + b"a@b.org\n" * rows)
        assert (too_large.status, "This file is larger than 1 MiB. Split it" in too_large.words) == (422, True), rows
        assert 'type="file"' in too_large.source
    assert (await upload(office, b"x" * 9_000_000)).status == 413
    elsewhere = await office.post("/office/people/new", data={"seal": await seal(office), "name": "x" * 1_100_000})
    assert elsewhere.status_code == 413
    for kind, body in (
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("text/csv", FILE),
    ):
        answer = await office.post("/office/people/import", content=body, headers={"content-type": kind})
        assert answer.status_code == 400, kind
    forged = await office.post("/office/people/import", data={"seal": "x"}, files={"file": ("a.csv", FILE, "text/csv")})
    assert forged.status_code == 403
    assert await db.one(conn, int, "select count(*) from staged_import") == 0


async def test_the_template_is_a_file_that_can_be_read(office: Browser) -> None:
    answer = await office.get("/office/people/import/template.csv")
    assert answer.content.decode("utf-8-sig").strip() == HEAD.strip()
    assert "people.csv" in answer.headers["content-disposition"]
