"""What a family reads before it signs: the newest text with today's facts in it, in a language that it has."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from markupsafe import Markup
from msgspec import Struct

from service import db
from service.consents import policies, student_questions, texts, version_queries
from service.consents.answer_rules import Document
from service.consents.question_rules import Question
from service.consents.speaking import FIRST, LANGUAGES, Spoken
from service.consents.texts import Block, Template
from service.db import Connection
from service.errors import NotFound
from service.panels import queries as panels
from service.panels.queries import TopicRow
from service.settings import Settings


class Occasion(Struct, frozen=True):
    """Who is asked about what, as the page says it; the contact is who signed the student up for the school."""

    signup_id: UUID
    panel_id: UUID
    student: str
    grade: int | None
    school: str
    state: str
    student_signs_at: int | None
    family_zone: str
    convening: str
    convening_starts_at: datetime
    convening_ends_at: datetime
    time_zone: str
    venue_name: str
    venue_address: str
    panel: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    recording: str
    deadline_at: datetime
    contact: str
    contact_role: str
    contact_phone: str
    contact_email: str
    safety_lead: str

    @property
    def signs_at(self) -> int:
        """From which age the student signs for themselves (W2)."""
        return policies.signs_at(self.state, self.student_signs_at)


class Reading(Struct, frozen=True):
    """A text and the notice about signing online, ready to be shown and kept."""

    document: Document
    text: Markup
    paper: Markup
    notice: Markup


class Source(Struct, frozen=True):
    """A published text in one language."""

    number: int
    pieces: list[Block]


async def occasion(conn: Connection, signup_id: UUID) -> Occasion:
    """The facts of a sign-up; raises NotFound."""
    return await db.one(
        conn,
        Occasion,
        """select u.id as signup_id, u.panel_id, u.name as student, u.grade, h.name as school, d.state,
                  d.student_signs_at, d.time_zone as family_zone,
                  c.title as convening, c.starts_at as convening_starts_at, c.ends_at as convening_ends_at, c.time_zone,
                  c.venue_name, c.venue_address, s.title as panel, s.starts_at, s.ends_at, p.seats, p.recording,
                  u.deadline_at, coalesce(q.name, '') as contact, coalesce(k.role, '') as contact_role,
                  coalesce(k.phone, '') as contact_phone, coalesce(q.email, '') as contact_email,
                  coalesce((select l.name from role_grant g join person l on l.id = g.person_id
                             where g.role = 'safety_lead' and (g.convening_id = c.id or g.convening_id is null)
                             order by g.convening_id nulls last, g.created_at limit 1), '') as safety_lead
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening c on c.id = s.convening_id join school h on h.id = u.school_id
             join district d on d.id = h.district_id
             left join school_contact k on k.person_id = u.created_by and k.school_id = u.school_id
             left join person q on q.id = k.person_id
            where u.id = $1""",
        signup_id,
    )


async def topics(conn: Connection, panel_id: UUID) -> list[TopicRow]:
    """What the panel may talk about, in its order."""
    catalog = {topic.code: topic for topic in await panels.topics(conn)}
    return [catalog[code] for code in (await panels.panel(conn, panel_id)).topics]


async def offered(conn: Connection) -> list[Spoken]:
    """The languages in which there is everything: the page's own words, the newest text, notice and questions."""
    having: list[set[str]] = []
    for template in ("panelist", "esign"):
        version = await version_queries.newest(conn, template)
        if version is None:
            raise NotFound
        having.append({text.language for text in await version_queries.texts(conn, version.id)})
    asked = await student_questions.newest(conn)
    if asked is not None:
        having += [set(question.words) for question in asked.questions]
    return [spoken for code, spoken in LANGUAGES.items() if all(code in one for one in having)]


async def written(conn: Connection) -> list[Spoken]:
    """In which slips and texts for a call are written: as the form, or, before one is published, in the first two."""
    try:
        return await offered(conn)
    except NotFound:
        return [LANGUAGES[code] for code in FIRST]


