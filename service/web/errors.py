"""Refusals, mapped to HTTP once: problem+json (RFC 9457) for the API, a page in plain words for people."""

import logging
from http import HTTPStatus
from typing import Any, Literal, cast, get_args, get_origin

import asyncpg
import msgspec
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import HeaderParameter
from litestar.response import Redirect, Template
from msgspec import Struct

from service.db import LOST, WAITED
from service.errors import NotFound, Refused, SignInNeeded
from service.web.deps import AnyRequest, settings_of
from service.web.naming import request_id
from service.web.words import spoken

log = logging.getLogger("plenary.web")

BUSY = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
    *WAITED,
    *LOST,
)
"""What passes by itself: the same request a moment later may succeed."""
PROBLEM_JSON = "application/problem+json"
MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")
SENTENCES = {
    400: "This request cannot be read.",
    404: "There is nothing here, or it is not yours.",
    405: "This address does not take this kind of request.",
    413: "That is too much at once: at most 1 MiB.",
    415: "Send the body as JSON, with “Content-Type: application/json”.",
    500: "Something went wrong on our side. It was written down, and nothing was changed.",
    503: "We are busy for a moment. Nothing was changed; try again in a few seconds.",
}
HEADINGS = {
    400: "We could not read that",
    403: "That did not come from our page",
    404: "There is nothing here",
    405: "That is not possible here",
    408: "That took too long",
    409: "That does not work now",
    410: "This has had its time",
    413: "That is too much at once",
    422: "Something needs another look",
    429: "One moment, please",
    500: "That is our fault",
    503: "One moment, please",
}


class FieldProblem(Struct, frozen=True):
    """What is wrong with one field; `pointer` is a JSON pointer into the body, `?name` in the query, `name:` a header."""

    pointer: str
    detail: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    request_id: str = ""
    """Of what failed on our side: with it we find in our log what happened."""


def problem(error: Refused, public_url: str) -> Problem:
    """A refusal as the API says it."""
    fields = [FieldProblem(error.pointer, error.sentence)] if error.pointer else []
    return Problem(
        type=address_of(public_url, error.code),
        title=title_of(type(error)),
        status=error.status,
        detail=error.sentence,
        code=error.code,
        errors=fields,
    )


def title_of(refusal: type[Refused]) -> str:
    """The sentence of a kind of refusal, without the numbers and names of one occurrence."""
    return (refusal.__doc__ or "").strip().partition("\n")[0]


def respond(request: AnyRequest, error: Exception) -> Response[Any]:
    """The one exception handler of the application."""
    if isinstance(error, ExceptionGroup):
        error = _what_mattered(cast("ExceptionGroup[Exception]", error))
    if isinstance(error, SignInNeeded):
        return Redirect(str(error), status_code=303)
    told, headers = _told(request, error)
    if told.status >= 500:
        told = msgspec.structs.replace(told, request_id=request_id(request.scope))
    if told.status == 500:
        log.error("%s %s failed", request.method, request.scope.get("path_template", "?"), exc_info=error)
    elif told.status == 503:
        log.warning("%s %s: %s", request.method, request.scope.get("path_template", "?"), type(error).__name__)
    if request.scope["path"].startswith(MACHINE_PATHS):
        return Response(msgspec.json.encode(told), media_type=PROBLEM_JSON, status_code=told.status, headers=headers)
    return _page(told, headers)


def _what_mattered(group: ExceptionGroup[Exception]) -> Exception:
    """Undoing the transaction failed as well: a lost connection is the news, otherwise what came first."""
    lost = next((error for error in group.exceptions if isinstance(error, BUSY)), None)
    return lost or (group.__cause__ if isinstance(group.__cause__, Exception) else group)


def _told(request: AnyRequest, error: Exception) -> tuple[Problem, dict[str, str]]:
    """What is said about an exception, and the headers that belong to it."""
    public_url = settings_of(request).public_url
    if isinstance(error, Refused):
        return problem(error, public_url), _headers(error.status)
    if isinstance(error, NotFound):
        return _plain(404, public_url), {}
    if isinstance(error, ValidationException):
        return _fields(request, error), {}
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _plain(error.status_code, public_url, type(error).__doc__ or ""), dict(error.headers or {})
    status = 503 if isinstance(error, BUSY) else 500
    return _plain(status, public_url), _headers(status)


def _headers(status: int) -> dict[str, str]:
    match status:
        case 401:
            return {"WWW-Authenticate": 'Bearer realm="Plenary"'}
        case 408:
            return {"Connection": "close"}
        case 429:
            return {"Retry-After": "600"}
        case 503:
            return {"Retry-After": "2"}
        case _:
            return {}


def _plain(status: int, public_url: str, otherwise: str = "") -> Problem:
    phrase, code = phrase_of(status), code_of(status)
    detail = SENTENCES.get(status) or otherwise or f"{phrase}."
    return Problem(type=address_of(public_url, code), title=phrase, status=status, detail=detail, code=code)


def _fields(request: AnyRequest, error: ValidationException) -> Problem:
    """Parts of the address or of the headers that cannot be used, or a body that is not there."""
    fields = [_field(request, extra) for extra in cast("list[dict[str, Any]]", error.extra or [])]
    return Problem(
        type=address_of(settings_of(request).public_url, "invalid-field"),
        title="A field is missing, unknown, or cannot be what you wrote.",
        status=422,
        detail=" ".join(one.detail for one in fields) or "Something that you wrote cannot be used.",
        code="invalid-field",
        errors=fields,
    )


def _field(request: AnyRequest, extra: dict[str, Any]) -> FieldProblem:
    name = str(extra.get("key", ""))
    declared: Any = request.route_handler.parsed_fn_signature.parameters.get(name)
    definition = declared and declared.kwarg_definition
    name = getattr(definition, "name", None) or name
    if name == "data" or not name:
        return FieldProblem("", "A body in JSON is needed.")
    pointer = f"{name}:" if isinstance(definition, HeaderParameter) else f"?{name}"
    if words := _words_of(getattr(declared, "raw", None)):
        return FieldProblem(pointer, f"This must be one of {', '.join(words)}.")
    return FieldProblem(pointer, spoken(str(extra.get("message", ""))).sentence)


def _words_of(kind: Any) -> list[str]:
    """The words that a parameter may be, where there are only some."""
    if get_origin(kind) is Literal:
        return [str(word) for word in get_args(kind)]
    return [word for part in get_args(kind) for word in _words_of(part)]


def phrase_of(status: int) -> str:
    """The name of a status in RFC 9110, which the standard library learnt with Python 3.13 only."""
    renamed = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
    return renamed.get(status) or HTTPStatus(status).phrase


def code_of(status: int) -> str:
    """The code of a refusal that is nothing but its status."""
    return phrase_of(status).lower().replace(" ", "-")


def address_of(public_url: str, code: str) -> str:
    """Where the docs page explains a code."""
    return f"{public_url}/api/v1/docs#{code}"


def _page(told: Problem, headers: dict[str, str]) -> Response[Any]:
    heading = HEADINGS.get(told.status, told.title)
    context = {"status": told.status, "title": heading, "sentence": told.detail, "request_id": told.request_id}
    return Template(template_name="error.html", context=context, status_code=told.status, headers=headers)
