"""The form that breaks the glass, and the one page view that it buys."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.consents import glass, signup_pages
from service.consents.speaking import ENGLISH
from service.convenings import queries as convenings
from service.field_cipher import ring
from service.registrations.office_pages import OFFICE_PAGE
from service.web.deps import AnyRequest, Conn, Given, Now

NO_REASON = "Write what happened and why you need to know, in at least ten characters."


@post("/office/signups/{signup_id:uuid}/glass", status_code=200, **OFFICE_PAGE)
async def break_glass(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """What stands behind the glass, in this answer and at no address: who wants it again breaks it again."""
    form = await own_form(request)
    row = await signup_pages.reached(conn, visitor, signup_id)
    try:
        reason = msgspec.convert(form.text("why").strip(), glass.Reason)
    except msgspec.ValidationError:
        form.errors["why"] = NO_REASON
        return await signup_pages.page(conn, settings, visitor, row, now, form, status=422)
    kept = await glass.look(conn, ring(settings.field_keys), row, visitor.person_id, reason, now)
    await acts.note(conn, request, "glass_broken", ("signup", row.id), now, convening=str(row.convening_id))
    context = {
        "visitor": visitor,
        "convening": await convenings.convening(conn, row.convening_id),
        "row": row,
        "kept": kept,
        "words": ENGLISH,
    }
    return Template("student_glass.html", context=context)


PAGES = [break_glass]
