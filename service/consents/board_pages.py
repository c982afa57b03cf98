"""The readiness board of a convening: who may be on stage, who not yet, what is missing and who must act."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.consents import board, board_rules, disclosures
from service.consents.speaking import ENGLISH
from service.convenings import queries as convenings
from service.panels import queries as panels
from service.registrations.office_pages import OFFICE_PAGE
from service.web.deps import AnyRequest, Conn, Now


@get("/office/convenings/{convening_id:uuid}/students", **OFFICE_PAGE)
async def students(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """Cleared students in numbers first, then each of them; who is looked at is written into the disclosure log (F5)."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    asked = board.asked(request)
    of = await panels.of_convening(conn, convening_id)
    everybody = await board.students(conn, convening, of, now)
    found = board.narrowed(everybody, asked)
    shown = [one.signup.id for one in found]
    await disclosures.disclose_list(conn, shown, visitor.person_id, disclosures.BOARD, now)
    dates = board_rules.calendar(convening.starts_at, convening.time_zone, now)
    context = {
        "visitor": visitor,
        "convening": convening,
        "asked": asked,
        "panels": board.counted(of, everybody),
        "days": board.by_day(everybody, convening, now),
        "locked": ENGLISH.until(dates.lock, convening.time_zone),
        "everybody": everybody,
        "found": found,
        "groups": {name: [one for one in found if one.group == name] for name in ("missing", "cleared", "out")},
        "counts": {name: sum(one.group == name for one in everybody) for name in ("missing", "cleared", "out")},
        "calls": sum(one.next.calls for one in everybody),
    }
    return Template("students_board.html", context=context)


PAGES = [students]
