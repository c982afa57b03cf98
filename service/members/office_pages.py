"""The network's people in the console: found, added, changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Refused
from service.members import actions, choosing, directory, erased, finding, forms, office_queries, places, queries, searching
from service.members.correcting import KnownCorrection
from service.members.finding_queries import Sought
from service.members.rules import AddressTaken, Part, Person
from service.settings import Settings
from service.text import searched
from service.web import zones
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.meanwhile import changed_since, mark
from service.web.paging import name_cursor, name_place
from service.web.state_words import STATE_WORDS
from service.web.templating import NETWORK_PAGE, SEE_OTHER

ROWS = 50
CHOICES = ("district", "coached_by", "school")
CAME_BACK = "came_back"
"""The tick by which an organizer says that somebody who was erased asked to come back."""
PARTS: dict[Part, str] = {
    "": "Everybody",
    "member": "Members",
    "coach": "Coaches",
    "school_contact": "School contacts",
    "none": "None of these",
}


@get("/office/people", **NETWORK_PAGE)
async def people(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Everybody whom the words, the part and the district leave, by name."""
    search = searching.asked(request)
    after = name_place(request.query_params.get("after"))
    sought = Sought(words=searched(search.q), part=search.part, district_id=search.district, year=search.year)
    found = await finding.people(conn, sought, after, ROWS + 1)
    page = found.rows[:ROWS]
    context = {
        "visitor": visitor,
        "search": search,
        "rows": page,
        "in_all": found.in_all,
        "exact": found.exact,
        "turned": after is not None,
        "parts": PARTS,
        "districts": await places.offered(conn, search.district),
        "years": await directory.years(conn),
        "next": name_cursor(page[-1].name, page[-1].id) if len(found.rows) > ROWS else "",
    }
    return Template(template_name="people.html", context=context)


@get("/office/people/new", **NETWORK_PAGE)
async def new_person(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """The empty form."""
    return await _person_page(conn, visitor, None, forms.of_nobody(now), status=200)


@post("/office/people/new", **NETWORK_PAGE)
async def add_person(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given) -> Response[Any]:
    """Add somebody; a known address leads to whose it is, and of one who was erased it is said."""
    form = await own_form(request)
    form.errors |= await choosing.look_up(conn, form, CHOICES)
    wanted = forms.person(form)
    if wanted is None or await _is_erased(conn, settings, form, wanted, ""):
        return await _person_page(conn, visitor, None, form, status=422)
    try:
        async with conn.transaction():
            person_id = await actions.add(conn, wanted, now)
    except Refused as refusal:
        return await _refused(conn, visitor, None, form, refusal)
    again = {"came_back": "yes"} if form.chosen(CAME_BACK) else {}
    await note(conn, request, "person_created", ("person", person_id), now, **again)
    return Redirect(f"/office/people/{person_id}?saved=1", status_code=SEE_OTHER)


@get("/office/people/{person_id:uuid}", **NETWORK_PAGE)
async def person(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, person_id: FromPath[UUID]
) -> Response[Any]:
    """All about one person; an id that was merged leads to whose it is now; of one who was erased, that they were."""
    if (stays := await queries.merged_into(conn, person_id)) is not None:
        return Redirect(f"/office/people/{stays}", status_code=SEE_OTHER)
    if stone := await erased.tombstone(conn, person_id):
        return Template(template_name="person_erased.html", context={"visitor": visitor, "stone": stone})
    form = forms.of_person(await office_queries.whole(conn, person_id), now)
    done = [name for name in ("saved", "merged") if name in request.query_params]
    return await _person_page(conn, visitor, person_id, form, status=200, done=done)


@post("/office/people/{person_id:uuid}", **NETWORK_PAGE)
async def change_person(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    correct_address: KnownCorrection,
    settings: Given,
    person_id: FromPath[UUID],
) -> Response[Any]:
    """Change somebody; what they are no longer ticked to be ends, and they stay. Whoever was erased meanwhile stays so."""
    form = await own_form(request)
    if await erased.tombstone(conn, person_id):
        return Redirect(f"/office/people/{person_id}", status_code=SEE_OTHER)
    await queries.lock(conn, person_id)
    row = await office_queries.whole(conn, person_id)
    stands = forms.of_person(row, now)
    wrong = await choosing.look_up(conn, form, CHOICES)
    changed = changed_since(form, stands, forms.PERSON, forms.in_words(row))
    status = 409 if form.wrong else 422
    form.errors |= wrong
    wanted = forms.person(form)
    if wanted is None or await _is_erased(conn, settings, form, wanted, row.email):
        return await _person_page(conn, visitor, person_id, form, status=status, stands=stands)
    try:
        async with conn.transaction():
            await actions.change(conn, person_id, wanted, correct_address, now)
    except Refused as refusal:
        return await _refused(conn, visitor, person_id, form, refusal, stands)
    if changed:
        await note(conn, request, "person_changed", ("person", person_id), now, fields=", ".join(sorted(changed)))
    return Redirect(f"/office/people/{person_id}?saved=1", status_code=SEE_OTHER)


async def _is_erased(conn: Connection, settings: Settings, form: Form, wanted: Person, before: str) -> bool:
    """Whether the address was of somebody who was erased, and nobody says that they asked to come back: the form does."""
    if wanted.email.lower() == before.lower() or form.chosen(CAME_BACK):
        return False
    if await queries.person_with(conn, wanted.email) is not None:
        return False
    for erased_at in (await erased.known(conn, settings.secret_key, [wanted.email])).values():
        form.errors[CAME_BACK] = erased.sentence(erased_at)
    return CAME_BACK in form.errors


async def _refused(
    conn: Connection, visitor: Visitor, person_id: UUID | None, form: Form, refusal: Refused, stands: Form | None = None
) -> Template:
    """The form again; where the address is somebody's, with the way to them."""
    form.refuse(refusal)
    known = None
    if isinstance(refusal, AddressTaken):
        known = await queries.person_with(conn, forms.email_address(form.text("email")))
    return await _person_page(conn, visitor, person_id, form, status=refusal.status, stands=stands, known=known)


async def _person_page(
    conn: Connection,
    visitor: Visitor,
    person_id: UUID | None,
    form: Form,
    *,
    status: int,
    stands: Form | None = None,
    done: Sequence[str] = (),
    known: UUID | None = None,
) -> Template:
    """`stands` is the person as they are, where `form` is what somebody typed."""
    offered = await choosing.offered(conn, form, CHOICES, person_id)
    context: dict[str, Any] = {
        "visitor": visitor,
        "form": form,
        "mark": mark(stands or form, forms.PERSON),
        "saved": "saved" in done,
        "merged": "merged" in done,
        "known": known and await queries.person(conn, known),
        "offered": offered.options,
        "too_many": offered.too_many,
        "was_erased": CAME_BACK in form.errors or bool(form.chosen(CAME_BACK)),
        "zones": zones.offered(),
        "states": STATE_WORDS,
        "row": None,
    }
    if person_id:
        context["row"] = await office_queries.whole(conn, person_id)
        context["registrations"] = await office_queries.registrations_of(conn, person_id)
        context["invitations"] = await office_queries.invitations_of(conn, person_id)
    return Template(template_name="person.html", context=context, status_code=status)


PAGES = [people, new_person, add_person, person, change_person]
