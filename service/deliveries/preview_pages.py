"""Previews: every message with sample or real data, and a test of it to oneself."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from emails.messages import AnyMessage
from service import events
from service.access import acts, granting
from service.access.actions import within_limit
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import TooOften, Visitor
from service.convenings import queries as convenings
from service.db import Connection
from service.deliveries import facts, office_queries, previews
from service.deliveries.office_rules import TEST_MAILS, AddressStopped
from service.deliveries.previews import Known, Preview, Sample
from service.errors import Invalid, NotFound, Refused
from service.members import queries as members
from service.registrations import queries as registrations
from service.settings import Settings
from service.text import Line
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.mail_words import kind_words
from service.web.templating import OFFICE_PAGE, SEE_OTHER

MAILED_PAGE = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A mail in a frame runs nothing, loads nothing and leads nowhere."""


class NobodyHere(Invalid):
    """Nobody with this address is registered for this convening. Write the whole address, or leave it empty."""

    code = "not-registered-here"


@get(previews.PREVIEWS, **OFFICE_PAGE)
async def all_previews(visitor: KnownVisitor) -> Template:
    """Every message, by its kind."""
    groups: dict[str, list[Sample]] = {}
    for one in previews.samples():
        groups.setdefault(one.tag, []).append(one)
    context = {
        "visitor": visitor,
        "groups": [(kind_words(tag), samples) for tag, samples in groups.items()],
        "languages": previews.LANGUAGES,
    }
    return Template("mail_previews.html", context=context)


@get("/office/previews/{tag:str}/{number:int}", **OFFICE_PAGE)
async def preview(
    request: AnyRequest, conn: Conn, visitor: KnownVisitor, settings: Given, tag: FromPath[str], number: FromPath[int]
) -> Template:
    """One message with sample data, or with the facts of a convening and a person."""
    sample = previews.sample(tag, number)
    form = _asked(request)
    try:
        message = await _message(conn, visitor, sample, form)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, settings, sample, sample.message, form, status=refusal.status)
    return await _page(conn, visitor, settings, sample, message, form, sent="sent" in request.query_params)


@get("/office/previews/{tag:str}/{number:int}/html", **OFFICE_PAGE)
async def preview_as_page(
    request: AnyRequest, conn: Conn, visitor: KnownVisitor, settings: Given, tag: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """The same as a page, for the frame."""
    form = _asked(request)
    message = await _message(conn, visitor, previews.sample(tag, number), form)
    return framed(previews.shown(message, settings, form.text("email") or visitor.email))


@post("/office/previews/{tag:str}/{number:int}/test", **OFFICE_PAGE)
async def send_test(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    settings: Given,
    tag: FromPath[str],
    number: FromPath[int],
) -> Response[Any]:
    """The sample goes to the visitor's own address, and to no other."""
    form = await own_form(request)
    sample = previews.sample(tag, number)
    try:
        await _ask_for_test(conn, visitor, sample, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, settings, sample, sample.message, form, status=refusal.status)
    await acts.note(conn, request, "mail_tested", ("message", None), now, message=sample.tag)
    return Redirect(f"{previews.PREVIEWS}/{tag}/{number}?sent", status_code=SEE_OTHER)


def framed(shown: Preview) -> Response[str]:
    """What was written as a page of its own, which a frame of ours may show."""
    return Response(shown.html, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": MAILED_PAGE})


async def _ask_for_test(conn: Connection, visitor: Visitor, sample: Sample, now: datetime) -> None:
    """Raises TooOften, AddressStopped."""
    if await office_queries.is_stopped(conn, visitor.email):
        raise AddressStopped
    if not await within_limit(conn, TEST_MAILS, str(visitor.person_id), now):
        raise TooOften("You sent yourself 20 test mails within the hour. Wait a while and try again.")
    await events.record(conn, now, [events.TestMailAsked(visitor.person_id, sample.name)])


def _asked(request: AnyRequest) -> Form:
    """Whose facts are wanted, from the address of the page."""
    given = {name: request.query_params.get(name, "").strip() for name in ("convening", "email")}
    try:
        msgspec.convert(given, dict[str, Line])
    except msgspec.ValidationError:
        raise Invalid("Write one mail address.") from None
    return Form({name: [value] for name, value in given.items()})


async def _message(conn: Connection, visitor: Visitor, sample: Sample, form: Form) -> AnyMessage:
    """The sample itself, or with real facts; raises NotFound for a convening out of reach, NobodyHere."""
    chosen = form.text("convening")
    if not chosen or not sample.about_convening:
        return sample.message
    try:
        convening_id = UUID(chosen)
    except ValueError:
        raise NotFound from None
    require_reach(visitor, convening_id)
    return previews.with_facts(sample.message, await _known(conn, convening_id, form.text("email")))


async def _known(conn: Connection, convening_id: UUID, email: str) -> Known:
    convening = await convenings.convening(conn, convening_id)
    until = convening.registration_closes_at or convening.starts_at
    if not email:
        agenda = await office_queries.common_agenda(conn, convening_id)
        return Known(facts.gathering(convening, agenda), convening.capacity, until)
    registration_id = await office_queries.registration_of(conn, convening_id, email)
    if registration_id is None:
        raise NobodyHere(pointer="/email")
    row = await registrations.registration(conn, registration_id)
    return Known(
        facts.gathering(convening, await facts.agenda_of(conn, registration_id)),
        convening.capacity,
        until,
        row.name,
        (await members.person(conn, row.person_id)).time_zone,
        row.position,
        row.offered_until,
        row.held_until,
    )


async def _page(
    conn: Connection,
    visitor: Visitor,
    settings: Settings,
    sample: Sample,
    message: AnyMessage,
    form: Form,
    *,
    status: int = 200,
    sent: bool = False,
) -> Template:
    real = message is not sample.message
    context = {
        "visitor": visitor,
        "form": form,
        "sample": sample,
        "kind": kind_words(sample.tag),
        "preview": previews.shown(message, settings, (real and form.text("email")) or visitor.email),
        "places": await granting.places(conn, visitor),
        "real": real,
        "sent": sent,
    }
    return Template("mail_preview.html", context=context, status_code=status)


PAGES = [all_previews, preview, preview_as_page, send_test]
