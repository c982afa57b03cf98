"""What a coach writes about one member. Nobody else reads it, but the member what is shared."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service import db
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor, require
from service.coaching import forms, note_queries, notes, pair_queries
from service.coaching.notes import Note
from service.db import Connection
from service.errors import NotFound, Refused
from service.field_cipher import ring
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.templating import SEE_OTHER, page_for

COACH_PAGE = page_for("coach")


@get("/coach/members/{person_id:uuid}", **COACH_PAGE)
async def member(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, person_id: FromPath[UUID]
) -> Template:
    """One member: who it is, and the notes about them."""
    saved = request.query_params.get("saved", "")
    return await _page(conn, settings, visitor, person_id, now, Form(), status=200, saved=saved)


@post("/coach/members/{person_id:uuid}", **COACH_PAGE)
async def write_note(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, person_id: FromPath[UUID]
) -> Response[Any]:
    """One more note. No entry of the audit log says that somebody wrote about somebody."""
    form = await own_form(request)
    text = forms.note(form)
    if text is None:
        return await _page(conn, settings, visitor, person_id, now, form, status=422)
    await notes.write(
        conn,
        ring(settings.field_keys),
        _id(form.text("note")) or db.new_id(now),
        visitor.person_id,
        person_id,
        _id(form.text("about")),
        text,
        now,
        shared=bool(form.chosen("shared")),
    )
    return _to_member(person_id, "note")


@get("/coach/notes/{note_id:uuid}", **COACH_PAGE)
async def one_note(conn: Conn, settings: Given, visitor: KnownVisitor, note_id: FromPath[UUID]) -> Template:
    """A note, to be changed, shared or deleted."""
    found, person_id = await notes.one(conn, ring(settings.field_keys), note_id, visitor.person_id)
    form = Form({"text": [found.text if found.readable else ""], "shared": ["yes"] if found.shared else []})
    return _note_page(visitor, found, person_id, form, found.mark, status=200)


@post("/coach/notes/{note_id:uuid}", **COACH_PAGE)
async def change_note(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, note_id: FromPath[UUID]
) -> Response[Any]:
    """Other words, or shared or not any more; what somebody changed in another window is not written over."""
    form = await own_form(request)
    keys = ring(settings.field_keys)
    found, person_id = await notes.one(conn, keys, note_id, visitor.person_id)
    text = forms.note(form)
    if text is None:
        return _note_page(visitor, found, person_id, form, form.text("seen"), status=422)
    try:
        async with conn.transaction():
            shared = bool(form.chosen("shared"))
            await notes.rewrite(conn, keys, note_id, visitor.person_id, text, form.text("seen"), now, shared=shared)
    except Refused as refusal:
        form.refuse(refusal)
        return _note_page(visitor, found, person_id, form, found.mark, status=refusal.status, stands=found.text)
    return _to_member(person_id, "changed")


@post("/coach/notes/{note_id:uuid}/removal", **COACH_PAGE)
async def remove_note(
    request: AnyRequest, conn: Conn, settings: Given, visitor: KnownVisitor, note_id: FromPath[UUID]
) -> Response[Any]:
    """Gone for good, unless somebody wrote something else into it meanwhile."""
    form = await own_form(request)
    keys = ring(settings.field_keys)
    try:
        return _to_member(await notes.delete(conn, keys, note_id, visitor.person_id, form.text("seen")), "removed")
    except Refused as refusal:
        found, person_id = await notes.one(conn, keys, note_id, visitor.person_id)
        form = Form({"text": [found.text if found.readable else ""], "shared": ["yes"] if found.shared else []})
        form.refuse(refusal)
        return _note_page(visitor, found, person_id, form, found.mark, status=refusal.status)


def _to_member(person_id: UUID, word: str) -> Redirect:
    return Redirect(f"/coach/members/{person_id}?saved={word}", status_code=SEE_OTHER)


def _id(text: str) -> UUID | None:
    """An id that a form carries; raises NotFound for what is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _note_page(
    visitor: Visitor, found: Note, person_id: UUID, form: Form, seen: str, *, status: int, stands: str = ""
) -> Template:
    """`stands` is what it says now, where `form` is what somebody typed who had `seen` something else."""
    context = {"visitor": visitor, "note": found, "person_id": person_id, "form": form, "seen": seen, "stands": stands}
    return Template(template_name="coach_note.html", context=context, status_code=status)


async def _page(
    conn: Connection,
    settings: Settings,
    visitor: Visitor,
    person_id: UUID,
    now: datetime,
    form: Form,
    *,
    status: int,
    saved: str = "",
) -> Template:
    known = await pair_queries.members_of(conn, visitor.person_id, now, person_id)
    require(known)
    context = {
        "visitor": visitor,
        "member": known[0],
        "notes": await notes.of_pair(conn, ring(settings.field_keys), visitor.person_id, person_id),
        "met": await note_queries.met(conn, visitor.person_id, person_id),
        "form": form,
        "fresh": form.text("note") or db.new_id(now),
        "saved": saved,
        "zone": visitor.time_zone or "UTC",
    }
    return Template(template_name="coach_member.html", context=context, status_code=status)


PAGES = [member, write_note, one_note, change_note, remove_note]
