"""The OpenAPI 3.1 document of /api/v1, made from the routes themselves, their types, refusals and examples.

A route says `sends` and `shows` (examples of its body and its answer), `refuses` (what may stand in the way) and, where it
reads its body in parts, `takes` (the type of the whole), or `takes_file` where the body is a file.
"""

import base64
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from service.errors import Refused
from service.settings import Settings
from service.web.errors import (
    PROBLEM_JSON,
    SENTENCES,
    FieldProblem,
    Problem,
    address_of,
    code_of,
    phrase_of,
    problem,
    title_of,
)
from service.web.reading import TooMuch
from service.web.schemas import Schema, answer_type, body_type, components, parameters
from service.web.security import LINK, PUBLIC, handlers
from service.web.table_files import FORMATS, Format

BASE = "/api/v1"
TAGS = {
    "convenings": "Gatherings of people: facts, agenda, seats.",
    "topics": "What student panels may talk about.",
    "panels": "Student panels: sessions in which students speak.",
    "signups": "Students whom schools ask, and how each stands.",
    "consents": "What was signed, and its proof.",
    "documents": "PDFs, made by the workers.",
    "readiness": "Who may be on a stage, and what is missing.",
    "registrations": "Who comes, who waits, who was offered a seat.",
    "invitations": "Personal links to the form.",
    "checkins": "What devices at the door and at rooms report.",
    "walk-ins": "Adults who come without a registration.",
    "attendance": "Who came, for how long, and minors in the house.",
    "roster": "What a desk may hold.",
    "surveys": "Questions after a convening, and what may be shown of the answers.",
    "answers": "Answering, with the personal link alone.",
    "materials": "Slides, handouts, recordings and links, and who has them from when.",
    "deliveries": "Every message that is or was owed.",
    "inbound": "What came in by mail, how it was judged and what it did.",
    "retention": "What each night deleted, and what it found.",
    "erasure": "Everything about a person, or about a school’s students, goes on order.",
    "events": "The recorded facts, in order.",
    "webhooks": "Other programs that are told of them.",
}
"""The last of these words in an address says where its operation belongs."""
INTRODUCTION = (
    "For organizers. Send your token as `Authorization: Bearer …`. Bodies are JSON in UTF-8, at most 1 MiB; unknown fields "
    "are refused. Times are RFC 3339 with an offset, answered in UTC. Lists come in pages: `limit`, and `after` with "
    "the `next` of the page before. Whatever is refused is answered as problem+json (RFC 9457) that names the field."
)
FIELD = "A field is missing, unknown, or cannot be what you wrote; or an Idempotency-Key came with another body than before."


def document(app: Litestar) -> Schema:
    """The whole document."""
    settings: Settings = app.state.settings
    documented = [(path, one) for path, one in handlers(app) if path.startswith(BASE) and one.opt["access"] != PUBLIC]
    operations = sorted(documented, key=lambda pair: (list(TAGS).index(tag_of(pair[0])), pair[0]))
    bodies = [body_type(handler) for _, handler in operations]
    answers = [kind for _, handler in operations if (kind := answer_type(handler)) is not bytes]
    types = [kind for kind in [Problem, *bodies, *answers] if kind]
    references, schemas = components(types)
    known = dict(zip(types, references, strict=True))
    paths: dict[str, Schema] = {}
    for path, handler in operations:
        [method] = handler.http_methods
        made = _operation(path, handler, known, settings.public_url)
        paths.setdefault(path.removeprefix(BASE), {})[method.lower()] = made
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plenary", "version": "1", "description": INTRODUCTION, "license": LICENSE},
        "servers": [{"url": settings.public_url + BASE}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": TOKEN}},
    }


LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
TOKEN = {"type": "http", "scheme": "bearer", "description": "An organizer's token."}


def tag_of(path: str) -> str:
    """Where an operation belongs."""
    return next(step for step in reversed(path.split("/")) if step in TAGS)


