"""What whoever keeps materials can do: add, change, replace, remove and order them, and have people told."""

import asyncio
import tempfile
import unicodedata
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from service import db, events
from service.convenings.rules import EARLIEST, LATEST
from service.db import Connection
from service.errors import NotFound
from service.keeping import media_queries, media_rules
from service.materials import notices, queries, recognising, refusals, rules, seeing, stripping, writes
from service.materials.queries import MaterialRow
from service.materials.rules import Kind, Viewer, Wanted
from service.materials.writes import StoredFile
from service.settings import Settings
from service.web.arriving import Arrived


@asynccontextmanager
async def prepared(found: Arrived, settings: Settings) -> AsyncGenerator[StoredFile]:
    """A file that arrived, once it was found to be what its name says; a picture without what its camera wrote into it.

    Raises what stands in the way. It is looked at in a thread: a picture of 25 MB takes a tenth of a second.
    """
    if found.too_large:
        raise refusals.TooLarge(
            f"This file has more than {settings.material_mb} MB. Make it smaller, or share a link instead.", pointer="/file"
        )
    if not found.size:
        raise refusals.NoFile("This file is empty." if found.name else "", pointer="/file")
    name = plain_name(found.name)
    with tempfile.TemporaryFile() as bare:
        kind = await asyncio.to_thread(recognising.kind_of, name, found.file)
        if await asyncio.to_thread(stripping.strip, kind.media_type, found.file, bare):
            yield StoredFile(name, kind.media_type, bare.tell(), bare)
        else:
            yield StoredFile(name, kind.media_type, found.size, found.file)


def plain_name(name: str) -> str:
    """A name for saving: without signs that turn the direction of text, or mean something to a file system."""
    signs = (sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] != "C")
    return "".join("_" if sign in '/\\:*?"<>|' else sign for sign in signs).strip(" .")


async def add_link(
    conn: Connection, convening_id: UUID, viewer: Viewer, wanted: Wanted, url: str, by: UUID | None, now: datetime
) -> UUID:
    """A link; raises what stands in the way."""
    rules.host(url)
    return await _add(conn, convening_id, viewer, "link", wanted, url, by, now)


async def add_place(
    conn: Connection, convening_id: UUID, viewer: Viewer, wanted: Wanted, by: UUID | None, now: datetime
) -> UUID:
    """A place for a file that is still to come: until then nobody sees it but who keeps it."""
    return await _add(conn, convening_id, viewer, "file", wanted, "", by, now)


async def add_file(
    conn: Connection,
    settings: Settings,
    convening_id: UUID,
    viewer: Viewer,
    wanted: Wanted,
    file: StoredFile,
    by: UUID | None,
    now: datetime,
) -> UUID:
    """A file; raises what stands in the way, and then nothing of it is there."""
    await _require_nameless(conn, convening_id, ("/file", file.name))
    made = await add_place(conn, convening_id, viewer, wanted, by, now)
    await _require_room(conn, settings, convening_id, file.size)
    await writes.put_file(conn, made, file, wanted.media_id, now)
    return made


async def _add(
    conn: Connection,
    convening_id: UUID,
    viewer: Viewer,
    kind: Kind,
    wanted: Wanted,
    url: str,
    by: UUID | None,
    now: datetime,
) -> UUID:
    await writes.lock(conn, convening_id)
    if (await queries.used(conn, convening_id)).count >= rules.MOST_PER_CONVENING:
        raise refusals.TooMany
    wanted = await _checked(conn, convening_id, viewer, wanted, now)
    material_id = db.new_id(now)
    await writes.insert(conn, material_id, convening_id, kind, wanted, url, by, now)
    return material_id


async def change(conn: Connection, row: MaterialRow, viewer: Viewer, wanted: Wanted, url: str, now: datetime) -> None:
    """Say something else of one; a link may lead elsewhere. Raises what stands in the way.

    Behind the lock, where nobody puts a file there meanwhile: who is in it is said of the file that it has now.
    """
    await writes.lock(conn, row.convening_id)
    row = await queries.material(conn, row.id)
    if row.kind == "link":
        rules.host(url)
    if row.media_id not in (None, wanted.media_id) and url == row.url:
        raise refusals.NeedsNewFile(pointer="/media_id")
    checked = await _checked(conn, row.convening_id, viewer, wanted, now, standing=row.media_id)
    await writes.update(conn, row.id, checked, url, now)


