"""The safety lead's list: who is there, what helpers must know, whom to call; from three days before to the day after."""

from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.access import acts
from service.access.api import KnownVisitor
from service.access.rules import require
from service.consents import day_facts, day_rules, disclosures
from service.consents.speaking import ENGLISH
from service.convenings import queries as convenings
from service.field_cipher import ring
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.templating import page_for

SAFETY_PAGE: dict[str, Any] = page_for("safety")
HELD = ("published", "completed")
"""States of a convening that takes place or did; of any other nobody needs the list."""


@get("/safety/convenings/{convening_id:uuid}", **SAFETY_PAGE)
async def safety(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """Cleared students with all that was written about them; each opening is in the audit log and in theirs."""
    require(visitor.leads_safety(convening_id))
    convening = await convenings.convening(conn, convening_id)
    window = day_rules.window(convening.starts_at, convening.ends_at, convening.time_zone)
    context = {"visitor": visitor, "convening": convening, "window": window, "now": now, "words": ENGLISH}
    if not window.is_open(now) or convening.state not in HELD:
        return Template("safety_closed.html", context=context)
    found = await day_facts.on_site(conn, ring(settings.field_keys), convening_id, now)
    ids = [one.student.signup_id for one in found]
    await disclosures.disclose_list(conn, ids, visitor.person_id, disclosures.SAFETY, now, own_too=True)
    await acts.note(conn, request, "safety_list_opened", ("convening", convening_id), now, students=str(len(found)))
    return Template("safety.html", context=context | {"found": found})


PAGES = [safety]
