"""Forms with a file: read whole or refused in a plain sentence. Nothing is written to disk."""

from email.message import Message

from msgspec import Struct
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from service.web.deps import AnyRequest
from service.web.forms import MOST_FIELDS, Form, FormUnreadable, posted
from service.web.reading import MOST_BYTES

MOST_UPLOADED_BYTES = 8 * MOST_BYTES
"""The body of a form with a file. It is above what any file may have, so that the form itself says that one is too large."""
LONGEST_NAME = 120


class File(Struct, frozen=True):
    """A file as it came; its name is for people to read, and is never a path."""

    name: str
    content: bytes


class Upload(Struct, frozen=True):
    """A form, and the one file that may come with it."""

    form: Form
    file: File | None = None


async def uploaded(request: AnyRequest) -> Upload:
    """The form in a request's body, with or without a file; raises FormUnreadable."""
    said = Message()
    said["content-type"] = request.headers.get("content-type", "")
    match said.get_content_type():
        case "application/x-www-form-urlencoded":
            return Upload(await posted(request))
        case "multipart/form-data":
            return read(await request.body(), said.get_boundary(""))
        case _:
            raise FormUnreadable


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
