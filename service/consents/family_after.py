"""After an answer: the copy behind a code, a yes taken back in two steps, an objection."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.actions import within_limit
from service.access.limits import CODES_PER_CLIENT
from service.consents import answering, codes, copies, family_door, family_showing
from service.consents.copy_file import attached
from service.consents.family_copy import copy_page
from service.consents.family_door import Door
from service.consents.family_pages import SEE_OTHER, paths
from service.consents.family_signing import origin_of
from service.consents.rules import SIGNED, NotOpen
from service.consents.speaking import Spoken
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.security import client_key
from service.web.templating import PERSONAL_PAGE

PATH = "/c/{token:str}/{language:str}"


def _code_page(door: Door, spoken: Spoken, now: Now, form: Form, status: int) -> Template:
    given = family_showing.context(door, spoken, now) | {"form": form, "what": "gone", "asked": True}
    return family_showing.page("family_answered.html", given, status)


@post(f"{PATH}/code", **PERSONAL_PAGE)
async def send_code(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """Whoever has a forwarded link sees nothing of what was signed; the code goes to the signer's own address."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if door.state(now) != "answered" or not door.has_mail:
        return family_showing.closed(door, spoken, now, status=409)
    if not await codes.ask(conn, settings.secret_key, door.consent, now, again=bool(form.text("again"))):
        form.errors["code"] = spoken.tell("code_too_often")
        return _code_page(door, spoken, now, form, 429)
    return _code_page(door, spoken, now, Form(), 200)


@post(f"{PATH}/proof", **PERSONAL_PAGE)
async def prove(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The right code opens the copy in this browser for half an hour."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if door.state(now) != "answered" or not door.has_mail:
        return family_showing.closed(door, spoken, now, status=409)
    if not await within_limit(conn, CODES_PER_CLIENT, client_key(request), now):
        form.errors["code"] = spoken.sorry("too-often")
        return _code_page(door, spoken, now, form, 429)
    wrong = await codes.check(conn, settings.secret_key, door.consent.id, form.text("code"), now)
    if wrong is not None:
        form.errors["code"] = spoken.sorry(wrong.code, wrong.sentence)
        return _code_page(door, spoken, now, form, wrong.status)
    seen = family_door.proof(settings, door.consent, now)
    return Redirect(f"{door.home}/{spoken.code}/copy", status_code=SEE_OTHER, cookies=[seen])


@get(f"{PATH}/copy", **PERSONAL_PAGE)
async def copy(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The copy, at once after signing and later with a code; no account (E5)."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.proven or door.state(now) != "answered":
        return Redirect(f"{door.home}/{spoken.code}", status_code=SEE_OTHER)
    if door.consent.state not in SIGNED | {"signed_unverified"}:
        given = family_showing.context(door, spoken, now)
        return family_showing.page("family_said.html", given | {"what": door.consent.state})
    return await copy_page(conn, door, spoken, now)


@get(f"{PATH}/copy.pdf", **PERSONAL_PAGE)
async def copy_file(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The same as a PDF, behind the same proof; while there is none, the page says so."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if door.proven and door.state(now) == "answered" and _has_yes(door):
        found = await copies.newest(conn, door.signup.id, door.consent.id)
        if found is not None and found.state == "made":
            return await attached(conn, found)
    return Redirect(f"{door.home}/{spoken.code}/copy", status_code=SEE_OTHER)


@get(paths("/{language:str}/withdrawal"), **PERSONAL_PAGE)
async def withdrawal(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """The first of two steps: what stops, and what nobody can call back (M4, M5). It names nobody; a slip leads here too."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    may = _has_yes(door) or _tells_nothing(door, now)
    return _ask(door, spoken, now, "withdraw") if may else family_showing.closed(door, spoken, now)


def _tells_nothing(door: Door, now: datetime) -> bool:
    """Behind a slip that was answered with a yes and a no look the same, and either ends as a no."""
    return door.entry == "slip" and door.state(now) == "answered"


def _has_yes(door: Door) -> bool:
    return door.consent.state in SIGNED | {"signed_unverified"}


@post(paths("/{language:str}/withdrawal"), **PERSONAL_PAGE)
async def withdraw(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """The second: it takes effect at once, without a login and without a reason."""
    door = await family_door.find(request, conn, settings, token, now)
    return await _do(request, conn, door, door.spoken(language), now, answering.withdraw, "withdrawn")


@get(f"{PATH}/objection", **PERSONAL_PAGE)
async def objection(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """What an objection of a second guardian does (W3)."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if door.consent.signer != "second_guardian" or door.state(now) in ("gone", "objected"):
        return family_showing.closed(door, spoken, now)
    return _ask(door, spoken, now, "object")


@post(f"{PATH}/objection", **PERSONAL_PAGE)
async def object_to(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """Everything rests until the district has decided; neither guardian learns of the other."""
    door = await family_door.find(request, conn, settings, token, now)
    return await _do(request, conn, door, door.spoken(language), now, answering.object_to, "objected")


def _ask(door: Door, spoken: Spoken, now: Now, what: str) -> Template:
    return family_showing.page("family_stop.html", family_showing.context(door, spoken, now) | {"what": what})


async def _do(request: AnyRequest, conn: Conn, door: Door, spoken: Spoken, now: Now, action: Any, said: str) -> Template:
    try:
        async with conn.transaction():
            await action(conn, door.consent.id, origin_of(request), now)
    except NotOpen:
        if not _tells_nothing(door, now):
            return family_showing.closed(door, spoken, now, status=409)
    return family_showing.page("family_said.html", family_showing.context(door, spoken, now) | {"what": said})


PAGES = [send_code, prove, copy, copy_file, withdrawal, withdraw, objection, object_to]
