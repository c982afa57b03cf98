"""One table in three formats: typed, without formulas, portion by portion, and nothing left behind."""

import csv
import io
import os
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.web import sheet_writer
from service.web.cells import Column, Row, as_written
from service.web.table_files import About, Portions, Table, as_csv, as_json_lines, as_lists, at_hand
from service.web.workbooks import TooLongForWorkbook, WorkbookFailed, as_workbook
from tests.web.sheets import Book

MOMENT = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
TABLE = Table(
    About(list="A list", of="Fall Convening", made_at=MOMENT, time_zone="America/New_York"),
    [
        Column("name", "Name"),
        Column("count", "Count"),
        Column("at", "At", "moment"),
        Column("day", "Day", "day"),
        Column("words", "=Words"),
    ],
)
ROWS: list[Row] = [
    ("=1+1", 3, MOMENT, date(2026, 12, 24), ["+a", "b"]),
    (" \u200b＝HYPERLINK(1)", -2.5, None, None, []),
    ("Łukasz 日本\x02", None, MOMENT, None, ["@"]),
]


async def whole(chunks: AsyncGenerator[bytes]) -> bytes:
    async with aclosing(chunks):
        return b"".join([chunk async for chunk in chunks])


async def test_csv_has_zones_in_its_header_and_no_cell_that_is_computed() -> None:
    content = await whole(as_csv(TABLE, at_hand(ROWS)))
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)) == [
        ["Name", "Count", "At (America/New_York)", "Day", "'=Words"],
        ["'=1+1", "3", "2026-12-01 10:00", "2026-12-24", "'+a; b"],
        ["' \u200b＝HYPERLINK(1)", "-2.5", "", "", ""],
        ["Łukasz 日本\x02", "", "2026-12-01 10:00", "", "'@"],
    ]


@pytest.mark.parametrize(
    ("wrote", "leaves"),
    [
        ("Ann;=HYPERLINK(1)", "Ann;'=HYPERLINK(1)"),
        ("=1;=2", "'=1;'=2"),
        ("Ann; \u200b＝1\t+1", "Ann;' \u200b＝1\t'+1"),
        ("\t=1", "'\t'=1"),
        ("nuts\n=1+1;fish", "nuts\n'=1+1;fish"),
        ("a\r\n@b", "a\r\n'@b"),
        ("nuts; fish;", "nuts; fish;"),
        ("it's; '=1", "it's; '=1"),
    ],
)
async def test_no_cell_that_another_separator_would_make_is_computed_and_each_comes_back_as_it_was(
    wrote: str, leaves: str
) -> None:
    table = Table(TABLE.about, TABLE.columns[:1])
    [_, [cell]] = csv.reader(io.StringIO((await whole(as_csv(table, at_hand([[wrote]])))).decode("utf-8-sig"), newline=""))
    assert (cell, as_written(cell)) == (leaves, wrote)


async def test_a_workbook_has_numbers_and_moments_as_such_and_the_same_cells_neutral() -> None:
    book = Book(await whole(as_workbook(TABLE, at_hand(ROWS))))
    assert list(book.sheets) == ["Rows", "About"]
    head, first, second, third = book.sheets["Rows"]
    assert head == ["Name", "Count", "At (America/New_York)", "Day", "'=Words"]
    ten, christmas = 46357 + 10 / 24, 46380.0
    assert first == ["'=1+1", 3.0, pytest.approx(ten), christmas, "'+a; b"]
    assert second == ["' \u200b＝HYPERLINK(1)", -2.5]
    assert third == ["Łukasz 日本_x0002_", None, pytest.approx(ten), None, "'@"]
    assert ["Time zone", "America/New_York"] in book.sheets["About"]
    assert "A list" in book.properties


