"""For the caterer: how many students eat what, in numbers and without names."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.consents import day_facts
from service.consents.speaking import ENGLISH
from service.convenings import queries as convenings
from service.field_cipher import ring
from service.registrations.office_pages import OFFICE_PAGE
from service.web.deps import Conn, Given, Now

OTHER = "Something else: the safety lead reads what"


@get("/office/convenings/{convening_id:uuid}/students/food", **OFFICE_PAGE)
async def food(conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Cleared students alone; a wish in words of its own is counted and not shown, since it may say who it is."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    counts = await day_facts.meals(conn, ring(settings.field_keys), convening_id, now)
    words = {kind: OTHER if kind == "other" else ENGLISH.tell(f"day_food_{kind}") for kind in counts}
    context = {"visitor": visitor, "convening": convening, "meals": [(words[kind], counts[kind]) for kind in counts]}
    return Template("students_food.html", context=context)


PAGES = [food]
