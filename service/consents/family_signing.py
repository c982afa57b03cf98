"""A family answers: checks what it chose, signs with a code, or says no. Nothing is stored before that."""

from datetime import datetime
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.actions import within_limit
from service.access.browsers import browser_in_words
from service.access.limits import CODES_PER_CLIENT
from service.consents import (
    answer_writes,
    answering,
    carrying,
    codes,
    family_door,
    family_forms,
    family_showing,
    queries,
)
from service.consents.answer_rules import Origin, Signing
from service.consents.answer_words import in_words
from service.consents.carrying import Carried
from service.consents.documents import Reading
from service.consents.family_copy import copy_page
from service.consents.family_door import Door
from service.consents.family_pages import SEE_OTHER, paths
from service.consents.speaking import Spoken
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.security import client_address, client_key
from service.web.templating import PERSONAL_PAGE


def origin_of(request: AnyRequest, factor: Any = "none") -> Origin:
    """Where an answer comes from."""
    return Origin(client_address(request), browser_in_words(request.headers.get("user-agent", "")), factor)


def _carried(door: Door, form: Form, settings: Settings) -> Carried | None:
    """What the form brings along, on the first page nothing yet; None for what we did not seal for this signer."""
    if form.text("carried"):
        return carrying.opened(settings.secret_key, form.text("carried"), door.consent.id)
    return None if door.needs_details else Carried(consent_id=door.consent.id)


def _begin_again(door: Door, spoken: Spoken) -> Redirect:
    return Redirect(f"{door.home}/{spoken.code}", status_code=SEE_OTHER)


