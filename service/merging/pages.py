"""Duplicates in the console: who may be twice, two side by side, one button."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Invalid, NotFound, Refused
from service.members import finding
from service.members.finding_queries import Sought
from service.merging import actions, candidate_queries, looking, queries, writes
from service.merging.likeness import Known
from service.merging.rules import LABELS, SamePerson
from service.registrations.own_page import attempt
from service.text import Line, searched
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.state_words import STATE_WORDS
from service.web.templating import NETWORK_PAGE, SEE_OTHER

DUPLICATES = "/office/people/duplicates"
MOST = 100
FOUND = 20


@get(DUPLICATES, **NETWORK_PAGE)
async def duplicates(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Who may be in the network twice, the likeliest first."""
    context = {
        "visitor": visitor,
        "form": Form(),
        "found": await looking.likeliest(conn, MOST),
        "counted": looking.COUNTED,
        "at_once": looking.WHILE_SOMEBODY_LOOKS,
        "apart": "apart" in request.query_params,
    }
    return Template("duplicates.html", context=context)


@post(DUPLICATES, **NETWORK_PAGE)
async def tell_apart(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """They are two people: nobody is asked about them again."""
    form = await own_form(request)
    one_id, other_id = _id(form.text("one")), _id(form.text("other"))
    if one_id is None or other_id is None or one_id == other_id:
        raise Invalid("This did not come from our list. Go back and choose again.")
    try:
        async with conn.transaction():
            new = await writes.tell_apart(conn, one_id, other_id, visitor.person_id, now)
    except asyncpg.ForeignKeyViolationError:
        raise NotFound from None
    if new:
        await note(conn, request, "people_told_apart", ("person", one_id), now, other=str(other_id))
    return Redirect(f"{DUPLICATES}?apart=1", status_code=SEE_OTHER)


@get("/office/people/{person_id:uuid}/merge", **NETWORK_PAGE)
async def compare(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, person_id: FromPath[UUID]
) -> Response[Any]:
    """Choose the second entry, or look at the two side by side: `person_id` is the one who would stay."""
    other_id = _id(request.query_params.get("with", ""))
    if (stays := await queries.stays_as(conn, person_id)) is not None:
        return Redirect(f"/office/people/{stays}", status_code=SEE_OTHER)
    if other_id is None:
        return await _choice(request, conn, visitor, person_id)
    if await queries.stays_as(conn, other_id) == person_id:
        return Redirect(f"/office/people/{person_id}", status_code=SEE_OTHER)
    return await _comparison(conn, visitor, (person_id, other_id), Form(), now, status=200)


@post("/office/people/{person_id:uuid}/merge", **NETWORK_PAGE)
async def merge(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, person_id: FromPath[UUID]
) -> Response[Any]:
    """One person from now on; the second click finds it done."""
    form = await own_form(request)
    other_id = _id(form.text("with"))
    if other_id is None or other_id == person_id:
        await queries.entry(conn, person_id)
        raise SamePerson
    done = Redirect(f"/office/people/{person_id}?merged=1", status_code=SEE_OTHER)
    if await queries.stays_as(conn, other_id) == person_id:
        return done
    chosen = {name: form.text(f"pick-{name}") for name in LABELS}
    try:
        outcome = await attempt(
            conn, actions.merge(conn, person_id, other_id, chosen, form.text("mark"), visitor.person_id, now)
        )
    except NotFound:  # somebody was quicker, in this direction or in the other
        if await queries.stays_as(conn, other_id) == person_id:
            return done
        raise
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _comparison(conn, visitor, (person_id, other_id), form, now, status=outcome.status)
    counted = {one.what: str(one.count) for one in outcome.facts.moves}
    await note(conn, request, "people_merged", ("person", person_id), now, former=str(other_id), **counted)
    return done


async def _choice(request: AnyRequest, conn: Connection, visitor: Visitor, person_id: UUID) -> Template:
    """With whom to compare: who looks alike, and whoever is searched for."""
    try:
        words = msgspec.convert(request.query_params.get("q", "").strip(), Line)
    except msgspec.ValidationError:
        raise Invalid("Search for words on one line.") from None
    row = await queries.entry(conn, person_id)
    context = {
        "visitor": visitor,
        "row": row,
        "words": words,
        "found": await _found(conn, searched(words), person_id) if words else [],
        "alike": [] if words else looking.others(await looking.alike(conn, person_id), person_id),
    }
    return Template("merge_choice.html", context=context)


async def _found(conn: Connection, words: str, person_id: UUID) -> list[Known]:
    """People of whom each of the words says something; not the one with whom they are compared."""
    page = await finding.people(conn, Sought(words=words), None, FOUND + 1)
    return await candidate_queries.known(conn, [one.id for one in page.rows if one.id != person_id][:FOUND])


async def _comparison(
    conn: Connection, visitor: Visitor, ids: tuple[UUID, UUID], form: Form, now: datetime, *, status: int
) -> Template:
    if ids[0] == ids[1]:
        raise SamePerson
    read = await actions.look(conn, *ids, visitor.person_id, now)
    picked = {line.name: form.text(f"pick-{line.name}") or line.pick for line in read.lines}
    context = {"visitor": visitor, "form": form, "read": read, "picked": picked, "states": STATE_WORDS}
    return Template("merge.html", context=context, status_code=status)


def _id(text: str) -> UUID | None:
    """None for an empty text; raises Invalid for what no page of ours wrote."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("This did not come from our list. Go back and choose again.") from None


PAGES = [duplicates, tell_apart, compare, merge]
