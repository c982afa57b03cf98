"""A student's slip that was lost or answered with: a new one. The one before leads nowhere, or can only say no."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.pages import SEE_OTHER
from service.consents import assent_queries, school_one_pages
from service.consents.school_pages import SCHOOL_PAGE
from service.web.deps import AnyRequest, Conn, Now

LONGEST_NUMBER = 8


@post("/school/signups/{signup_id:uuid}/student-slip", **SCHOOL_PAGE)
async def renew_student_slip(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """The form says which one it ends: twice is once. Of an answer that was given the new one shows nothing either (W4)."""
    form = await own_form(request)
    _, one = await school_one_pages.own(conn, visitor, signup_id, now)
    text = form.text("generation")
    generation = int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else -1
    if await assent_queries.raise_generation(conn, signup_id, generation):
        await acts.note(conn, request, "slip_renewed", ("signup", signup_id), now, panel=str(one.row.panel_id))
    return Redirect(f"/school/signups/{signup_id}/slip?for=students", status_code=SEE_OTHER)


PAGES = [renew_student_slip]
