"""Whom a school calls: families that no mail reaches, who has not answered in time, slips to confirm, students of age."""

from datetime import datetime
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from service.access import acts
from service.access.api import KnownVisitor
from service.consents import deadlines, documents, interpreter_queries, queries, school, school_queries, slip_words
from service.consents.interpreter_queries import Wanted
from service.consents.queries import ConsentRow
from service.consents.rules import AWAITED, Signer
from service.consents.school import Listed, Offer
from service.consents.school_pages import SCHOOL_PAGE
from service.consents.school_print_pages import url_of
from service.consents.school_queries import ContactRow
from service.consents.speaking import ENGLISH, Spoken, own_name
from service.db import Connection
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now


class Call(Struct, frozen=True):
    """Somebody to call: about whom, why, and a text to copy; `language` by its own name, `told` the language of the text."""

    one: Listed
    consent: ConsentRow
    confirms: bool
    waits: Wanted | None
    by: str
    language: str
    told: Spoken
    text: str

    @property
    def is_student(self) -> bool:
        """Whether it is the student who signs."""
        return self.consent.signer == "student"


@get("/school/panels/{panel_id:uuid}/calls", **SCHOOL_PAGE)
async def calls(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, panel_id: FromPath[UUID]
) -> Template:
    """Whom the contact calls: whom no mail reaches, from T-17 on all that have not answered, and slips to confirm."""
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    found = await _calls(conn, settings, contact, offer, now)
    await acts.note(conn, request, "students_listed", ("panel", panel_id), now, what="calls")
    begins = deadlines.due(
        deadlines.CALL_LIST, deadlines.MORNING, offer.row.convening_starts_at, offer.row.time_zone, contact.time_zone
    )
    context = {
        "visitor": visitor,
        "contact": contact,
        "offer": offer,
        "calls": found,
        "own_name": own_name,
        "begins": ENGLISH.short_day(begins, contact.time_zone),
        "has_begun": now >= begins,
    }
    return Template(template_name="school_calls.html", context=context)


async def _calls(conn: Connection, settings: Settings, contact: ContactRow, offer: Offer, now: datetime) -> list[Call]:
    listed = await school.listed(conn, contact, offer.row.panel_id, now)
    found = await queries.consents(conn, [one.row.id for one in listed])
    signers = {(signer.signup_id, signer.signer): signer for signer in found}
    pairs = [(one, signers[who]) for one in listed if (who := (one.row.id, _who_signs(one))) in signers]
    waiting = {task.consent_id: task for task in await interpreter_queries.wanted(conn, [one.row.id for one in listed])}
    wanted = [(one, by) for one, by in pairs if by.id in waiting or _is_to_call(offer, contact, one, by, now)]
    offered = await documents.written(conn)
    return [_call(settings, contact, offer, one, by, waiting.get(by.id), offered) for one, by in wanted]


def _who_signs(one: Listed) -> Signer:
    return "student" if one.row.signs_for_self else "guardian"


def _is_to_call(offer: Offer, contact: ContactRow, one: Listed, signer: ConsentRow, now: datetime) -> bool:
    if not one.row.is_under_way or one.signup.guardian == "on_hold_objection":
        return False
    if signer.state == "signed_unverified":
        return True
    row = offer.row
    is_open = signer.state in AWAITED and bool(signer.name or one.row.name) and now < row.convening_starts_at
    if signer.signer == "student":
        return is_open and not signer.email
    return is_open and deadlines.is_to_call(
        now, row.convening_starts_at, row.time_zone, contact.time_zone, has_mail=bool(signer.email)
    )


def _call(
    settings: Settings,
    contact: ContactRow,
    offer: Offer,
    one: Listed,
    signer: ConsentRow,
    waits: Wanted | None,
    offered: list[Spoken],
) -> Call:
    told = slip_words.told(signer.language, offered)
    theirs = told.until(one.row.deadline_at, contact.time_zone)
    text = slip_words.call_text(offer, contact, one.row.name, theirs, url_of(settings, one), told)
    by = ENGLISH.until(one.row.deadline_at, contact.time_zone)
    return Call(one, signer, signer.state == "signed_unverified", waits, by, own_name(signer.language), told, text)


PAGES = [calls]
