"""The page behind “no more mails of this kind”: looking changes nothing, one button does, and another takes it back."""

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.consents.speaking import LANGUAGES
from service.db import Connection
from service.deliveries import opting_out
from service.deliveries.opting_out import Reader
from service.web.deps import Conn, Given, Now
from service.web.templating import PERSONAL_PAGE, SEE_OTHER


@get("/no-more/{token:str}", **PERSONAL_PAGE)
async def looked(conn: Conn, settings: Given, token: FromPath[str]) -> Template:
    """What they get, and the button."""
    return await _page(conn, opting_out.reader(settings, token), token)


@post("/no-more/{token:str}", status_code=200, **PERSONAL_PAGE)
async def no_more(conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Template:
    """Done at once and without a way round, whoever presses: a person here, or their mail program for them."""
    one = opting_out.reader(settings, token)
    await opting_out.opt_out(conn, one, now)
    return await _page(conn, one, token)


@get("/no-more/{token:str}/again", **PERSONAL_PAGE)
async def back(token: FromPath[str]) -> Redirect:
    """Whoever comes back to the address of the second button sees the page."""
    return Redirect(f"{opting_out.PATH}{token}", status_code=SEE_OTHER)


@post("/no-more/{token:str}/again", status_code=200, **PERSONAL_PAGE)
async def again(conn: Conn, settings: Given, token: FromPath[str]) -> Template:
    """It was a slip."""
    one = opting_out.reader(settings, token)
    await opting_out.opt_in(conn, one)
    return await _page(conn, one, token)


async def _page(conn: Connection, one: Reader, token: str) -> Template:
    speech = LANGUAGES.get(one.language, LANGUAGES["en"])
    context = {
        "spoken": speech,
        "tell": speech.tell,
        "say": speech.say,
        "step": "",
        "what": speech.tell(f"no_more_{one.stream}"),
        "address": one.address,
        "is_out": await opting_out.is_out(conn, one),
        "path": f"{opting_out.PATH}{token}",
    }
    return Template("no_more.html", context=context)


PAGES = [looked, no_more, back, again]