async def put_file(
    conn: Connection,
    settings: Settings,
    row: MaterialRow,
    viewer: Viewer,
    file: StoredFile,
    media_id: UUID | None,
    now: datetime,
) -> None:
    """Another version, or the first; the one before is gone for everybody at once. Raises what stands in the way."""
    await writes.lock(conn, row.convening_id)
    row = await queries.material(conn, row.id)
    await _require_nameless(conn, row.convening_id, ("/file", file.name))
    if viewer.keeps is not None and row.audience == "public":
        raise refusals.NotYours(pointer="/file")
    if media_id is not None:
        if viewer.keeps is not None:
            raise refusals.NotYours(pointer="/media_id")
        await _require_allowed(conn, row.convening_id, media_id, row.audience, now)
    await _require_room(conn, settings, row.convening_id, file.size - row.size)
    await writes.put_file(conn, row.id, file, media_id, now)


async def remove(conn: Connection, row: MaterialRow) -> None:
    """Gone with its file, once nobody puts one there; raises NotFound where it is gone already."""
    await writes.lock(conn, row.convening_id)
    if not await writes.remove(conn, row.id):
        raise NotFound


async def tell(conn: Connection, convening_id: UUID, by: UUID | None, told: int, now: datetime) -> bool:
    """Have everybody with a seat told now; raises NobodyToTell.

    `told` is how often they were told when the button was shown. Where they were meanwhile (the button was pressed twice,
    or by two), it was done already: False, and nobody is told twice.
    """
    await writes.lock(conn, convening_id)
    if notices.times(await queries.notices(conn, convening_id)) != told:
        return False
    if not await notices.readers(conn, convening_id, now):
        raise refusals.NobodyToTell
    await writes.notice(conn, convening_id, "asked", by, now)
    await events.record(conn, now, [events.MaterialsShared(convening_id)])
    return True


async def _checked(
    conn: Connection,
    convening_id: UUID,
    viewer: Viewer,
    wanted: Wanted,
    now: datetime,
    *,
    standing: UUID | None = None,
) -> Wanted:
    """What may be said of a material by whoever keeps it; raises what may not.

    What is recorded of students may stay as it stands while it is withheld, so that the rest can be changed.
    """
    if wanted.session_id is not None and not await queries.has_session(conn, convening_id, wanted.session_id):
        raise refusals.NoSuchSession(pointer="/session_id")
    if wanted.chosen_only and (wanted.session_id is None or wanted.audience != "seats"):
        raise refusals.NeedsSession(pointer="/chosen_only")
    at = wanted.shared_at
    if (wanted.shared == "moment") != (at is not None) or (at is not None and not EARLIEST <= at <= LATEST):
        raise refusals.NoMoment(pointer="/shared_at")
    if viewer.keeps is not None:
        _require_moderators(viewer, wanted)
    await _require_nameless(conn, convening_id, ("/title", wanted.title), ("/description", wanted.description))
    if wanted.media_id is not None:
        await _require_allowed(conn, convening_id, wanted.media_id, wanted.audience, now, standing)
    return replace(wanted, title=wanted.title.strip(), description=wanted.description.strip())


def _require_moderators(viewer: Viewer, wanted: Wanted) -> None:
    """Raise NotYours for what only organizers decide."""
    if not viewer.keeps_of(wanted.session_id):
        raise refusals.NotYours(pointer="/session_id")
    if wanted.audience == "public":
        raise refusals.NotYours(pointer="/audience")
    if wanted.media_id is not None:
        raise refusals.NotYours(pointer="/media_id")


async def _require_nameless(conn: Connection, convening_id: UUID, *texts: tuple[str, str]) -> None:
    """Raise NamesAStudent: what is shared stays when everything about a student is deleted."""
    known = await media_queries.students(conn, convening_id)
    names = [name for row in known for name in (row.name, row.label, row.made_up) if name]
    for pointer, text in texts:
        try:
            media_rules.require_nameless(text, "", names)
        except media_rules.NamesAStudent:
            raise refusals.NamesAStudent(pointer=pointer) from None


async def _require_allowed(
    conn: Connection,
    convening_id: UUID,
    media_id: UUID,
    audience: rules.Audience,
    now: datetime,
    standing: UUID | None = None,
) -> None:
    """Raise NoSuchMedia, MediaNotAllowed for what is recorded of students."""
    items = {row.id: row for row in await media_queries.items(conn, [convening_id])}
    if media_id not in items:
        raise refusals.NoSuchMedia(pointer="/media_id")
    barred = await seeing.barred(conn, [convening_id], now) if media_id != standing else set[UUID]()
    if media_id in barred or not rules.allows(items[media_id].use, audience):
        raise refusals.MediaNotAllowed(pointer="/media_id")


async def _require_room(conn: Connection, settings: Settings, convening_id: UUID, more: int) -> None:
    used = (await queries.used(conn, convening_id)).size
    if used + more > settings.materials_mb * rules.MEGABYTE:
        raise refusals.NoRoom(
            f"The files of this convening may take {settings.materials_mb} MB together, and take {rules.size_words(used)} "
            "now. Remove one, make this one smaller, or share a link instead.",
            pointer="/file",
        )
