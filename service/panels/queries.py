"""Questions about panels, their topics and the places kept for schools."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.panels.rules import Recording


class TopicRow(Struct, frozen=True):
    """What a panel may talk about; `label` holds words by language."""

    code: str
    label: dict[str, str]
    prompt: str
    areas: list[int]
    state_flags: list[str]
    explicit_optin: bool


class PanelRow(Struct, frozen=True):
    """A panel with its session and what stands behind it."""

    id: UUID
    session_id: UUID
    convening_id: UUID
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    seats: int
    taken: int
    recording: Recording
    audience_rules: str
    moderator_id: UUID | None
    moderator_name: str
    asked: int
    topics: list[str]


class HoldRow(Struct, frozen=True):
    """Places kept for a school; `filled` counts its sign-ups that are under way or have a seat."""

    panel_id: UUID
    school_id: UUID
    school_name: str
    places: int
    held_until: datetime
    filled: int


class PanelSession(Struct, frozen=True):
    """A session that can be a panel."""

    convening_id: UUID
    kind: str
    is_panel: bool


async def topics(conn: Connection) -> list[TopicRow]:
    """The catalog, by code."""
    return await db.many(
        conn,
        TopicRow,
        "select code, label, prompt, areas, state_flags, explicit_optin from topic order by code",
    )


async def put_topic(conn: Connection, topic: TopicRow) -> int:
    """Write a topic into the catalog, or anew."""
    return await db.run(
        conn,
        """insert into topic (code, label, prompt, areas, state_flags, explicit_optin) values ($1, $2, $3, $4, $5, $6)
           on conflict (code) do update set label = excluded.label, prompt = excluded.prompt, areas = excluded.areas,
                  state_flags = excluded.state_flags, explicit_optin = excluded.explicit_optin""",
        topic.code,
        topic.label,
        topic.prompt,
        topic.areas,
        topic.state_flags,
        topic.explicit_optin,
    )


class FreeSession(Struct, frozen=True):
    """A session of the kind “student panel” that is no panel yet."""

    id: UUID
    title: str
    starts_at: datetime


async def free_sessions(conn: Connection, convening_id: UUID) -> list[FreeSession]:
    """What of an agenda can become a panel, in its order."""
    return await db.many(
        conn,
        FreeSession,
        """select id, title, starts_at from session s
            where convening_id = $1 and kind = 'student_panel' and not exists (select from panel where session_id = s.id)
            order by starts_at, ordinal, id""",
        convening_id,
    )


async def moderator_address(conn: Connection, panel_id: UUID) -> str:
    """Where the moderator is written to; empty where there is none."""
    return await db.one(
        conn,
        str,
        """select coalesce(m.email, '') as email from panel p left join person m on m.id = p.moderator_id where p.id = $1""",
        panel_id,
    )


async def session(conn: Connection, session_id: UUID) -> PanelSession | None:
    """What a session is; None where it is not there."""
    return await db.maybe(
        conn,
        PanelSession,
        """select convening_id, kind, exists (select from panel where session_id = s.id) as is_panel
             from session s where id = $1""",
        session_id,
    )


async def lock(conn: Connection, panel_id: UUID) -> None:
    """Hold a panel until the transaction ends: its places are looked at only behind this; raises NotFound."""
    await db.one(conn, UUID, "select id from panel where id = $1 for no key update", panel_id)


async def panel(conn: Connection, panel_id: UUID) -> PanelRow:
    """One panel."""
    return await db.one(
        conn,
        PanelRow,
        """select p.id, p.session_id, s.convening_id, s.title, s.room, s.starts_at, s.ends_at, c.time_zone, p.seats, p.taken,
                  p.recording, p.audience_rules, p.moderator_id, coalesce(m.name, '') as moderator_name,
                  (select count(*) from signup_standing u where u.panel_id = p.id and u.is_under_way) as asked,
                  array(select t.topic_code from panel_topic t where t.panel_id = p.id order by t.ordinal) as topics
             from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
             left join person m on m.id = p.moderator_id where p.id = $1""",
        panel_id,
    )


async def of_convening(conn: Connection, convening_id: UUID) -> list[PanelRow]:
    """The panels of a convening in the order of its agenda."""
    return await db.many(
        conn,
        PanelRow,
        """select p.id, p.session_id, s.convening_id, s.title, s.room, s.starts_at, s.ends_at, c.time_zone, p.seats, p.taken,
                  p.recording, p.audience_rules, p.moderator_id, coalesce(m.name, '') as moderator_name,
                  (select count(*) from signup_standing u where u.panel_id = p.id and u.is_under_way) as asked,
                  array(select t.topic_code from panel_topic t where t.panel_id = p.id order by t.ordinal) as topics
             from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
             left join person m on m.id = p.moderator_id
            where s.convening_id = $1 order by s.starts_at, s.ordinal, p.id""",
        convening_id,
    )


async def holds(conn: Connection, panel_ids: Sequence[UUID]) -> list[HoldRow]:
    """The places kept for schools on these panels."""
    return await db.many(
        conn,
        HoldRow,
        """select h.panel_id, h.school_id, s.name as school_name, h.places, h.held_until,
                  (select count(*) from signup_standing u
                    where u.panel_id = h.panel_id and u.school_id = h.school_id and u.is_under_way) as filled
             from panel_hold h join school s on s.id = h.school_id
            where h.panel_id = any($1::uuid[]) order by h.panel_id, s.name, s.id""",
        panel_ids,
    )


async def schools_among(conn: Connection, school_ids: Sequence[UUID]) -> list[UUID]:
    """Which of these are schools; they stay until the transaction ends."""
    return await db.many(
        conn, UUID, "select id from school where id = any($1::uuid[]) order by id for key share", school_ids
    )


async def is_person(conn: Connection, person_id: UUID) -> bool:
    """Whether we know somebody with this id."""
    return await db.one(conn, bool, "select exists (select from person where id = $1) as known", person_id)


async def agreed_topics(conn: Connection, panel_id: UUID) -> list[str]:
    """Topics of a panel that some family has answered about."""
    return await db.many(
        conn,
        str,
        """select distinct t.topic_code from panel_topic t join signup u on u.panel_id = t.panel_id
             join consent c on c.signup_id = u.id
            where t.panel_id = $1 and c.signed_at is not null order by t.topic_code""",
        panel_id,
    )
