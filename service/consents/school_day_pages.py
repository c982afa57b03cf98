"""Whom to call and who may collect: a school reads it of its own students and types it from paper; health it never sees."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.consents import day_facts, day_form, day_rules, queries
from service.consents.day_facts import Kept
from service.consents.day_rules import DayFacts, NotForTheDay, Reachable
from service.consents.queries import ConsentRow
from service.consents.school import Listed
from service.consents.school_one_pages import own, saved
from service.consents.school_pages import SCHOOL_PAGE
from service.consents.school_queries import ContactRow
from service.consents.speaking import ENGLISH
from service.db import Connection
from service.errors import Refused
from service.field_cipher import ring
from service.registrations.own_page import attempt
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form


@get("/school/signups/{signup_id:uuid}/day", **SCHOOL_PAGE)
async def contacts(conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]) -> Template:
    """What the family wrote behind its own link; or, from its paper, what the school types here."""
    contact, one = await own(conn, visitor, signup_id, now)
    kept = await _kept(conn, settings, one)
    signer = await _on_paper(conn, one)
    known = next((each.written.facts for each in kept if signer and each.writer.consent_id == signer.id), DayFacts())
    return _page(visitor, contact, one, day_form.filled(known), signer, kept, status=200)


@post("/school/signups/{signup_id:uuid}/day", **SCHOOL_PAGE)
async def keep_contacts(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """It counts at once; what the family wrote beside stays."""
    form = await own_form(request)
    contact, one = await own(conn, visitor, signup_id, now)
    signer, kept = await _on_paper(conn, one), await _kept(conn, settings, one)
    if signer is None:
        form.notice = NotForTheDay().sentence
        return _page(visitor, contact, one, form, signer, kept, status=NotForTheDay.status)
    first = None if signer.signer == "student" else Reachable(signer.name, signer.phone)
    facts = day_form.read(form, ENGLISH, first, day_rules.CONTACTS)
    if facts is None:
        return _page(visitor, contact, one, form, signer, kept, status=422)
    keys = ring(settings.field_keys)
    outcome = await attempt(conn, day_facts.write(conn, keys, signer.id, facts, day_rules.CONTACTS, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return _page(visitor, contact, one, form, signer, kept, status=outcome.status)
    await acts.note(conn, request, "contacts_typed", ("signup", signup_id), now, panel=str(one.row.panel_id))
    return saved(signup_id, "contacts")


async def _kept(conn: Connection, settings: Settings, one: Listed) -> list[Kept]:
    """What was written about this student, without anything but whom to call and who may collect."""
    found = await day_facts.of_students(conn, ring(settings.field_keys), [one.row.id])
    return [day_facts.contacts_of(each) for each in found[one.row.id]]


async def _on_paper(conn: Connection, one: Listed) -> ConsentRow | None:
    """Who signed this student's form on paper, or has no mail address to open their own page with."""
    wanted = "student" if one.row.signs_for_self else "guardian"
    found = [row for row in await queries.consents(conn, [one.row.id]) if row.signer == wanted]
    return next((row for row in found if can_type(row)), None)


def can_type(signer: ConsentRow) -> bool:
    """Whether the school types for this signer: behind a yes, where the family cannot do it itself."""
    is_theirs = signer.state == "signed_paper" or not signer.email
    return is_theirs and signer.state in day_rules.ALIVE and signer.joins is True


def _page(
    visitor: Visitor,
    contact: ContactRow,
    one: Listed,
    form: Form,
    signer: ConsentRow | None,
    kept: list[Kept],
    *,
    status: int,
) -> Template:
    context = {
        "visitor": visitor,
        "contact": contact,
        "one": one,
        "form": form,
        "signer": signer,
        "kept": [each for each in kept if each.written.fields],
        "words": ENGLISH,
        "counts": {"contact": day_form.CONTACTS, "collector": day_form.COLLECTORS},
    }
    return Template(template_name="school_day.html", context=context, status_code=status)


PAGES = [contacts, keep_contacts]
