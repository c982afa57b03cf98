"""Files in the console: brought in pieces, followed, taken in by a button, cancelled, and their rows downloaded."""

import csv
import io
import re
import zipfile
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from service import db
from service.db import Connection, Pool
from service.imports import arriving, outcomes_file, steps, working_queries, writes
from service.imports.hints import Hints
from service.settings import Settings
from service.web import uploads
from tests import make
from tests.access.conftest import Browser, Open, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.imports.conftest import HEAD, SECRET, Desk, look, upload, workbook
from tests.imports.test_taking import PEOPLE, WRITTEN, in_twos, others
from tests.members.conftest import HOSTILE, Places, see, send

__all__ = ["in_twos"]


async def test_a_file_is_looked_at_taken_in_by_a_button_and_its_rows_are_a_file(
    office: Browser, desk: Desk, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    sent = await upload(office, PEOPLE)
    assert sent.status == 303
    waiting = await see(office, sent.location)
    assert "This file is being read" in waiting.words
    assert f'data-follow="{sent.location}/progress"' in waiting.source
    assert "progress" in (await see(office, f"{sent.location}/progress")).source
    await desk.work()
    seen = await see(office, sent.location)
    assert "What this file would do" in seen.words
    assert "new 4 changed 0 unchanged 0 cannot be taken 0" in " ".join(seen.words.split())
    assert "data-follow" not in seen.source
    assert await others(conn) == []
    assert [(await send(office, sent.location)).status for _ in range(2)] == [303, 303]
    assert "0 of 4 rows." in (await see(office, sent.location)).words
    await desk.work()
    done = await see(office, sent.location)
    assert await others(conn) == WRITTEN
    assert "added 4" in done.words
    assert f"/office/convenings/{convening.id}/invitations" in done.source
    assert await acts(conn) == ["import_staged", "import_taken_in", "signed_in"]
    rows = await office.get(f"{sent.location}/rows.csv")
    [_, *lines] = csv.reader(io.StringIO(rows.content.decode("utf-8-sig")))
    assert [line[:2] for line in lines] == [[str(n), "Added"] for n in range(2, 6)]
    assert lines[1][2] == "'=cmd|' /C calc'!A0"
    assert "people.csv" in (await see(office, "/office/imports")).words


async def test_the_same_file_again_leaves_one_entry_in_the_audit_log(office: Browser, desk: Desk, conn: Connection) -> None:
    await desk.taken(PEOPLE)
    again = await look(office, PEOPLE, desk)
    assert "unchanged 4" in again.words
    assert "<button" not in again.source.partition("<main")[2]
    assert await acts(conn) == ["import_staged", "signed_in"]
    assert (await send(office, again.location)).status == 409


async def test_a_file_of_rows_goes_on_behind_a_page_and_that_it_was_taken_along_is_kept(
    office: Browser, desk: Desk, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes_file, "PAGE", 2)
    row = await desk.looked(PEOPLE + b"Bad,bad\n")
    answer = await office.get(f"/office/imports/{row.id}/rows.csv")
    [head, *lines] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["Row", "What becomes of it", "Name", "Mail address", "What is different", "Why"]
    assert [line[1] for line in lines] == ["Would be added"] * 4 + ["Cannot be taken"]
    assert lines[-1][-1].startswith("Write a mail address")
    kept = await db.one(conn, dict, "select detail from audit_entry where action = 'list_exported'")
    assert (kept["list"], kept["rows"], kept["file"]) == ("rows of an import", "5", "csv")


async def test_an_import_is_cancelled_by_a_button_and_its_rows_say_so(office: Browser, desk: Desk, conn: Connection) -> None:
    seen = await look(office, PEOPLE, desk)
    assert [(await send(office, f"{seen.location}/end")).status for _ in range(2)] == [303, 303]
    after = await see(office, seen.location)
    assert "This import was cancelled" in after.words
    assert "Nothing of people.csv was written." in after.words
    answer = await office.get(f"{seen.location}/rows.csv")
    assert answer.text.count("Not added: cancelled") == 4
    assert (await send(office, seen.location)).status == 409
    assert await others(conn) == []
    assert await acts(conn) == ["import_cancelled", "import_staged", "list_exported", "signed_in"]


async def test_an_import_that_was_stopped_in_the_midst_says_what_was_written_and_what_was_not(
    office: Browser, desk: Desk, pool: Pool, conn: Connection, in_twos: None
) -> None:
    looked = await desk.looked(PEOPLE)
    await desk.say_yes(looked.id)
    token = uuid4()
    claimed = await working_queries.claim(conn, token, desk.moment)
    assert claimed is not None
    async with db.transaction(pool) as own:
        assert await steps.take_in(own, claimed, token, Hints(SECRET), desk.moment)
    path = f"/office/imports/{looked.id}"
    assert "2 of 4 rows. new 4 changed 0" in (await see(office, path)).words
    assert (await send(office, f"{path}/end")).status == 303
    page = await see(office, path)
    assert "2 of 4 rows were taken in before, and stay." in page.words
    assert "added 2 changed 0 unchanged 0 left out 0 not written 2" in page.words
    rows = re.findall(r"Row (\d)<br><small>([^<]*)</small>", page.source)
    assert rows == [("2", "Added"), ("3", "Added"), ("4", "Not added: cancelled"), ("5", "Not added: cancelled")]
    file = (await office.get(f"{path}/rows.csv")).text
    assert [file.count(f",{one},") for one in ("Added", "Not added: cancelled")] == [2, 2]


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
    ("A,a@b.org,#N/A,", "A formula in this row came to “#N/A”. Write what it was to find."),
    ("#REF!,a@b.org,,#REF!", "A formula in this row came to “#REF!”. Write what it was to find."),
    ("A,a@b.org,,,,,,,,,,,,x", "This row has more cells than the table has columns."),
]


