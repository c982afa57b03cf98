"""The API for people to read: our own page, made from the OpenAPI document; and the document itself."""

import json
from collections.abc import Iterable
from typing import Any, cast

from litestar import MediaType, get
from litestar.response import Template
from msgspec import Struct

from service.errors import Refused
from service.web.deps import AnyRequest
from service.web.errors import SENTENCES, code_of, title_of
from service.web.openapi import BASE, TAGS, document
from service.web.schemas import Schema

LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
}
HUGE = 2**53
"""Limits beyond this belong to the machine and say nothing to people."""
FORMATS = {"date-time": "time, RFC 3339 with an offset", "uuid": "id"}
KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "object": "object"}


class Field(Struct, frozen=True):
    """One field of a body, or one parameter: `name` is dotted where it lies deeper."""

    name: str
    kind: str
    needed: bool
    words: str = ""


class Operation(Struct, frozen=True):
    """One call."""

    id: str
    method: str
    path: str
    summary: str
    parameters: list[Field]
    body: list[Field]
    sends: str
    curl: str
    status: str
    shows: str
    problems: list[tuple[str, str]]


class Group(Struct, frozen=True):
    """Calls that belong together."""

    name: str
    words: str
    operations: list[Operation]


class Code(Struct, frozen=True):
    """A kind of refusal."""

    code: str
    status: int
    sentences: list[str]


@get("/openapi.json", access="public", media_type=MediaType.JSON)
async def openapi(request: AnyRequest) -> dict[str, Any]:
    """The OpenAPI document."""
    return _document(request)


@get("/docs", access="public", media_type=MediaType.HTML)
async def docs(request: AnyRequest) -> Template:
    """The same, to read."""
    made = _document(request)
    context = {
        "introduction": made["info"]["description"],
        "server": made["servers"][0]["url"],
        "groups": groups(made),
        "codes": codes(),
    }
    return Template(template_name="api_docs.html", context=context)


DOCS = [openapi, docs]
"""Routes under /api/v1 that everybody may read."""


def _document(request: AnyRequest) -> Schema:
    """Made once for each application."""
    state = request.app.state
    if "openapi" not in state:
        state.openapi = document(request.app)
    return state.openapi


def groups(made: Schema) -> list[Group]:
    """The operations of a document by tag, in the order of the tags."""
    found: dict[str, list[Operation]] = {name: [] for name in TAGS}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_operation(made, method.upper(), path, operation))
    return [Group(name, TAGS[name], operations) for name, operations in found.items()]


def codes() -> list[Code]:
    """Every kind of refusal that the code knows, with its sentences."""
    found = {code_of(status): Code(code_of(status), status, [sentence]) for status, sentence in SENTENCES.items()}
    for refusal in _all_refusals(Refused):
        known = found.setdefault(refusal.code, Code(refusal.code, refusal.status, []))
        known.sentences.append(title_of(refusal))
    return sorted(found.values(), key=lambda code: code.code)


def _all_refusals(parent: type[Refused]) -> Iterable[type[Refused]]:
    for child in parent.__subclasses__():
        if child.__subclasses__():
            yield from _all_refusals(child)
        elif child.__module__.startswith("service."):
            yield child


def _operation(made: Schema, method: str, path: str, operation: Schema) -> Operation:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    [success] = [status for status in operation["responses"] if status.startswith("2")]
    sends = _pretty(body["example"]) if body else ""
    return Operation(
        id=operation["operationId"],
        method=method,
        path=BASE + path,
        summary=operation["summary"],
        parameters=[_parameter(one) for one in operation["parameters"]],
        body=list(_fields(made, _resolved(made, body["schema"]))) if body else [],
        sends=sends,
        curl=_curl(made["servers"][0]["url"] + path, method, sends, is_file=not body and "requestBody" in operation),
        status=success,
        shows=_pretty(next(iter(operation["responses"][success]["content"].values()))["example"]),
        problems=[(status, told["description"]) for status, told in operation["responses"].items() if status != success],
    )


def _curl(address: str, method: str, sends: str, *, is_file: bool = False) -> str:
    lines = [f"curl -X {method} '{address}'", '-H "Authorization: Bearer $TOKEN"']
    if sends:
        quoted = sends.replace("'", "'\\''")
        lines += ["-H 'Content-Type: application/json'", f"-d '{quoted}'"]
    if is_file:
        lines.append("--data-binary @the-file")
    return " \\\n  ".join(lines)


def _parameter(one: Schema) -> Field:
    words = ". ".join(part.rstrip(".") for part in (one.get("description", ""), _default(one["schema"])) if part)
    where = {"path": "in the path", "query": "in the query", "header": "header"}[one["in"]]
    return Field(one["name"], f"{_kind(one['schema'])}; {where}", one["required"], words)


def _fields(made: Schema, schema: Schema, prefix: str = "") -> Iterable[Field]:
    """All fields of an object, those of objects inside it too."""
    for name, given in schema["properties"].items():
        inner = _resolved(made, given)
        yield Field(prefix + name, _kind(inner), name in schema["required"], _default(given))
        element = _resolved(made, inner.get("items", {}))
        for deeper, step in ((inner, "."), (element, "[].")):
            if "properties" in deeper:
                yield from _fields(made, deeper, prefix + name + step)


def _resolved(made: Schema, schema: Schema) -> Schema:
    reference = cast("str", schema.get("$ref", ""))
    return made["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def _kind(schema: Schema) -> str:
    """A schema in words: its type and its limits."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "null":
        return "null"
    if schema.get("type") == "array":
        kind = "list of ids" if schema["items"].get("format") == "uuid" else "list"
    else:
        kind = FORMATS.get(schema.get("format", ""), KINDS.get(schema.get("type", ""), "anything"))
    limits = [words.format(f"{schema[key]:,}") for key, words in LIMITS.items() if abs(schema.get(key, HUGE)) < HUGE]
    return (
        ", ".join([kind, *limits]).replace("at least 1 characters", "not empty").replace("at least 1 entries", "not empty")
    )


def _default(schema: Schema) -> str:
    value = schema.get("default")
    return f"otherwise {json.dumps(value)}" if isinstance(value, bool | int | float | str) and value != "" else ""


def _pretty(example: object) -> str:
    return example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
