"""JSON schemas of what handlers take and answer: exactly what msgspec holds requests to."""

from collections.abc import Sequence
from typing import Annotated, Any, cast

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, ParameterKwarg, PathParameter, QueryParameter
from litestar.typing import FieldDefinition

Schema = dict[str, Any]
PLACES: tuple[tuple[type[ParameterKwarg], str], ...] = (
    (PathParameter, "path"),
    (QueryParameter, "query"),
    (HeaderParameter, "header"),
)
REFERENCE = "#/components/schemas/{name}"


def body_type(handler: HTTPRouteHandler) -> Any:
    """What a handler reads as JSON; None where it takes no body."""
    field = handler.parsed_fn_signature.parameters.get("data")
    return handler.opt.get("takes") or (field.annotation if field else None)


def answer_type(handler: HTTPRouteHandler) -> Any:
    """What a handler answers as JSON."""
    answered = handler.parsed_fn_signature.return_type
    return answered.args[0] if answered.is_subclass_of(Response) else answered.annotation


def components(types: Sequence[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """References to these types in their order, and all schemas that they need."""
    references, schemas = msgspec.json.schema_components(types, schema_hook=_anything, ref_template=REFERENCE)
    return list(references), schemas


def parameters(handler: HTTPRouteHandler) -> list[Schema]:
    """The parts of the address and the headers that a handler reads."""
    return [
        _parameter(name, field, place)
        for name, field in handler.parsed_fn_signature.parameters.items()
        for kind, place in PLACES
        if isinstance(field.kwarg_definition, kind)
    ]


def _parameter(name: str, field: FieldDefinition, place: str) -> Schema:
    declared = cast("ParameterKwarg", field.kwarg_definition)
    limits = {limit: getattr(declared, limit) for limit in ("ge", "le", "min_length", "max_length", "pattern")}
    inner = next((one.annotation for one in field.inner_types if not one.is_none_type), field.annotation)
    bounded: Any = Annotated[
        inner if field.is_optional else field.annotation,
        msgspec.Meta(**{limit: value for limit, value in limits.items() if value is not None}),
    ]
    schema = msgspec.json.schema(bounded)
    if field.has_default and field.default is not None:
        schema["default"] = field.default
    made: Schema = {"name": declared.name or name, "in": place, "required": not field.has_default, "schema": schema}
    words = declared.description or ("Its id." if place == "path" else "")
    return made | ({"description": words} if words else {})


def _anything(kind: type) -> Schema:
    """What the payload of an event may hold."""
    if kind is object:
        return {"description": "An id, a number or a time."}
    raise NotImplementedError
