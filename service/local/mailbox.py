"""The mailbox page: what the catcher caught, on this machine only, updating by itself."""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import ResponseHeader, State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import ServerSentEvent, Template
from litestar.template import TemplateConfig

from service.local.mail import Caught, MailFolder
from service.local.reading import read

HERE = Path(__file__).parent
STATIC = {
    "plenary.css": (HERE.parent / "web" / "static", "text/css"),
    "mailbox.css": (HERE / "static", "text/css"),
    "mailbox.js": (HERE / "static", "text/javascript"),
    "mailbox.svg": (HERE / "static", "image/svg+xml"),
}
SHOWN = 200
OWN_PAGES = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MAILED_PAGE = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " form-action 'none'; frame-ancestors 'self'"
)
"""A mail runs nothing and loads nothing; its links open in a new window, since inside the frame they could go nowhere."""


@get("/")
async def show_list(state: State) -> Template:
    """All mails, newest first."""
    folder: MailFolder = state.folder
    mails = folder.newest(SHOWN)
    return Template("list.html", context={"mails": mails, "total": len(folder), "public_url": state.public_url})


@get("/messages/{mail_id:str}")
async def show_mail(state: State, mail_id: FromPath[str]) -> Template:
    """One mail, taken apart."""
    caught, raw = _find(state, mail_id)
    return Template("message.html", context={"mail": caught, "reading": read(raw)})


@get("/messages/{mail_id:str}/html", response_headers={"Content-Security-Policy": MAILED_PAGE}, media_type=MediaType.HTML)
async def show_html(state: State, mail_id: FromPath[str]) -> str:
    """The mail's own page, for the frame."""
    html = read(_find(state, mail_id)[1]).html
    head = re.search(r"<head\b[^>]*>", html, re.IGNORECASE)
    place = head.end() if head else 0
    return f'{html[:place]}<base target="_blank">{html[place:]}'


@get("/messages/{mail_id:str}/raw")
async def show_raw(state: State, mail_id: FromPath[str]) -> Response[bytes]:
    """The mail's exact bytes."""
    return Response(_find(state, mail_id)[1], media_type="text/plain; charset=utf-8")


@get("/messages/{mail_id:str}/calendar/{number:int}")
async def download_calendar(state: State, mail_id: FromPath[str], number: FromPath[int]) -> Response[str]:
    """One calendar part as a file."""
    calendars = read(_find(state, mail_id)[1]).calendars
    if not 0 <= number < len(calendars):
        raise NotFoundException
    named = {"Content-Disposition": f'attachment; filename="{mail_id}-{number}.ics"'}
    return Response(calendars[number].raw, media_type="text/calendar; charset=utf-8", headers=named)


@get("/api/messages")
async def list_mails(state: State, limit: FromQuery[int] = 100) -> list[dict[str, object]]:
    """For scripts and tests: newest first."""
    return [_outline(mail) for mail in state.folder.newest(max(0, limit))]


@get("/news")
async def tell_news(state: State) -> ServerSentEvent:
    """A line whenever the newest mail is another one."""
    return ServerSentEvent(_news(state.folder))


@get("/static/{name:str}")
async def show_static(name: FromPath[str]) -> Response[bytes]:
    """One of our own few files."""
    if name not in STATIC:
        raise NotFoundException
    folder, kind = STATIC[name]
    return Response((folder / name).read_bytes(), media_type=f"{kind}; charset=utf-8")


async def _news(folder: MailFolder) -> AsyncGenerator[str, None]:
    while True:
        changed = folder.changed
        newest = folder.newest(1)
        yield newest[0].id if newest else "none"
        await changed.wait()


def _find(state: State, mail_id: str) -> tuple[Caught, bytes]:
    found = state.folder.find(mail_id)
    if found is None:
        raise NotFoundException
    return found


def _outline(mail: Caught) -> dict[str, object]:
    return {
        "id": mail.id,
        "at": mail.at,
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "method": mail.method,
        "envelope_from": mail.envelope_from,
        "recipients": mail.recipients,
    }


def _nothing_here(_request: Request[object, object, State], _error: NotFoundException) -> Template:
    return Template("missing.html", status_code=404)


def mailbox_app(folder: MailFolder, public_url: str) -> Litestar:
    """The pages over that folder."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["urlize.target"] = "_blank"
    return Litestar(
        route_handlers=[show_list, show_mail, show_html, show_raw, download_calendar, list_mails, tell_news, show_static],
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        exception_handlers={NotFoundException: _nothing_here},
        response_headers=[
            ResponseHeader(name="Content-Security-Policy", value=OWN_PAGES),
            ResponseHeader(name="X-Content-Type-Options", value="nosniff"),
            ResponseHeader(name="Referrer-Policy", value="no-referrer"),
            ResponseHeader(name="Cache-Control", value="no-store"),
        ],
        state=State({"folder": folder, "public_url": public_url}),
        openapi_config=None,
        logging_config=None,
    )


class MailboxServer(uvicorn.Server):
    """A web server inside our own loop: Ctrl-C is the supervisor's to handle."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals alone."""
        yield


async def serve_mailbox(folder: MailFolder, public_url: str, door: socket.socket, stop: asyncio.Event) -> None:
    """Serve the pages at a bound socket until `stop` is set."""
    app = mailbox_app(folder, public_url)
    config = uvicorn.Config(app, log_config=None, log_level="error", timeout_graceful_shutdown=1)
    server = MailboxServer(config)
    serving = asyncio.create_task(server.serve([door]))
    await stop.wait()
    server.should_exit = True
    await serving
