"""A person's own registration behind the personal link: seen, changed, given back."""

from collections.abc import Coroutine
from datetime import datetime
from typing import Annotated, Any, TypeVar

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from service.convenings import queries as convenings
from service.convenings.shelves import EMPTY, KnownShelves, Shelf
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, badges, changes, filled, forms, history, queries, returning, views
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from service.web import links, qr
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.links import Purpose
from service.web.templating import PAGE, PERSONAL_PAGE, SEE_OTHER

SAVED = {
    "sessions": "Your sessions are saved.",
    "details": "Your details are saved.",
    "address": "Your mail address is saved.",
}
PARTS = ("sessions", "details", "address", "acceptance", "refusal")
OutcomeT = TypeVar("OutcomeT")


async def attempt(conn: Connection, action: Coroutine[Any, Any, OutcomeT]) -> OutcomeT | Refused:
    """What an action answers, or its refusal with everything undone, so that a page can be made of it."""
    try:
        async with conn.transaction():
            return await action
    except Refused as refusal:
        return refusal


async def registration_of(conn: Connection, settings: Settings, purpose: Purpose, token: str) -> RegistrationRow:
    """The registration that a genuine link leads to; raises NotFound for any other."""
    ticket = links.take_apart(token)
    row = await queries.registration(conn, ticket.id)
    links.require_genuine(settings.secret_key, purpose, ticket, row.generation)
    return row


def own_path(settings: Settings, row: RegistrationRow) -> str:
    """Where a person's own page is, within this site."""
    return links.PATHS["manage"] + links.token(settings.secret_key, "manage", row.id, row.generation)


async def _found(conn: Connection, settings: Settings, token: str) -> RegistrationRow:
    return await registration_of(conn, settings, "manage", token)


@get("/r/{token:str}", **PERSONAL_PAGE)
async def own(
    conn: Conn,
    now: Now,
    settings: Given,
    shelves: KnownShelves,
    token: FromPath[str],
    saved: Annotated[str, QueryParameter(max_length=20)] = "",
) -> Response[Any]:
    """By state: you are in, you wait, a seat is on offer, it has ended; who took it back is led to what they have now."""
    row = await _found(conn, settings, token)
    if (following := await returning.followed_by(conn, row)) is not None:
        return Redirect(own_path(settings, await queries.registration(conn, following)), status_code=SEE_OTHER)
    materials = await shelves.own(conn, row.id, f"/r/{token}", now)
    return await _page(conn, row, token, now, saved=saved, materials=materials)


@get([f"/r/{{token:str}}/{part}" for part in PARTS], **PERSONAL_PAGE)
async def back_to_own(token: FromPath[str]) -> Redirect:
    """Whoever comes back to the address of a form sees the page."""
    return Redirect(f"/r/{token}", status_code=SEE_OTHER)


async def _page(
    conn: Connection,
    row: RegistrationRow,
    token: str,
    now: datetime,
    *,
    status: int = 200,
    saved: str = "",
    wrong: tuple[str, Form] | None = None,
    materials: Shelf = EMPTY,
) -> Template:
    """The page; `wrong` is a part whose form was refused, shown as it was typed, and without materials."""
    part, typed = wrong or ("", Form())
    context = {
        "own": await views.own(conn, row, now, typed if part == "sessions" else None),
        "path": f"/r/{token}",
        "saved": SAVED.get(saved, ""),
        "part": part,
        "wrong": typed,
        "sessions": typed if part == "sessions" else Form(),
        "details": typed if part == "details" else forms.of_registration(row),
        "address": typed if part == "address" else Form(),
        "marks": await filled.marks(conn, row),
        "may_return": now < (await convenings.convening(conn, row.convening_id)).ends_at
        and await returning.may_return(conn, row),
        "answered": await history.answered(conn, row.id),
        "materials": materials,
        "badge": _badge(await badges.code_of(conn, row.id)),
    }
    return Template(template_name="own.html", context=context, status_code=status)


def _badge(code: str | None) -> tuple[qr.Code, str] | None:
    """What the door scans, as a picture and as it is typed."""
    return (qr.code(code), badges.grouped(code)) if code else None


async def _change(
    request: AnyRequest, conn: Connection, settings: Settings, token: str, now: datetime, part: str
) -> RegistrationRow | Template:
    """The changed registration, or the page with what is wrong."""
    form = await posted(request)
    await actions.locked(conn, (await _found(conn, settings, token)).id)
    row = await _found(conn, settings, token)
    wanted, status = await filled.wanted(conn, row, part, form)
    if wanted is None:
        return await _page(conn, row, token, now, status=status, wrong=(part, form))
    outcome = await attempt(conn, changes.change(conn, row.id, wanted, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, row, token, now, status=outcome.status, wrong=(part, form))
    return outcome


@post("/r/{token:str}/sessions", **PERSONAL_PAGE)
async def sessions(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Choose other sessions."""
    outcome = await _change(request, conn, settings, token, now, "sessions")
    return outcome if isinstance(outcome, Template) else _saved(token, "sessions")


@post("/r/{token:str}/details", **PERSONAL_PAGE)
async def details(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Name, title, district, needs."""
    outcome = await _change(request, conn, settings, token, now, "details")
    return outcome if isinstance(outcome, Template) else _saved(token, "details")


@post("/r/{token:str}/address", **PERSONAL_PAGE)
async def address(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Correct the mail address. The link of the old one ends with it, and nobody but the new address gets the next."""
    before = await _found(conn, settings, token)
    outcome = await _change(request, conn, settings, token, now, "address")
    if isinstance(outcome, Template):
        return outcome
    if outcome.generation == before.generation:
        return _saved(token, "address")
    convening = await convenings.convening(conn, outcome.convening_id)
    return Redirect(f"/convenings/{convening.slug}/address-changed", status_code=SEE_OTHER)


@get("/convenings/{slug:str}/address-changed", **PAGE)
async def address_changed(conn: Conn, slug: FromPath[str]) -> Template:
    """What somebody sees whose link has just ended; it says nothing about anybody."""
    row = await convenings.convening(conn, await convenings.convening_by_slug(conn, slug))
    return Template(template_name="address_changed.html", context={"convening": row})


def _saved(token: str, part: str) -> Redirect:
    return Redirect(f"/r/{token}?saved={part}", status_code=SEE_OTHER)


@post("/r/{token:str}/withdrawal", **PERSONAL_PAGE)
async def withdrawal(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Give the seat, or the place on the list, back."""
    return await _decide(conn, settings, token, now, actions.withdraw)


@post("/r/{token:str}/acceptance", **PERSONAL_PAGE)
async def acceptance(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Take the offered seat."""
    return await _decide(conn, settings, token, now, actions.accept)


@post("/r/{token:str}/refusal", **PERSONAL_PAGE)
async def refusal(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Pass the offered seat on."""
    return await _decide(conn, settings, token, now, actions.refuse)


async def _decide(conn: Connection, settings: Settings, token: str, now: datetime, action: Any) -> Response[Any]:
    """The own page shows what became of it; a refusal stands above it."""
    row = await _found(conn, settings, token)
    outcome = await attempt(conn, action(conn, row.id, now))
    if not isinstance(outcome, Refused):
        return Redirect(f"/r/{token}", status_code=SEE_OTHER)
    form = Form()
    form.refuse(outcome)
    return await _page(conn, row, token, now, status=outcome.status, wrong=("decision", form))


PAGES = [
    own,
    back_to_own,
    sessions,
    details,
    address,
    address_changed,
    withdrawal,
    acceptance,
    refusal,
]
