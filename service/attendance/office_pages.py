"""Attendance in the console: who came, one person, corrections with a reason, how many adults minors need."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service import db, events
from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.attendance import certificate_queries, day_queries, looking, queries, writes
from service.attendance.correcting import Wanted, of_form
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.registrations import queries as registrations
from service.text import folded
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER

PAGE_SIZE = 100
STATUS_MARKS = {
    "expected": ("", "Expected"),
    "attended": ("yes", "Came"),
    "walk_in": ("yes", "Walk-in"),
    "left_early": ("part", "Left early"),
    "no_show": ("shut", "Did not come"),
}
SAVED = {
    "corrected": "The correction is saved. A certificate that says otherwise is replaced.",
    "rule": "The rule is saved.",
}


class WithoutSeat(Refused):
    """This person has no seat, so there is no attendance to correct. Register them first."""

    code = "without-seat"


@get("/office/convenings/{convening_id:uuid}/attendance", **OFFICE_PAGE)
async def listed(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Adults by name, with what was seen of them; students stand on the live board and in a file of their own."""
    require_reach(visitor, convening_id)
    seen = await looking.attendance(conn, convening_id, now)
    name, status = request.query_params.get("name", "")[:120], request.query_params.get("status", "")
    found = [one for one in seen.people if _fits(one, name, status)]
    number = max(1, int(page)) if (page := request.query_params.get("page", "1")).isdecimal() and len(page) < 6 else 1
    context = {
        "visitor": visitor,
        "convening": seen.convening,
        "seen": seen,
        "found": found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        "count": len(found),
        "number": number,
        "pages": -(-len(found) // PAGE_SIZE),
        "name": name,
        "status": status,
        "marks": STATUS_MARKS,
        "certified": set(await certificate_queries.issued(conn, convening_id)),
        "rule": await day_queries.supervision(conn, convening_id),
        "saved": SAVED.get(request.query_params.get("saved", ""), ""),
    }
    return Template("attendance_office.html", context=context)


def _fits(one: looking.Attended, name: str, status: str) -> bool:
    named = all(part in folded(one.person.name) for part in folded(name).split())
    return named and status in ("", one.status)


@post("/office/convenings/{convening_id:uuid}/attendance/supervision", **OFFICE_PAGE)
async def supervise(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """How many adults minors need here."""
    form = await own_form(request)
    require_reach(visitor, convening_id)
    await convenings.convening(conn, convening_id)
    numbers = [form.text(name) for name in ("minors_per_adult", "least_adults")]
    given = [int(one) if one.isdecimal() and len(one) < 4 else 0 for one in numbers]
    if not (1 <= given[0] <= 30 and 1 <= given[1] <= 20):
        return Redirect(f"/office/convenings/{convening_id}/attendance", status_code=SEE_OTHER)
    await writes.put_supervision(conn, convening_id, *given)
    await acts.note(conn, request, "supervision_changed", ("convening", convening_id), now)
    return Redirect(f"/office/convenings/{convening_id}/attendance?saved=rule", status_code=SEE_OTHER)


@get("/office/registrations/{registration_id:uuid}/attendance", **OFFICE_PAGE)
async def one(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]) -> Template:
    """What was seen of one adult, what was said instead, and the form to say it."""
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return await _page(conn, visitor, registration_id, Form(), now, status=200, saved=saved)


@post("/office/registrations/{registration_id:uuid}/attendance", **OFFICE_PAGE)
async def correct(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """Say something else than the scans, and why."""
    form = await own_form(request)
    row = await registrations.registration(conn, registration_id)
    require_reach(visitor, row.convening_id)
    agenda = await convenings.sessions(conn, row.convening_id)
    wanted = of_form(form, agenda) if row.state == "confirmed" else None
    if row.state != "confirmed":
        form.refuse(WithoutSeat())
    if wanted is None:
        return await _page(conn, visitor, registration_id, form, now, status=422)
    await queries.take_turn(conn, row.convening_id)
    await _write(conn, registration_id, wanted, visitor, now)
    await events.record(conn, now, [events.AttendanceCorrected(row.convening_id, registration_id)])
    about = {"convening": str(row.convening_id)}
    await acts.note(conn, request, "attendance_corrected", ("registration", registration_id), now, **about)
    return Redirect(f"/office/registrations/{registration_id}/attendance?saved=corrected", status_code=SEE_OTHER)


async def _write(conn: Connection, registration_id: UUID, wanted: Wanted, visitor: Visitor, now: datetime) -> None:
    await writes.insert_correction(
        conn, db.new_id(now), registration_id, wanted.session_id, wanted.minutes, wanted.reason, visitor.person_id, now
    )


async def _page(
    conn: Connection, visitor: Visitor, registration_id: UUID, form: Form, now: datetime, *, status: int, saved: str = ""
) -> Template:
    row = await registrations.registration(conn, registration_id)
    require_reach(visitor, row.convening_id)
    seen = await looking.of_person(conn, row.convening_id, registration_id, now)
    context = {
        "visitor": visitor,
        "convening": await convenings.convening(conn, row.convening_id),
        "row": row,
        "seen": seen,
        "agenda": [
            session for session in await convenings.sessions(conn, row.convening_id) if session.kind != looking.PRIVATE
        ],
        "words": await queries.presence_of(conn, row.convening_id, [registration_id], []),
        "corrections": await day_queries.corrections(conn, row.convening_id, [registration_id]),
        "certificate": await certificate_queries.valid(conn, registration_id),
        "marks": STATUS_MARKS,
        "form": form,
        "saved": saved,
    }
    return Template("attendance_one.html", context=context, status_code=status)


PAGES = [listed, supervise, one, correct]
