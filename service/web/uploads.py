"""Forms with a file: read whole, or as they come, or refused in a plain sentence. Nothing is written to disk."""

from collections.abc import AsyncGenerator
from email.message import Message

from msgspec import Struct
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from service.web.deps import AnyRequest
from service.web.forms import MOST_FIELDS, Form, FormUnreadable, pairs, posted
from service.web.reading import MOST_BYTES

MOST_UPLOADED_BYTES = 8 * MOST_BYTES
"""The body of a form with a file. It is above what any file may have, so that the form itself says that one is too large."""
LONGEST_NAME = 120
LONGEST_FIELD = 64 * 1024
"""Bytes of a field beside a file that is read as it comes."""


class File(Struct, frozen=True):
    """A file as it came; its name is for people to read, and is never a path."""

    name: str
    content: bytes


class Field(Struct, frozen=True):
    """A field of a form that is read as it comes."""

    name: str
    text: str


class Begun(Struct, frozen=True):
    """A file of a form that is read as it comes: what follows are its bytes."""

    name: str


class Upload(Struct, frozen=True):
    """A form, and the one file that may come with it."""

    form: Form
    file: File | None = None


async def uploaded(request: AnyRequest) -> Upload:
    """The form in a request's body, with or without a file; raises FormUnreadable."""
    said = _content_type(request)
    match said.get_content_type():
        case "application/x-www-form-urlencoded":
            return Upload(await posted(request))
        case "multipart/form-data":
            return read(await request.body(), said.get_boundary(""))
        case _:
            raise FormUnreadable


def streamed(request: AnyRequest) -> AsyncGenerator[Field | Begun | bytes]:
    """The fields of a form and its one file in their order, each when it is here; raises FormUnreadable."""
    said = _content_type(request)
    match said.get_content_type():
        case "application/x-www-form-urlencoded":
            return _without_file(request)
        case "multipart/form-data":
            return _as_it_comes(request, said.get_boundary(""))
        case _:
            raise FormUnreadable


async def _without_file(request: AnyRequest) -> AsyncGenerator[Field | Begun | bytes]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_FIELD:
            raise FormUnreadable
    for name, text in pairs(bytes(body)):
        yield Field(name, text)


async def _as_it_comes(request: AnyRequest, boundary: str) -> AsyncGenerator[Field | Begun | bytes]:
    part: MultipartSegment | None = None
    text, files = bytearray(), 0
    try:
        with PushMultipartParser(boundary.encode("ascii"), max_segment_count=MOST_FIELDS, strict=True) as parser:
            async for piece in request.stream():
                for found in parser.parse(piece) if piece else ():
                    if isinstance(found, MultipartSegment):
                        part = found
                        if part.filename is not None:
                            files += 1
                            yield Begun(shown_name(part.filename) if part.filename else "")
                    elif part is not None and part.filename is not None:
                        if found:
                            yield bytes(found)
                    elif found:
                        text += found
                    elif part is not None:
                        yield Field(part.name or "", text.decode())
                        text.clear()
                    if files > 1 or len(text) > LONGEST_FIELD:
                        raise FormUnreadable
    except (MultipartError, ValueError, LookupError):
        raise FormUnreadable from None


def _content_type(request: AnyRequest) -> Message:
    said = Message()
    said["content-type"] = request.headers.get("content-type", "")
    return said


def read(body: bytes, boundary: str) -> Upload:
    """The parts of a body; raises FormUnreadable for what no browser sends."""
    given: dict[str, list[str]] = {}
    files: list[File] = []
    try:
        for part, content in _parts(body, boundary):
            if part.filename is None:
                given.setdefault(part.name or "", []).append(content.decode())
            elif part.filename or content:
                files.append(File(shown_name(part.filename), content))
    except (MultipartError, ValueError, LookupError):
        raise FormUnreadable from None
    if len(files) > 1:
        raise FormUnreadable
    return Upload(Form(given), files[0] if files else None)


def _parts(body: bytes, boundary: str) -> list[tuple[MultipartSegment, bytes]]:
    """Each part with what stands in it."""
    parts: list[tuple[MultipartSegment, bytearray]] = []
    with PushMultipartParser(boundary.encode("ascii"), max_segment_count=MOST_FIELDS, strict=True) as parser:
        for found in parser.parse(body):
            if isinstance(found, MultipartSegment):
                parts.append((found, bytearray()))
            elif found:
                parts[-1][1].extend(found)
    return [(part, bytes(content)) for part, content in parts]


def shown_name(name: str) -> str:
    """The last part of a file's name, as a page can show it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in last if sign.isprintable()).strip()
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > LONGEST_NAME and dot and len(ending) < 10:
        clean = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return clean[:LONGEST_NAME] or "a file without a name"
