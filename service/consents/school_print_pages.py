"""What a school prints: slips to take home, and the sheet of who goes along."""

from datetime import datetime
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from service.access import acts
from service.access.api import KnownVisitor
from service.consents import (
    assent_queries,
    assent_words,
    documents,
    queries,
    school,
    school_queries,
    slip_words,
)
from service.consents.queries import ConsentRow
from service.consents.rules import AWAITED
from service.consents.school import Listed, Offer
from service.consents.school_pages import SCHOOL_PAGE
from service.consents.school_queries import ContactRow
from service.consents.slip_words import Lines, Reader
from service.consents.speaking import Spoken
from service.db import Connection
from service.settings import Settings
from service.web import links, qr
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.qr import Code


class Slip(Struct, frozen=True):
    """One slip: what the school's list calls it, the address as text and as a code, the words."""

    label: str
    url: str
    code: Code
    told: list[Lines]


@get("/school/panels/{panel_id:uuid}/slips", **SCHOOL_PAGE)
async def slips(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, panel_id: FromPath[UUID]
) -> Template:
    """The slips without a name that nobody has answered yet: all, or those from `first` on; or those of its students."""
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    if is_for_students(request):
        everybody = await school.listed(conn, contact, panel_id, now)
        made = await _own_answers(conn, settings, contact, offer, everybody)
        return await _printed(request, conn, visitor, offer, made, now)
    text = request.query_params.get("first", "")
    first = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    nameless = [
        one
        for one in await school.listed(conn, contact, panel_id, now)
        if one.row.basis is None or one.row.basis == "family"
    ]
    wanted = [one for one in nameless[max(first, 1) - 1 :] if can_be_printed(one)]
    made = await _slips(conn, settings, contact, offer, wanted)
    return await _printed(request, conn, visitor, offer, made, now)


@get("/school/signups/{signup_id:uuid}/slip", **SCHOOL_PAGE)
async def slip(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Template:
    """The slip of one student as it counts now: the family's, or the student's own."""
    contact = await school_queries.contact(conn, visitor.person_id)
    one = await school.own_signup(conn, contact, signup_id, now)
    offer = await school.own_offer(conn, contact, one.row.panel_id, now)
    if is_for_students(request):
        made = await _own_answers(conn, settings, contact, offer, [one])
        return await _printed(request, conn, visitor, offer, made, now)
    made = await _slips(conn, settings, contact, offer, [one] if can_be_printed(one) else [])
    return await _printed(request, conn, visitor, offer, made, now)


@get("/school/panels/{panel_id:uuid}/chaperones", **SCHOOL_PAGE)
async def chaperones(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID]) -> Template:
    """Who goes along: name, panel, time, room, ready or not, and nothing else."""
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    listed = [one for one in await school.listed(conn, contact, panel_id, now) if one.row.is_under_way and one.row.name]
    await acts.note(conn, request, "students_listed", ("panel", panel_id), now, what="chaperones")
    context = {"visitor": visitor, "contact": contact, "offer": offer, "listed": listed}
    return Template(template_name="school_chaperones.html", context=context)


def is_for_students(request: AnyRequest) -> bool:
    """Whether the slips are wanted that students get themselves, for the answer that is theirs alone (W4)."""
    return request.query_params.get("for") == "students"


def can_be_printed(one: Listed) -> bool:
    """Whether a slip leads anywhere."""
    return one.row.withdrawn_at is None and one.signup.guardian in AWAITED


async def _printed(
    request: AnyRequest, conn: Connection, visitor: KnownVisitor, offer: Offer, made: list[Slip], now: datetime
) -> Template:
    if made:
        about = {"what": "slips", "count": str(len(made))}
        await acts.note(conn, request, "students_listed", ("panel", offer.row.panel_id), now, **about)
    context = {"visitor": visitor, "offer": offer, "slips": made, "for_students": is_for_students(request)}
    return Template(template_name="school_slips.html", context=context)


async def _slips(
    conn: Connection, settings: Settings, contact: ContactRow, offer: Offer, wanted: list[Listed]
) -> list[Slip]:
    signers = {(one.signup_id, one.signer): one for one in await queries.consents(conn, [one.row.id for one in wanted])}
    offered = await documents.written(conn)
    return [
        _slip(
            settings, contact, offer, one, signers[one.row.id, "student" if one.row.signs_for_self else "guardian"], offered
        )
        for one in wanted
    ]


def _slip(
    settings: Settings, contact: ContactRow, offer: Offer, one: Listed, signer: ConsentRow, offered: list[Spoken]
) -> Slip:
    url = url_of(settings, one)
    is_known = bool(one.row.name) and not one.row.signs_for_self
    reader: Reader = "self" if one.row.signs_for_self else "guardian"
    told = [
        slip_words.slip(offer, contact, spoken.until(one.row.deadline_at, contact.time_zone), spoken, reader)
        for spoken in slip_words.languages_of(signer.language, offered, is_known=is_known)
    ]
    return Slip(one.row.label, url, qr.code(url), told)


async def _own_answers(
    conn: Connection, settings: Settings, contact: ContactRow, offer: Offer, listed: list[Listed]
) -> list[Slip]:
    """A slip for each student who is asked, with which nobody has answered."""
    found: list[Slip] = []
    for one in listed:
        assent = await assent_queries.assent(conn, one.row.id)
        is_open = one.row.is_under_way or (assent.has_answered and one.row.withdrawn_at is None)
        if is_open and assent.state != "not_asked" and not assent.is_used:
            url = links.address(settings.public_url, settings.secret_key, "assent", one.row.id, assent.generation)
            told = [
                slip_words.slip(
                    offer, contact, spoken.until(one.row.deadline_at, contact.time_zone), spoken, reader="student"
                )
                for spoken in await documents.written(conn)
                if spoken.code in assent_words.LANGUAGES
            ]
            found.append(Slip(one.row.label, url, qr.code(url), told))
    return found


def url_of(settings: Settings, one: Listed) -> str:
    """The address on the family's slip as it counts now."""
    return links.address(settings.public_url, settings.secret_key, "slip", one.row.id, one.row.slip_generation)


PAGES = [slips, slip, chaperones]
