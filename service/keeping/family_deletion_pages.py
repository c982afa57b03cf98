"""A family has everything about its student deleted: it reads what goes and what stays, and presses one button (S2)."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.consents import family_door, family_showing, queries
from service.consents.family_door import Door
from service.consents.family_pages import SEE_OTHER
from service.consents.rules import ANSWERED
from service.consents.speaking import Spoken
from service.db import Connection
from service.keeping import erasing
from service.keeping.erasing import Order
from service.keeping.held_pages import asked_of_a_person
from service.keeping.periods import Periods, periods
from service.keeping.policy_pages import period
from service.keeping.rules import OnHold
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import posted
from service.web.templating import PERSONAL_PAGE

PATH = "/c/{token:str}/{language:str}/deletion"


@get(PATH, **PERSONAL_PAGE)
async def ask(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """Exactly what goes and what stays; nothing goes by looking at it."""
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.proven:
        return Redirect(f"{door.home}/{spoken.code}/held", status_code=SEE_OTHER)
    return await _page(conn, door, spoken, now, periods(settings), "", 200)


@post(PATH, **PERSONAL_PAGE)
async def do(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: FromPath[str]
) -> Response[Any]:
    """At once. Where a hold runs, or another guardian has a word in it, a person looks first."""
    await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.proven:
        return Redirect(f"{door.home}/{spoken.code}/held", status_code=SEE_OTHER)
    if await _another_has_answered(conn, door):
        return await _page(conn, door, spoken, now, periods(settings), "delete_other", 409)
    try:
        async with conn.transaction():
            await erasing.erase(conn, [door.signup.id], Order("family"), now)
    except OnHold:
        return await _page(conn, door, spoken, now, periods(settings), "delete_held", 409)
    given = family_showing.context(door, spoken, now) | {"what": "deleted"}
    return family_showing.page("family_deleted.html", given)


async def _another_has_answered(conn: Connection, door: Door) -> bool:
    """One guardian alone cannot delete what proves the other's word."""
    signers = await queries.consents(conn, [door.signup.id])
    return any(one.id != door.consent.id and one.state in ANSWERED for one in signers)


async def _page(
    conn: Connection, door: Door, spoken: Spoken, now: Now, kept: Periods, refused: str, status: int
) -> Template:
    given = family_showing.context(door, spoken, now) | await asked_of_a_person(conn, door, spoken)
    stays = [line.format(period=period(kept.backups, spoken)) for line in spoken.points("delete_stays")]
    more = {"stays": stays, "take_down": period(kept.take_down, spoken), "refused": refused}
    return family_showing.page("family_deletion.html", given | more, status)


PAGES = [ask, do]
