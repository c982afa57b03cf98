"""Request bodies, read strictly: JSON in UTF-8, the exact types, no unknown fields; refused in words that name the field."""

import asyncio
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.dto import AbstractDTO
from litestar.exceptions import HTTPException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler
from litestar.params import SkipValidation
from litestar.types import Receive, ReceiveMessage
from litestar.typing import FieldDefinition

from service.errors import Refused
from service.web.deps import AnyConnection, AnyRequest
from service.web.words import Unreadable, field_refused

BodyT = TypeVar("BodyT")
JsonText: TypeAlias = NamedDependency[SkipValidation[bytes]]
"""The body as it came, said to be JSON: for handlers that read it in parts, or compare it with an earlier one."""

MOST_BYTES = 1024 * 1024
"""No body may be larger."""


PATIENCE = 10.0
"""Seconds that a body may take to arrive; where it is read in pieces, each of them."""
LONGEST = 1800.0
"""Seconds that all pieces together may take: a large file from a phone with a poor line."""
IN_PIECES = "in_pieces"
"""What a route says that reads its body while it arrives, and holds no connection of the database meanwhile."""


class TooSlow(Refused):
    """This took too long to reach us, so we did nothing. Send it again, where the line is better."""

    code = "request-timeout"
    status = 408


class Unfinished(Refused):
    """This did not reach us whole, so we did nothing. Send it again."""

    code = "unfinished-body"
    status = 400


class TooMuch(Refused):
    """This is more than we take at once, so we did nothing."""

    code = "too-much"
    status = 413


class NotJson(HTTPException):
    """Send the body as JSON, with "Content-Type: application/json"."""

    status_code = 415


async def whole(connection: AnyConnection, receive: Receive) -> bytes:
    """The body of a request, as large as its route allows; raises TooSlow, Unfinished, RequestEntityTooLarge."""
    most = _most(connection)
    if _announced(connection) > most:
        raise RequestEntityTooLarge
    try:
        async with asyncio.timeout(PATIENCE):
            return await _arrived(receive, most)
    except TimeoutError:
        raise TooSlow from None


async def _arrived(receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Unfinished
        body += message.get("body", b"")
        if len(body) > most:
            raise RequestEntityTooLarge
        if not message.get("more_body", False):
            return bytes(body)


def _most(connection: AnyConnection) -> int:
    return cast("HTTPRouteHandler", connection.route_handler).resolve_request_max_body_size() or MOST_BYTES


def _announced(connection: AnyConnection) -> int:
    announced = connection.headers.get("content-length", "")
    return int(announced) if announced.isdecimal() else 0


def in_pieces(connection: AnyConnection, receive: Receive) -> Receive:
    """Hands a body on as it arrives; raises TooMuch for what is announced, then TooSlow, Unfinished, TooMuch."""
    most, came = _most(connection), 0
    if _announced(connection) > most:
        raise TooMuch
    clock = asyncio.get_running_loop().time
    last = clock() + LONGEST
    done = False

    async def next_piece() -> ReceiveMessage:
        nonlocal came, done
        if done:
            return await receive()
        try:
            async with asyncio.timeout_at(min(last, clock() + PATIENCE)):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] != "http.request":
            raise Unfinished
        came += len(message.get("body", b""))
        if came > most:
            raise TooMuch
        done = not message.get("more_body", False)
        return message

    return next_piece


def again(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, as if it came just now; then what `receive` has to say."""
    left: list[ReceiveMessage] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> ReceiveMessage:
        return left.pop() if left else await receive()

    return next_message


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
