"""Surveys as JSON, for organizers: sets taken in, opened, closed, published; results and files, with the same left out."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service.access import acts
from service.access.api import KnownCaller
from service.convenings import queries as convenings
from service.db import Connection
from service.surveys import asked_queries, closing, creating, examples, opening, queries, set_files, shapes
from service.surveys.closing import publish as publish_it
from service.surveys.export import file
from service.surveys.queries import SurveyRow
from service.surveys.release import Release
from service.surveys.rules import AlreadyOpen, Definition, NotClosed, NotOpen, OtherVersionOpen, QuestionsUnread
from service.surveys.sealing import KeyMissing, Keys
from service.surveys.set_files import NotASet
from service.surveys.shapes import Results, SetFile, Survey, Surveys
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.downloads import FILE, format_of, in_formats


@post(
    "/convenings/{convening_id:uuid}/surveys",
    access="organizer",
    status_code=201,
    takes=SetFile,
    sends=examples.SETS,
    shows=examples.SURVEYS,
    refuses=[NotASet],
)
async def add(request: AnyRequest, convening_id: FromPath[UUID], conn: Conn, now: Now) -> Surveys:
    """Take in a file of question sets, YAML or JSON, or one definition: new versions that open by themselves when due."""
    definitions = set_files.read(await request.body())
    made = await creating.add(conn, convening_id, definitions, now)
    await acts.note(conn, request, "surveys_added", ("convening", convening_id), now, sets=str(len(made)))
    return Surveys([await shown(conn, await queries.survey(conn, one)) for one in made])


@get("/convenings/{convening_id:uuid}/surveys", access="organizer", shows=examples.SURVEYS)
async def listed(convening_id: FromPath[UUID], conn: Conn) -> Surveys:
    """All surveys of a convening, the newest version of each set first."""
    await convenings.convening(conn, convening_id)
    return Surveys([await shown(conn, row) for row in await queries.of_convening(conn, convening_id)])


@post(
    "/surveys/{survey_id:uuid}/opening",
    access="organizer",
    status_code=200,
    shows=examples.SURVEY,
    refuses=[AlreadyOpen, OtherVersionOpen, QuestionsUnread],
)
async def open_it(request: AnyRequest, survey_id: FromPath[UUID], conn: Conn, now: Now, settings: Given) -> Survey:
    """Open it now: its key is made, its questions stay, and whoever came is asked."""
    row = await opening.open_survey(conn, Keys(settings.survey_keys_dir), survey_id, now)
    await acts.note(conn, request, "survey_opened", ("survey", survey_id), now)
    return await shown(conn, row)


@post(
    "/surveys/{survey_id:uuid}/closing",
    access="organizer",
    status_code=200,
    shows=examples.SURVEY,
    refuses=[NotOpen, KeyMissing],
)
async def close(request: AnyRequest, survey_id: FromPath[UUID], conn: Conn, now: Now, settings: Given) -> Survey:
    """Close it now: all answers are opened at once, shuffled and counted; a worker destroys the key a moment later."""
    row = await closing.close(conn, Keys(settings.survey_keys_dir), survey_id, now)
    await acts.note(conn, request, "survey_closed", ("survey", survey_id), now)
    return await shown(conn, row)


@post(
    "/surveys/{survey_id:uuid}/publication",
    access="organizer",
    status_code=200,
    shows=examples.SURVEY,
    refuses=[NotClosed],
)
async def publish(request: AnyRequest, survey_id: FromPath[UUID], conn: Conn, now: Now) -> Survey:
    """Let members see the results; twice is once."""
    row = await publish_it(conn, survey_id, now)
    await acts.note(conn, request, "survey_published", ("survey", survey_id), now)
    return await shown(conn, row)


@get("/surveys/{survey_id:uuid}/results", access="organizer", shows=examples.RESULTS, refuses=[NotClosed])
async def results(survey_id: FromPath[UUID], conn: Conn) -> Results:
    """What may be shown of the answers, as it was counted at close."""
    return shapes.results(*await _closed(conn, survey_id))


@get("/surveys/{survey_id:uuid}/definition", access="organizer", shows=examples.DEFINITION)
async def definition(survey_id: FromPath[UUID], conn: Conn) -> Definition:
    """The questions as they are handed around: what this answers can be taken in at another convening."""
    return (await queries.survey(conn, survey_id)).definition


@get(
    in_formats("/surveys/{survey_id:uuid}/export"),
    access="organizer",
    shows=examples.FILE,
    refuses=[NotClosed],
    **FILE,
)
async def export(
    request: AnyRequest, survey_id: FromPath[UUID], conn: Conn, caller: KnownCaller, now: Now
) -> Response[bytes]:
    """The same as `results`, a line for each thing counted."""
    row, release = await _closed(conn, survey_id)
    kind = format_of(request)
    await acts.note(conn, request, "results_exported", ("survey", survey_id), now, file=kind, program=caller.name)
    return file(request, row, release, now)


@get("/surveys/{survey_id:uuid}/export.json", access="organizer", shows=examples.RESULTS, refuses=[NotClosed])
async def export_json(request: AnyRequest, survey_id: FromPath[UUID], conn: Conn, caller: KnownCaller, now: Now) -> Results:
    """The same as JSON, to be kept."""
    row, release = await _closed(conn, survey_id)
    await acts.note(conn, request, "results_exported", ("survey", survey_id), now, file="json", program=caller.name)
    return shapes.results(row, release)


async def shown(conn: Connection, row: SurveyRow) -> Survey:
    """A survey, with how many are asked while it is open."""
    return shapes.survey(row, await asked_queries.counts(conn, row.id) if row.state == "open" else None)


async def _closed(conn: Connection, survey_id: UUID) -> tuple[SurveyRow, Release]:
    row = await queries.survey(conn, survey_id)
    if row.release is None:
        raise NotClosed
    return row, row.release


API = [add, listed, open_it, close, publish, results, definition, export, export_json]
"""This slice's routes under /api/v1, for organizers."""
