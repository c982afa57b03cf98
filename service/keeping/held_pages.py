"""A family sees and takes along everything that we hold, behind its own link and a code; or it asks a person (F7)."""

from datetime import timedelta
from typing import Any, get_args

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.actions import within_limit
from service.access.limits import CODES_PER_CLIENT
from service.consents import codes, family_door, family_showing
from service.consents.family_door import Door
from service.consents.family_pages import SEE_OTHER, paths
from service.consents.speaking import Spoken
from service.db import Connection
from service.keeping import held, held_words, queries, writes
from service.keeping.rules import RequestKind
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.mail_words import KIND_WORDS
from service.web.security import client_key
from service.web.templating import PERSONAL_PAGE

ANSWERED_WITHIN = timedelta(days=45)
"""34 CFR 99.10(b): the longest that a family waits for a person."""
KINDS: tuple[RequestKind, ...] = get_args(RequestKind)
FAMILY_FILE: dict[str, Any] = PERSONAL_PAGE | {"media_type": "application/json"}


@get(paths("/{language:str}/held"), **PERSONAL_PAGE)
async def show(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """Everything, to whom the browser has shown the code; else the way there. After the deadline and a withdrawal too."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.knows_reader:
        return await prove_page(conn, door, spoken, now, Form(), asked=False, status=200)
    found = await held.everything(conn, door, settings, now)
    given = family_showing.context(door, spoken, now) | await asked_of_a_person(conn, door, spoken)
    more = {"held": found, "sections": held_words.sections(found, door, spoken), "kinds": KIND_WORDS}
    return family_showing.page("family_held.html", given | more)


@get(paths("/{language:str}/held.json"), **FAMILY_FILE)
async def save(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The same for a program, with each field's own name."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.knows_reader:
        return Redirect(f"{door.home}/{spoken.code}/held", status_code=SEE_OTHER)
    content = msgspec.json.format(msgspec.json.encode(await held.everything(conn, door, settings, now)), indent=2)
    headers = {"Content-Disposition": 'attachment; filename="everything.json"'}
    return Response(content, media_type="application/json", headers=headers)


@post(paths("/{language:str}/held/code"), **PERSONAL_PAGE)
async def send_code(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """The code goes to the signer's own address, whoever has the link."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.shows_who:
        return await prove_page(conn, door, spoken, now, Form(), asked=False, status=409)
    if not await codes.ask(conn, settings.secret_key, door.consent, now, again=bool(form.text("again"))):
        form.errors["code"] = spoken.tell("code_too_often")
        return await prove_page(conn, door, spoken, now, form, asked=True, status=429)
    return await prove_page(conn, door, spoken, now, Form(), asked=True, status=200)


@post(paths("/{language:str}/held/proof"), **PERSONAL_PAGE)
async def prove(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The right code opens it in this browser for half an hour."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.shows_who:
        return await prove_page(conn, door, spoken, now, Form(), asked=False, status=409)
    if not await within_limit(conn, CODES_PER_CLIENT, client_key(request), now):
        form.errors["code"] = spoken.sorry("too-often")
        return await prove_page(conn, door, spoken, now, form, asked=True, status=429)
    wrong = await codes.check(conn, settings.secret_key, door.consent.id, form.text("code"), now)
    if wrong is not None:
        form.errors["code"] = spoken.sorry(wrong.code, wrong.sentence)
        return await prove_page(conn, door, spoken, now, form, asked=True, status=wrong.status)
    seen = family_door.proof(settings, door.consent, now)
    return Redirect(f"{door.home}/{spoken.code}/held", status_code=SEE_OTHER, cookies=[seen])


@post(paths("/{language:str}/requests"), **PERSONAL_PAGE)
async def ask(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Redirect:
    """A person is asked, without a word to write and without a code: it shows nothing. Twice is once."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    kind: RequestKind = msgspec.convert(form.text("kind"), RequestKind) if form.text("kind") in KINDS else "everything"
    due_at = now + ANSWERED_WITHIN
    await writes.insert_request(conn, door.signup.id, door.frame.convening_id, kind, now, due_at, door.asks_as)
    return Redirect(f"{door.home}/{spoken.code}/held", status_code=SEE_OTHER)


async def prove_page(
    conn: Connection, door: Door, spoken: Spoken, now: Now, form: Form, *, asked: bool, status: int
) -> Template:
    """What stands before everything: a code, where there is an address; else a person."""
    given = family_showing.context(door, spoken, now) | await asked_of_a_person(conn, door, spoken)
    return family_showing.page("family_prove.html", given | {"form": form, "asked": asked}, status)


async def asked_of_a_person(conn: Connection, door: Door, spoken: Spoken) -> dict[str, Any]:
    """What was asked, by when a person answers, and what can be asked now."""
    zone = door.about.family_zone
    rows = await queries.asked_by(conn, door.signup.id, door.asks_as)
    said = [
        spoken.say("ask_done", asked=spoken.day(row.asked_at, zone), done=spoken.day(row.done_at, zone))
        if row.done_at
        else spoken.say("ask_open", asked=spoken.day(row.asked_at, zone), due=spoken.day(row.due_at, zone))
        for row in rows
    ]
    open_now = {row.kind for row in rows if row.done_at is None}
    words = [(row.kind, line) for row, line in zip(rows, said, strict=True)]
    return {"requests": words, "can_ask": [kind for kind in KINDS if kind not in open_now]}


PAGES = [show, save, send_code, prove, ask]
