"""The fall convening of the demo as it was lived: a school's contact, families and students in front of their pages."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import msgspec
from litestar import Litestar
from msgspec import Struct

from service.access.api import SEAL
from service.consents import answer_writes, day_facts, evidence, queries, roster, views
from service.consents.answer_rules import Signature
from service.consents.queries import ConsentRow
from service.consents.verify import verify
from service.db import Connection, Pool
from service.field_cipher import ring
from service.local import demo, demo_answers
from service.local.demo_files import Student as Record
from service.local.demo_files import Students, id_of
from service.panels import queries as panels
from service.settings import Settings
from tests.access.conftest import seal, sign_in
from tests.consents import desk
from tests.consents.family import Family, hidden, path_of, text_of
from workers.schedule import Schedule

DEMO = Path(__file__).parents[2] / "demo"
RECORDS = {one.id: one for one in msgspec.json.decode((DEMO / "students.json").read_bytes(), type=Students).students}
INVITED = date(2026, 9, 2)
"""T-42 of the fall; the file's dates are taken as they stand."""
CONTACTS = {one["school"]: one for one in msgspec.json.decode((DEMO / "network.json").read_bytes())["school_contacts"]}
TOPICS = {panel.session: panel.topics for one in demo.calendar_of(DEMO).convenings for panel in one.panels}
NAMES = {"pseudonym": "made_up", None: "first_only"}
BORN = {15: "2011-03-14", 16: "2010-03-14", 17: "2009-03-14"}


class Outcome(Struct, frozen=True, kw_only=True):
    """How one student stands in the end, as every page and list reads it; `proofs` are the kinds of the evidence."""

    family: str
    student: str
    cleared: bool
    missing: list[str]
    seated: bool
    badge: str
    colours: str
    """Of the panel's topics in their order, on the moderator's card."""
    survey: str
    proofs: list[str]


class Fall:
    """The network in September 2026, and a clock that each step moves."""

    def __init__(
        self,
        site: Litestar,
        pool: Pool,
        conn: Connection,
        settings: Settings,
        browser: Callable[[], httpx.AsyncClient],
    ) -> None:
        self.site, self.pool, self.conn, self.settings, self.browser = site, pool, conn, settings, browser
        self.now = datetime.combine(INVITED, time(9), ZoneInfo("America/Los_Angeles"))
        self.site.state.clock = lambda: self.now

    async def begin(self) -> None:
        """Both convenings are announced; nobody is signed up."""
        async with self.conn.transaction():
            await demo.prepare(self.conn, DEMO, {"fall-2026": timedelta(0), "spring-2027": timedelta(0)})

    def later(self, hours: int) -> None:
        """Time passes."""
        self.now += timedelta(hours=hours)

    async def only_seats(self, student: "Panelist", seats: int) -> None:
        """The panel of this student is that small."""
        await self.conn.execute("update panel set seats = $2 where id = $1", student.panel_id, seats)

    async def tick(self) -> None:
        """The clock of the worker strikes."""
        await Schedule(self.pool, lambda: self.now).tick(self.now)

    async def publish_arabic(self, approved_by: str) -> None:
        """Each text once more with an Arabic translation, drafted by a machine and approved by a named person."""
        await desk.publish_arabic(self.conn, approved_by, self.now)

    def school_id(self, code: str) -> UUID:
        """By the file's own short id."""
        return id_of("school", code)

    def at(self, student: "Panelist", day: date | None, hour: int = 12) -> None:
        """It is that hour of that day where the student lives; time only passes."""
        assert day is not None
        moment = datetime.combine(day, time(hour), ZoneInfo(student.zone))
        assert moment >= self.now, "time does not run back"
        self.now = moment


