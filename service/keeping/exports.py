"""Students as files: each says that it must not be passed on, has a number, and stands in every student's log (F6)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.params import FromPath

from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.attendance import looking
from service.attendance.looking import StudentSeen
from service.consents import board, disclosures, school, school_queries
from service.consents.roster import RosterRow, roster
from service.consents.status_words import STUDENT, guardian_mark, sum_mark
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.keeping import writes
from service.keeping.export_words import EXPORTS, terms
from service.keeping.rules import ExportKind
from service.panels import queries as panels
from service.registrations.export import OFFICE_FILE, attached, table
from service.text import zone
from service.web.deps import AnyRequest, Conn, Now

SCHOOL_FILE: dict[str, Any] = OFFICE_FILE | {"opt": {"access": "school"}}


async def exported(
    conn: Connection,
    kind: ExportKind,
    convening: ConveningRow | None,
    school_id: UUID | None,
    signup_ids: Sequence[UUID],
    person_id: UUID,
    now: datetime,
) -> UUID:
    """Write down that somebody takes these students along; the file's number."""
    convening_id = convening.id if convening else None
    export_id = await writes.insert_export(conn, kind, convening_id, school_id, person_id, len(set(signup_ids)), now)
    await disclosures.disclose_file(conn, sorted(set(signup_ids)), person_id, EXPORTS[kind], export_id, now)
    return export_id


def marked(kind: ExportKind, export_id: UUID, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file. Its last column says what it is for and that it stays here, and repeats the number in each row.

    So it is said where somebody copies a part, and whoever reads it with a program still finds one header and its rows.
    """
    number = str(export_id)
    return table((*columns, f"{terms(kind)} {number}"), ([*row, number] for row in rows))


@get("/office/convenings/{convening_id:uuid}/roster.csv", **OFFICE_FILE)
async def roster_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """Who has a seat at this moment, by badge name, with what may be photographed, recorded and quoted."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    titles = {panel.id: panel.title for panel in await panels.of_convening(conn, convening_id)}
    rows = await roster(conn, list(titles), now)
    signups = [row.signup_id for row in rows]
    export_id = await exported(conn, "roster", convening, None, signups, visitor.person_id, now)
    about = {"list": "roster", "rows": str(len(rows))}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **about)
    columns = ("Panel", "Badge name", "School", "Photos", "Recording", "Quotes")
    content = marked("roster", export_id, columns, (_seat(row, titles[row.panel_id]) for row in rows))
    return attached(convening, "roster", content, now)


def _seat(row: RosterRow, panel: str) -> list[str]:
    return [panel, row.badge_name, row.school_name, *row.media]


@get("/office/convenings/{convening_id:uuid}/signups.csv", **OFFICE_FILE)
async def signups_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """Everyone asked, with one plain status for each side and what is missing; nothing of what families answered."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    found = await board.students(conn, convening, await panels.of_convening(conn, convening_id), now)
    signups = [one.signup.id for one in found]
    export_id = await exported(conn, "signup_list", convening, None, signups, visitor.person_id, now)
    about = {"list": "sign-ups", "rows": str(len(found))}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **about)
    columns = ("Panel", "Student", "Grade", "School", "Language", "Form", "Student’s answer", "Seat", "Missing", "Answer by")
    content = marked("signup_list", export_id, columns, map(_asked, found))
    return attached(convening, "sign-ups", content, now)


def _asked(one: board.Seen) -> list[str]:
    seat = "seated" if one.signup.seated else "alternate" if one.signup.alternate else ""
    return [
        one.panel,
        one.signup.label,
        str(one.signup.grade or ""),
        one.signup.school,
        one.language,
        one.guardian.words,
        one.student.words,
        seat,
        " ".join(one.signup.missing),
        one.last_day.isoformat(),
    ]


@get("/office/convenings/{convening_id:uuid}/student-attendance.csv", **OFFICE_FILE)
async def attendance_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """Cleared students by badge name, and when they came and went; not with whom."""
    require_reach(visitor, convening_id)
    seen = await looking.attendance(conn, convening_id, now)
    signups = [one.row.signup_id for one in seen.students]
    export_id = await exported(conn, "attendance", seen.convening, None, signups, visitor.person_id, now)
    about = {"list": "students at the door", "rows": str(len(signups))}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **about)
    columns = ("Panel", "Badge name", "School", "Signed in", "Signed out")
    place = zone(seen.convening.time_zone)
    content = marked("attendance", export_id, columns, (_came(one, place) for one in seen.students))
    return attached(seen.convening, "student-attendance", content, now)


def _came(one: StudentSeen, place: ZoneInfo) -> list[str]:
    moments = [f"{at.astimezone(place):%Y-%m-%d %H:%M}" if at else "" for at in (one.signed_in_at, one.signed_out_at)]
    return [one.panel, one.row.badge_name, one.row.school_name, *moments]


@get("/school/panels/{panel_id:uuid}/signups.csv", **SCHOOL_FILE)
async def school_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID]
) -> Response[bytes]:
    """A school's own list of one panel."""
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    convening = await convenings.convening(conn, offer.row.convening_id)
    listed = await school.listed(conn, contact, panel_id, now)
    signups = [one.row.id for one in listed]
    export_id = await exported(conn, "school_list", convening, contact.school_id, signups, visitor.person_id, now)
    await acts.note(conn, request, "list_exported", ("panel", panel_id), now, list="own students", rows=str(len(listed)))
    columns = ("Panel", "Student", "Grade", "Form", "Student’s answer", "All in all", "Missing")
    content = marked("school_list", export_id, columns, (_own(one, offer.row.title) for one in listed))
    return attached(convening, "own-students", content, now)


def _own(one: school.Listed, panel: str) -> list[str]:
    withdrawn = one.row.withdrawn_at is not None
    return [
        panel,
        one.signup.label,
        str(one.signup.grade or ""),
        guardian_mark(one.signup, withdrawn=withdrawn).words,
        STUDENT[one.signup.student].words,
        sum_mark(one.signup, withdrawn=withdrawn).words,
        " ".join(one.signup.missing),
    ]


PAGES = [roster_file, signups_file, attendance_file, school_file]
