"""Inviting many at once: choose people of the network, read what will happen, and send it to exactly those."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from emails.handover import Handover, Links, Sender
from emails.render import Parts, compose
from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Invalid, Refused
from service.members import places
from service.members import queries as members
from service.registrations import invitable_queries as people
from service.registrations import inviting
from service.registrations.invitable_queries import InvitableRow
from service.registrations.invitation_message import written
from service.registrations.invitation_pages import address
from service.registrations.inviting_rules import MOST, TooManyChosen, why_not
from service.registrations.own_page import attempt
from service.settings import Settings
from service.text import Line, searched
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.paging import most
from service.web.templating import NETWORK_PAGE, SEE_OTHER

ROWS = 100
KINDS = {"member": "Members", "coach": "Coaches", "contact": "School contacts"}


class Filter(Struct, frozen=True):
    """Whom the choice shows."""

    kind: Line = ""
    district: Line = ""
    search: Line = ""

    @property
    def district_id(self) -> UUID | None:
        """The district, as it was checked when this was read."""
        return UUID(self.district) if self.district else None


@get("/office/convenings/{convening_id:uuid}/invitations/people", **NETWORK_PAGE)
async def choice(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Members, coaches and school contacts whom nobody has invited yet and who are not registered."""
    convening = await convenings.convening(conn, convening_id)
    chosen = _filter(request)
    after = _id(request.query_params.get("after", ""))
    missing = why_not(convening.standing, now)
    rows, total = ([], 0) if missing else await found(conn, convening_id, chosen, after)
    context = {
        "visitor": visitor,
        "convening": convening,
        "missing": missing,
        "filter": chosen,
        "kinds": KINDS,
        "districts": await places.offered(conn, chosen.district_id),
        "rows": rows[:ROWS],
        "total": total,
        "most": MOST,
        "next": rows[ROWS - 1].id if len(rows) > ROWS else "",
    }
    return Template(template_name="invitations_choice.html", context=context)


@get("/office/convenings/{convening_id:uuid}/invitations/statement", **NETWORK_PAGE)
async def statement(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """What will happen to whom, before it does; looking at it changes nothing."""
    convening = await convenings.convening(conn, convening_id)
    if request.query_params.get("all"):
        chosen = await _everybody(conn, convening_id, _filter(request), MOST)
    else:
        chosen = _ids(request.query_params.getall("person", []))
    form = Form()
    if len(chosen) > MOST:
        form.refuse(TooManyChosen())
    return await _statement(conn, settings, visitor, convening, chosen, form, now, status=200)


@post("/office/convenings/{convening_id:uuid}/invitations/statement", **NETWORK_PAGE)
async def send(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Exactly those of the statement are invited; who was meanwhile, or registered, is passed over."""
    convening = await convenings.convening(conn, convening_id)
    form = await own_form(request)
    chosen = _ids(form.text("people").split())
    outcome = await attempt(conn, inviting.invite_people(conn, convening_id, chosen, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _statement(conn, settings, visitor, convening, chosen, form, now, status=outcome.status)
    if outcome:
        await acts.note(conn, request, "people_invited", ("convening", convening_id), now, people=str(len(outcome)))
    return Redirect(f"{address(convening_id)}?sent={len(outcome)}", status_code=SEE_OTHER)


async def found(
    conn: Connection, convening_id: UUID, chosen: Filter, after: UUID | None
) -> tuple[list[people.CandidateRow], int]:
    """A page of whom the filter leaves and one more, behind `after`, and how many it leaves: up to one more than `MOST`."""
    words = searched(chosen.search)
    everybody = await _everybody(conn, convening_id, chosen, most(words))
    only = everybody if len(everybody) <= most(words) else None
    rows = await people.candidates(conn, convening_id, chosen.kind, chosen.district_id, words, after, ROWS + 1, only)
    return rows, min(len(everybody), MOST + 1)


async def _everybody(conn: Connection, convening_id: UUID, chosen: Filter, limit: int) -> list[UUID]:
    """All whom the filter leaves; one more than the limit where there are more."""
    words = searched(chosen.search)
    return await people.gathered(conn, convening_id, chosen.kind, chosen.district_id, words, limit + 1)


def _filter(request: AnyRequest) -> Filter:
    given = {name: request.query_params.get(name, "").strip() for name in Filter.__struct_fields__}
    try:
        found = msgspec.convert(given, Filter)
    except msgspec.ValidationError:
        raise Invalid("Search for a name or an address on one line.") from None
    _id(found.district)
    return found


def _ids(texts: list[str]) -> list[UUID]:
    """Each once, in their order; raises Invalid."""
    return list(dict.fromkeys(found for text in texts if (found := _id(text))))


def _id(text: str) -> UUID | None:
    """None for an empty text; raises Invalid for what no page of ours wrote."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("This did not come from our list. Go back and choose again.") from None


async def _statement(
    conn: Connection,
    settings: Settings,
    visitor: Visitor,
    convening: ConveningRow,
    chosen: list[UUID],
    form: Form,
    now: Now,
    *,
    status: int,
) -> Template:
    found = await people.invitable(conn, convening.id, chosen[:MOST])
    wanted = [one for one in found if not one.suppressed]
    context = {
        "visitor": visitor,
        "convening": convening,
        "form": form,
        "missing": why_not(convening.standing, now),
        "people": wanted,
        "zoneless": sum(not one.zone_known for one in wanted),
        "closed": [one for one in found if one.suppressed],
        "gone": len(chosen[:MOST]) - len(found),
        "sample": await _sample(conn, settings, convening, wanted[0], now) if wanted else None,
        "chosen": " ".join(one.id.hex for one in wanted),
    }
    return Template(template_name="invitations_statement.html", context=context, status_code=status)


async def _sample(conn: Connection, settings: Settings, convening: ConveningRow, first: InvitableRow, now: Now) -> Parts:
    """The mail as the first of them gets it, with a link that leads nowhere."""
    message = written(convening, await members.person(conn, first.id), now)
    sender = Sender(settings.mail_name, settings.mail_address, settings.bounce_domain, settings.help_phone)
    links = Links(invitation=f"{settings.public_url}/i/their-own-link")
    return compose(message, sender, Handover("0" * 32, first.email, "", now, links))


PAGES = [choice, statement, send]