class Panelist:
    """One student of the file, and the browsers of those around them."""

    def __init__(self, fall: Fall, record: Record, zone: str) -> None:
        self.fall, self.record, self.zone = fall, record, zone
        self.panel_id = id_of("panel", record.panel)
        self.signup_id = UUID(int=0)

    @property
    def contact(self) -> str:
        return str(CONTACTS[self.record.school]["name"])

    def school(self) -> "School":
        """The contact of their school."""
        return School(self.fall.browser(), self)

    async def signed_up(self, **changes: str) -> "School":
        """The contact signs the student up on the school's page, as the file tells of the family."""
        school = self.school()
        record = self.record
        guardian = demo_answers.guardian_of(record)
        fields = {"s1_name": record.name, "s1_grade": str(record.grade)}
        if guardian is None:
            fields |= {"s1_signs": "yes"}
        else:
            fields |= {"s1_guardian": guardian.name, "s1_language": guardian.language}
            fields |= {"s1_email": guardian.email or "", "s1_phone": guardian.phone or ""}
        given = {"once": "a", "basis": "directory", "opt_outs": "yes"} | fields | changes
        answer = await school.send(f"/school/panels/{self.panel_id}/signups", **given)
        assert answer.status_code == 303, text_of(answer)
        listed = await school.get(answer.headers["location"])
        [found] = re.findall(rf'href="/school/signups/([0-9a-f-]+)"[^>]*>(?:<bdi>)?{re.escape(record.name)}', listed.text)
        self.signup_id = UUID(found)
        return school

    async def signer(self, kind: str = "") -> ConsentRow:
        wanted = kind or ("student" if demo_answers.signs_alone(self.record) else "guardian")
        return next(one for one in await queries.consents(self.fall.conn, [self.signup_id]) if one.signer == wanted)

    async def family(self, language: str = "en") -> Family:
        """Whoever signs opens the link in their mail."""
        path = path_of(self.fall.settings, await self.signer())
        return Family(self.fall.browser(), self.fall.conn, self.fall.settings, path, language)

    def choices(self, **changes: str) -> dict[str, str]:
        """What the signer chooses on the page, as the file tells; a topic that is not red is a yes."""
        record = self.record
        plain: dict[str, str] = {
            "join": "yes",
            "name_use": NAMES.get(record.name_use) or str(record.name_use),
            "photos": record.photos,
            "recording": record.recording,
            "quotes": record.quotes,
            "survey": record.survey,
            "leave": record.leave,
            "emergency_care": "yes",
        }
        about = {f"topic.{code}": "no" if self.colour(code) == "red" else "yes" for code in TOPICS[record.panel]}
        return plain | about | changes

    def colour(self, topic: str) -> str:
        """The file's word; of what it does not mention nobody is asked."""
        return self.record.topics.get(topic, "red" if self.record.topics else "green")

    async def sign(self, family: Family, **changes: str) -> str:
        """From the first screen to the copy, as it is read; fields that begin with `sign_` are of the last form."""
        opened = await family.client.post(family.path, data={"language": family.language})
        assert opened.status_code == 303, text_of(opened)
        read = await family.get()
        assert self.record.name in text_of(read)
        last = {name.removeprefix("sign_"): value for name, value in changes.items() if name.startswith("sign_")}
        chosen = {name: value for name, value in changes.items() if not name.startswith("sign_")}
        checked = await family.client.post(f"{family.at}/check", data=self.choices(**chosen))
        assert checked.status_code == 200, text_of(checked)
        page = await family.post("/signing", carried=hidden(checked))
        assert page.status_code == 200, text_of(page)
        fields = {"agree": "yes", "carried": hidden(page)} | self.signature() | last
        if 'id="code"' in page.text:
            fields |= {"code": await family.code()}
        signed = await family.client.post(f"{family.at}/signature", data=fields)
        if signed.status_code == 303:
            signed = await family.client.get(signed.headers["location"])
        assert signed.status_code == 200, text_of(signed)
        return text_of(signed)

    def signature(self) -> dict[str, str]:
        """What the signer types and ticks at the end."""
        guardian = demo_answers.guardian_of(self.record)
        if guardian is None:
            return {"name": self.record.name, "capacity": "student"}
        return {"name": guardian.name, "capacity": "parent", "born": BORN[self.record.age]}

    async def signature_kept(self) -> Signature:
        """The body of the newest proof of a signature."""
        return (await evidence.newest_signature(self.fall.conn, self.signup_id, (await self.signer()).id, Signature))[1]

    async def everything_held(self) -> str:
        """Each row of the database that is about this sign-up, evidence included, as text."""
        rows = await self.fall.conn.fetch(
            """select u::text from signup u where u.id = $1 union all select k::text from consent k where k.signup_id = $1
               union all select a::text from assent a where a.signup_id = $1
               union all select f::text from day_fact f join consent k on k.id = f.consent_id where k.signup_id = $1
               union all select convert_from(b.body, 'UTF8') from evidence e join evidence_body b on b.evidence_id = e.id
                          where e.signup_id = $1""",
            self.signup_id,
        )
        return "\n".join(row[0] for row in rows)

    async def health(self) -> tuple[str, str, str, str]:
        """What the signer wrote about allergies and the injector, with the keys of the settings."""
        written = await day_facts.of_signer(self.fall.conn, ring(self.fall.settings.field_keys), (await self.signer()).id)
        said = written.facts
        return said.allergies.answer, said.allergies.which, said.injector.answer, said.injector.carrier

    async def student_says(self, answer: str = "yes", **changes: str) -> str:
        """The student scans the slip that the school has handed out, and answers; what the page says then."""
        slip = await self.school().get(f"/school/signups/{self.signup_id}/slip?for=students")
        [assent] = set(re.findall(r"(/a/[A-Za-z0-9_-]+)", slip.text))
        browser = self.fall.browser()
        page = await browser.get(assent)
        assert page.status_code == 200, text_of(page)
        [version] = set(re.findall(r'name="version" value="(\d+)"', page.text))
        fields = {"lang": "en", "version": version, "answer": answer}
        if answer == "yes":
            fields |= {"name_use": NAMES.get(self.record.name_use) or str(self.record.name_use)}
            fields |= {"made_up": self.record.pseudonym}
            fields |= {f"topic-{code}": self.colour(code) for code in TOPICS[self.record.panel]}
        sent = await browser.post(assent, data=fields | changes)
        assert sent.status_code == 303, text_of(sent)
        return text_of(await browser.get(sent.headers["location"]))

    async def outcome(self) -> Outcome:
        """The whole of it, and the proof of it verified."""
        conn, now = self.fall.conn, self.fall.now
        row = await queries.signup(conn, self.signup_id)
        panel = await panels.panel(conn, self.panel_id)
        [shown] = await views.shown(conn, [row], set(), now)
        on_stage = [one for one in await roster.roster(conn, [self.panel_id], now) if one.signup_id == self.signup_id]
        answers: Any = await answer_writes.answers(conn, (await self.signer()).id)
        chain = await evidence.chain(conn, self.signup_id)
        if chain:
            assert await verify(conn, [self.signup_id]) == (len(chain), [])
        assert [one.created_at for one in chain] == sorted(one.created_at for one in chain)
        return Outcome(
            family=shown.guardian,
            student=shown.student,
            cleared=shown.cleared,
            missing=shown.missing,
            seated=shown.seated,
            badge=on_stage[0].badge_name if on_stage else "",
            colours=" ".join(on_stage[0].colours(panel.topics).values()) if on_stage else "",
            survey=answers["survey"] if answers else "",
            proofs=[one.kind for one in chain],
        )


