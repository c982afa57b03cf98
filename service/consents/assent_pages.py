"""The student's own page behind `/a/{token}`: no account, no scripts, and looking at it changes nothing."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from service.consents import assent_form, assent_queries, assent_rules, assent_words, assenting, shown_here
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

OWN = "plenary-own"
"""The cookie of the browser in which a student answered."""
LONGEST_AGENT = 200
LONGEST_NUMBER = 6


class Slip(Struct, frozen=True):
    """A genuine slip and what it leads to. `answered_here`: this browser gave the answer that stands, and may see it."""

    row: AssentRow
    generation: int
    answered_here: bool

    @property
    def is_used(self) -> bool:
        """Whether it has been answered with: then it shows nothing of that, and can only say no."""
        return self.row.has_answered and self.generation == self.row.answered_with and not self.answered_here


@get("/a/{token:str}", **PERSONAL_PAGE)
async def asked(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Template:
    """Before an answer the questions. After one, in that browser: what it was, what follows, a way to change it."""
    slip = await _found(request, conn, settings, token, now)
    language = assent_words.spoken(request.query_params.get("lang") or slip.row.language)
    return await _page(conn, slip, token, language, now, Form(), status=200)


@post("/a/{token:str}", **PERSONAL_PAGE)
async def answered(request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str]) -> Response[Any]:
    """Keep the answer and lead to the page that says what happens next; who only holds a used slip says no at most."""
    form = await posted(request)
    slip = await _found(request, conn, settings, token, now)
    language = assent_words.spoken(form.text("lang"))
    words = assent_words.LANGUAGES[language]
    given = assent_form.read(form, await _topics(conn, slip.row), words)
    if given is None:
        return await _page(conn, slip, token, language, now, form, status=422)
    version = form.text("version")
    number = int(version) if version.isascii() and version.isdigit() and len(version) <= LONGEST_NUMBER else 0
    agent = request.headers.get("user-agent", "")[:LONGEST_AGENT]
    origin = From(client_address(request), agent, slip.generation, slip.answered_here)
    outcome = await attempt(conn, assenting.answer(conn, slip.row.signup_id, given, number, language, origin, now))
    if isinstance(outcome, Refused):
        assent_form.refuse(form, outcome, words)
        return await _page(conn, slip, token, language, now, form, status=outcome.status)
    if slip.is_used:
        return await _page(conn, slip, token, language, now, Form(), status=200, noted=True)
    kept = shown_here.kept(settings, OWN, slip.row.signup_id, slip.generation, now)
    return Redirect(f"/a/{token}?lang={language}", status_code=SEE_OTHER, cookies=[kept])


async def _found(request: AnyRequest, conn: Connection, settings: Settings, token: str, now: datetime) -> Slip:
    """The slip that counts now, or with which the answer came; raises NotFound for any other."""
    ticket = links.take_apart(token)
    row = await assent_queries.assent(conn, ticket.id)
    is_older = row.has_answered and links.is_genuine(settings.secret_key, "assent", ticket, row.answered_with)
    generation = row.answered_with if is_older else row.generation
    links.require_genuine(settings.secret_key, "assent", ticket, generation)
    seen = generation == row.answered_with and shown_here.proves(request, settings, OWN, row.signup_id, generation, now)
    return Slip(row, generation, row.has_answered and seen)


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
    conn: Connection, slip: Slip, token: str, language: str, now: Now, form: Form, *, status: int, noted: bool = False
) -> Template:
    row = slip.row
    words = assent_words.LANGUAGES[language]
    topics = await _topics(conn, row)
    read, pieces = await assenting.text_of(conn, row, language)
    last = lock_at(row.starts_at, row.time_zone)
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
        "form": form if form.wrong else assent_form.filled(row, topics, answered_here=slip.answered_here),
        "answered": slip.answered_here,
        "used": slip.is_used,
        "noted": noted,
        "can": _can(row, now),
        "when": assent_words.day(words, row.panel_starts_at, row.time_zone),
        "until": assent_words.day(words, last - assent_rules.MOMENT, row.time_zone),
        "called": assent_rules.badge_name(row.name, words.name_uses["full"], [row.name_use], row.made_up),
    }
    return Template("student_answer.html", context=context, status_code=status)


PAGES = [asked, answered]
