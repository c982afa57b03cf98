"""What an organizer can do with panels: lock → decide → write → record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from service import db, events
from service.convenings import queries as convenings
from service.convenings.rules import AlreadyOver
from service.db import Connection
from service.panels import queries, rules, writes
from service.panels.queries import HoldRow, PanelRow
from service.panels.rules import Hold, PanelDraft, PanelPatch


async def create(conn: Connection, convening_id: UUID, draft: PanelDraft, now: datetime) -> UUID:
    """Make a session of the agenda a panel; raises refusals that point at the field."""
    await convenings.lock(conn, convening_id)
    await _require_standing(conn, convening_id)
    session = await queries.session(conn, draft.session_id)
    if session is None or session.convening_id != convening_id or session.kind != "student_panel":
        raise rules.NotAPanelSession(pointer="/session_id")
    await _check(conn, draft)
    panel_id = db.new_id(now)
    made = await writes.insert_panel(
        conn,
        panel_id,
        draft.session_id,
        moderator_id=draft.moderator_id,
        seats=draft.seats,
        recording=draft.recording,
        audience_rules=draft.audience_rules.strip(),
        now=now,
    )
    if not made:
        raise rules.AlreadyAPanel(pointer="/session_id")
    await writes.replace_topics(conn, panel_id, draft.topics)
    await writes.replace_holds(conn, panel_id, draft.holds)
    await events.record(conn, now, [events.PanelCreated(convening_id, panel_id)])
    return panel_id


async def change(conn: Connection, panel_id: UUID, patch: PanelPatch, now: datetime) -> PanelRow:
    """Write what is different, whole or not at all; a topic that families answered about stays."""
    await queries.lock(conn, panel_id)
    before = await queries.panel(conn, panel_id)
    await _require_standing(conn, before.convening_id)
    if patch == PanelPatch():
        return before
    wanted = _merged(before, await queries.holds(conn, [panel_id]), patch)
    await _check(conn, wanted)
    if wanted.seats < before.taken:
        raise rules.SeatsBelowTaken(
            f"{before.taken} students have a seat, so there cannot be {wanted.seats} seats.", pointer="/seats"
        )
    if set(await queries.agreed_topics(conn, panel_id)) - set(wanted.topics):
        raise rules.TopicAgreed(pointer="/topics")
    await writes.update_panel(
        conn,
        panel_id,
        moderator_id=wanted.moderator_id,
        seats=wanted.seats,
        recording=wanted.recording,
        audience_rules=wanted.audience_rules.strip(),
    )
    await writes.replace_topics(conn, panel_id, wanted.topics)
    await writes.replace_holds(conn, panel_id, wanted.holds)
    await events.record(conn, now, [events.PanelChanged(before.convening_id, panel_id)])
    return await queries.panel(conn, panel_id)


async def _require_standing(conn: Connection, convening_id: UUID) -> None:
    if (await convenings.convening(conn, convening_id)).state in ("cancelled", "completed"):
        raise AlreadyOver


async def _check(conn: Connection, wanted: PanelDraft) -> None:
    rules.check_topics(wanted.topics, {topic.code for topic in await queries.topics(conn)})
    known = await queries.schools_among(conn, [hold.school_id for hold in wanted.holds])
    rules.check_holds(wanted.holds, wanted.seats, known)
    if wanted.moderator_id is not None and not await queries.is_person(conn, wanted.moderator_id):
        raise rules.NoSuchModerator(pointer="/moderator_id")


def _merged(row: PanelRow, holds: Sequence[HoldRow], patch: PanelPatch) -> PanelDraft:
    """The panel as it will stand."""
    standing: dict[str, Any] = {
        "session_id": row.session_id,
        "seats": row.seats,
        "topics": row.topics,
        "moderator_id": row.moderator_id,
        "recording": row.recording,
        "audience_rules": row.audience_rules,
        "holds": [Hold(hold.school_id, hold.places, hold.held_until) for hold in holds],
    }
    given = {name: value for name, value in msgspec.structs.asdict(patch).items() if value is not UNSET}
    return PanelDraft(**(standing | given))  # pyright: ignore[reportArgumentType]  # both halves come from typed structs
