"""Answering on a page behind the link in the mail: no sign-in, no script needed, and looking at it changes nothing."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from service.errors import Refused
from service.registrations.own_page import attempt
from service.surveys import answering, answers, form_values, rules, shapes, speaking
from service.surveys.answering import Seat
from service.surveys.questions import Question, said
from service.surveys.speaking import Speech
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, posted
from service.web.templating import PERSONAL_PAGE, SEE_OTHER

Language = Annotated[str, QueryParameter(max_length=10)]


@get("/s/{token:str}", **PERSONAL_PAGE)
async def asked(conn: Conn, now: Now, settings: Given, token: FromPath[str], language: Language = "") -> Template:
    """The questions, none of them answered: what was answered before is sealed."""
    there = await answering.seat(conn, settings.secret_key, token, now)
    speech = await spoken(conn, there, language)
    if not there.is_open(now):
        return closed(there, speech, token, status=200)
    return page(there, speech, token, Form(), status=200)


@post("/s/{token:str}", **PERSONAL_PAGE)
async def answered(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], language: Language = ""
) -> Response[Any]:
    """Seal the answer; what cannot be one is said beside its question, and nothing is lost."""
    form = await posted(request)
    there = await answering.seat(conn, settings.secret_key, token, now)
    speech = await spoken(conn, there, language)
    if not there.is_open(now):
        return closed(there, speech, token, status=rules.SurveyClosed.status)
    given = form_values.given(form, there.questions)
    kept, refused = answers.read_all(there.definition, given, there.facts)
    for name, refusal in refused.items():
        form.errors[f"q-{name}"] = speech.sorry(refusal.code, refusal.sentence)
    if form.errors:
        return page(there, speech, token, form, status=422)
    outcome = await attempt(conn, answering.keep(conn, there, kept, now))
    if isinstance(outcome, Refused):
        return closed(there, speech, token, status=outcome.status)
    return Redirect(f"/s/{token}/thanks?language={speech.code}", status_code=SEE_OTHER)


@get("/s/{token:str}/thanks", **PERSONAL_PAGE)
async def thanks(conn: Conn, now: Now, settings: Given, token: FromPath[str], language: Language = "") -> Template:
    """It is sealed; what else somebody may want to do, each on a form that knows nothing of the answers."""
    there = await answering.seat(conn, settings.secret_key, token, now)
    speech = await spoken(conn, there, language)
    if not there.is_open(now):
        return closed(there, speech, token, status=200)
    context = frame(there, speech, token) | {"commits": commits(there), "quotes": quotes(there)}
    return Template("survey_thanks.html", context=context)


def commits(there: Seat) -> bool:
    """Whether somebody is asked what they will do: members and coaches, right after the convening."""
    return there.row.audience in ("members", "coaches") and not rules.is_follow_up(there.definition.cadence)


def quotes(there: Seat) -> bool:
    """Whether somebody may be quoted with their name: adults, where the survey asks about quoting."""
    return there.invitation.person_id is not None and there.definition.asks_to_quote


async def spoken(conn: Any, there: Seat, language: str) -> Speech:
    """The asked language where the questions are written in it, else the one that the family reads, else English."""
    offered = [one.code for one in speaking.offered(there.definition.languages)]
    known = language or await answering.reads(conn, there.invitation)
    return speaking.speech(known if known in offered else speaking.OTHERWISE)


def page(there: Seat, speech: Speech, token: str, form: Form, *, status: int) -> Template:
    """The form."""
    closes_at = there.row.closes_at
    context = frame(there, speech, token) | asking(there.questions, speech, form)
    context |= {
        "answered": there.invitation.answered,
        "title": said(there.definition.title, speech.code),
        "intro": said(there.definition.intro, speech.code),
        "help_words": said(there.definition.help, speech.code),
        "minutes": there.definition.minutes,
        "until_stamp": int(closes_at.timestamp() * 1000) if closes_at else 0,
    }
    return Template("survey_answer.html", context=context, status_code=status)


def closed(there: Seat, speech: Speech, token: str, *, status: int) -> Template:
    """It is over."""
    return Template("survey_closed.html", context=frame(there, speech, token), status_code=status)


def frame(there: Seat, speech: Speech, token: str, part: str = "") -> dict[str, Any]:
    """What every page behind the link shows around its own."""
    closes_at = there.row.closed_at or there.row.closes_at
    return around(speech, speaking.offered(there.definition.languages), f"/s/{token}{part}") | {
        "row": there.row,
        "convening": there.convening,
        "path": f"/s/{token}",
        "until": speech.spoken.moment(closes_at, there.convening.time_zone) if closes_at else "",
    }


def around(speech: Speech, offered: Sequence[Speech], here: str) -> dict[str, Any]:
    """The words of the frame."""
    return {
        "spoken": speech.spoken,
        "tell": speech.spoken.tell,
        "say": speech.spoken.say,
        "speech": speech,
        "offered": offered,
        "here": here,
        "step": "",
    }


def asking(questions: Sequence[Question], speech: Speech, form: Form) -> dict[str, Any]:
    """What the widgets need."""
    return {
        "questions": questions,
        "kinds": {one.id: str(type(one).__struct_config__.tag) for one in questions},
        "form": form,
        "labels": _labels(speech),
        "no_answer": form_values.NO_ANSWER,
    }


def _labels(speech: Speech) -> Callable[[Question, Sequence[int | str], str], str]:
    def labels(question: Question, values: Sequence[int | str], language: str) -> str:
        """What the ways of answering say on which another question depends."""
        named = {one.value: one.words for one in shapes.choices(question, language)}
        named |= {"yes": speech.ask("yes"), "no": speech.ask("no")} if not named else {}
        return ", ".join(named.get(one) or str(one) for one in values)

    return labels


PAGES = [asked, answered, thanks]
"""This slice's pages for who is asked."""
