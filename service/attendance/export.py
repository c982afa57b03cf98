"""Attendance of adults as files for spreadsheets; coaching is nowhere in them."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import xlsxwriter
from litestar import Response, get
from litestar.params import FromPath

from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.attendance import looking
from service.attendance.looking import Attendance, Attended
from service.attendance.office_pages import STATUS_MARKS
from service.registrations.export import OFFICE_FILE, attached, neutral, table
from service.text import zone
from service.web.deps import AnyRequest, Conn, Now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFICE_BOOK: dict[str, Any] = OFFICE_FILE | {"media_type": XLSX}
COLUMNS = ("Name", "Title", "District", "Standing", "Came", "Last seen", "Minutes", "Hours")


@get("/office/convenings/{convening_id:uuid}/attendance.csv", **OFFICE_FILE)
async def csv_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """A line an adult, a column a session."""
    require_reach(visitor, convening_id)
    seen = await looking.attendance(conn, convening_id, now)
    await _note(request, conn, convening_id, seen, now)
    lines = [[str(cell) for cell in line] for line in _lines(seen)]
    return attached(seen.convening, "attendance", table(_columns(seen), lines), now)


@get("/office/convenings/{convening_id:uuid}/attendance.xlsx", **OFFICE_BOOK)
async def xlsx_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """The same as a workbook: numbers are numbers, and nothing is a formula."""
    require_reach(visitor, convening_id)
    seen = await looking.attendance(conn, convening_id, now)
    await _note(request, conn, convening_id, seen, now)
    made = attached(seen.convening, "attendance", b"", now)
    name = made.headers["Content-Disposition"].replace(".csv", ".xlsx")
    return Response(book(_columns(seen), _lines(seen)), media_type=XLSX, headers={"Content-Disposition": name})


async def _note(request: AnyRequest, conn: Any, convening_id: UUID, seen: Attendance, now: datetime) -> None:
    about = {"list": "attendance", "rows": str(len(seen.people))}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **about)


def book(columns: Sequence[str], lines: Sequence[Sequence[str | int | float]]) -> bytes:
    """A workbook of one sheet."""
    made = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(made, options)
    sheet = workbook.add_worksheet("Attendance")
    sheet.freeze_panes(1, 1)
    for number, line in enumerate([columns, *lines]):
        sheet.write_row(number, 0, [neutral(cell) if isinstance(cell, str) else cell for cell in line])
    workbook.close()
    return made.getvalue()


def _columns(seen: Attendance) -> list[str]:
    return [*COLUMNS, *(f"Minutes: {one.session.title}" for one in _rooms(seen))]


def _rooms(seen: Attendance) -> list[looking.RoomSeen]:
    return [one for one in seen.rooms if one.session.kind != looking.PRIVATE]


def _lines(seen: Attendance) -> list[list[str | int | float]]:
    return [_line(one, seen) for one in seen.people]


def _line(one: Attended, seen: Attendance) -> list[str | int | float]:
    zone_name = seen.convening.time_zone
    return [
        one.person.name,
        one.person.title,
        one.person.district,
        STATUS_MARKS[one.status][1],
        _moment(one.arrived_at, zone_name),
        _moment(one.left_at, zone_name),
        one.total,
        float(one.hours),
        *(one.minutes.get(room.session.id, 0) for room in _rooms(seen)),
    ]


def _moment(instant: datetime | None, zone_name: str) -> str:
    return f"{instant.astimezone(zone(zone_name)):%Y-%m-%d %H:%M}" if instant else ""


PAGES = [csv_file, xlsx_file]
