"""Whoever is signed in takes along what we hold about them: one button, one file, at once."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Template

from service.access import acts
from service.access.actions import within_limit
from service.access.api import KnownVisitor, own_form
from service.access.limits import OWN_DATA
from service.field_cipher import ring
from service.keeping import own_data
from service.keeping.periods import periods
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.downloads import Download, few_at_once
from service.web.templating import ACCOUNT_PAGE, environment


@get("/account/data", **ACCOUNT_PAGE)
async def ask(visitor: KnownVisitor, settings: Given) -> Template:
    """What will be in the file, and what will not."""
    return _page(visitor, settings, often=False)


@post("/account/data", **ACCOUNT_PAGE, middleware=[few_at_once])
async def save(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given) -> Response[Any]:
    """The file. That it was taken along stands in the audit log."""
    await own_form(request)
    if not await within_limit(conn, OWN_DATA, str(visitor.person_id), now):
        return _page(visitor, settings, often=True)
    await acts.note(conn, request, "own_data_saved", ("person", visitor.person_id), now)
    pages = environment(settings)
    chunks = own_data.file(
        settings.database_url,
        visitor.person_id,
        ring(settings.field_keys),
        lambda name, given: pages.get_template(name).render(given),
        now,
    )
    return Download(chunks, "application/zip", f"plenary-{now.date().isoformat()}.zip")


def _page(visitor: object, settings: Settings, *, often: bool) -> Template:
    context = {
        "visitor": visitor,
        "headings": [heading for heading, _ in own_data.PARTS.values()],
        "kept": periods(settings),
        "often": often,
        "most": OWN_DATA.most,
    }
    return Template("own_data.html", context=context, status_code=429 if often else 200)


PAGES = [ask, save]
