"""A panel two months ahead with its texts, topics and a school; a family that is asked; what they sign."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from service import db
from service.consents import (
    answer_writes,
    copies,
    evidence,
    queries,
    signing_up,
    student_questions,
    version_queries,
    versions,
)
from service.consents.answer_rules import Document, Origin, Signing
from service.consents.assent_rules import StudentAnswer
from service.consents.queries import ConsentRow
from service.consents.rules import Choices, Guardian, Signer, Student
from service.db import Connection
from service.documents import queries as documents
from service.local import demo_texts
from service.panels import queries as panels
from service.panels import writes as panel_writes
from service.panels.queries import TopicRow
from tests import make
from tests.consents.arabic import IN_ARABIC
from tests.consents.test_texts import DEMO, body

TOPICS = ("school_culture", "race", "sexuality")
LABELS = {
    "school_culture": {"en": "School culture and belonging", "es": "La cultura escolar y sentirse parte"},
    "race": {"en": "Race and how students are treated", "es": "La raza y cómo tratan a los estudiantes"},
    "sexuality": {"en": "LGBTQ+ students and school", "es": "Estudiantes LGBTQ+ y la escuela"},
}
AHEAD = timedelta(days=30)
BY_CODE = Origin("203.0.113.9", "Chrome on Android", "code_by_mail")
BY_SLIP = Origin("203.0.113.9", "Chrome on Android")
MAIL = "amina@families.example"


class Stage(Struct):
    """Where a family answers."""

    convening_id: UUID
    panel_id: UUID
    school_id: UUID


async def stage(conn: Connection, now: datetime, *, seats: int = 2, recording: Any = "network") -> Stage:
    """Thirty days before the convening, so that families are asked at once."""
    begin = now + AHEAD
    session = make.session_draft(now, kind="student_panel", signup=False, title="Belonging at school")
    when = {"starts_at": begin + timedelta(hours=1), "ends_at": begin + timedelta(hours=2)}
    moved = {"starts_at": begin, "ends_at": begin + timedelta(hours=30)}
    convening = await make.convening(conn, now, sessions=[msgspec.structs.replace(session, **when)], **moved)
    [session_id] = await make.session_ids(conn, convening.id)
    panel_id, school_id = db.new_id(now), db.new_id(now)
    for code in TOPICS:
        await panels.put_topic(conn, TopicRow(code, LABELS[code], "", [], [], code == "sexuality"))
    async with conn.transaction():
        await panel_writes.insert_panel(
            conn, panel_id, session_id, moderator_id=None, seats=seats, recording=recording, audience_rules="", now=now
        )
        for ordinal, code in enumerate(TOPICS):
            await conn.execute("insert into panel_topic values ($1, $2, $3)", panel_id, code, ordinal)
        await demo_texts.load(conn, DEMO, now)
    await conn.execute("insert into district values ($1, 'lm', 'Lake Marlow', 'IL', 'America/Chicago')", school_id)
    await conn.execute(
        "insert into school (id, code, district_id, name) values ($1, 'lmh', $1, 'Lake Marlow High')", school_id
    )
    return Stage(convening.id, panel_id, school_id)


async def ask(conn: Connection, where: Stage, now: datetime, name: str | None = "Zuri Camberwell", **changes: Any) -> UUID:
    """A student is signed up, and the form is out; the sign-up's id."""
    guardian = Guardian(name="Amina Camberwell", language="en", email=MAIL)
    plain: dict[str, Any] = {"name": name, "grade": 12, "school_id": where.school_id, "guardian": guardian}
    student = Student(**plain | changes)
    basis = None if student.name is None else "directory"
    async with conn.transaction():
        [made] = await signing_up.sign_up(conn, where.panel_id, basis, [student], signing_up.Caller(None), now)
    assert isinstance(made, signing_up.SignedUp), made
    return made.id


async def signer(conn: Connection, signup_id: UUID, kind: Signer = "guardian") -> ConsentRow:
    """One signer as they stand now."""
    return next(one for one in await queries.consents(conn, [signup_id]) if one.signer == kind)


async def second(conn: Connection, signup_id: UUID, now: datetime, state: str = "asked") -> ConsentRow:
    """A second guardian, asked as well."""
    async with conn.transaction():
        consent_id = await answer_writes.put_second(conn, db.new_id(now), signup_id, now)
    await conn.execute("update consent set state = $2, email = 'second@families.example' where id = $1", consent_id, state)
    return await signer(conn, signup_id, "second_guardian")


def choices(**changes: Any) -> Choices:
    """A yes with every no beside it (M1)."""
    plain: dict[str, Any] = {
        "join": "yes",
        "name_use": "first_only",
        "photos": "none",
        "recording": "none",
        "quotes": "none",
        "survey": "no",
        "leave": "listed_adults",
        "emergency_care": "no",
        "topics": {code: "no" if code == "sexuality" else "yes" for code in TOPICS},
    }
    return Choices(**plain | changes)


def signing(**changes: Any) -> Signing:
    """What Amina signs."""
    return Signing(**{"choices": choices(), "name": "Amina Camberwell", "capacity": "parent"} | changes)


async def document(conn: Connection, language: str = "en") -> Document:
    """The newest text, as if it had been read."""
    found = await version_queries.newest(conn, "panelist")
    about = await version_queries.newest(conn, "esign")
    assert found is not None
    assert about is not None
    asked = await student_questions.newest(conn)
    number = asked and asked.version
    return Document("panelist", found.number, language, "Permission to join", about.number, "Before you sign online", number)


async def printed(conn: Connection, signup_id: UUID, now: datetime, pdf: bytes = b"%PDF-") -> UUID:
    """The PDF of what a guardian signed is made; its id."""
    async with conn.transaction():
        await copies.owe(conn, (await signer(conn, signup_id)).id, now)
        claimed = await documents.claim(conn, token := uuid4(), now)
        assert claimed is not None
        await copies.keep(conn, claimed, token, pdf, now)
    return claimed.id


async def student_says(conn: Connection, signup_id: UUID, state: str, now: datetime) -> None:
    """The student's own answer."""
    await conn.execute(
        """update assent set state = $2, answered_at = $3, version_id = (
             select id from consent_version where template = 'assent' and published_at is not null
              order by number desc limit 1)
            where signup_id = $1""",
        signup_id,
        state,
        now,
    )


async def student_answers(conn: Connection, signup_id: UUID, answer: Literal["yes", "no"], now: datetime) -> None:
    """The student's own answer, and its proof."""
    async with conn.transaction():
        await student_says(conn, signup_id, answer, now)
        proof = StudentAnswer(answer=answer)
        await evidence.append(conn, signup_id, "assented" if answer == "yes" else "declined", proof, now)


async def seated(conn: Connection, where: Stage) -> list[UUID]:
    """Who holds a seat, in order."""
    return await db.many(
        conn,
        UUID,
        "select s.signup_id from seat s join signup u on u.id = s.signup_id where s.panel_id = $1 order by u.queue_number",
        where.panel_id,
    )


async def publish_arabic(conn: Connection, approved_by: str, now: datetime) -> None:
    """Each text once more with an Arabic translation, drafted by a machine and approved by a named person."""
    for template, arabic in IN_ARABIC.items():
        async with conn.transaction():
            version = await versions.begin(conn, template, now)
            for language in ("en", "es"):
                await versions.write(conn, version.id, language, body(template, language))
                await versions.approve(conn, version.id, language, approved_by, now)
            await versions.write(conn, version.id, "ar", arabic, is_machine=True)
            await versions.approve(conn, version.id, "ar", approved_by, now)
            await versions.publish(conn, version.id, now)
