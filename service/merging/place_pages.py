"""Districts and schools that are there twice: the other one found by words, two side by side, one button."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Invalid, NotFound, Refused
from service.members import place_lists, places
from service.members.places import DistrictRow, SchoolRow
from service.merging import place_actions as actions
from service.merging.place_rules import LABELS, Kind, SamePlace
from service.merging.rules import NoSuchPick
from service.registrations.own_page import attempt
from service.text import Line, searched
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import NETWORK_PAGE, SEE_OTHER

FOUND = 20
NOTED: Mapping[Kind, str] = {"district": "districts_merged", "school": "schools_merged"}


@get("/office/districts/{district_id:uuid}/merge", **NETWORK_PAGE)
async def compare_districts(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, district_id: FromPath[UUID]
) -> Response[Any]:
    """Choose the other entry, or look at the two side by side: `district_id` is the one that would stay."""
    return await _compare(request, conn, visitor, "district", district_id, now)


@post("/office/districts/{district_id:uuid}/merge", **NETWORK_PAGE)
async def merge_districts(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, district_id: FromPath[UUID]
) -> Response[Any]:
    """One district from now on; the second click finds it done."""
    return await _merge(request, conn, visitor, "district", district_id, now)


@get("/office/schools/{school_id:uuid}/merge", **NETWORK_PAGE)
async def compare_schools(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, school_id: FromPath[UUID]
) -> Response[Any]:
    """The same of schools."""
    return await _compare(request, conn, visitor, "school", school_id, now)


@post("/office/schools/{school_id:uuid}/merge", **NETWORK_PAGE)
async def merge_schools(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, school_id: FromPath[UUID]
) -> Response[Any]:
    """The same of schools."""
    return await _merge(request, conn, visitor, "school", school_id, now)


async def _compare(
    request: AnyRequest, conn: Connection, visitor: Visitor, kind: Kind, own_id: UUID, now: datetime
) -> Response[Any]:
    other_id = _id(request.query_params.get("with", ""))
    if (stays := await _stays_as(conn, kind, own_id)) is not None:
        return _page_of(kind, stays, "former")
    if other_id is None:
        return await _choice(request, conn, visitor, kind, own_id)
    if (stays := await _stays_as(conn, kind, other_id)) is not None:
        return _page_of(kind, own_id, "merged") if stays == own_id else _merge_page(kind, own_id, stays)
    return await _comparison(conn, visitor, kind, (own_id, other_id), Form(), now, status=200)


async def _merge(
    request: AnyRequest, conn: Connection, visitor: Visitor, kind: Kind, own_id: UUID, now: datetime
) -> Response[Any]:
    form = await own_form(request)
    other_id = _id(form.text("with"))
    if other_id is None or other_id == own_id:
        await _row(conn, kind, own_id)
        raise SamePlace
    chosen = {name: form.text(f"pick-{name}") for name in LABELS[kind]}
    try:
        outcome = await attempt(
            conn, actions.merge(conn, kind, (own_id, other_id), chosen, form.text("mark"), visitor.person_id, now)
        )
    except NotFound:  # it is done, by a first click or by somebody who was quicker, in this direction or in the other
        for went, other in ((other_id, own_id), (own_id, other_id)):
            if (stays := await _stays_as(conn, kind, went)) is not None:
                return _page_of(kind, stays, "merged" if stays == other else "former")
        raise
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _comparison(conn, visitor, kind, (own_id, other_id), form, now, status=outcome.status)
    counted = {one.what: str(one.count) for one in outcome.facts.moves}
    gone = {"former": str(other_id), "name": outcome.former.name, "code": outcome.former.code}
    await note(conn, request, NOTED[kind], (kind, own_id), now, **gone, **counted)
    return _page_of(kind, own_id, "merged")


async def _choice(request: AnyRequest, conn: Connection, visitor: Visitor, kind: Kind, own_id: UUID) -> Template:
    """With which to compare: which has the first words of its name, or those that are searched for."""
    row = await _row(conn, kind, own_id)
    try:
        words = msgspec.convert(request.query_params.get("q", "").strip(), Line)
    except msgspec.ValidationError:
        raise Invalid("Search for words on one line.") from None
    found = [one for one in await _found(conn, kind, words or row.name.split()[0]) if one.id != own_id]
    context = {
        "visitor": visitor,
        "kind": kind,
        "row": row,
        "words": words,
        "found": found[:FOUND],
        "more": len(found) > FOUND,
    }
    return Template("place_merge_choice.html", context=context)


async def _found(conn: Connection, kind: Kind, words: str) -> Sequence[DistrictRow] | Sequence[SchoolRow]:
    if kind == "district":
        return await place_lists.districts(conn, searched(words), None, FOUND + 2)
    return await place_lists.schools(conn, searched(words), None, None, FOUND + 2)


async def _comparison(
    conn: Connection, visitor: Visitor, kind: Kind, ids: tuple[UUID, UUID], form: Form, now: datetime, *, status: int
) -> Template:
    if ids[0] == ids[1]:
        raise SamePlace
    read = await actions.look(conn, kind, *ids, now)
    try:
        picked = read.picked({name: form.text(f"pick-{name}") for name in LABELS[kind]})
    except NoSuchPick:
        picked = read.usual
    context = {
        "visitor": visitor,
        "form": form,
        "read": read,
        "picked": picked,
        "objections": read.objections or read.against(picked),
        "stands": bool(read.objections),
    }
    return Template("place_merge.html", context=context, status_code=status)


async def _row(conn: Connection, kind: Kind, own_id: UUID) -> DistrictRow | SchoolRow:
    """One of them; raises NotFound."""
    return await (places.district(conn, own_id) if kind == "district" else places.school(conn, own_id))


async def _stays_as(conn: Connection, kind: Kind, former_id: UUID) -> UUID | None:
    """Which it is now, of one that went."""
    ask = places.district_stays_as if kind == "district" else places.school_stays_as
    return await ask(conn, former_id)


def _page_of(kind: Kind, own_id: UUID, done: str) -> Redirect:
    return Redirect(f"/office/{kind}s/{own_id}?{done}=1", status_code=SEE_OTHER)


def _merge_page(kind: Kind, own_id: UUID, other_id: UUID) -> Redirect:
    return Redirect(f"/office/{kind}s/{own_id}/merge?with={other_id}", status_code=SEE_OTHER)


def _id(text: str) -> UUID | None:
    """None for an empty text; raises Invalid for what no page of ours wrote."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("This did not come from our list. Go back and choose again.") from None


PAGES = [compare_districts, merge_districts, compare_schools, merge_schools]
