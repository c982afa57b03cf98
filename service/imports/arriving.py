"""A file as it comes in: each piece in a transaction of its own, so that no connection waits for a slow line."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import cast, get_args
from uuid import UUID

from service import db
from service.access.acts import note
from service.access.api import require_seal
from service.imports import writes
from service.imports.rules import MOST_FILE_BYTES, PIECE_BYTES, FileUnusable, Kind, NoSuchKind
from service.web.deps import AnyRequest, transacting
from service.web.forms import Form
from service.web.uploads import Begun, Field, streamed

MOST_BODY_BYTES = 4 * MOST_FILE_BYTES
"""Above what a file may have: one that is too large is taken to its end and thrown away, so that the page can say so."""
TOO_LONG = "This file took more than an hour to come in, so it was thrown away. Bring it again over a faster line."


async def arrive(request: AnyRequest, form: Form, person_id: UUID, now: datetime) -> UUID:
    """Keep the file of this form, whose fields are put into `form`; raises FormNotOurs, NoSuchKind, FileUnusable."""
    parts = streamed(request)
    async for part in parts:
        match part:
            case Field(name, text):
                form.put(name, Form({name: [text]}))
            case Begun(name):
                require_seal(request, form)
                return await _kept(request, form, name, parts, person_id, now)
            case _:
                break
    require_seal(request, form)
    raise FileUnusable("Choose the file.")


async def _kept(
    request: AnyRequest, form: Form, name: str, parts: AsyncIterator[object], person_id: UUID, now: datetime
) -> UUID:
    kind, refusal = _kind(form)
    import_id, whole = db.new_id(now), False
    if kind:
        async with transacting(request.app) as conn:
            await writes.begin(conn, import_id, person_id, kind, name or "a file without a name", now)
    try:
        size = await _pieces(request, import_id if kind else None, parts)
        if refusal:
            raise refusal
        if not size:
            raise FileUnusable("This file is empty. Choose one with a table." if name else "Choose the file.")
        if size > MOST_FILE_BYTES:
            raise FileUnusable("This file is larger than 50 MiB. Split it, and import the parts one after another.")
        async with transacting(request.app) as conn:
            if not await writes.arrived(conn, import_id, now):
                raise FileUnusable(TOO_LONG)
            await note(conn, request, "import_staged", ("import", import_id), now, list=kind or "")
        whole = True
        return import_id
    finally:
        if not whole:
            async with transacting(request.app) as conn:
                await writes.remove(conn, import_id)


async def _pieces(request: AnyRequest, import_id: UUID | None, parts: AsyncIterator[object]) -> int:
    """Keep what comes, as long as it is not too much; how much came."""
    size = number = 0
    waiting = bytearray()
    async for part in parts:
        if isinstance(part, bytes):
            size += len(part)
            waiting += part
            if import_id is None or size > MOST_FILE_BYTES:
                waiting.clear()
            while import_id and len(waiting) >= PIECE_BYTES:
                await _keep(request, import_id, number, waiting[:PIECE_BYTES])
                del waiting[:PIECE_BYTES]
                number += 1
    if import_id and waiting:
        await _keep(request, import_id, number, waiting)
    return size


async def _keep(request: AnyRequest, import_id: UUID, number: int, content: bytearray) -> None:
    async with transacting(request.app) as conn:
        if not await writes.keep_piece(conn, import_id, number, bytes(content)):
            raise FileUnusable(TOO_LONG)


def _kind(form: Form) -> tuple[Kind | None, NoSuchKind | None]:
    """What is said to be in the file."""
    said = form.text("kind")
    return (cast("Kind", said), None) if said in get_args(Kind) else (None, NoSuchKind())