def _operation(path: str, handler: HTTPRouteHandler, known: dict[Any, Schema], public_url: str) -> Schema:
    made: Schema = {
        "operationId": "_".join(filter(None, (handler.fn.__name__, _format_of(path, handler)))),
        "summary": (handler.fn.__doc__ or "").strip().partition("\n")[0],
        "tags": [tag_of(path)],
        "parameters": parameters(handler),
        "responses": _answers(path, handler, known) | _problems(handler, known, public_url),
    }
    if handler.opt["access"] == LINK:
        made["security"] = []
    if body := body_type(handler):
        example = {"schema": known[body], "example": handler.opt["sends"]}
        made["requestBody"] = {"required": True, "content": {"application/json": example}}
    if handler.opt.get("takes_file"):
        made["requestBody"] = {"required": True, "content": {"application/octet-stream": BINARY}}
    return made


def _format_of(path: str, handler: HTTPRouteHandler) -> Format | None:
    """Which of its formats a file has at this address; None for what has one alone."""
    return next((name for name in FORMATS if path.endswith(f".{name}")), None) if len(handler.paths) > 1 else None


def _answers(path: str, handler: HTTPRouteHandler, known: dict[Any, Schema]) -> Schema:
    if answer_type(handler) is bytes:
        name, shown = _format_of(path, handler), handler.opt["shows"]
        kind = FORMATS[name].media_type if name else str(handler.media_type)
        schema = {"type": "string", "contentMediaType": kind}
        content = {kind: {"schema": schema, "example": base64.b64decode(shown[name] if name else shown).decode()}}
    else:
        content = {"application/json": {"schema": known[answer_type(handler)], "example": handler.opt["shows"]}}
    made: Schema = {"description": phrase_of(handler.status_code), "content": content}
    return {str(handler.status_code): made}


def _problems(handler: HTTPRouteHandler, known: dict[Any, Schema], public_url: str) -> Schema:
    """What may be answered instead, each status once."""
    refusals: list[type[Refused]] = handler.opt.get("refuses", [])
    found: dict[int, Schema] = {503: _one(SENTENCES[503], public_url, 503)}
    if handler.opt["access"] != LINK:
        found[401] = _one(NOT_SIGNED_IN, public_url)
    if any(one["in"] == "path" for one in parameters(handler)):
        found[404] = _one(SENTENCES[404], public_url, 404)
    if body_type(handler):
        found |= {status: _one(SENTENCES[status], public_url, status) for status in (400, 413, 415)}
    if handler.opt.get("takes_file"):
        found |= {status: _one(sentence, public_url, status) for status, sentence in WITH_A_FILE.items()}
    if body_type(handler) or any(one["in"] != "path" for one in parameters(handler)):
        found[422] = _one(FIELD, public_url, 422)
    if refusals:
        found[409] = _refused(refusals, public_url)
    for told in found.values():
        told["content"][PROBLEM_JSON]["schema"] = known[Problem]
    return {str(status): found[status] for status in sorted(found)}


BINARY: Schema = {"schema": {"type": "string", "format": "binary"}, "example": "The bytes of the file."}
WITH_A_FILE = {400: "This did not reach us whole, so we did nothing. Send it again.", 413: title_of(TooMuch)}
NOT_SIGNED_IN = "This needs an organizer's token."


def _one(sentence: str, public_url: str, status: int = 401) -> Schema:
    phrase = phrase_of(status)
    code = {401: "not-signed-in", 422: "invalid-field"}.get(status) or code_of(status)
    errors = [FieldProblem("/email", "This is needed.")] if status == 422 else []
    example = Problem(
        type=address_of(public_url, code), title=phrase, status=status, detail=sentence, code=code, errors=errors
    )
    return {"description": sentence, "content": {PROBLEM_JSON: {"example": msgspec.to_builtins(example)}}}


def _refused(refusals: Sequence[type[Refused]], public_url: str) -> Schema:
    examples = {one.code: {"value": msgspec.to_builtins(problem(one(), public_url))} for one in refusals}
    words = " ".join(f"`{one.code}`: {title_of(one)}" for one in refusals)
    return {"description": words, "content": {PROBLEM_JSON: {"examples": examples}}}
