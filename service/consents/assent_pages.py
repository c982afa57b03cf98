"""The student's own page behind `/a/{token}`: no account, no scripts, and looking at it changes nothing."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.consents import assent_form, assent_queries, assent_rules, assent_words, assenting
from service.consents.assent_queries import AssentRow
from service.consents.assenting import From
from service.consents.deadlines import lock_at
from service.consents.documents import safe
from service.consents.texts import html
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels
from service.panels.queries import TopicRow
from service.registrations.own_page import SEE_OTHER, attempt
from service.settings import Settings
from service.web import links
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.security import client_address
from service.web.templating import PERSONAL_PAGE

LONGEST_AGENT = 200
LONGEST_NUMBER = 6


@get("/a/{token:str}", **PERSONAL_PAGE)
async def asked(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Template:
    """Before an answer: the text and the questions. After one: what it was, what happens next, and the way to change it."""
    row = await _found(conn, settings, token)
    language = assent_words.spoken(request.query_params.get("lang") or row.language)
    return await _page(conn, row, token, language, now, Form(), status=200)


@post("/a/{token:str}", **PERSONAL_PAGE)
async def answered(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Keep the answer and lead to the page that says what happens next."""
    form = await posted(request)
    row = await _found(conn, settings, token)
    language = assent_words.spoken(form.text("lang"))
    words = assent_words.LANGUAGES[language]
    given = assent_form.read(form, await _topics(conn, row), words)
    if given is None:
        return await _page(conn, row, token, language, now, form, status=422)
    version = form.text("version")
    number = int(version) if version.isascii() and version.isdigit() and len(version) <= LONGEST_NUMBER else 0
    origin = From(client_address(request), request.headers.get("user-agent", "")[:LONGEST_AGENT])
    outcome = await attempt(conn, assenting.answer(conn, row.signup_id, given, number, language, origin, now))
    if isinstance(outcome, Refused):
        assent_form.refuse(form, outcome, words)
        return await _page(conn, row, token, language, now, form, status=outcome.status)
    return Redirect(f"/a/{token}?lang={language}", status_code=SEE_OTHER)


async def _found(conn: Connection, settings: Settings, token: str) -> AssentRow:
    """The sign-up that a genuine link leads to; raises NotFound for any other."""
    ticket = links.take_apart(token)
    row = await assent_queries.assent(conn, ticket.id)
    links.require_genuine(settings.secret_key, "assent", ticket, row.generation)
    return row


async def _topics(conn: Connection, row: AssentRow) -> list[TopicRow]:
    """The panel's topics in its order."""
    catalog = {one.code: one for one in await panels.topics(conn)}
    return [catalog[code] for code in (await panels.panel(conn, row.panel_id)).topics]


def _can(row: AssentRow, now: Now) -> str:
    """What can be answered now: `all`, only `no`, or `nothing`."""
    try:
        assent_rules.require_open(row.occasion, "yes", now)
    except Refused:
        return (
            "nothing" if row.occasion.withdrawn or now >= row.panel_starts_at or row.convening_state != "published" else "no"
        )
    return "all"


async def _page(
    conn: Connection, row: AssentRow, token: str, language: str, now: Now, form: Form, *, status: int
) -> Template:
    words = assent_words.LANGUAGES[language]
    topics = await _topics(conn, row)
    read, pieces = await assenting.text_of(conn, row, language)
    last = lock_at(row.starts_at, row.time_zone)
    answered = row.state in ("yes", "no", "talk_first")
    context = {
        "row": row,
        "words": words,
        "language": language,
        "languages": assent_words.CHOICES,
        "path": f"/a/{token}",
        "text": safe(html(pieces, assenting.values(row))),
        "reading": safe(html(pieces, assenting.values(row), lowest=2)),
        "text_language": read.language,
        "version": read.version,
        "topics": [(one, one.label.get(language) or one.label["en"]) for one in topics],
        "form": form if form.wrong else assent_form.filled(row, topics),
        "answered": answered,
        "can": _can(row, now),
        "when": assent_words.day(words, row.panel_starts_at, row.time_zone),
        "until": assent_words.day(words, last - assent_rules.MOMENT, row.time_zone),
        "called": assent_rules.badge_name(row.name, words.name_uses["full"], [row.name_use], row.made_up),
    }
    return Template("student_answer.html", context=context, status_code=status)


PAGES = [asked, answered]
