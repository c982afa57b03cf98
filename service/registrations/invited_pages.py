"""What an invited person meets behind the personal link: the form filled in, or a word that they cannot come."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from service.access.api import KnownVisitor, own_form
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.views import Shown, show
from service.db import Connection
from service.errors import Invalid, NotFound, Refused
from service.members import queries as members
from service.registrations import actions, forms, inviting, queries, rules
from service.registrations import invitation_queries as invitations
from service.registrations import invitation_writes as writes
from service.registrations.invitation_queries import InvitationRow
from service.registrations.inviting_rules import InvitationEnded
from service.registrations.own_page import attempt, own_path
from service.registrations.pages import form_page
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from service.web import links
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import posted
from service.web.templating import ACCOUNT_PAGE, PERSONAL_PAGE, SEE_OTHER

AfterAll = Annotated[str, QueryParameter(name="after_all", max_length=10)]


@get("/i/{token:str}", **PERSONAL_PAGE)
async def invitation(conn: Conn, now: Now, settings: Given, token: FromPath[str], after_all: AfterAll = "") -> Response[Any]:
    """The form, filled with what we know of the person; who is registered sees the own page. Looking changes nothing."""
    found = await _invitation(conn, settings, token)
    if row := await _registered(conn, found):
        return Redirect(own_path(settings, row), status_code=SEE_OTHER)
    convening = await convenings.convening(conn, found.convening_id)
    shown = show(convening, now)
    said_no = found.answer == "declined" or (found.answer == "ended" and found.declined_at is not None)
    declined = said_no and not after_all
    if declined or not shown.may_register:
        return _word_page(shown, token, declined=declined)
    return await _form(conn, convening, found, token)


@post("/i/{token:str}", **PERSONAL_PAGE)
async def come(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Confirmed or on the list at once: the link proves the address."""
    form = await posted(request)
    found = await _invitation(conn, settings, token)
    person = await members.person(conn, found.person_id)
    convening = await convenings.convening(conn, found.convening_id)
    if wanted := forms.wanted(form, {"email": person.email}):
        outcome = await attempt(conn, _register(conn, found, wanted, now))
        if not isinstance(outcome, Refused):
            return Redirect(own_path(settings, outcome), status_code=SEE_OTHER)
        shown = show(convening, now)
        form.refuse(outcome if shown.may_register else Refused(shown.words))
    status = 409 if form.notice else 422
    return await form_page(conn, convening, form, status=status, person=person, path=f"/i/{token}")


@get("/i/{token:str}/refusal", **PERSONAL_PAGE)
async def back_to_invitation(conn: Conn, settings: Given, token: FromPath[str]) -> Redirect:
    """Whoever comes back to the address of the button sees the page."""
    await _invitation(conn, settings, token)
    return Redirect(f"/i/{token}", status_code=SEE_OTHER)


@post("/i/{token:str}/refusal", **PERSONAL_PAGE)
async def refuse(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Redirect:
    """They cannot come; the page says thank you, and lets them come after all."""
    found = await _invitation(conn, settings, token)
    await inviting.decline(conn, found.id, now)
    return Redirect(f"/i/{token}", status_code=SEE_OTHER)


@post("/me/invitations", **ACCOUNT_PAGE)
async def own(request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor) -> Redirect:
    """Somebody who is signed in goes to the form that is filled in; nothing is mailed."""
    form = await own_form(request)
    try:
        convening_id = UUID(form.text("convening"))
    except ValueError:
        raise Invalid("Choose a convening from your page.") from None
    convening = await convenings.convening(conn, convening_id)
    if convening.state == "draft":
        raise NotFound
    shown = show(convening, now)
    if not shown.may_register:
        raise rules.RegistrationClosed(shown.words)
    made = await invitations.invitation(conn, await inviting.own(conn, convening_id, visitor.person_id, now))
    token = links.token(settings.secret_key, "invitation", made.id, made.generation)
    return Redirect(f"{links.PATHS['invitation']}{token}?after_all=yes", status_code=SEE_OTHER)


async def _invitation(conn: Connection, settings: Settings, token: str) -> InvitationRow:
    """The invitation of a genuine link; raises InvitationEnded for one that was genuine once, NotFound for any other.

    Taking an invitation back ends its links; one that the person makes on their own page afterwards leads here again.
    """
    ticket = links.take_apart(token)
    found = await invitations.invitation(conn, ticket.id)
    if links.is_genuine(settings.secret_key, "invitation", ticket, found.generation):
        return found
    if any(links.is_genuine(settings.secret_key, "invitation", ticket, one) for one in range(found.generation + 1)):
        raise InvitationEnded
    raise NotFound


async def _registered(conn: Connection, found: InvitationRow) -> RegistrationRow | None:
    """The registration of whom an invitation is for; a held place is none, since any stranger can ask for one."""
    live = [one for one in await queries.live_among(conn, found.convening_id, [found.person_id]) if one.state != "held"]
    return await queries.registration(conn, live[0].registration_id) if live else None


async def _form(conn: Connection, convening: ConveningRow, found: InvitationRow, token: str) -> Template:
    person = await members.person(conn, found.person_id)
    return await form_page(conn, convening, forms.of_person(person), status=200, person=person, path=f"/i/{token}")


def _word_page(shown: Shown, token: str, *, declined: bool) -> Template:
    """Where there is no form: they cannot come, or nobody can register now."""
    context = {"shown": shown, "path": f"/i/{token}", "declined": declined}
    return Template(template_name="invited.html", context=context)


async def _register(conn: Connection, found: InvitationRow, wanted: rules.Register, now: Now) -> RegistrationRow:
    """The registration that this makes, or the one that a first click made; raises what it is refused with."""
    [outcome] = await actions.register(conn, found.convening_id, [wanted], source="invitation", now=now)
    if isinstance(outcome, rules.AlreadyRegistered) and outcome.registration_id:
        return await queries.registration(conn, outcome.registration_id)
    if isinstance(outcome, Refused):
        raise outcome
    await writes.answer_yes(conn, found.id)
    return await queries.registration(conn, outcome.id)


PAGES = [invitation, come, back_to_invitation, refuse, own]
