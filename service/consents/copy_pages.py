"""The PDF of a signed form, downloaded: by a school its own students', by an organizer those of their convenings."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import require
from service.consents import copies, disclosures, queries, school_queries
from service.consents.copies import CopyRow
from service.consents.copy_file import PDF, attached
from service.consents.queries import SignupRow
from service.consents.school_pages import SCHOOL_PAGE
from service.db import Connection
from service.documents import writes
from service.registrations.office_pages import OFFICE_PAGE
from service.registrations.own_page import SEE_OTHER
from service.web.deps import AnyRequest, Conn, Now

SCHOOL_FILE: dict[str, Any] = SCHOOL_PAGE | {"media_type": PDF}
OFFICE_FILE: dict[str, Any] = OFFICE_PAGE | {"media_type": PDF}


@get("/school/documents/{document_id:uuid}", **SCHOOL_FILE)
async def school_copy(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, document_id: FromPath[UUID]
) -> Response[bytes]:
    """A form of one's own school's student; neither of two guardians learns of the other through it (W3)."""
    contact = await school_queries.contact(conn, visitor.person_id)
    copy = await copies.copy(conn, document_id)
    row = await queries.signup(conn, copy.signup_id)
    require(row.school_id == contact.school_id and copies.for_school([copy]) == [copy])
    answer = await attached(conn, copy)
    await acts.note(conn, request, "copy_downloaded", ("signup", row.id), now, panel=str(row.panel_id))
    return answer


@get("/office/documents/{document_id:uuid}", **OFFICE_FILE)
async def office_copy(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, document_id: FromPath[UUID]
) -> Response[bytes]:
    """A form of a convening that is theirs to organize; the download is written into the disclosure log (F5)."""
    copy, row = await _reached(conn, visitor, document_id)
    answer = await attached(conn, copy)
    await disclosures.disclose(conn, row.id, visitor.person_id, disclosures.SIGNED_FORM, now)
    await acts.note(conn, request, "copy_downloaded", ("signup", row.id), now, panel=str(row.panel_id))
    return answer


@post("/office/documents/{document_id:uuid}/making", **OFFICE_PAGE)
async def make_again(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, document_id: FromPath[UUID]
) -> Response[Any]:
    """What could not be made is tried again from the beginning; anything else stays as it is."""
    await own_form(request)
    _, row = await _reached(conn, visitor, document_id)
    if await writes.try_again(conn, document_id, now):
        await acts.note(conn, request, "copy_tried_again", ("signup", row.id), now, panel=str(row.panel_id))
    return Redirect(f"/office/signups/{row.id}?saved=making", status_code=SEE_OTHER)


async def _reached(conn: Connection, visitor: KnownVisitor, document_id: UUID) -> tuple[CopyRow, SignupRow]:
    copy = await copies.copy(conn, document_id)
    row = await queries.signup(conn, copy.signup_id)
    require_reach(visitor, row.convening_id)
    return copy, row


PAGES = [school_copy, office_copy, make_again]