async def test_rows_that_cannot_be_taken_say_why(office: Browser, desk: Desk, conn: Connection) -> None:
    rows = "".join(row.replace("a@b.org", f"a{at}@b.org") + "\n" for at, (row, _) in enumerate(REFUSED))
    row = await desk.looked((HEAD + rows.replace("a@b.org", "x@b.org")).encode())
    assert (row.state, row.refused_rows) == ("done", len(REFUSED))
    told = [one.sentences for one in await desk.outcomes(row.id)]
    for at, (_, sentence) in enumerate(REFUSED):
        assert sentence.replace("a@b.org", f"a{at}@b.org") in " ".join(told[at]), sentence
    page = await see(office, f"/office/imports/{row.id}")
    assert "of which these are the first 20" in page.words
    assert await others(conn) == []


async def test_a_file_is_its_readers_alone(
    office: Browser, another: Open, conn: Connection, settings: Settings, now: datetime, desk: Desk
) -> None:
    seen = await look(office, PEOPLE, desk)
    await give(conn, now, await person(conn, now, "Olga", "olga@a.example"), "organizer")
    hers = another()
    await sign_in(hers, conn, settings, "olga@a.example")
    for path in (seen.location, f"{seen.location}/progress", f"{seen.location}/rows.csv"):
        assert (await see(hers, path)).status == 404
    assert (await send(hers, seen.location)).status == 404
    assert (await send(hers, f"{seen.location}/end")).status == 404
    assert (await desk.row(await db.one(conn, UUID, "select id from import_file"))).state == "held"


async def test_what_stands_in_a_file_is_not_run_as_a_script(office: Browser, desk: Desk) -> None:
    text = '""><script>alert(1)</script>'
    rows = f'name,email,district,<script>\n"{text}",a@b.org,,\n"A",b@b.org,"{text}",\n"A","{text}",,\n'
    seen = await look(office, rows.encode(), desk, name=f"{HOSTILE}.csv")
    assert seen.status == 303
    assert "<script>alert" not in seen.source
    assert "cannot be taken 2" in seen.words


async def test_a_file_comes_in_by_pieces_that_are_put_together(
    office: Browser, desk: Desk, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "PIECE_BYTES", 1000)
    content = PEOPLE + b"".join(b"P%d,p%d@a.example\n" % (n, n) for n in range(1000))
    sent = await upload(office, content)
    sizes = await db.many(conn, int, "select length(content) from import_piece order by number")
    assert (sum(sizes), len(sizes) > 1) == (len(content), True)
    await desk.work()
    assert "new 1,004" in (await see(office, sent.location)).words


