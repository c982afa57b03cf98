"""The door as JSON, for organizers: scans, walk-ins, who came, and what a desk may hold."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from service.access import acts
from service.access.api import KnownCaller
from service.attendance import checking_in, examples, export, looking, rules, walking_in
from service.attendance.answers import AttendanceAnswer, shown
from service.attendance.checking_in import Answer
from service.attendance.desk_roster import DeskRoster, Viewer, desk_roster, shrunk
from service.attendance.rules import DoorClosed, Instant, Scan, WalkIn
from service.attendance.walking_in import WalkedIn
from service.consents import disclosures
from service.convenings import queries as convenings
from service.errors import Invalid
from service.field_cipher import ring
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.downloads import FILE, in_formats
from service.web.workbooks import TooLongForWorkbook


class CheckIns(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scans of one door, in any order, any number of times; `sent_at` is what the device's clock shows now."""

    convening_id: UUID
    scans: Annotated[list[Scan], Meta(min_length=1, max_length=rules.MOST)]
    sent_at: Instant | None = None


class CheckInOutcomes(Struct, frozen=True):
    """One outcome for each scan, in their order."""

    outcomes: list[Answer]


class NoSuchConvening(Invalid):
    """There is no convening with this id."""

    code = "no-such-convening"


class WhoIsIt(Invalid):
    """Say who it is by exactly one of code, registration_id, signup_id and unlisted_id."""

    code = "who-is-it"


def require_sense(scan: Scan, pointer: str) -> None:
    """Raise WhoIsIt for a scan that names nobody, or two (what takes another one back needs nobody); ImpossibleTime."""
    named = [scan.code, scan.registration_id, scan.signup_id, scan.unlisted_id]
    if scan.undoes is None and sum(one is not None for one in named) != 1:
        raise WhoIsIt(pointer=pointer)
    rules.require_possible(scan.at, f"{pointer}/at")


@post(
    "/checkins",
    access="organizer",
    status_code=200,
    sends=examples.CHECK_INS,
    shows=examples.OUTCOMES,
    refuses=[DoorClosed],
)
async def check_in(request: AnyRequest, data: JSONBody[CheckIns], conn: Conn, now: Now, settings: Given) -> CheckInOutcomes:
    """Take up to 1,000 scans in; each gets an outcome of its own, and the same scan twice the same one."""
    rules.require_possible(data.sent_at, "/sent_at")
    for index, scan in enumerate(data.scans):
        require_sense(scan, f"/scans/{index}")
    if not await convenings.exists(conn, data.convening_id):
        raise NoSuchConvening(pointer="/convening_id")
    batch = checking_in.Batch(data.convening_id, data.scans, data.sent_at)
    outcomes = await checking_in.check_in(conn, ring(settings.field_keys), batch, now)
    thing = ("convening", data.convening_id)
    await acts.note(conn, request, "scans_taken", thing, now, count=str(len(outcomes)))
    return CheckInOutcomes(outcomes)


@post(
    "/convenings/{convening_id:uuid}/walk-ins",
    access="organizer",
    status_code=200,
    sends=examples.WALK_IN,
    shows=examples.WALKED_IN,
    refuses=[DoorClosed],
)
async def walk_in(
    request: AnyRequest, convening_id: FromPath[UUID], data: JSONBody[WalkIn], conn: Conn, now: Now
) -> WalkedIn:
    """Register an adult who came without a registration; then check the registration in. Never a minor."""
    outcome = await walking_in.walk_in(conn, convening_id, data, now)
    await acts.note(conn, request, "walk_in_registered", ("convening", convening_id), now)
    return outcome


@get("/convenings/{convening_id:uuid}/attendance", access="organizer", shows=examples.ATTENDANCE)
async def attendance(convening_id: FromPath[UUID], caller: KnownCaller, conn: Conn, now: Now) -> AttendanceAnswer:
    """Who came, who was in which room and for how many minutes, minors in the house; the students' logs keep who looked."""
    seen = await looking.attendance(conn, convening_id, now)
    await disclosures.to_program(conn, [one.row.signup_id for one in seen.students], caller, disclosures.ATTENDING, now)
    return shown(seen, now)


@get(
    in_formats("/convenings/{convening_id:uuid}/attendance/export"),
    access="organizer",
    shows=examples.FILE,
    refuses=[TooLongForWorkbook],
    **FILE,
)
async def export_attendance(
    request: AnyRequest, convening_id: FromPath[UUID], caller: KnownCaller, conn: Conn, now: Now
) -> Response[bytes]:
    """Adults as a file, by name, with a column a session; students are in none of them."""
    return await export.taken_along(conn, request, convening_id, now, program=caller.name)


@get("/convenings/{convening_id:uuid}/roster", access="organizer", shows=examples.ROSTER)
async def roster(convening_id: FromPath[UUID], caller: KnownCaller, conn: Conn, now: Now, settings: Given) -> DeskRoster:
    """What a desk may hold, and until when; the students' logs keep who took it."""
    viewer = Viewer(caller.person_id, f"the program “{caller.name}”")
    return shrunk(await desk_roster(conn, ring(settings.field_keys), convening_id, viewer, now), now)


API = [check_in, walk_in, attendance, export_attendance, roster]
"""This slice's routes under /api/v1."""
