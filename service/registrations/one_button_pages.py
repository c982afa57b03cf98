"""Pages that mails lead to, with one question and one button: mail programs follow links, so looking changes nothing."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.convenings import queries as convenings
from service.convenings.views import show
from service.db import Connection
from service.errors import Refused
from service.registrations import queries, returning
from service.registrations.own_page import attempt, own_path, registration_of
from service.registrations.queries import RegistrationRow
from service.registrations.views import kind
from service.settings import Settings
from service.web.deps import Conn, Given, Now
from service.web.templating import PERSONAL_PAGE, SEE_OTHER


async def _found(conn: Connection, settings: Settings, token: str) -> RegistrationRow:
    return await registration_of(conn, settings, "manage", token)


@get("/r/{token:str}/withdrawal", **PERSONAL_PAGE)
async def leaving(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Did you mean to give your seat back? Who has none sees how things stand."""
    row = await _found(conn, settings, token)
    shown = show(await convenings.convening(conn, row.convening_id), now)
    if kind(row, shown, now) not in ("confirmed", "waitlisted"):
        return Redirect(f"/r/{token}", status_code=SEE_OTHER)
    return Template("own_leaving.html", context={"row": row, "shown": shown, "path": f"/r/{token}"})


@get("/r/{token:str}/return", **PERSONAL_PAGE)
async def coming_back(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Would you like your seat back? Who cannot take it back sees how things stand."""
    row = await _found(conn, settings, token)
    return await _coming_back(conn, row, now, token)


@post("/r/{token:str}/return", **PERSONAL_PAGE)
async def come_back(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Take it back; the page of what they have now. A second click leads to the same page."""
    row = await _found(conn, settings, token)
    outcome = await attempt(conn, returning.come_back(conn, row.id, now))
    if isinstance(outcome, Refused):
        return await _coming_back(conn, row, now, token, refusal=outcome)
    return Redirect(own_path(settings, await queries.registration(conn, outcome)), status_code=SEE_OTHER)


async def _coming_back(
    conn: Connection, row: RegistrationRow, now: Now, token: str, *, refusal: Refused | None = None
) -> Response[Any]:
    shown = show(await convenings.convening(conn, row.convening_id), now)
    stands = shown.row.state == "published" and now < shown.row.ends_at
    if refusal is None and not (stands and await returning.may_return(conn, row)):
        return Redirect(f"/r/{token}", status_code=SEE_OTHER)
    context = {"row": row, "shown": shown, "path": f"/r/{token}", "refusal": str(refusal or "")}
    return Template("own_coming_back.html", context=context, status_code=refusal.status if refusal else 200)


PAGES = [leaving, coming_back, come_back]
