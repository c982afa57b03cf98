"""Behind a signed yes: what helpers must know on the day, for whoever shows the code, or has just signed without one."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.consents import day_facts, day_form, day_rules, family_door, family_showing
from service.consents.day_facts import Written
from service.consents.day_rules import Reachable
from service.consents.family_door import Door
from service.consents.family_pages import SEE_OTHER, paths
from service.consents.speaking import Spoken
from service.db import Connection
from service.errors import Refused
from service.field_cipher import ring
from service.registrations.own_page import attempt
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.templating import PERSONAL_PAGE


@get(paths("/{language:str}/day"), **PERSONAL_PAGE)
async def day(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """What this signer wrote, for them alone; behind a slip it is never shown again."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write_day(now):
        return Redirect(f"{door.home}/{spoken.code}", status_code=SEE_OTHER)
    written = await day_facts.of_signer(conn, ring(settings.field_keys), door.consent.id)
    form = day_form.filled(written.facts) if door.knows_reader and written.fields else Form()
    saved = bool(request.query_params.get("saved"))
    return _page(door, spoken, now, form, written, settings, saved=saved, status=200)


@post(paths("/{language:str}/day"), **PERSONAL_PAGE)
async def keep_day(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """It counts at once, and takes the place of all that this signer wrote before."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.may_write_day(now):
        return family_showing.closed(door, spoken, now, status=409)
    asked = fields(door)
    facts = day_form.read(form, spoken, _signer(door), asked)
    if facts is not None:
        outcome = await _kept(conn, settings, door, facts, asked, now)
        if outcome is None:
            return Redirect(f"{door.home}/{spoken.code}/day?saved=yes", status_code=SEE_OTHER)
        form.notice = spoken.sorry(outcome.code, outcome.sentence)
    written = await day_facts.of_signer(conn, ring(settings.field_keys), door.consent.id)
    return _page(door, spoken, now, form, written, settings, saved=False, status=422)


async def _kept(
    conn: Connection, settings: Settings, door: Door, facts: day_rules.DayFacts, asked: tuple[str, ...], now: datetime
) -> Refused | None:
    keys = ring(settings.field_keys)
    return await attempt(conn, day_facts.write(conn, keys, door.consent.id, facts, asked, now))


def fields(door: Door) -> tuple[str, ...]:
    """What is asked: who signs for themselves has nobody whom they could be given to."""
    is_self = door.consent.signer == "student"
    return tuple(name for name in day_rules.FIELDS if not (is_self and name == "do_not_release"))


def _signer(door: Door) -> Reachable | None:
    """Whom nobody has to write here: they are called first."""
    return None if door.consent.signer == "student" else Reachable(door.consent.name, door.consent.phone)


def _page(
    door: Door,
    spoken: Spoken,
    now: datetime,
    form: Form,
    written: Written,
    settings: Settings,
    *,
    saved: bool,
    status: int,
) -> Template:
    shown = written.facts if door.knows_reader else None
    missing = [
        key
        for key, is_missing in (
            ("day_missing_contacts", shown is not None and len(shown.emergency) < day_form.CONTACTS),
            ("day_missing_health", shown is not None and not (shown.allergies.answer and shown.medication.answer)),
        )
        if saved and is_missing
    ]
    until = door.about.convening_ends_at + timedelta(days=settings.keep_day_facts_days)
    given = family_showing.context(door, spoken, now) | {
        "form": form,
        "asked": fields(door),
        "saved": saved,
        "missing": missing,
        "hidden": bool(written.fields) and not door.knows_reader and not saved,
        "unreadable": bool(written.unreadable) and door.knows_reader,
        "until": spoken.day(until, door.about.time_zone),
        "counts": {"contact": day_form.CONTACTS, "collector": day_form.COLLECTORS, "not_to": day_form.NOT_TO},
        "foods": day_form.FOODS,
        "carriers": day_form.CARRIERS,
        "ways": day_form.WAYS,
    }
    return family_showing.page("family_day.html", given, status)


PAGES = [day, keep_day]
