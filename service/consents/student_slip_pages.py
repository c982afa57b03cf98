"""The slip that a school hands to a student: the only way to the student's own page, and to nobody's earlier answer (W4)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.pages import SEE_OTHER
from service.consents import assent_queries, assent_words, school_one_pages
from service.consents.assent_queries import AssentRow
from service.consents.school import Listed
from service.consents.school_pages import SCHOOL_PAGE
from service.web import links, qr
from service.web.deps import AnyRequest, Conn, Given, Now

WAITING = ("not_asked", "asked")
LONGEST_NUMBER = 8


@get("/school/signups/{signup_id:uuid}/student-slip", **SCHOOL_PAGE)
async def student_slip(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Template:
    """A code and its address for one student, as long as they have not answered; then the link is theirs alone."""
    _, one = await school_one_pages.own(conn, visitor, signup_id, now)
    row = await assent_queries.assent(conn, signup_id)
    found = can_be_handed(one, row, now)
    if found:
        await acts.note(conn, request, "students_listed", ("panel", one.row.panel_id), now, what="student slip")
    url = links.address(settings.public_url, settings.secret_key, "assent", signup_id, row.generation)
    context = {
        "visitor": visitor,
        "one": one,
        "row": row,
        "code": qr.code(url) if found else None,
        "url": url if found else "",
        "languages": [(code, words) for code, words in assent_words.LANGUAGES.items()],
        "days": {code: _day(words, row) for code, words in assent_words.LANGUAGES.items()},
    }
    return Template("school_student_slip.html", context=context)


@post("/school/signups/{signup_id:uuid}/student-slip", **SCHOOL_PAGE)
async def renew_student_slip(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """A new slip; the one before leads nowhere. The form says which one it ends, so that twice is once."""
    form = await own_form(request)
    _, one = await school_one_pages.own(conn, visitor, signup_id, now)
    text = form.text("generation")
    generation = int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else -1
    renewed = await assent_queries.raise_generation(conn, signup_id, generation)
    if renewed:
        await acts.note(conn, request, "slip_renewed", ("signup", signup_id), now, panel=str(one.row.panel_id))
    return Redirect(f"/school/signups/{signup_id}/student-slip", status_code=SEE_OTHER)


def can_be_handed(one: Listed, row: AssentRow, now: datetime) -> bool:
    """Whether the student can still give a first answer."""
    is_open = row.withdrawn_at is None and row.convening_state == "published" and now < row.occasion.lock
    return is_open and one.row.is_under_way and row.state in WAITING


def _day(words: assent_words.Words, row: AssentRow) -> str:
    return assent_words.day(words, row.panel_starts_at, row.time_zone)


PAGES = [student_slip, renew_student_slip]
