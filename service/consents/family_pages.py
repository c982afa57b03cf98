"""A family reads, in its language, all there is to know before a yes, on a phone or on paper. Looking changes nothing."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.consents import answer_writes, answering, carrying, family_door, family_forms, family_showing
from service.consents.carrying import Carried
from service.consents.rules import Choices
from service.consents.speaking import LANGUAGES
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.templating import PERSONAL_PAGE

SEE_OTHER = 303
BOTH = ("/c", "/slip")
STEPS = ("check", "signing", "signature", "refusal", "code", "proof")
"""Addresses that forms are sent to, and at which there is nothing to look at."""


def paths(rest: str = "") -> list[str]:
    """The address of a page behind a signer's link, and behind a slip."""
    return [f"{entry}/{{token:str}}{rest}" for entry in BOTH]


@get(paths(), **PERSONAL_PAGE)
async def languages(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Template:
    """The first screen: each language in its own name, none of them guessed (T6)."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = LANGUAGES["en"]
    given = family_showing.context(door, spoken, now) | {"title": spoken.tell("choose_language")}
    return family_showing.page("family_languages.html", given)


@post(paths(), **PERSONAL_PAGE)
async def choose_language(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Redirect:
    """Going on in a language is what opens the form."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(form.text("language"))
    if door.state(now) == "open":
        await answering.begin(conn, door.consent.id, spoken.code, now)
    return Redirect(f"{door.home}/{spoken.code}", status_code=SEE_OTHER)


@get(paths("/{language:str}"), **PERSONAL_PAGE)
async def read(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """Who, when, where, with whom, the whole text, topics and survey questions: readable without signing (P4)."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now)
    given = family_showing.context(door, spoken, now, step="read")
    shown = await family_showing.reading(conn, door, spoken, settings)
    return family_showing.page("family_read.html", given | {"reading": shown, "form": Form()})


@get(paths("/{language:str}/paper"), **PERSONAL_PAGE)
async def paper(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """The same text to print, with boxes and lines (E2, E7)."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now)
    shown = await family_showing.reading(conn, door, spoken, settings)
    contact = {
        "contact": door.about.contact or settings.mail_name,
        "phone": door.about.contact_phone or settings.help_phone or settings.mail_address,
    }
    return family_showing.page("family_paper.html", family_showing.context(door, spoken, now) | contact | {"reading": shown})


@get(paths("/{language:str}/choices"), **PERSONAL_PAGE)
async def choices(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The nine questions, none of them answered in advance (M1); who changes a signed form sees what was signed."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now)
    if door.needs_details:
        return Redirect(f"{door.home}/{spoken.code}", status_code=SEE_OTHER)
    signed = await answer_writes.answers(conn, door.consent.id) if door.state(now) == "answered" else None
    form = family_forms.filled(msgspec.convert(signed, Choices)) if signed else Form()
    return family_showing.choosing(door, spoken, now, form, None, "", 200)


@post(paths("/{language:str}/choices"), **PERSONAL_PAGE)
async def choose_again(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The questions with the answers so far, to change any of them (E6); or after the family of a slip said who it is."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now, status=409)
    if form.text("carried"):
        carried = carrying.opened(settings.secret_key, form.text("carried"), door.consent.id)
        if carried is None:
            return Redirect(f"{door.home}/{spoken.code}", status_code=SEE_OTHER)
        filled = family_forms.filled(carried)
        return family_showing.choosing(door, spoken, now, filled, carried, form.text("carried"), 200)
    found = family_forms.details(form, spoken)
    if found is None:
        given = family_showing.context(door, spoken, now, step="read")
        shown = await family_showing.reading(conn, door, spoken, settings)
        return family_showing.page("family_read.html", given | {"reading": shown, "form": form}, 422)
    carried = Carried(consent_id=door.consent.id, details=found)
    seal = carrying.sealed(settings.secret_key, carried)
    return family_showing.choosing(door, spoken, now, Form(), carried, seal, 200)


@get([path for step in STEPS for path in paths(f"/{{language:str}}/{step}")], **PERSONAL_PAGE)
async def back_to_text(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Redirect:
    """Whoever comes back to the address of a form begins at the text."""
    door = await family_door.find(request, conn, settings, token, now)
    return Redirect(f"{door.home}/{door.spoken(language).code}", status_code=SEE_OTHER)


PAGES = [languages, choose_language, read, paper, choices, choose_again, back_to_text]
