"""What will be asked, to read without signing in: for families long before, and for whoever has the link."""

from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.convenings import queries as convenings
from service.surveys import answer_pages, creating, queries, speaking
from service.surveys.answer_pages import Language
from service.surveys.queries import SurveyRow
from service.surveys.questions import said
from service.surveys.speaking import Speech
from service.web import links
from service.web.deps import Conn, Given
from service.web.forms import Form
from service.web.templating import PERSONAL_PAGE


@get("/questions/{token:str}", **PERSONAL_PAGE)
async def preview(conn: Conn, settings: Given, token: FromPath[str], language: Language = "") -> Template:
    """All questions as they look; nothing can be sent from here."""
    ticket = links.take_apart(token)
    links.require_genuine(settings.secret_key, "questions", ticket, 0)
    row = await queries.survey(conn, ticket.id)
    convening = await convenings.convening(conn, row.convening_id)
    definition = await creating.with_sessions(conn, convening, row.definition)
    offered = speaking.offered(definition.languages)
    speech = speaking.speech(language if language in [one.code for one in offered] else speaking.OTHERWISE)
    context = answer_pages.around(speech, offered, f"/questions/{token}") | shown(row, speech)
    context |= answer_pages.asking(definition.questions, speech, Form())
    return Template("survey_preview.html", context=context | {"convening": convening})


def shown(row: SurveyRow, speech: Speech) -> dict[str, Any]:
    """What stands above the questions."""
    definition = row.definition
    return {
        "row": row,
        "title": said(definition.title, speech.code),
        "intro": said(definition.intro, speech.code),
        "minutes": definition.minutes,
    }


PAGES = [preview]
"""This slice's preview."""
