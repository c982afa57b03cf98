"""The demo's panels: what they may talk about, who moderates, and places kept for schools until the forms are due."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service.consents import deadlines
from service.db import Connection
from service.local import demo_queries
from service.local.demo_files import Panel, Topic
from service.panels import queries, writes
from service.panels.queries import TopicRow
from service.panels.rules import Hold, Recording

RECORDINGS: dict[str, Recording] = {"none": "none", "staff_notes": "staff_notes", "network_video": "network"}


async def load_topics(conn: Connection, topics: Sequence[Topic]) -> None:
    """The catalog."""
    for one in topics:
        row = TopicRow(one.id, one.label, one.default_prompt, one.ppra, one.state_flags, one.explicit_optin)
        await queries.put_topic(conn, row)


def kept_until(starts_at: datetime, zone: str) -> datetime:
    """The end of the day on which families must have answered."""
    return deadlines.end_of(deadlines.first_day(starts_at, zone) - timedelta(days=deadlines.DEADLINE), zone)


async def load(
    conn: Connection,
    panel: Panel,
    panel_id: UUID,
    session_id: UUID,
    schools: Mapping[UUID, int],
    until: datetime,
    now: datetime,
) -> None:
    """One panel; a moderator whom the network does not have is left out."""
    await writes.insert_panel(
        conn,
        panel_id,
        session_id,
        moderator_id=await demo_queries.person_by_name(conn, panel.moderator),
        seats=panel.seats,
        recording=RECORDINGS[panel.recording],
        audience_rules=panel.audience_rules,
        now=now,
    )
    await writes.replace_topics(conn, panel_id, panel.topics)
    await writes.replace_holds(conn, panel_id, [Hold(school_id, places, until) for school_id, places in schools.items()])
