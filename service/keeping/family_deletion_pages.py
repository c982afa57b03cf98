"""A family has everything about its student deleted: it reads what goes and what stays, and presses one button (S2)."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.consents import assent_queries, deciding, evidence, family_door, family_showing, queries
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
    """At once. Where a hold runs, or somebody else has a word in it, a person looks first."""
    await posted(request)
    door = await family_door.find(request, conn, settings, token, now)
    await deciding.hold(conn, door.signup.id, now)  # what another says meanwhile is heard first
    door = await family_door.find(request, conn, settings, token, now)
    spoken = door.spoken(language)
    if not door.proven:
        return Redirect(f"{door.home}/{spoken.code}/held", status_code=SEE_OTHER)
    if not await _is_theirs_alone(conn, door):
        return await _page(conn, door, spoken, now, periods(settings), "delete_other", 409)
    try:
        async with conn.transaction():
            await erasing.erase(conn, [door.signup.id], Order("family"), now)
    except OnHold:
        return await _page(conn, door, spoken, now, periods(settings), "delete_held", 409)
    given = family_showing.context(door, spoken, now) | {"what": "deleted"}
    return family_showing.page("family_deleted.html", given)


async def _is_theirs_alone(conn: Connection, door: Door) -> bool:
    """Whether whoever asks may have it gone: no other signer has said a word in it, and they are known to have answered.

    What the chain proves counts, however that answer stands today. Where the student has said nothing, there is nothing
    of anybody else's to lose.
    """
    chain = await evidence.chain(conn, door.signup.id)
    signers = await queries.consents(conn, [door.signup.id])
    if any(one.consent_id not in (door.consent.id, None) for one in chain):
        return False
    if any(one.id != door.consent.id and one.state in ANSWERED for one in signers):
        return False
    own = await assent_queries.assent(conn, door.signup.id)
    has_answered = any(one.consent_id == door.consent.id for one in chain)
    is_known = has_answered and door.consent.address_by == "school"
    return is_known or own.state in ("not_asked", "asked")


async def _page(
    conn: Connection, door: Door, spoken: Spoken, now: Now, kept: Periods, refused: str, status: int
) -> Template:
    given = family_showing.context(door, spoken, now) | await asked_of_a_person(conn, door, spoken)
    stays = [line.format(period=period(kept.backups, spoken)) for line in spoken.points("delete_stays")]
    more = {"stays": stays, "take_down": period(kept.take_down, spoken), "refused": refused}
    return family_showing.page("family_deletion.html", given | more, status)


PAGES = [ask, do]
