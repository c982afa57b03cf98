"""Who sees which materials at this moment: looked at anew each time, so that nothing that ended is seen once more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service.access.reach import reach_of
from service.access.rules import Visitor, require
from service.convenings.shelves import OnShelf, Shelf
from service.db import Connection
from service.keeping import media
from service.materials import queries, rules
from service.materials.queries import MaterialRow
from service.materials.recognising import KIND_WORDS
from service.materials.rules import Shareable, Viewer
from service.registrations import queries as registrations

EVERYBODY = Viewer()


async def visitor_in(conn: Connection, visitor: Visitor, convening_id: UUID) -> Viewer:
    """Who is signed in, as they stand to one convening."""
    seat = await queries.seat_of(conn, convening_id, visitor.person_id)
    return Viewer(
        keeps=await kept_by(conn, visitor, convening_id),
        seated=seat is not None,
        sessions=frozenset(await queries.sessions_of(conn, seat)) if seat else frozenset(),
        network=visitor.reads_materials,
    )


async def keeper(conn: Connection, visitor: Visitor, convening_id: UUID) -> Viewer:
    """Whoever keeps materials there; raises NotFound for everybody else."""
    keeps = await kept_by(conn, visitor, convening_id)
    require(keeps is None or keeps)
    return Viewer(keeps=keeps)


async def kept_by(conn: Connection, visitor: Visitor, convening_id: UUID) -> frozenset[UUID] | None:
    """Whose materials they keep there: None for an organizer's everything, else sessions that they moderate."""
    if reach_of(visitor).has(convening_id):
        return None
    by_role = any(held.role == "moderator" and held.convening_id in (None, convening_id) for held in visitor.roles)
    return frozenset(await queries.moderated(conn, convening_id, visitor.person_id, by_role=by_role))


async def holder_of(conn: Connection, registration_id: UUID) -> Viewer:
    """Whoever has the personal link of a registration: with a seat, or as anybody."""
    row = await registrations.registration(conn, registration_id)
    if row.state != "confirmed":
        return EVERYBODY
    return Viewer(seated=True, sessions=frozenset(await queries.sessions_of(conn, registration_id)))


async def withheld(conn: Connection, rows: Sequence[MaterialRow], now: datetime) -> set[UUID]:
    """Of these materials those that show a student who does not, or not any more, allow it.

    Whoever was taken out of it counts as well: only another file, recorded anew, is without them.
    """
    with_students = [row for row in rows if row.media_id is not None]
    if not with_students:
        return set()
    items = await barred(conn, list({row.convening_id for row in with_students}), now)
    return {row.id for row in with_students if row.media_id in items}


async def barred(conn: Connection, convening_ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Photos, recordings and quotes of these convenings of which somebody does not allow what they are recorded for."""
    to_come_down, in_them = await media.to_take_down(conn, convening_ids, timedelta(), now)
    return {one.item.id for one in to_come_down} | {one.item_id for one in in_them if one.down_at is not None}


def shareable(row: MaterialRow, held_back: set[UUID]) -> Shareable:
    """What decides about it."""
    return Shareable(row.session_id, row.audience, row.chosen_only, row.opens_at, row.is_there, row.id in held_back)


async def seen(conn: Connection, rows: Sequence[MaterialRow], viewer: Viewer, now: datetime) -> list[MaterialRow]:
    """Which of these materials of one convening somebody sees."""
    held_back = await withheld(conn, rows, now)
    return [row for row in rows if rules.may_see(shareable(row, held_back), viewer, now)]


def on_shelf(row: MaterialRow, path: str) -> OnShelf:
    """As a page shows it; `path` is where its files are to be had."""
    is_link = row.kind == "link"
    words = [f"Link to {rules.host(row.url)}"] if is_link else [kind_words(row), rules.size_words(row.size)]
    if row.language:
        words.append(rules.LANGUAGES.get(row.language, row.language))
    return OnShelf(
        title=row.title,
        description=row.description,
        language=row.language,
        href=row.url if is_link else f"{path}/{row.id}",
        is_link=is_link,
        what=", ".join(words),
        session_id=row.session_id,
        session_title=row.session_title or "",
        updated_at=row.changed_at if row.changed_at > row.created_at else None,
    )


def kind_words(row: MaterialRow) -> str:
    """What a file is, in a word."""
    return KIND_WORDS.get(row.media_type, "File")


async def shelf(conn: Connection, convening_id: UUID, viewer: Viewer, path: str, now: datetime) -> Shelf:
    """What somebody sees of a convening's materials."""
    rows = await queries.materials(conn, [convening_id])
    return Shelf([on_shelf(row, path) for row in await seen(conn, rows, viewer, now)])


async def public_shelf(conn: Connection, convening_id: UUID, slug: str, now: datetime) -> Shelf:
    """What everybody sees."""
    return await shelf(conn, convening_id, EVERYBODY, f"/convenings/{slug}/materials", now)


async def own_shelf(conn: Connection, registration_id: UUID, path: str, now: datetime) -> Shelf:
    """What the holder of a registration sees, at the path of its own page."""
    row = await registrations.registration(conn, registration_id)
    return await shelf(conn, row.convening_id, await holder_of(conn, registration_id), f"{path}/materials", now)