@post(paths("/{language:str}/check"), **PERSONAL_PAGE)
async def check(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """All answers once more, each with a way to change it; what is missing is named at its question."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now, status=409)
    before = _carried(door, form, settings)
    if before is None:
        return _begin_again(door, spoken)
    no = family_forms.says_no(form)
    chosen = None if no else family_forms.choices(form, door.about.recording, door.topics, spoken)
    if chosen is None and not no:
        return family_showing.choosing(door, spoken, now, form, before, form.text("carried"), 422)
    shown = await family_showing.reading(conn, door, spoken, settings, before)
    carried = Carried(
        consent_id=door.consent.id,
        text_hash=carrying.hash_of(shown.document),
        says_no=no,
        choices=chosen,
        details=before.details,
    )
    given = family_showing.context(door, spoken, now, carried, "check") | {
        "answers": in_words(chosen, door.topics, spoken) if chosen else [],
        "says_no": no,
        "carried": carrying.sealed(settings.secret_key, carried),
    }
    return family_showing.page("family_check.html", given)


@post(paths("/{language:str}/signing"), **PERSONAL_PAGE)
async def signing(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """The text and the notice once more, and where to sign; a code goes out to the signer's address."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now, status=409)
    carried = _carried(door, form, settings)
    if carried is None or carried.choices is None:
        return _begin_again(door, spoken)
    shown = await family_showing.reading(conn, door, spoken, settings, carried)
    kept = form if form.text("again") else Form()
    if door.has_mail:
        again = bool(form.text("again"))
        if not await codes.ask(conn, settings.secret_key, door.consent, now, again=again):
            kept.errors["code"] = spoken.tell("code_too_often")
    return _signing_page(door, spoken, now, carried, shown, kept, settings, 200)


def _signing_page(
    door: Door, spoken: Spoken, now: datetime, carried: Carried, shown: Reading, form: Form, settings: Settings, status: int
) -> Template:
    given = family_showing.context(door, spoken, now, carried, "sign") | {
        "form": form,
        "reading": shown,
        "capacities": family_forms.capacities(door.consent.signer),
        "carried": carrying.sealed(settings.secret_key, carried),
        "answers": in_words(carried.choices, door.topics, spoken) if carried.choices else [],
    }
    return family_showing.page("family_sign.html", given, status)


@post(paths("/{language:str}/signature"), **PERSONAL_PAGE)
async def sign(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """Sign: the box ticked, the name typed, the capacity chosen, the code right, the text still the one that was read.

    Behind the locks of panel and sign-up, as a deletion, where neither text nor day changes any more.
    """
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    await panels.lock(conn, door.signup.panel_id)
    await queries.lock(conn, door.signup.id)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now, status=409)
    carried = _carried(door, form, settings)
    if carried is None or carried.choices is None:
        return _begin_again(door, spoken)
    shown = await family_showing.reading(conn, door, spoken, settings, carried)
    if carrying.hash_of(shown.document) != carried.text_hash:
        return _renewed(door, spoken, now, carried, settings)
    return await _try(request, conn, door, spoken, settings, form, carried, shown, now)


def _renewed(door: Door, spoken: Spoken, now: datetime, carried: Carried, settings: Settings) -> Template:
    """The text is not the one that was read: back to the questions, with the answers kept and the reason above."""
    fresh = Carried(consent_id=door.consent.id, choices=carried.choices, details=carried.details)
    form = family_forms.filled(carried)
    form.notice = spoken.sorry("text-changed")
    return family_showing.choosing(door, spoken, now, form, fresh, carrying.sealed(settings.secret_key, fresh), 409)


async def _try(
    request: AnyRequest,
    conn: Connection,
    door: Door,
    spoken: Spoken,
    settings: Settings,
    form: Form,
    carried: Carried,
    shown: Reading,
    now: datetime,
) -> Response[Any]:
    """Sign where all is right, else say what is wrong."""
    if carried.choices is None:
        return _begin_again(door, spoken)
    signed = family_forms.signature(form, carried.choices, door.consent.signer, spoken)
    if await _code_is_wrong(request, conn, door, form, spoken, settings, now) or signed is None:
        return _signing_page(door, spoken, now, carried, shown, form, settings, 422)
    outcome = await _signed(request, conn, door, signed, carried, shown, now)
    if isinstance(outcome, Refused):
        field = {"student-of-age": "born", "no-birth-date": "born", "wrong-capacity": "capacity"}.get(outcome.code, "")
        form.refuse(Refused(spoken.sorry(outcome.code, outcome.sentence), pointer=f"/{field}" if field else ""))
        return _signing_page(door, spoken, now, carried, shown, form, settings, outcome.status)
    if door.entry == "consent" and door.has_mail:
        seen = family_door.proof(settings, door.consent, now)
        return Redirect(f"{door.home}/{spoken.code}/copy", status_code=SEE_OTHER, cookies=[seen])
    page = await copy_page(conn, door, spoken, now, carried=carried)
    page.set_cookie(family_door.proof(settings, door.consent, now, family_door.DAY))
    return page


async def _code_is_wrong(
    request: AnyRequest, conn: Connection, door: Door, form: Form, spoken: Spoken, settings: Settings, now: datetime
) -> bool:
    """Look at the code, and say what is wrong with it; where no mail can be sent there is none."""
    if not door.has_mail:
        return False
    if not await within_limit(conn, CODES_PER_CLIENT, client_key(request), now):
        form.errors["code"] = spoken.sorry("too-often")
        return True
    wrong = await codes.check(conn, settings.secret_key, door.consent.id, form.text("code"), now, keep=True)
    if wrong is not None:
        form.errors["code"] = spoken.sorry(wrong.code, wrong.sentence)
    return wrong is not None


async def _signed(
    request: AnyRequest, conn: Connection, door: Door, signed: Signing, carried: Carried, shown: Reading, now: datetime
) -> Refused | None:
    """Sign, or undo everything and say why not."""
    origin = origin_of(request, "code_by_mail" if door.shows_who else "none")
    try:
        async with conn.transaction():
            if door.needs_details and carried.details is not None:
                found = carried.details
                await answering.hold(conn, door.consent.id, now)
                await answer_writes.write_slip(
                    conn, door.signup.id, found.student, found.grade, found.guardian, found.email, found.phone, now
                )
            await answering.sign(conn, door.consent.id, signed, shown.document, origin, now)
            await codes.use_up(conn, door.consent.id)
    except Refused as refusal:
        return refusal
    return None


@post(paths("/{language:str}/refusal"), **PERSONAL_PAGE)
async def refuse(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """A no, at once and without a signature; of the family of a slip nothing is stored."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now, status=409)
    await answering.refuse(conn, door.consent.id, origin_of(request), now)
    return family_showing.page("family_said.html", family_showing.context(door, spoken, now) | {"what": "refused"})


PAGES = [check, signing, sign, refuse]
