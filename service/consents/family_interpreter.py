"""A family asks for an interpreter before it signs, in a language that we have words in or in any other (T5)."""

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.consents import family_door, family_showing, interpreting
from service.consents.family_door import Door
from service.consents.family_pages import SEE_OTHER, paths
from service.consents.rules import Phone
from service.consents.speaking import LANGUAGES, OTHERS, Spoken
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.templating import PERSONAL_PAGE


@get(paths("/interpreter"), **PERSONAL_PAGE)
async def other_language(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Template:
    """Languages without a text, each in its own words."""
    door = await family_door.find(request, conn, settings, token, now)
    return _page(door, LANGUAGES["en"], now, Form(), "", 200)


@get(paths("/{language:str}/interpreter"), **PERSONAL_PAGE)
async def own_language(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Template:
    """Who reads this language, and wants somebody to explain it."""
    door = await family_door.find(request, conn, settings, token, now)
    return _page(door, door.spoken(language), now, Form(), language, 200)


@post(paths("/interpreter"), **PERSONAL_PAGE)
async def ask(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Template | Redirect:
    """A task for an adult; asked twice, it is one."""
    form = await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    wanted = form.text("language")
    spoken = next((one for one in door.languages if one.code == wanted), LANGUAGES["en"])
    if spoken.code != wanted and wanted not in OTHERS:
        return Redirect(f"{door.home}/interpreter", status_code=SEE_OTHER)
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now, status=409)
    phone = form.text("interpreter_phone").strip()
    if phone and not _fits(phone):
        form.errors["interpreter_phone"] = spoken.sorry("interpreter_phone")
        return _page(door, spoken, now, form, wanted, 422)
    await interpreting.ask(conn, door.consent.id, wanted, phone, now)
    given = family_showing.context(door, spoken, now)
    return family_showing.page("family_said.html", given | {"what": "interpreter_asked"})


def _page(door: Door, spoken: Spoken, now: Now, form: Form, language: str, status: int) -> Template:
    if not door.may_write(now):
        return family_showing.closed(door, spoken, now)
    given = family_showing.context(door, spoken, now) | {"form": form, "language": language}
    return family_showing.page("family_interpreter.html", given, status)


def _fits(phone: str) -> bool:
    try:
        msgspec.convert(phone, Phone)
    except msgspec.ValidationError:
        return False
    return True


PAGES = [other_language, own_language, ask]
