"""What is printed for the door: made when somebody asks for it, from how things stand then, and kept nowhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from service.access import acts
from service.access.api import KnownVisitor
from service.access.rules import require
from service.attendance import day_queries, papers
from service.attendance.desk_pages import DOOR_DATA, require_door
from service.attendance.desk_roster import AFTERWARDS, Viewer, desk_roster, shrunk
from service.consents import day_facts, day_rules, disclosures
from service.consents.roster import RosterRow, roster
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.documents import apart
from service.documents.day_sheets import BadgeSize
from service.documents.kinds import AnyDocument
from service.field_cipher import ring
from service.panels import queries as panels
from service.web.deps import AnyRequest, Conn, Given, Now

SAFETY_DATA: dict[str, Any] = DOOR_DATA | {"opt": {"access": "safety"}}
Size: TypeAlias = Annotated[BadgeSize, QueryParameter(description="Which labels.")]
Who: TypeAlias = Annotated[str, QueryParameter(pattern="^(all|adults|students)$", description="Whose badges.")]
Part: TypeAlias = Annotated[int, QueryParameter(ge=1, le=1000, description="Which 300 of them.")]


@get("/door/convenings/{convening_id:uuid}/badges.pdf", **DOOR_DATA)
async def badges(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    settings: Given,
    visitor: KnownVisitor,
    convening_id: FromPath[UUID],
    size: Size = "letter_4x3",
    who: Who = "all",
    part: Part = 1,
) -> Response[bytes]:
    """Up to 300 badges, until the day after; each student's log keeps that theirs was printed."""
    require_door(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    over = now >= convening.ends_at + AFTERWARDS
    found = await _students(conn, convening, now) if who != "adults" and not over else ()
    people = await day_queries.people(conn, convening_id) if who != "students" and not over else ()
    begin, end = (part - 1) * papers.PART, part * papers.PART
    chosen = found[begin:end]
    adults = people[max(0, begin - len(found)) : max(0, end - len(found))]
    await disclosures.disclose_list(conn, [row.signup_id for row in chosen], visitor.person_id, disclosures.BADGES, now)
    await acts.note(conn, request, "badges_printed", ("convening", convening_id), now, badges=str(len(chosen) + len(adults)))
    sheets = await papers.badges(conn, convening, adults, chosen, size, settings, now)
    return await _printed(convening, f"badges-{part}", sheets)


@get("/door/convenings/{convening_id:uuid}/desk.pdf", **DOOR_DATA)
async def desk_list(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """The front desk on paper."""
    require_door(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    listed = await desk_roster(conn, ring(settings.field_keys), convening_id, Viewer(visitor.person_id), now)
    shown = shrunk(listed, now)
    await acts.note(conn, request, "desk_list_printed", ("convening", convening_id), now, students=str(len(shown.students)))
    return await _printed(convening, "door", papers.desk_list(convening, shown, settings, now))


@get("/door/convenings/{convening_id:uuid}/emergency.pdf", **SAFETY_DATA)
async def emergency_list(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """For the safety lead alone, from three days before to the day after; each print is logged."""
    require(visitor.leads_safety(convening_id))
    convening = await convenings.convening(conn, convening_id)
    window = day_rules.window(convening.starts_at, convening.ends_at, convening.time_zone)
    seated = {row.signup_id for row in await _students(conn, convening, now)} if window.is_open(now) else set[UUID]()
    found = await day_facts.on_site(conn, ring(settings.field_keys), convening_id, now)
    listed = [one for one in found if one.student.signup_id in seated]
    ids = [one.student.signup_id for one in listed]
    uncleared = [one for one in await day_queries.minors_here(conn, convening_id, now) if not one.is_cleared]
    await disclosures.disclose_list(conn, ids, visitor.person_id, disclosures.SAFETY, now, own_too=True)
    await acts.note(conn, request, "emergency_list_printed", ("convening", convening_id), now, students=str(len(ids)))
    return await _printed(convening, "emergency", papers.emergency_list(convening, window, listed, uncleared, settings, now))


async def _students(conn: Connection, convening: ConveningRow, now: datetime) -> Sequence[RosterRow]:
    return await roster(conn, [panel.id for panel in await panels.of_convening(conn, convening.id)], now)


async def _printed(convening: ConveningRow, name: str, document: AnyDocument) -> Response[bytes]:
    headers = {"Content-Disposition": f'inline; filename="{convening.slug}-{name}.pdf"'}
    return Response(await apart.made(document), media_type="application/pdf", headers=headers)


PAGES = [badges, desk_list, emergency_list]
