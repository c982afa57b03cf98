"""Students as files: each says that it must not be passed on, has a number, and stands in every student's log (F6).

Unlike other lists they are whole before the first byte leaves: what is in the file is exactly what the logs say, and the
students of a convening are some hundred at most.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from msgspec.structs import replace

from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.attendance import looking
from service.attendance.looking import StudentSeen
from service.consents import board, disclosures, school, school_queries
from service.consents.roster import RosterRow, roster
from service.consents.status_words import STUDENT, guardian_mark, sum_mark
from service.convenings import queries as convenings
from service.db import Connection
from service.keeping import writes
from service.keeping.export_words import EXPORTS, terms
from service.keeping.rules import ExportKind
from service.panels import queries as panels
from service.registrations.export import OFFICE_FILE, about
from service.web.cells import Column, Row
from service.web.deps import AnyRequest, Conn, Now
from service.web.downloads import Download, download, file_for, format_of, in_formats
from service.web.table_files import Table

SCHOOL_FILE = file_for("school")
ROSTER = (
    Column("panel", "Panel"),
    Column("badge_name", "Badge name"),
    Column("school", "School"),
    Column("photos", "Photos"),
    Column("recording", "Recording"),
    Column("quotes", "Quotes"),
)
SIGNUPS = (
    Column("panel", "Panel"),
    Column("student", "Student"),
    Column("grade", "Grade"),
    Column("school", "School"),
    Column("language", "Language"),
    Column("form", "Form"),
    Column("answer", "Student’s answer"),
    Column("seat", "Seat"),
    Column("missing", "Missing"),
    Column("answer_by", "Answer by", "day"),
)
DOOR = (
    Column("panel", "Panel"),
    Column("badge_name", "Badge name"),
    Column("school", "School"),
    Column("signed_in_at", "Signed in", "moment"),
    Column("signed_out_at", "Signed out", "moment"),
)
OWN = (
    Column("panel", "Panel"),
    Column("student", "Student"),
    Column("grade", "Grade"),
    Column("form", "Form"),
    Column("answer", "Student’s answer"),
    Column("standing", "All in all"),
    Column("missing", "Missing"),
)


async def exported(
    conn: Connection,
    kind: ExportKind,
    convening_id: UUID | None,
    school_id: UUID | None,
    signup_ids: Sequence[UUID],
    person_id: UUID,
    now: datetime,
) -> UUID:
    """Write down that somebody takes these students along; the file's number."""
    export_id = await writes.insert_export(conn, kind, convening_id, school_id, person_id, len(set(signup_ids)), now)
    await disclosures.disclose_file(conn, sorted(set(signup_ids)), person_id, EXPORTS[kind], export_id, now)
    return export_id


def marked(request: AnyRequest, name: str, kind: ExportKind, export_id: UUID, table: Table, rows: Iterable[Row]) -> Download:
    """The file. Its last column says what it is for and that it stays here, and repeats the number in each row.

    So it is said where somebody copies a part, and whoever reads it with a program still finds one header and its rows.
    """
    number, words = str(export_id), terms(kind)
    last = Column("file_number", f"{words} {number}")
    told = replace(table.about, terms=words, file_number=number)
    return download(request, name, Table(told, [*table.columns, last]), [(*row, number) for row in rows])


@get(in_formats("/office/convenings/{convening_id:uuid}/roster"), **OFFICE_FILE)
async def roster_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """Who has a seat at this moment, by badge name, with what may be photographed, recorded and quoted."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    titles = {panel.id: panel.title for panel in await panels.of_convening(conn, convening_id)}
    rows = await roster(conn, list(titles), now)
    signups = [row.signup_id for row in rows]
    export_id = await exported(conn, "roster", convening_id, None, signups, visitor.person_id, now)
    await _note(conn, request, ("convening", convening_id), "roster", len(rows), now)
    table = Table(about(convening, "Roster", now), ROSTER)
    name = f"{convening.slug}-roster"
    return marked(request, name, "roster", export_id, table, (_seat(row, titles[row.panel_id]) for row in rows))


def _seat(row: RosterRow, panel: str) -> Row:
    return (panel, row.badge_name, row.school_name, *row.media)


@get(in_formats("/office/convenings/{convening_id:uuid}/signups"), **OFFICE_FILE)
async def signups_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """Everyone asked, with one plain status for each side and what is missing; nothing of what families answered."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    found = await board.students(conn, convening, await panels.of_convening(conn, convening_id), now)
    signups = [one.signup.id for one in found]
    export_id = await exported(conn, "signup_list", convening_id, None, signups, visitor.person_id, now)
    await _note(conn, request, ("convening", convening_id), "sign-ups", len(found), now)
    table = Table(about(convening, "Sign-up list", now), SIGNUPS)
    return marked(request, f"{convening.slug}-sign-ups", "signup_list", export_id, table, map(_asked, found))


def _asked(one: board.Seen) -> Row:
    seat = "seated" if one.signup.seated else "alternate" if one.signup.alternate else ""
    return (
        one.panel,
        one.signup.label,
        one.signup.grade,
        one.signup.school,
        one.language,
        one.guardian.words,
        one.student.words,
        seat,
        " ".join(one.signup.missing),
        one.last_day,
    )


@get(in_formats("/office/convenings/{convening_id:uuid}/student-attendance"), **OFFICE_FILE)
async def attendance_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """Cleared students by badge name, and when they came and went; not with whom."""
    require_reach(visitor, convening_id)
    seen = await looking.attendance(conn, convening_id, now)
    signups = [one.row.signup_id for one in seen.students]
    export_id = await exported(conn, "attendance", convening_id, None, signups, visitor.person_id, now)
    await _note(conn, request, ("convening", convening_id), "students at the door", len(signups), now)
    table = Table(about(seen.convening, "Students at the door", now), DOOR)
    name = f"{seen.convening.slug}-student-attendance"
    return marked(request, name, "attendance", export_id, table, map(_came, seen.students))


def _came(one: StudentSeen) -> Row:
    return (one.panel, one.row.badge_name, one.row.school_name, one.signed_in_at, one.signed_out_at)


@get(in_formats("/school/panels/{panel_id:uuid}/signups"), **SCHOOL_FILE)
async def school_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID]
) -> Response[bytes]:
    """A school's own list of one panel."""
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    convening = await convenings.convening(conn, offer.row.convening_id)
    listed = await school.listed(conn, contact, panel_id, now)
    signups = [one.row.id for one in listed]
    export_id = await exported(conn, "school_list", convening.id, contact.school_id, signups, visitor.person_id, now)
    await _note(conn, request, ("panel", panel_id), "own students", len(listed), now)
    table = Table(about(convening, "Own students", now), OWN)
    rows = (_own(one, offer.row.title) for one in listed)
    return marked(request, f"{convening.slug}-own-students", "school_list", export_id, table, rows)


def _own(one: school.Listed, panel: str) -> Row:
    withdrawn = one.row.withdrawn_at is not None
    return (
        panel,
        one.signup.label,
        one.signup.grade,
        guardian_mark(one.signup, withdrawn=withdrawn).words,
        STUDENT[one.signup.student].words,
        sum_mark(one.signup, withdrawn=withdrawn).words,
        " ".join(one.signup.missing),
    )


async def _note(conn: Connection, request: AnyRequest, thing: tuple[str, UUID], what: str, rows: int, now: datetime) -> None:
    await acts.note(conn, request, "list_exported", thing, now, list=what, rows=str(rows), file=format_of(request))


PAGES = [roster_file, signups_file, attendance_file, school_file]