async def test_files_that_are_none_or_too_large_are_refused_in_words_and_leave_nothing(
    office: Browser, conn: Connection, monkeypatch: pytest.MonkeyPatch, network: Places
) -> None:
    monkeypatch.setattr(arriving, "MOST_FILE_BYTES", 100_000)
    monkeypatch.setattr(arriving, "PIECE_BYTES", 1000)
    too_large = await upload(office, b"email\n" + b"a@b.org\n" * 20_000)
    assert (too_large.status, "This file is larger than 50 MiB. Split it" in too_large.words) == (422, True)
    assert 'type="file"' in too_large.source
    assert (await upload(office, b"")).status == 422
    unknown = await upload(office, PEOPLE, "teachers")
    assert (unknown.status, "Choose what is in the file" in unknown.words) == (422, True)
    assert "Choose the file." in (await upload(office, b"", name="")).words
    sealed = {"seal": await seal(office), "kind": "people"}
    for kind, body in (
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("text/csv", PEOPLE),
        ("application/x-www-form-urlencoded", b"kind=people&x=%ff"),
        ("application/x-www-form-urlencoded", b"x" * 70_000),
    ):
        answer = await office.post("/office/imports", content=body, headers={"content-type": kind})
        assert answer.status_code == 400, kind
    assert "Choose the file." in (await send(office, "/office/imports", kind="people")).words
    two: Any = [("file", ("a.csv", PEOPLE, "text/csv")), ("file", ("b.csv", PEOPLE, "text/csv"))]
    assert (await office.post("/office/imports", data=sealed, files=two)).status_code == 400
    huge = await office.post("/office/imports", data=sealed | {"more": "x" * (uploads.LONGEST_FIELD + 1)}, files=two[:1])
    assert huge.status_code == 400
    forged = await office.post("/office/imports", data={"seal": "x", "kind": "people"}, files=two[:1])
    assert forged.status_code == 403
    assert await db.one(conn, int, "select count(*) from import_file") == 0
    assert await db.one(conn, int, "select count(*) from import_piece") == 0


async def test_a_file_that_breaks_off_leaves_nothing(
    office: Browser, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "PIECE_BYTES", 1000)
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("seal", await seal(office)), ("kind", "people"))
    )
    kept: list[int] = []

    async def half() -> AsyncGenerator[bytes]:
        yield fields.encode()
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + b"email\n" * 1000
        yield b"more"
        kept.append(await db.one(conn, int, "select count(*) from import_piece"))
        raise ConnectionResetError

    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert (await office.post("/office/imports", content=half(), headers=headers)).status_code == 503
    assert kept == [6]
    assert await db.one(conn, int, "select count(*) from import_file") == 0


@pytest.mark.parametrize("step", ["keep_piece", "arrived"])
async def test_a_file_that_takes_so_long_that_the_clock_threw_it_away_is_refused_in_words(
    office: Browser, conn: Connection, pool: Pool, monkeypatch: pytest.MonkeyPatch, now: datetime, step: str
) -> None:
    monkeypatch.setattr(arriving, "PIECE_BYTES", 100)
    doing = getattr(writes, step)

    async def late(own: Connection, *args: object) -> int:
        async with db.transaction(pool) as clock:
            await writes.forget(clock, now + timedelta(hours=1))
        return await doing(own, *args)

    monkeypatch.setattr(writes, step, late)
    answer = await upload(office, PEOPLE)
    assert (answer.status, arriving.TOO_LONG in answer.words) == (422, True)
    assert await db.one(conn, int, "select count(*) from import_file") == 0


async def test_the_templates_are_files_that_can_be_read(office: Browser, desk: Desk) -> None:
    answer = await office.get("/office/imports/templates/people.csv")
    assert answer.content.decode("utf-8-sig").strip() == HEAD.strip()
    assert "people.csv" in answer.headers["content-disposition"]
    for kind, needed in (("schools", "district"), ("districts", "state")):
        answer = await office.get(f"/office/imports/templates/{kind}.xlsx")
        assert needed in zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/sharedStrings.xml").decode()
        row = await desk.looked(answer.content, kind)  # type: ignore[arg-type]
        assert (row.state, row.reason[:44]) == ("unusable", "This file has only the names of the columns.")
    assert (await office.get("/office/imports/templates/teachers.csv")).status_code == 404


async def test_only_organizers_of_everything_import(
    another: Open, conn: Connection, settings: Settings, now: datetime, desk: Desk
) -> None:
    convening = await make.convening(conn, now)
    for role, where in (("member", None), ("organizer", convening.id), ("front_desk", None)):
        somebody = another()
        email = f"{role}@a.example"
        await give(conn, now, await person(conn, now, role, email), role, where)  # type: ignore[arg-type]
        await sign_in(somebody, conn, settings, email)
        assert (await see(somebody, "/office/imports")).status == 404
        assert (await upload(somebody, workbook(["email"], ["a@b.org"]))).status == 404
    assert await db.one(conn, int, "select count(*) from import_file") == 0
