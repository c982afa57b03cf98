"""Request bodies, read strictly: JSON in UTF-8, the exact types, no unknown fields; refused in words that name the field."""

from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.dto import AbstractDTO
from litestar.exceptions import HTTPException
from litestar.params import SkipValidation
from litestar.typing import FieldDefinition

from service.web.deps import AnyRequest
from service.web.words import Unreadable, field_refused

BodyT = TypeVar("BodyT")
JsonText: TypeAlias = NamedDependency[SkipValidation[bytes]]
"""The body as it came, said to be JSON: for handlers that read it in parts, or compare it with an earlier one."""

MOST_BYTES = 1024 * 1024
"""No body may be larger."""


class NotJson(HTTPException):
    """Send the body as JSON, with "Content-Type: application/json"."""

    status_code = 415


def read(body: bytes, kind: type[BodyT]) -> BodyT:
    """The value of a JSON text; raises Unreadable, or FieldRefused with a pointer to the field."""
    try:
        return _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        raise field_refused(str(error)) from None
    except UnicodeDecodeError:
        raise Unreadable(_not_utf8(body)) from None
    except RecursionError:
        raise Unreadable("The body is nested too deeply.") from None
    except msgspec.DecodeError as error:
        raise Unreadable(f"The body is not JSON: {str(error).removeprefix('JSON is malformed: ')}.") from None


@cache
def _decoder(kind: type[BodyT]) -> msgspec.json.Decoder[BodyT]:
    return msgspec.json.Decoder(kind)


def _not_utf8(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return f"The body is not UTF-8: byte {error.start} cannot be read."
    return "The body is not UTF-8."


class StrictJson(AbstractDTO[Any]):
    """Reads `data: JSONBody[...]` by `read`: Litestar's own way would take "80" for 80."""

    def decode_bytes(self, value: bytes) -> Any:
        """The body as the type that the handler's `data` declares."""
        require_json(self.asgi_connection.headers.get("content-type", ""))
        field = cast("FieldDefinition", self.asgi_connection.route_handler.parsed_data_field)
        return read(value, cast("type[Any]", field.annotation))

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        """Nothing to prepare: there is no transfer model between the body and the struct."""


def require_json(content_type: str) -> None:
    """Raise NotJson where the body says that it is something else."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise NotJson(NotJson.__doc__ or "")


async def provide_text(request: AnyRequest) -> bytes:
    """The body, not yet read as JSON."""
    require_json(request.headers.get("content-type", ""))
    return await request.body()


TEXT = {"text": Provide(provide_text)}
"""By the name under which handlers ask for it."""
