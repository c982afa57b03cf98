"""A file handed out piece by piece: whole, or the part that a phone still lacks (RFC 9110, 14); never shown as a page.

Each piece takes a connection of the pool and gives it back, so that a slow line keeps nobody else waiting.
"""

import re
import unicodedata
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response
from litestar.response import Stream
from litestar.response.base import ASGIResponse

from service.db import Pool
from service.errors import NotFound
from service.materials import queries
from service.materials.queries import MaterialRow
from service.materials.rules import CHUNK
from service.web.deps import WAIT, AnyRequest, pool_of

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
SANDBOX = "default-src 'none'; sandbox"


class File(Stream):
    """A stream of the file's own kind, which in Litestar the route's would replace."""

    def to_asgi_response(self, *args: Any, **rest: Any) -> ASGIResponse:
        """What is sent."""
        return super().to_asgi_response(*args, **rest | {"media_type": self.media_type})


def download(request: AnyRequest, row: MaterialRow, *, public: bool) -> Response[Any]:
    """The answer to whoever may have it; raises NotFound for a link, and for what has no file."""
    if row.file_id is None:
        raise NotFound
    headers = {
        "ETag": row.etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, no-cache" if public else "no-store",
        "Content-Security-Policy": SANDBOX,
        "Content-Disposition": disposition(row.file_name),
    }
    if row.etag in _tags(request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=headers)
    part = _part(request, row)
    if part and part[0] > part[1]:
        headers["Content-Range"] = f"bytes */{row.size}"
        return Response(b"", status_code=416, headers=headers)
    first, last = part or (0, row.size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{row.size}"
    content = pieces(pool_of(request), row.file_id, first, last)
    return File(content, status_code=206 if part else 200, headers=headers, media_type=row.media_type)


async def pieces(pool: Pool, file_id: UUID, first: int, last: int) -> AsyncGenerator[bytes]:
    """The bytes from `first` to `last`; raises NotFound where the file is removed or replaced meanwhile."""
    for ordinal in range(first // CHUNK, last // CHUNK + 1):
        async with pool.acquire(timeout=WAIT) as conn:
            piece = await queries.piece(conn, file_id, ordinal)
        begins = ordinal * CHUNK
        yield piece[max(0, first - begins) : last - begins + 1]


def disposition(name: str) -> str:
    """Saved under its name and never opened in place: in ASCII, and as it is (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^A-Za-z0-9._ ()-]", "", plain).strip(" .") or "file"
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"


def _part(request: AnyRequest, row: MaterialRow) -> tuple[int, int] | None:
    """The first and last byte that are asked for; None for the whole, and the last before the first for what is not in it.

    Several parts at once, and parts of another version, are answered with the whole, as they may be.
    """
    asked = request.headers.get("range", "")
    condition = request.headers.get("if-range", row.etag)
    found = RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or condition != row.etag or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, row.size - int(found[2])), row.size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or row.size - 1), row.size - 1)
    if found[1] and found[2] and int(found[1]) > int(found[2]):
        return None
    return first, last


def _tags(given: str) -> list[str]:
    return [one.strip().removeprefix("W/") for one in given.split(",")]
