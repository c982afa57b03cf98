"""From the form to the seat: the public form, the button behind the mailed link."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.actions import within_limit
from service.access.limits import FORM_PER_ADDRESS, FORM_PER_CLIENT
from service.access.rules import TooOften
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.views import in_public, show
from service.db import Connection
from service.errors import Refused
from service.members.queries import PersonRow
from service.registrations import actions, forms, one_button_pages, own_page, rules
from service.registrations.bursts import Asked, bursts_of
from service.registrations.own_page import attempt, own_path
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Register
from service.registrations.views import kind
from service.settings import Settings
from service.text import email_address
from service.web.deps import AnyRequest, Conn, Given, Now, transacting
from service.web.forms import Form, posted
from service.web.security import client_key
from service.web.templating import PAGE, PERSONAL_PAGE, SEE_OTHER


async def _by_slug(conn: Connection, slug: str) -> ConveningRow:
    return await convenings.convening(conn, await convenings.convening_by_slug(conn, slug))


@get("/convenings/{slug:str}/registration", **PAGE)
async def public_form(conn: Conn, now: Now, slug: FromPath[str]) -> Response[Any]:
    """The empty form; where nobody can register, the convening's page says why."""
    row = await _by_slug(conn, slug)
    if not show(row, now).may_register:
        return Redirect(f"/convenings/{slug}", status_code=SEE_OTHER)
    return await form_page(conn, row, Form(), status=200)


@post("/convenings/{slug:str}/registration", **PAGE)
async def ask(request: AnyRequest, now: Now, slug: FromPath[str]) -> Response[Any]:
    """Always the same answer, so that nobody learns who is registered here.

    What is asked is looked at and counted, and then decided together with what others ask at the same time: while it waits
    for that, it holds no connection.
    """
    form = await posted(request)
    answer = Redirect(f"/convenings/{slug}/check-your-mail", status_code=SEE_OTHER)
    async with transacting(request.app) as conn:
        row = await _by_slug(conn, slug)
        looked_at = None if form.text(forms.TRAP) else await _wanted(request, conn, row, form, now)
        if looked_at is None:
            return answer
        if not isinstance(looked_at, Register):
            return looked_at
    try:
        await bursts_of(request).ask_publicly(row.id, Asked(looked_at, now))
    except Refused as refusal:
        form.refuse(refusal)
        async with transacting(request.app) as conn:
            return await form_page(conn, row, form, status=refusal.status)
    return answer


async def _wanted(
    request: AnyRequest, conn: Connection, row: ConveningRow, form: Form, now: datetime
) -> Register | Template | None:
    """What the form asks for, or the form again; None where enough was asked for that address. Raises TooOften."""
    wanted = forms.wanted(form)
    shown = show(row, now)
    if not shown.may_register:
        form.notice = shown.words
    if wanted is None or form.wrong:
        return await form_page(conn, row, form, status=409 if form.notice else 422)
    if not await within_limit(conn, FORM_PER_CLIENT, client_key(request), now):
        raise TooOften
    return wanted if await within_limit(conn, FORM_PER_ADDRESS, email_address(wanted.email).lower(), now) else None


@get("/convenings/{slug:str}/check-your-mail", **PAGE)
async def check_your_mail(conn: Conn, slug: FromPath[str]) -> Template:
    """What the public form answers, whoever asked."""
    return Template(template_name="check_your_mail.html", context={"convening": await _by_slug(conn, slug)})


async def form_page(
    conn: Connection, row: ConveningRow, form: Form, *, status: int, person: PersonRow | None = None, path: str = ""
) -> Template:
    """The form: empty, as it was typed, or an invited person's, which is filled in and asks for no address."""
    agenda = await convenings.sessions(conn, row.id)
    context = {
        "convening": in_public(row),
        "form": form,
        "groups": forms.groups(agenda, form.chosen("sessions")),
        "address": person.email if person else "",
        "path": path or f"/convenings/{row.slug}/registration",
        "trap": "" if person else forms.TRAP,
    }
    return Template(template_name="register.html", context=context, status_code=status)


async def _to_confirm(conn: Connection, settings: Settings, token: str) -> RegistrationRow:
    return await own_page.registration_of(conn, settings, "confirm", token)


@get("/confirm/{token:str}", **PERSONAL_PAGE)
async def confirmation(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """One button; scanners of mail follow links, so looking changes nothing."""
    row = await _to_confirm(conn, settings, token)
    shown = show(await convenings.convening(conn, row.convening_id), now)
    current = kind(row, shown, now)
    if current not in ("held", "hold_over"):
        return Redirect(own_path(settings, row), status_code=SEE_OTHER)
    return _confirm_page(row, shown, token, status=410 if current == "hold_over" else 200)


@post("/confirm/{token:str}", **PERSONAL_PAGE)
async def confirm(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """The address is theirs; a second click leads to the same page."""
    row = await _to_confirm(conn, settings, token)
    outcome = await attempt(conn, actions.confirm(conn, row.id, now))
    if isinstance(outcome, rules.HoldOver | rules.RegistrationClosed):
        shown = show(await convenings.convening(conn, row.convening_id), now)
        return _confirm_page(row, shown, token, status=outcome.status, over=True)
    return Redirect(own_path(settings, row), status_code=SEE_OTHER)


def _confirm_page(row: RegistrationRow, shown: Any, token: str, *, status: int, over: bool = False) -> Template:
    context = {"row": row, "shown": shown, "path": f"/confirm/{token}", "over": over or status == 410}
    return Template(template_name="confirm.html", context=context, status_code=status)


PAGES = [public_form, ask, check_your_mail, confirmation, confirm, *own_page.PAGES, *one_button_pages.PAGES]
