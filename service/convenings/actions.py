"""What an organizer can do with a convening: lock → decide → write → record."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from service import db, events
from service.convenings import queries, rules, writes
from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import Draft, Patch, SessionDraft, Venue
from service.db import Connection
from service.text import slugify, time_zone


async def create(conn: Connection, draft: Draft, now: datetime) -> UUID:
    """Make a draft with its agenda; raises Invalid refusals that point at the field."""
    convening_id = db.new_id(now)
    await create_once(conn, convening_id, draft, now)
    return convening_id


async def create_once(conn: Connection, convening_id: UUID, draft: Draft, now: datetime) -> bool:
    """The same under a given id: whether it was made now, or False where it was before, and stays as it is."""
    time_zone(draft.timezone)
    rules.check_times(draft)
    if any(session.id for session in draft.sessions):
        raise rules.SessionUnknown(pointer="/sessions")
    if not await _insert(conn, convening_id, draft, now):
        return False
    await _put_sessions(conn, convening_id, draft.sessions, now)
    await events.record(conn, now, [events.ConveningCreated(convening_id)])
    return True


async def change(conn: Connection, convening_id: UUID, patch: Patch, now: datetime) -> None:
    """Write what is different; refuses a capacity below the taken seats, with their number.

    Call `registrations.actions.change_convening`, which also offers the seats that this frees.
    """
    await queries.lock(conn, convening_id)
    before = await queries.convening(conn, convening_id)
    if before.state in rules.OVER:
        raise rules.AlreadyOver
    agenda = await queries.sessions(conn, convening_id)
    draft = _merged(before, agenda, patch)
    time_zone(draft.timezone)
    rules.check_times(draft, agenda_given=patch.sessions is not UNSET)
    if draft.capacity < before.taken:
        raise rules.CapacityBelowTaken(
            f"{_many(before.taken, 'seat is', 'seats are')} taken, so the capacity cannot be {draft.capacity}.",
            pointer="/capacity",
        )
    if patch == Patch():
        return
    await writes.update_convening(conn, convening_id, draft)
    if before.state == "draft" and draft.title != before.title:
        await _under_slug(draft.title, lambda slug: writes.move(conn, convening_id, slug))
    if patch.sessions is not UNSET:
        await _replace_sessions(conn, convening_id, agenda, draft.sessions, now)
    await events.record(conn, now, [events.ConveningChanged(convening_id)])


async def publish(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """Let people see it."""
    await queries.lock(conn, convening_id)
    found = await queries.convening(conn, convening_id)
    if found.state != "draft":
        raise rules.NotADraft
    if now >= found.ends_at:
        raise rules.AlreadyOver("The end of this convening has passed. Give it other times, then publish it.")
    await queries.set_state(conn, convening_id, "published")
    await events.record(conn, now, [events.ConveningPublished(convening_id)])


async def remove(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """Throw a draft away, with its agenda, its invitations and the roles in it; raises NotRemovable for any other."""
    await queries.lock(conn, convening_id)
    if not await queries.is_removable(conn, convening_id):
        raise rules.NotRemovable
    await queries.delete(conn, convening_id)
    await events.record(conn, now, [events.ConveningRemoved(convening_id)])


async def cancel(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """It does not take place; everybody concerned is told by the reaction."""
    await queries.lock(conn, convening_id)
    found = await queries.convening(conn, convening_id)
    if found.state != "published":
        raise rules.NotPublished
    if now >= found.ends_at:
        raise rules.AlreadyOver("The end of this convening has passed. Complete it instead.")
    await queries.set_state(conn, convening_id, "cancelled")
    await events.record(conn, now, [events.ConveningCancelled(convening_id)])


async def complete(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """It took place."""
    await queries.lock(conn, convening_id)
    found = await queries.convening(conn, convening_id)
    if found.state != "published":
        raise rules.NotPublished
    if now < found.starts_at:
        raise rules.NotYetOver
    await queries.set_state(conn, convening_id, "completed")
    await events.record(conn, now, [events.ConveningCompleted(convening_id)])


def _merged(row: ConveningRow, agenda: list[SessionRow], patch: Patch) -> Draft:
    """The convening as it will stand."""
    standing: dict[str, Any] = {
        "title": row.title,
        "timezone": row.time_zone,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "capacity": row.capacity,
        "summary": row.summary,
        "venue": Venue(row.venue_name, row.venue_address, row.venue_latitude, row.venue_longitude),
        "registration_opens_at": row.registration_opens_at,
        "registration_closes_at": row.registration_closes_at,
        "sessions": [_drafted(session) for session in agenda],
    }
    given = _given(patch)
    if patch.venue is not UNSET:
        given["venue"] = msgspec.structs.replace(standing["venue"], **_given(patch.venue))
    return Draft(**(standing | given))  # pyright: ignore[reportArgumentType]  # both halves come from typed structs


def _given(patch: msgspec.Struct) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(patch).items() if value is not UNSET}


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _drafted(session: SessionRow) -> SessionDraft:
    fields = {name: getattr(session, name) for name in SessionDraft.__struct_fields__}
    return SessionDraft(**fields)


async def _replace_sessions(
    conn: Connection, convening_id: UUID, agenda: list[SessionRow], wanted: list[SessionDraft], now: datetime
) -> None:
    await queries.lock_sessions(conn, convening_id)
    known = {session.id: session for session in agenda}
    panels = await queries.panel_sessions(conn, convening_id)
    kept: list[UUID] = []
    for index, session in enumerate(wanted):
        if session.id is None:
            continue
        if session.id not in known or session.id in kept:
            raise rules.SessionUnknown(pointer=f"/sessions/{index}/id")
        if session.id in panels and session.kind != "student_panel":
            raise rules.SessionIsPanel(pointer=f"/sessions/{index}/kind")
        taken = known[session.id].taken
        if taken and not session.signup:
            raise rules.SignupHasPeople(
                f"{_many(taken, 'person has', 'people have')} a place in “{session.title}”; "
                "its sign-up cannot be turned off.",
                pointer=f"/sessions/{index}/signup",
            )
        if session.capacity is not None and session.capacity < taken:
            raise rules.CapacityBelowTaken(
                f"{_many(taken, 'person has', 'people have')} a place in “{session.title}”; "
                "its capacity cannot be less than that.",
                pointer=f"/sessions/{index}/capacity",
            )
        kept.append(session.id)
    if not set(panels) <= set(kept):
        raise rules.SessionIsPanel(pointer="/sessions")
    await queries.delete_sessions_but(conn, convening_id, kept)
    await _put_sessions(conn, convening_id, wanted, now)


async def _put_sessions(conn: Connection, convening_id: UUID, wanted: list[SessionDraft], now: datetime) -> None:
    for ordinal, session in enumerate(wanted):
        await writes.put_session(conn, convening_id, session.id or db.new_id(now), ordinal, session)


async def _insert(conn: Connection, convening_id: UUID, draft: Draft, now: datetime) -> bool:
    """Whether the id was new."""
    made = False

    async def put(slug: str) -> bool:
        nonlocal made
        made = bool(await writes.insert_convening(conn, convening_id, slug, draft, now))
        return made or await queries.exists(conn, convening_id)

    await _under_slug(draft.title, put)
    return made


async def _under_slug(title: str, put: Callable[[str], Awaitable[bool]]) -> None:
    """Put it under the title's slug, with a number behind it where that is taken."""
    wanted = slug = slugify(title)
    number = 1
    while not await put(slug):
        number += 1
        slug = f"{wanted}-{number}"
