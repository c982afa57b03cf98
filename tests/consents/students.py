"""A panel with topics, a school with its contact, published texts, and students in any standing; for the tests of pages."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.consents import queries, signing_up, versions
from service.consents.assent_rules import StudentAnswer
from service.consents.rules import Guardian, Student
from service.consents.signing_up import Caller, SignedUp
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.panels import queries as panels
from service.panels import writes
from service.panels.queries import TopicRow
from service.settings import Settings
from service.web import links
from tests import make

TEXTS = Path(__file__).parent.parent.parent / "demo" / "consent"
TOPICS = (
    TopicRow(
        "race", {"en": "Race and school", "es": "La raza y la escuela"}, "When did a rule feel unfair?", [], ["TX"], False
    ),
    TopicRow("services", {"en": "Getting help", "es": "Recibir ayuda"}, "How easy is it to get help?", [2], [], True),
)
YES: dict[str, Any] = {
    "join": "yes",
    "name_use": "full",
    "photos": "none",
    "recording": "none",
    "quotes": "none",
    "survey": "no",
    "leave": "listed_adults",
    "emergency_care": "yes",
    "topics": {"race": "yes", "services": "yes"},
}
"""What a guardian answers who agrees to everything that is asked here."""


class Stage(Struct):
    """A panel, the school that sends students, and where they are."""

    convening: ConveningRow
    panel_id: UUID
    school_id: UUID
    version_id: UUID


async def stage(conn: Connection, now: datetime, *, seats: int = 2, days: int = 30, **changes: Any) -> Stage:
    """A convening so many days ahead, published; the texts of the demo are published once."""
    begin = now + timedelta(days=days)
    session = make.session_draft(now, kind="student_panel", signup=False, title="What good teaching feels like")
    times = {"starts_at": begin + timedelta(hours=1), "ends_at": begin + timedelta(hours=2)}
    moved = {"starts_at": begin, "ends_at": begin + timedelta(hours=7)} | changes
    convening = await make.convening(conn, now, sessions=[msgspec.structs.replace(session, **times)], **moved)
    [session_id] = await make.session_ids(conn, convening.id)
    for topic in TOPICS:
        await panels.put_topic(conn, topic)
    panel_id, school_id = db.new_id(now), db.new_id(now)
    await writes.insert_panel(
        conn,
        panel_id,
        session_id,
        moderator_id=None,
        seats=seats,
        recording="none",
        audience_rules="No photos.\nNotes without names.",
        now=now,
    )
    await writes.replace_topics(conn, panel_id, [topic.code for topic in TOPICS])
    await conn.execute("insert into district values ($1, $2, 'D', 'NY', 'America/New_York')", school_id, school_id.hex)
    await conn.execute(
        "insert into school (id, code, district_id, name) values ($1, $2, $1, 'Lake Marlow High')", school_id, school_id.hex
    )
    return Stage(convening, panel_id, school_id, await texts(conn, now))


async def texts(conn: Connection, now: datetime) -> UUID:
    """The panelists' text that is signed now; published here where there is none."""
    for template, name in (("panelist", "student-panelist-consent"), ("assent", "student-assent")):
        if not await db.one(
            conn, bool, "select exists (select from consent_version where template = $1) as is_so", template
        ):
            version = await versions.begin(conn, template, now)  # type: ignore[arg-type]  # two of the literal's words
            for language in ("en", "es"):
                await versions.write(conn, version.id, language, (TEXTS / f"{name}.{language}.md").read_text())
            await versions.publish(conn, version.id, now)
    return await db.one(
        conn, UUID, "select id from consent_version where template = 'panelist' order by number desc limit 1"
    )


async def student(
    conn: Connection, found: Stage, now: datetime, name: str = "Zuri Camberwell", language: str = "en"
) -> UUID:
    """A student on the school's list."""
    guardian = Guardian("Amina Camberwell", language, email="amina@families.example")
    wanted = Student(school_id=found.school_id, name=name, grade=11, guardian=guardian)
    async with conn.transaction():
        [made] = await signing_up.sign_up(conn, found.panel_id, "directory", [wanted], Caller(None), now)
    assert isinstance(made, SignedUp)
    return made.id


async def guardian_says(
    conn: Connection,
    found: Stage,
    signup_id: UUID,
    now: datetime,
    state: str = "signed",
    *,
    valid_until: datetime | None = None,
    **answers: Any,
) -> None:
    """The guardian's answer as it stands; seats follow."""
    given = YES | answers
    await conn.execute(
        """update consent set state = $2, joins = $3, answers = $4, version_id = $5, capacity = 'parent',
                  signed_at = $6::timestamptz, changed_at = $6::timestamptz, valid_until = $7
            where signup_id = $1 and signer = 'guardian'""",
        signup_id,
        state,
        given["join"] == "yes",
        given,
        found.version_id,
        now,
        valid_until,
    )
    await settle(conn, found, now)


async def student_says(conn: Connection, found: Stage, signup_id: UUID, now: datetime, **answer: Any) -> None:
    """The student's answer, written by hand."""
    whole = {"answer": "yes", "name_use": "first_only", "topics": {"race": "green", "services": "red"}} | answer
    given = msgspec.convert(whole, StudentAnswer)
    await conn.execute(
        "update assent set state = $2, name_use = $3, made_up = $4, topics = $5, answered_at = $6 where signup_id = $1",
        signup_id,
        given.answer,
        given.name_use or "first_only",
        given.made_up,
        given.topics,
        now,
    )
    await settle(conn, found, now)


async def settle(conn: Connection, found: Stage, now: datetime) -> None:
    """Cleared students sit down."""
    async with conn.transaction():
        await panels.lock(conn, found.panel_id)
        await signing_up.fill_seats(conn, found.panel_id, now)


async def seated(conn: Connection, found: Stage, now: datetime, name: str = "Zuri Camberwell") -> UUID:
    """A student with everything that a seat needs."""
    signup_id = await student(conn, found, now, name)
    await guardian_says(conn, found, signup_id, now)
    await student_says(conn, found, signup_id, now)
    assert (await queries.signup(conn, signup_id)).is_seated
    return signup_id


def assent_path(settings: Settings, signup_id: UUID, generation: int = 0) -> str:
    """The address of the student's page."""
    return "/a/" + links.token(settings.secret_key, "assent", signup_id, generation)
