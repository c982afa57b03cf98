"""What organizers look after: roles and tokens of the API."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta, Struct

from service.access import granting, tokens, web_sessions
from service.access.api import KnownVisitor, own_form
from service.access.reach import reach_of
from service.access.rights import RIGHTS, admits
from service.access.rules import GRANTED, TOKEN_DAYS, Scope, Visitor
from service.access.words import ROLE_WORDS
from service.db import Connection
from service.errors import NotFound, Refused
from service.text import Name
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.security import client_address
from service.web.templating import SEE_OTHER, page_for

ROLES_PAGE = page_for("roles")
TOKENS_PAGE = page_for("tokens")


class NewToken(Struct, frozen=True):
    """What the form for a token asks."""

    name: Name
    scope: Annotated[str, Meta(pattern="^(read|write)$")]
    days: Annotated[str, Meta(pattern="^(30|90|365)$")]


@get("/roles", **ROLES_PAGE)
async def roles(conn: Conn, visitor: KnownVisitor) -> Template:
    """Who has which role, and the form that gives one."""
    return await _roles_page(conn, visitor, Form(), status=200)


@post("/roles", **ROLES_PAGE)
async def grant(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Give a role."""
    form = await own_form(request)
    try:
        convening_id = _convening(form.text("convening"))
        email, role = form.text("email").strip(), form.text("role")
        await granting.grant(conn, visitor, email, role, convening_id, client_address(request), now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _roles_page(conn, visitor, form, status=refusal.status)
    return Redirect("/roles", status_code=SEE_OTHER)


@post("/roles/{grant_id:uuid}/end", **ROLES_PAGE)
async def revoke(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, grant_id: FromPath[UUID]
) -> Response[Any]:
    """Take a role."""
    form = await own_form(request)
    try:
        await granting.revoke(conn, visitor, grant_id, client_address(request), now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _roles_page(conn, visitor, form, status=refusal.status)
    left = await web_sessions.roles_of(conn, visitor.person_id)
    return Redirect("/roles" if admits(RIGHTS["roles"], left) else "/account", status_code=SEE_OTHER)


@get("/account/tokens", **TOKENS_PAGE)
async def api_tokens(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """All tokens, and the form that makes one."""
    return await _tokens_page(conn, visitor, Form({"scope": ["read"], "days": ["90"]}), now, status=200)


@post("/account/tokens", **TOKENS_PAGE)
async def make_token(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """The answer shows the token, this once; sent again, the form is refused because the name is taken."""
    form = await own_form(request)
    wanted = build(form, NewToken, needed={"name": "Write a name, so that you know later what it is for."})
    if wanted is None:
        return await _tokens_page(conn, visitor, form, now, status=422)
    scope: Scope = "write" if wanted.scope == "write" else "read"
    try:
        made = await tokens.make(conn, visitor, wanted.name, scope, int(wanted.days), client_address(request), now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _tokens_page(conn, visitor, form, now, status=refusal.status)
    return await _tokens_page(conn, visitor, Form({"scope": ["read"], "days": ["90"]}), now, status=200, made=made)


@post("/account/tokens/{token_id:uuid}/end", **TOKENS_PAGE)
async def revoke_token(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, token_id: FromPath[UUID]
) -> Redirect:
    """No request with it is answered any more."""
    await own_form(request)
    await tokens.revoke(conn, visitor, token_id, client_address(request), now)
    return Redirect("/account/tokens", status_code=SEE_OTHER)


def _convening(text: str) -> UUID | None:
    """What was chosen: a convening, or everything; raises NotFound for what is neither."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


async def _roles_page(conn: Connection, visitor: Visitor, form: Form, *, status: int) -> Template:
    context = {
        "visitor": visitor,
        "form": form,
        "rows": await granting.listed(conn, visitor),
        "places": await granting.places(conn, visitor),
        "everywhere": reach_of(visitor).everywhere,
        "words": ROLE_WORDS,
        "granted": GRANTED,
    }
    return Template(template_name="roles.html", context=context, status_code=status)


async def _tokens_page(conn: Connection, visitor: Visitor, form: Form, now: Now, *, status: int, made: str = "") -> Template:
    rows = await tokens.listed(conn, now)
    context = {"visitor": visitor, "form": form, "rows": rows, "made": made, "days": TOKEN_DAYS}
    return Template(template_name="tokens.html", context=context, status_code=status)


PAGES = [roles, grant, revoke, api_tokens, make_token, revoke_token]
