"""A form that a family signed on paper, as its school records it: equal to one signed online everywhere (E7)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from msgspec import ValidationError, convert

from service.access import acts
from service.access.api import KnownVisitor, own_upload
from service.access.rules import Visitor
from service.consents import documents, family_forms, interpreter_form, papering, queries, scans, school_one_pages
from service.consents.answer_rules import Paper, Signing
from service.consents.documents import Occasion
from service.consents.rules import Capacity, Signer
from service.consents.school import Listed
from service.consents.school_pages import SCHOOL_PAGE
from service.consents.speaking import ENGLISH, Spoken
from service.db import Connection
from service.errors import Invalid, NotFound, Refused
from service.panels.queries import TopicRow
from service.registrations.own_page import attempt
from service.text import Name
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.uploads import MOST_UPLOADED_BYTES, Upload

SAVED_ALONE: dict[str, Any] = {"media_type": "application/octet-stream"}
"""A file that a browser saves and never shows."""


class NotSeen(Invalid):
    """Tick this when you have the signed paper in your hands."""


@get("/school/signups/{signup_id:uuid}/paper", **SCHOOL_PAGE)
async def paper(conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]) -> Template:
    """The questions of the form, none of them answered in advance."""
    _, one = await school_one_pages.own(conn, visitor, signup_id, now)
    return await _page(conn, visitor, one, Form(), now, status=200)


@post("/school/signups/{signup_id:uuid}/paper", request_max_body_size=MOST_UPLOADED_BYTES, **SCHOOL_PAGE)
async def record(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """Who is signed in has looked at the paper, and the evidence says so; sent twice, it is recorded once."""
    upload = await own_upload(request)
    form = upload.form
    contact, one = await school_one_pages.own(conn, visitor, signup_id, now)
    read = await _paper(conn, upload, one, contact.name)
    if read is None:
        return await _page(conn, visitor, one, form, now, status=422)
    outcome = await attempt(conn, papering.take(conn, signup_id, read, settings, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, one, form, now, status=outcome.status)
    if outcome:
        await acts.note(conn, request, "paper_recorded", ("signup", signup_id), now, panel=str(one.row.panel_id))
    return school_one_pages.saved(signup_id, "paper")


@get("/school/signups/{signup_id:uuid}/scan", **SCHOOL_PAGE | SAVED_ALONE)
async def scan(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[bytes]:
    """The scanned paper, to be saved and never shown in place."""
    await school_one_pages.own(conn, visitor, signup_id, now)
    return await scanned(request, conn, signup_id, now)


async def scanned(request: AnyRequest, conn: Connection, signup_id: UUID, now: datetime) -> Response[bytes]:
    """The newest scan of a sign-up as an attachment; raises NotFound."""
    content = await scans.newest(conn, signup_id)
    sort = scans.sort_of(content)
    await acts.note(conn, request, "scan_seen", ("signup", signup_id), now)
    headers = {"content-disposition": f'attachment; filename="signed-paper.{sort.suffix}"'}
    return Response(content, media_type=sort.media_type, headers=headers)


async def _paper(conn: Connection, upload: Upload, one: Listed, checked_by: Name) -> Paper | None:
    """What the paper says, or None with a sentence at each field that is missing."""
    form = upload.form
    about, topics = await _asked(conn, one)
    spoken = _language(form, await _languages(conn))
    interpreter = interpreter_form.read(form)
    signer = _signer(form) if await _has_second(conn, one) else None
    signing = _signing(form, about, topics, "student" if one.row.signs_for_self else "guardian")
    if signing is None or spoken is None or form.errors:
        return None
    return Paper(
        choices=signing.choices,
        name=signing.name,
        capacity=signing.capacity,
        checked_by=checked_by,
        language=spoken.code,
        born=signing.born,
        signer=signer,
        in_person=form.text("in_person") == "yes",
        interpreter=interpreter,
        scan=upload.file.content if upload.file else None,
    )


async def _asked(conn: Connection, one: Listed) -> tuple[Occasion, list[TopicRow]]:
    return await documents.occasion(conn, one.row.id), await documents.topics(conn, one.row.panel_id)


async def _languages(conn: Connection) -> list[Spoken]:
    """Those that a form is published in; none before any was."""
    try:
        return await documents.offered(conn)
    except NotFound:
        return []


async def _has_second(conn: Connection, one: Listed) -> bool:
    """Whether a second guardian was named, so that a paper may be theirs."""
    return any(signer.signer == "second_guardian" and signer.name for signer in await queries.consents(conn, [one.row.id]))


def _signer(form: Form) -> Signer:
    found: dict[str, Signer] = {"guardian": "guardian", "second_guardian": "second_guardian"}
    if form.text("signer") not in found:
        form.errors["signer"] = "Say whose paper it is."
    return found.get(form.text("signer"), "guardian")


def _language(form: Form, offered: list[Spoken]) -> Spoken | None:
    """The language that is printed on the paper."""
    chosen = form.text("language")
    found = next((spoken for spoken in offered if spoken.code == chosen), None)
    if found is None:
        form.errors["language"] = "Choose the language of the paper."
    return found


def _signing(form: Form, about: Occasion, topics: list[TopicRow], signer: str) -> Signing | None:
    """What the paper says, or None with a sentence at each field that is missing; a no needs nothing else."""
    offered: dict[str, Capacity] = {one: one for one in family_forms.capacities(signer)}
    choices = family_forms.choices(form, about.recording, topics, ENGLISH)
    capacity, born, name = offered.get(form.text("capacity")), _born(form, signer), _name(form)
    if capacity is None:
        form.errors["capacity"] = "Say as what they signed."
    if form.text("seen") != "yes":
        form.refuse(NotSeen(pointer="/seen"))
    if choices is None or capacity is None or form.errors:
        return None
    return Signing(choices=choices, name=name, capacity=capacity, born=born)


def _name(form: Form) -> str:
    text = " ".join(form.text("name").split())
    try:
        return convert(text, Name)
    except ValidationError:
        form.errors["name"] = "Write the name as it is signed."
        return ""


def _born(form: Form, signer: str) -> date | None:
    """The student's birth date, where a guardian wrote it."""
    text = form.text("born").strip()
    if not text or signer == "student":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        form.errors["born"] = "Write the birth date like this: 2010-05-31. Leave it empty where the paper has none."
        return None


async def _page(conn: Connection, visitor: Visitor, one: Listed, form: Form, now: datetime, *, status: int) -> Template:
    about, topics = await _asked(conn, one)
    context = {
        "visitor": visitor,
        "one": one,
        "form": form,
        "possible": school_one_pages.can_be_on_paper(one, now),
        "tell": ENGLISH.tell,
        "questions": family_forms.questions(about.recording),
        "topics": [(topic.code, documents.label(topic, ENGLISH)) for topic in topics],
        "capacities": family_forms.capacities("student" if one.row.signs_for_self else "guardian"),
        "languages": await _languages(conn),
        "second": await _has_second(conn, one),
    }
    return Template(template_name="school_paper.html", context=context, status_code=status)


PAGES = [paper, record, scan]
