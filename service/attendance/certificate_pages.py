"""Certificates: anybody checks one, its person downloads it and claims fewer hours, an organizer says under whose name."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.attendance import certificate_queries, certificate_sheet, certifying, credit, credit_form, looking, profiles
from service.attendance.certifying import TooManyHours
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.documents import queries as documents
from service.documents.rules import NotMade
from service.errors import NotFound, Refused
from service.registrations.own_page import attempt, registration_of
from service.registrations.queries import RegistrationRow
from service.text import zone
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.templating import OFFICE_PAGE, PAGE, PERSONAL_PAGE, SEE_OTHER

PERSONAL_FILE: dict[str, Any] = PERSONAL_PAGE | {"media_type": "application/pdf"}
SAVED = {
    "claimed": "It is written down. The new certificate comes by mail in a moment.",
    "credit": "It is saved.",
    "renewed": "What says something new is being made and mailed.",
}


@get("/certificates/{certificate_id:uuid}", **PAGE)
async def verify(conn: Conn, certificate_id: FromPath[UUID]) -> Template:
    """Whether a certificate is ours and still counts; whoever has its address has it from the certificate."""
    row = await certificate_queries.certificate(conn, certificate_id)
    newer = None
    if row.replaced_at is not None:
        newer = await certificate_queries.replacement(conn, row.registration_id, row.number)
    context = {
        "row": row,
        "body": certificate_sheet.body(row),
        "kind": profiles.KINDS[row.profile],
        "hours": certificate_sheet.in_words(row),
        "facts": certificate_sheet.facts(row),
        "notes": profiles.notes(certificate_sheet.body(row).credit, certificate_sheet.body(row).mail),
        "newer": newer,
    }
    return Template("certificate_check.html", context=context)


@get("/r/{token:str}/certificate", **PERSONAL_PAGE)
async def own(
    conn: Conn,
    now: Now,
    settings: Given,
    token: FromPath[str],
    saved: Annotated[str, QueryParameter(max_length=20)] = "",
) -> Template:
    """One's own certificate: what it says, the file, and a claim of fewer hours."""
    row = await registration_of(conn, settings, "manage", token)
    return await _own_page(conn, row, token, Form(), now, status=200, saved=SAVED.get(saved, ""))


@post("/r/{token:str}/certificate", **PERSONAL_PAGE)
async def claim(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Claim fewer hours, or all again; a new certificate replaces the one before."""
    form = await posted(request)
    row = await registration_of(conn, settings, "manage", token)
    wanted = form.text("quarters")
    if wanted != "all" and not (wanted.isdecimal() and len(wanted) < 5):
        form.errors["quarters"] = TooManyHours.__doc__ or ""
        return await _own_page(conn, row, token, form, now, status=422)
    outcome = await attempt(conn, certifying.claim(conn, row.id, None if wanted == "all" else int(wanted), now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _own_page(conn, row, token, form, now, status=outcome.status)
    return Redirect(f"/r/{token}/certificate?saved=claimed", status_code=SEE_OTHER)


async def _own_page(
    conn: Connection, row: RegistrationRow, token: str, form: Form, now: datetime, *, status: int, saved: str = ""
) -> Template:
    convening = await convenings.convening(conn, row.convening_id)
    found = await certificate_queries.valid(conn, row.id)
    context = {
        "row": row,
        "convening": convening,
        "path": f"/r/{token}",
        "certificate": found,
        "body": certificate_sheet.body(found) if found else None,
        "hours": certificate_sheet.in_words(found) if found else "",
        "choices": [(count, credit.hours_in_words(count)) for count in range(certificate_sheet.body(found).attended, -1, -1)]
        if found
        else [],
        "seen": await looking.of_person(conn, row.convening_id, row.id, now),
        "agenda": await convenings.sessions(conn, row.convening_id),
        "form": form,
        "saved": saved,
    }
    return Template("certificate_own.html", context=context, status_code=status)


@get("/r/{token:str}/certificate.pdf", **PERSONAL_FILE)
async def download(conn: Conn, settings: Given, token: FromPath[str]) -> Response[bytes]:
    """The PDF; raises NotMade while it is being made."""
    row = await registration_of(conn, settings, "manage", token)
    found = await certificate_queries.valid(conn, row.id)
    if found is None:
        raise NotFound
    pdf = await documents.pdf(conn, found.document_id) if found.document_id else None
    if pdf is None:
        raise NotMade
    headers = {"Content-Disposition": f'attachment; filename="certificate-{found.id}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@get("/office/convenings/{convening_id:uuid}/certificates", **OFFICE_PAGE)
async def office(request: AnyRequest, conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Under whose name hours are certified, and how many certificates there are."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    form = credit_form.of_credit(await certificate_queries.credit(conn, convening_id))
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return await _office_page(conn, visitor, convening, form, status=200, saved=saved)


@post("/office/convenings/{convening_id:uuid}/certificates", **OFFICE_PAGE)
async def set_credit(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Say it anew; certificates that were issued stay until their hours change."""
    form = await own_form(request)
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    outcome = await attempt(conn, _set(conn, request, convening, form, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _office_page(conn, visitor, convening, form, status=outcome.status)
    if form.errors:
        return await _office_page(conn, visitor, convening, form, status=422)
    return Redirect(f"/office/convenings/{convening_id}/certificates?saved=credit", status_code=SEE_OTHER)


@post("/office/convenings/{convening_id:uuid}/certificates/renewal", **OFFICE_PAGE)
async def renew(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Certify everybody once more; only what says something else than before is made anew and mailed."""
    form = await own_form(request)
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    outcome = await attempt(conn, certifying.renew(conn, convening, now))
    if isinstance(outcome, Refused):
        form = credit_form.of_credit(await certificate_queries.credit(conn, convening_id))
        form.refuse(outcome)
        return await _office_page(conn, visitor, convening, form, status=outcome.status)
    await acts.note(conn, request, "certificates_renewed", ("convening", convening_id), now, people=str(outcome))
    return Redirect(f"/office/convenings/{convening_id}/certificates?saved=renewed", status_code=SEE_OTHER)


async def _set(conn: Connection, request: AnyRequest, convening: ConveningRow, form: Form, now: datetime) -> None:
    wanted = credit_form.wanted(form)
    if wanted is None:
        return
    first, last = (at.astimezone(zone(convening.time_zone)).date() for at in (convening.starts_at, convening.ends_at))
    offered = sum(session.credit_minutes for session in await convenings.sessions(conn, convening.id))
    profiles.check(wanted, first, last, offered)
    await certificate_queries.put_credit(conn, convening.id, profiles.bare(wanted))
    await acts.note(conn, request, "credit_set", ("convening", convening.id), now, profile=wanted.profile)


async def _office_page(
    conn: Connection, visitor: Visitor, convening: ConveningRow, form: Form, *, status: int, saved: str = ""
) -> Template:
    context = {
        "visitor": visitor,
        "convening": convening,
        "form": form,
        "kinds": profiles.KINDS,
        "issued": len(await certificate_queries.issued(conn, convening.id)),
        "came": len(await certificate_queries.attended(conn, convening.id)),
        "saved": saved,
    }
    return Template("certificates_office.html", context=context, status_code=status)


PAGES = [verify, own, claim, download, office, set_credit, renew]
