"""The demo's students: what schools, families and students did about them, done again in its order with time passed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from service.consents import (
    answering,
    assent_queries,
    assenting,
    changing_list,
    closing,
    copies,
    day_facts,
    day_rules,
    deadlines,
    deciding,
    documents,
    interpreting,
    queries,
    second_guardian,
    signing_up,
)
from service.consents.answer_rules import Checked, Document, Interpreter, Origin
from service.consents.queries import ConsentRow
from service.consents.rules import Student as Named
from service.consents.signing_up import Caller, SignedUp
from service.consents.speaking import LANGUAGES
from service.db import Connection
from service.field_cipher import ring
from service.local import demo_answers, demo_queries
from service.local.demo_answers import Deed, Told
from service.local.demo_files import Student, id_of
from service.panels import queries as panels
from service.settings import Settings

PHONE = Origin("198.51.100.24", "Chrome on Android")
MAIL = Origin("198.51.100.24", "Chrome on Android", "code_by_mail")
INTERPRETER = Interpreter("Ifrah Duale", "District interpreter")
CALLED = "telephone number that the school held"


async def load(
    conn: Connection,
    students: Sequence[Student],
    shifts: Mapping[str, timedelta],
    settings: Settings,
    now: datetime,
) -> None:
    """All that is told of them; `shifts` are by how much each convening moved. Call inside a transaction."""
    told: list[tuple[datetime, int, Deed, Life]] = []
    locked: set[str] = set()
    for student in students:
        life = await Life.of(conn, student, settings)
        first = deadlines.first_day(life.frame.starts_at, life.frame.time_zone)
        if life.frame.starts_at < now:
            deeds = demo_answers.past(student, first, shifts[student.convening], life.zone, life.frame.time_zone)
            if student.panel not in locked:
                locked.add(student.panel)
                deeds.append(Told(deadlines.lock_at(life.frame.starts_at, life.frame.time_zone), "close"))
        else:
            deeds = demo_answers.present(student, first, life.frame.time_zone, now)
        for at, deed in deeds:
            told.append((at, len(told), deed, life))
    for at, _, deed, life in sorted(told, key=lambda one: one[:2]):
        await life.do(deed, at)


class Life:
    """What is done about one student, and by whom."""

    def __init__(
        self,
        conn: Connection,
        student: Student,
        frame: queries.Frame,
        zone: str,
        contact: demo_queries.Contact,
        settings: Settings,
    ) -> None:
        self.conn, self.student, self.settings = conn, student, settings
        self.frame, self.zone, self.contact = frame, zone, contact
        self.panel_id = id_of("panel", student.panel)
        self.signup_id = UUID(int=0)

    @classmethod
    async def of(cls, conn: Connection, student: Student, settings: Settings) -> "Life":
        """Found by the file's own ids."""
        school_id = id_of("school", student.school)
        [school] = await queries.schools(conn, [school_id])
        frame = await queries.frame(conn, id_of("panel", student.panel))
        return cls(conn, student, frame, school.time_zone, await demo_queries.contact_of(conn, school_id), settings)

    async def do(self, deed: Deed, at: datetime) -> None:
        """One deed, by the action that a page calls; of what is over the worker hears nothing but which copies it owes."""
        await self._do(deed, at)
        if deed in ("sign", "paper", "confirm"):
            await copies.owe(self.conn, (await self._signer()).id, at)

    async def _do(self, deed: Deed, at: datetime) -> None:
        conn, signup_id = self.conn, self.signup_id
        match deed:
            case "sign_up":
                self.signup_id = await self._sign_up(at)
            case "ask":
                await changing_list.send_form(conn, signup_id, at)
            case "open":
                await answering.begin(conn, (await self._signer()).id, await self._language(), at)
            case "sign":
                await self._sign(at)
            case "paper":
                signing, document = await self._signing(), await self._document()
                foreign = (await self._signer()).language != document.language
                checked = Checked(self.contact.name, interpreter=INTERPRETER if foreign else None)
                await answering.sign_on_paper(conn, (await self._signer()).id, signing, document, checked, at)
            case "confirm":
                await deciding.confirm(conn, signup_id, self.contact.name, CALLED, at)
            case "answer":
                await self._answer(at)
            case "object":
                await second_guardian.record_objection(conn, signup_id, self.contact.name, at)
            case "withdraw":
                await answering.withdraw(conn, (await self._signer()).id, MAIL, at)
            case "day":
                await self._write_day(at)
            case "close":
                await closing.close(conn, self.panel_id, at)
            case _:
                assert_never(deed)

    async def _sign_up(self, at: datetime) -> UUID:
        student = self.student
        named = Named(
            school_id=id_of("school", student.school),
            name=student.name,
            grade=student.grade,
            guardian=demo_answers.guardian_of(student),
            signs_for_self=demo_answers.signs_alone(student),
        )
        caller = Caller(self.contact.person_id, frozenset({named.school_id}))
        [made] = await signing_up.sign_up(self.conn, self.panel_id, "directory", [named], caller, at)
        if not isinstance(made, SignedUp):
            raise made
        return made.id

    async def _sign(self, at: datetime) -> None:
        origin = MAIL if demo_answers.email_of(self.student) else PHONE
        if self.student.interpreter_used:
            signer = await self._signer()
            await interpreting.ask(self.conn, signer.id, signer.language, signer.phone, at)
            await interpreting.done(self.conn, self.signup_id, INTERPRETER, self.contact.person_id, at)
        signing, document = await self._signing(), await self._document()
        await answering.sign(self.conn, (await self._signer()).id, signing, document, origin, at)

    async def _signing(self) -> answering.Signing:
        panel = await panels.panel(self.conn, self.panel_id)
        topics = await documents.topics(self.conn, self.panel_id)
        first = deadlines.first_day(self.frame.starts_at, self.frame.time_zone)
        return demo_answers.signing(self.student, topics, panel.recording, first)

    async def _document(self) -> Document:
        """The text that the family has read."""
        about = await documents.occasion(self.conn, self.signup_id)
        topics = await documents.topics(self.conn, self.panel_id)
        spoken = LANGUAGES[await self._language()]
        return (await documents.reading(self.conn, about, about.student, topics, spoken, self.settings)).document

    async def _language(self) -> str:
        """The family's own where there is a text in it, else English."""
        wanted = (await self._signer()).language
        return wanted if wanted in {one.code for one in await documents.offered(self.conn)} else "en"

    async def _answer(self, at: datetime) -> None:
        row = await assent_queries.assent(self.conn, self.signup_id)
        read, _ = await assenting.text_of(self.conn, row, row.language)
        given = demo_answers.answer(self.student, await documents.topics(self.conn, self.panel_id))
        origin = assenting.From("198.51.100.25", "Safari on an iPhone")
        await assenting.answer(self.conn, self.signup_id, given, read.version, read.language, origin, at)

    async def _write_day(self, at: datetime) -> None:
        keys, facts = ring(self.settings.field_keys), demo_answers.facts_of_day(self.student)
        alone = demo_answers.signs_alone(self.student)
        fields = [name for name in day_rules.FIELDS if not (alone and name == "do_not_release")]
        await day_facts.write(self.conn, keys, (await self._signer()).id, facts, fields, at)

    async def _signer(self) -> ConsentRow:
        wanted = "student" if demo_answers.signs_alone(self.student) else "guardian"
        return next(one for one in await queries.consents(self.conn, [self.signup_id]) if one.signer == wanted)