async def written_in(conn: Connection, language: str) -> Spoken:
    """The language of a family's mail: their own where a person answers for its texts (T2), else English."""
    return next((one for one in await written(conn) if one.code == language), LANGUAGES["en"])


async def reading(
    conn: Connection, about: Occasion, student: str, found: list[TopicRow], spoken: Spoken, settings: Settings
) -> Reading:
    """The newest text and notice about this student; `student` is what they are called in it. Raises NotFound."""
    values = values_of(about, student, found, spoken, settings)
    asked = await student_questions.newest(conn)
    text, notice = await _source(conn, "panelist", spoken.code), await _source(conn, "esign", spoken.code)
    return Reading(
        document=Document(
            template="panelist",
            version=text.number,
            language=spoken.code,
            text=texts.plain(text.pieces, values),
            notice_version=notice.number,
            notice=texts.plain(notice.pieces, values),
            questions_version=asked.version if asked else None,
            questions=_read_out(asked.questions, spoken) if asked else (),
        ),
        text=safe(texts.html(text.pieces, values, lowest=2)),
        paper=safe(texts.html(text.pieces, values, paper=True, lowest=2)),
        notice=safe(texts.html(notice.pieces, values, lowest=2)),
    )


def _read_out(questions: Sequence[Question], spoken: Spoken) -> tuple[str, ...]:
    """The questions of the survey with what stands beside them, and whether they come months later.

    What can be answered is said where it is another than that of the question before.
    """
    told: list[str] = []
    before: Sequence[str] | None = None
    for one in questions:
        ways = one.choices.get(spoken.code) or one.choices.get("en")
        beside = one.beside.get(spoken.code) or one.beside.get("en")
        parts = [one.said(spoken.code), beside, f"({' · '.join(ways)})" if ways and ways != before else None]
        said = " ".join(part for part in parts if part)
        told.append(spoken.tell("survey_later", question=said) if one.later else said)
        before = ways
    return tuple(told)


async def _source(conn: Connection, template: Template, language: str) -> Source:
    version = await version_queries.newest(conn, template)
    if version is None:
        raise NotFound
    found = await version_queries.texts(conn, version.id)
    body = next((text.body for text in found if text.language == language), None)
    if body is None:
        raise NotFound
    return Source(version.number, texts.blocks(body))


def values_of(about: Occasion, student: str, found: list[TopicRow], spoken: Spoken, settings: Settings) -> Mapping[str, str]:
    """What stands where the text has a variable; whoever the school named helps, else we do."""
    last = about.deadline_at - timedelta(seconds=1)
    email = about.contact_email or settings.mail_address
    first, over = (spoken.day(at, about.time_zone) for at in (about.convening_starts_at, about.convening_ends_at))
    return {
        "organizer_name": settings.mail_name or "Plenary",
        "records": spoken.tell("records"),
        "purpose": spoken.tell("purpose"),
        "student_name": student,
        "school_name": about.school,
        "convening_name": about.convening,
        "event_dates": first if first == over else f"{first} – {over}",
        "place": ", ".join(part for part in (about.venue_name, about.venue_address) if part),
        "panel_title": about.panel,
        "topics": "; ".join(label(topic, spoken) for topic in found),
        "recording": spoken.tell(f"recording_{about.recording}"),
        "contact_name": about.contact or settings.mail_name or "Plenary",
        "contact_phone": about.contact_phone or settings.help_phone or email,
        "contact_email": email,
        "deadline": spoken.day(last, about.family_zone),
    }


def label(topic: TopicRow, spoken: Spoken) -> str:
    """What a topic is called in a language, else in English."""
    return topic.label.get(spoken.code) or topic.label["en"]


def safe(html: str) -> Markup:
    """The renderer escapes everything that it did not write itself; its test tries to prove otherwise."""
    return Markup(html)  # noqa: S704