class School(Struct):
    """A contact's browser, who signs in anew each day."""

    browser: httpx.AsyncClient
    student: Panelist
    sealed: str = ""
    since: datetime | None = None

    @property
    def path(self) -> str:
        return f"/school/signups/{self.student.signup_id}"

    async def _enter(self) -> None:
        fall = self.student.fall
        if self.since != fall.now:
            await sign_in(self.browser, fall.conn, fall.settings, CONTACTS[self.student.record.school]["email"])
            self.sealed, self.since = await seal(self.browser), fall.now

    async def get(self, path: str) -> httpx.Response:
        await self._enter()
        return await self.browser.get(path)

    async def send(self, path: str, **fields: str) -> httpx.Response:
        await self._enter()
        return await self.browser.post(path, data={SEAL: self.sealed} | fields)

    async def read(self, rest: str = "") -> str:
        """The page of the student as the contact reads it."""
        answer = await self.get(self.path + rest)
        assert answer.status_code == 200, text_of(answer)
        return text_of(answer)

    async def slip(self, language: str = "en") -> Family:
        """The family types the address that is printed on its slip."""
        page = await self.get(f"{self.path}/slip")
        assert page.status_code == 200, text_of(page)
        [path] = set(re.findall(r"(/slip/[A-Za-z0-9_-]+)", page.text))
        fall = self.student.fall
        return Family(fall.browser(), fall.conn, fall.settings, path, language)

    async def confirm(self) -> None:
        """The contact has called the number that the school held."""
        answer = await self.send(f"{self.path}/confirmation", called="yes")
        assert answer.status_code == 303, text_of(answer)