async def test_json_lines_say_first_what_they_are_about_and_keep_what_people_wrote() -> None:
    head, *lines = (await whole(as_json_lines(TABLE, at_hand(ROWS)))).splitlines()
    assert msgspec.json.decode(head) == {
        "about": {
            "list": "A list",
            "of": "Fall Convening",
            "made_at": "2026-12-01T15:00:00Z",
            "time_zone": "America/New_York",
        },
        "columns": {"name": "Name", "count": "Count", "at": "At (America/New_York)", "day": "Day", "words": "=Words"},
    }
    assert [msgspec.json.decode(line) for line in lines] == [
        {"name": "=1+1", "count": 3, "at": "2026-12-01T10:00:00-05:00", "day": "2026-12-24", "words": ["+a", "b"]},
        {"name": " \u200b＝HYPERLINK(1)", "count": -2.5, "at": None, "day": None, "words": []},
        {"name": "Łukasz 日本\x02", "count": None, "at": "2026-12-01T10:00:00-05:00", "day": None, "words": ["@"]},
    ]


async def nothing() -> Portions:
    for _ in ():
        yield []


@pytest.mark.parametrize("writer", [as_csv, as_json_lines, as_workbook])
async def test_a_list_of_nobody_still_has_its_head(writer: Any) -> None:
    content = await whole(writer(TABLE, nothing()))
    words = str(Book(content).sheets["Rows"]) if writer is as_workbook else content.decode()
    assert "Count" in words


@pytest.mark.parametrize("writer", [as_csv, as_json_lines])
async def test_the_first_bytes_leave_before_the_second_portion_is_asked_for_and_leaving_ends_the_reading(
    writer: Any,
) -> None:
    events = list[str]()

    async def portions() -> Portions:
        try:
            for number in range(1000):
                events.append(f"read {number}")
                yield ROWS
        finally:
            events.append("ended")

    async with aclosing(writer(TABLE, portions())) as chunks:
        first = await anext(chunks)
        assert b"Count" in first
        assert events == ["read 0"]
        assert len(await anext(chunks)) < 2 * len(first), "chunks do not grow"
    assert events == ["read 0", "read 1", "ended"]


async def test_nothing_is_left_of_a_workbook_that_is_not_made_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = list[tuple[list[Path], list[int]]]()

    async def portions() -> Portions:
        yield ROWS
        seen.append((left_in(tmp_path), children()))
        raise ConnectionResetError("the database is gone")

    before = children()
    with pytest.raises(ConnectionResetError):
        await whole(as_workbook(TABLE, portions()))
    [(folders, during)] = seen
    assert len(folders) == 1
    assert set(during) - set(before), "a process wrote it"
    assert (left_in(tmp_path), children()) == ([], before)


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def children() -> list[int]:
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(one) for one in own.read_text().split()]


async def test_a_finished_workbook_lies_in_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with aclosing(as_workbook(TABLE, at_hand(ROWS))) as chunks:
        assert (await anext(chunks)).startswith(b"PK")
        assert left_in(tmp_path) == []


async def test_what_a_process_left_behind_that_was_killed_goes_with_the_next_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young, another = (tmp_path / name for name in ("plenary-file-old", "plenary-file-young", "somebody-elses"))
    for folder in (old, young, another):
        folder.mkdir()
        (folder / "file.xlsx").write_bytes(b"people")
    for folder in (old, another):
        os.utime(folder, (0, 0))
    await whole(as_workbook(TABLE, at_hand(ROWS)))
    assert sorted(one.name for one in left_in(tmp_path)) == ["plenary-file-young", "somebody-elses"]


async def test_more_rows_than_a_sheet_holds_are_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (await whole(as_lists(TABLE, at_hand(ROWS)))).splitlines()
    monkeypatch.setattr(sheet_writer, "MOST_ROWS", 3)
    sheet_writer.write(lines, tmp_path)
    monkeypatch.setattr(sheet_writer, "MOST_ROWS", 2)
    with pytest.raises(sheet_writer.TooLong):
        sheet_writer.write(lines, tmp_path)


@pytest.mark.parametrize(("code", "refusal"), [(sheet_writer.TOO_LONG, TooLongForWorkbook), (1, WorkbookFailed)])
async def test_what_the_writer_says_is_said_to_people(
    code: int, refusal: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    with pytest.raises(refusal):
        await whole(as_workbook(TABLE, at_hand(ROWS * 10_000)))
