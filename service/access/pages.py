"""Signing in: the address, the code, the button behind the mailed link."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import cookies, signing_in
from service.access.actions import within_limit
from service.access.browsers import browser_in_words
from service.access.limits import CODES_PER_CLIENT, SIGN_IN_PER_CLIENT
from service.access.rules import LIVES, SIGN_IN_LIFE, SessionKind, SignInOver, TooOften, own_start
from service.access.signing_in import Origin, SignedIn
from service.access.typed import path_to_go_on
from service.errors import Refused
from service.settings import Settings
from service.text import email_address
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.security import client_address, client_key
from service.web.templating import PAGE, PERSONAL_PAGE, SEE_OTHER


def origin_of(request: AnyRequest) -> Origin:
    """Where a request comes from."""
    agent = browser_in_words(request.headers.get("user-agent", ""))
    return Origin(client_address(request), agent, cookies.read(request, cookies.SESSION))


@get("/sign-in", **PAGE)
async def address_form(request: AnyRequest, conn: Conn, now: Now, settings: Given) -> Response[Any]:
    """Where to send the link and the code; who is signed in already goes on."""
    go_on = path_to_go_on(request.query_params.get("next", ""))
    cookie = cookies.read(request, cookies.SESSION)
    if visitor := await signing_in.recognise(conn, settings.secret_key, cookie, now):
        return Redirect(go_on or own_start(visitor.roles), status_code=SEE_OTHER)
    return _address_page(Form({"next": [go_on]}), status=200)


@post("/sign-in", **PAGE)
async def ask(request: AnyRequest, conn: Conn, now: Now, settings: Given) -> Response[Any]:
    """Always the same answer, so that nobody learns who is known here."""
    form = await posted(request)
    try:
        email = email_address(form.text("email"))
    except Refused as refusal:
        form.refuse(refusal)
        return _address_page(form, status=refusal.status)
    if not await within_limit(conn, SIGN_IN_PER_CLIENT, client_key(request), now):
        raise TooOften
    browser = await signing_in.ask(conn, settings.secret_key, email, form.text("next"), now)
    bound = cookies.made(settings, cookies.ASKING, browser, SIGN_IN_LIFE)
    return Redirect("/sign-in/code", status_code=SEE_OTHER, cookies=[bound])


@get("/sign-in/code", **PAGE)
async def code_form(request: AnyRequest) -> Response[Any]:
    """Check your mail, and type the code here."""
    if not cookies.read(request, cookies.ASKING):
        return Redirect("/sign-in", status_code=SEE_OTHER)
    return _code_page(Form(), status=200)


@post("/sign-in/code", **PAGE)
async def enter_with_code(request: AnyRequest, conn: Conn, now: Now, settings: Given) -> Response[Any]:
    """The code works in the browser that asked, and nowhere else."""
    form = await posted(request)
    origin = origin_of(request)
    if not await within_limit(conn, CODES_PER_CLIENT, client_key(request), now):
        raise TooOften
    browser = cookies.read(request, cookies.ASKING)
    outcome = await signing_in.by_code(conn, settings.secret_key, browser, form.text("code"), _kind(form), origin, now)
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return _code_page(form, status=outcome.status)
    return _signed_in(settings, outcome, _kind(form))


@get("/sign-in/link/{token:str}", **PERSONAL_PAGE)
async def link_page(conn: Conn, now: Now, token: FromPath[str]) -> Template:
    """One button; scanners of mail follow links, so looking changes nothing."""
    try:
        name = await signing_in.whose(conn, token, now)
    except SignInOver as over:
        return _over_page(over)
    context = {"name": name, "path": f"/sign-in/link/{token}"}
    return Template(template_name="sign_in_link.html", context=context)


@post("/sign-in/link/{token:str}", **PERSONAL_PAGE)
async def enter_with_link(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """The link works once, on any device."""
    form = await posted(request)
    try:
        outcome = await signing_in.by_link(conn, token, _kind(form), origin_of(request), now)
    except SignInOver as over:
        return _over_page(over)
    return _signed_in(settings, outcome, _kind(form))


def _kind(form: Form) -> SessionKind:
    return "front_desk" if form.text("front_desk") == "yes" else "usual"


def _signed_in(settings: Settings, outcome: SignedIn, kind: SessionKind) -> Redirect:
    session = cookies.made(settings, cookies.SESSION, outcome.cookie, LIVES[kind].whole)
    asked = cookies.ended(settings, cookies.ASKING)
    return Redirect(outcome.next_path, status_code=SEE_OTHER, cookies=[session, asked])


def _address_page(form: Form, *, status: int) -> Template:
    return Template(template_name="sign_in.html", context={"form": form}, status_code=status)


def _code_page(form: Form, *, status: int) -> Template:
    return Template(template_name="sign_in_code.html", context={"form": form}, status_code=status)


def _over_page(over: SignInOver) -> Template:
    return Template(template_name="sign_in_over.html", context={"sentence": over.sentence}, status_code=over.status)


PAGES = [address_form, ask, code_form, enter_with_code, link_page, enter_with_link]
