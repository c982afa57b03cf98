"""F7: a family sees and takes along everything that we hold, and nobody else does; it asks a person, or has it deleted."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.consents import answering, day_facts, deciding, disclosures, evidence, signing_up, verify
from service.consents.day_rules import FIELDS, DayFacts, Need
from service.db import Connection, Pool
from service.field_cipher import ring
from service.keeping import queries, writes
from service.settings import Settings
from tests.access.conftest import person
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import Family, path_of, slip_of, text_of
from tests.consents.test_erasing import dumped, found_in, mailed

DAY = timedelta(days=1)


@pytest.fixture
async def other(
    amina: Family,
    browsers: Callable[[], httpx.AsyncClient],
    conn: Connection,
    settings: Settings,
    zuri: Any,
    now: datetime,
) -> Family:
    """The second guardian, who is asked as well."""
    return Family(browsers(), conn, settings, path_of(settings, await desk.second(conn, zuri, now)))


async def proven(family: Family) -> httpx.Response:
    """The way to everything: a code to the own address."""
    await family.post("/held/code")
    answer = await family.post("/held/proof", code=await family.code())
    assert answer.status_code == 303, text_of(answer)
    return await family.client.get(answer.headers["location"])


async def saved(family: Family) -> dict[str, Any]:
    """The file."""
    answer = await family.get("/held.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="everything.json"'
    found: dict[str, Any] = json.loads(answer.content)
    return found


async def test_f7_the_page_and_the_file_have_everything(
    amina: Family, conn: Connection, settings: Settings, where: Stage, zuri: Any, now: datetime
) -> None:
    """F7: sign-up, answers, the student's own answer, facts of the day, proofs, who saw it, and mails."""
    await amina.signed()
    await conn.execute("update assent set state = 'yes', name_use = 'made_up', made_up = 'Starling', answered_at = $1", now)
    await conn.execute("""update assent set topics = '{"race": "red"}'""")
    consent = await desk.signer(conn, zuri)
    facts = DayFacts(allergies=Need("yes", "peanuts"))
    async with conn.transaction():
        await day_facts.write(conn, ring(settings.field_keys), consent.id, facts, FIELDS, now)
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await disclosures.disclose(conn, zuri, wren, disclosures.BOARD, now)
    await mailed(conn, zuri, consent.id, desk.MAIL, None, now)
    page = text_of(await amina.get("/held"))
    for words in (
        "Zuri Camberwell",
        "Lake Marlow High",
        desk.MAIL,
        "Starling",
        "Red: not at all",
        "peanuts",
        "Wren Okonkwo",
    ):
        assert words in page
    held = await saved(amina)
    assert held["student"]["grade"] == 12
    assert held["your_answers"]["topics"]["race"] == "no"
    assert held["students_own_answer"] == {
        "participates": True,
        "name_use": "made_up",
        "made_up": "Starling",
        "topics": {"race": "red"},
    }
    assert held["for_the_day"]["allergies"] == {"answer": "yes", "which": "peanuts"}
    assert [one["kind"] for one in held["proofs"]] == ["signed"]
    assert held["proofs"][0]["body"]["name"] == "Amina Camberwell"
    assert [one["viewer"] for one in held["who_saw_it"]] == ["Wren Okonkwo"]
    assert {"student": "Zuri Camberwell", "guardian": "Amina Camberwell"} in [one["said"] for one in held["mails"]]
    assert where.panel_id


async def test_f7_without_the_code_nobody_sees_anything(
    amina: Family, browsers: Callable[[], httpx.AsyncClient], zuri: Any
) -> None:
    """F7: a forwarded link shows only where the code goes to."""
    await amina.signed()
    other = Family(browsers(), amina.conn, amina.settings, amina.path)
    page = text_of(await other.get("/held"))
    assert "Zuri" not in page
    assert "a•••@families.example" in page
    assert (await other.get("/held.json")).status_code == 303
    assert (await other.get("/deletion")).status_code == 303
    assert (await other.post("/deletion")).status_code == 303
    assert (await other.post("/held/proof", code="000000")).status_code in (409, 410, 422)
    assert zuri


@pytest.mark.parametrize("what", ["withdrawn", "deadline", "taken back", "refused"])
async def test_f7_it_stays_open_after_the_deadline_and_after_a_withdrawal(
    amina: Family, conn: Connection, site: Any, zuri: Any, now: datetime, what: str
) -> None:
    consent = await desk.signer(conn, zuri)
    async with conn.transaction():
        if what == "withdrawn":
            await signing_up.withdraw(conn, zuri, now)
        elif what == "refused":
            await answering.refuse(conn, consent.id, desk.BY_CODE, now)
        elif what == "taken back":
            await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
            await answering.withdraw(conn, consent.id, desk.BY_CODE, now)
        else:
            site.state.clock = lambda: now + 40 * DAY
    assert "Zuri Camberwell" in text_of(await proven(amina))


@pytest.mark.parametrize(("state", "says"), [("no", "Not participating"), ("talk_first", "No answer yet")])
async def test_w4_of_a_students_no_the_guardian_learns_only_that(
    amina: Family, conn: Connection, zuri: Any, now: datetime, state: str, says: str
) -> None:
    """W4: even if something else is still stored beside it."""
    await amina.signed()
    await conn.execute(
        "update assent set state = $1, made_up = 'Starling', name_use = 'made_up', answered_at = $2", state, now
    )
    async with conn.transaction():
        await evidence.append(conn, zuri, "declined", desk.signing(name="Starling"), now)
    page = text_of(await amina.get("/held"))
    assert says in page
    assert "Starling" not in page + json.dumps(await saved(amina))


@pytest.mark.parametrize("state", ["asked", "signed_unverified", "refused", "on_hold_objection"])
async def test_w3_of_another_guardian_nothing_is_there_nor_that_there_is_one(
    amina: Family, conn: Connection, zuri: Any, now: datetime, state: str
) -> None:
    """W3: neither what they said, nor what an organizer wrote about it."""
    await amina.signed()
    before = text_of(await amina.get("/held"))
    second = await desk.second(conn, zuri, now)
    await conn.execute(
        """update consent set joins = true, signed_at = $2, version_id = o.version_id, capacity = 'parent', state = $3
             from (select version_id from consent where signer = 'guardian') o where id = $1""",
        second.id,
        now,
        state,
    )
    await conn.execute("update consent set name = 'Kwame Camberwell', phone = '555-555-0199' where id = $1", second.id)
    await mailed(conn, zuri, second.id, "second@families.example", None, now)
    assert text_of(await amina.get("/held")) == before
    await conn.execute(
        "insert into signup_extension (id, signup_id, until, reason, created_at) values ($1, $2, $3, $4, $3)",
        db.new_id(now),
        zuri,
        now,
        "The other guardian objects",
    )
    whole = text_of(await amina.get("/held")) + json.dumps(await saved(amina))
    hidden = ("Kwame", "second@families.example", "0199", "second_guardian", "Others who sign", "objects", "others_who_sign")
    assert not [one for one in hidden if one in whole]


async def test_f7_a_person_is_asked_once_and_answers_within_45_days(
    amina: Family, conn: Connection, settings: Settings, where: Stage, zuri: Any, now: datetime
) -> None:
    """F7: the clock is on the page; who has no mail, or a slip only, asks as well."""
    for _ in range(2):
        assert (await amina.post("/requests", kind="correction")).status_code == 303
    [request] = await queries.requests(conn, where.convening_id)
    assert (request.kind, request.due_at) == ("correction", now + 45 * DAY)
    assert "Friday, January 15, 2027" in text_of(await amina.get("/held"))
    await writes.finish_requests(conn, None, request.id, None, now + DAY)
    assert "Wednesday, December 2, 2026" in text_of(await amina.get("/held"))
    slip = Family(amina.client, conn, settings, slip_of(settings, zuri))
    assert "Zuri" not in text_of(await slip.get("/held"))
    assert (await slip.post("/requests", kind="everything")).status_code == 303
    assert len(await queries.requests(conn, where.convening_id)) == 2


async def test_s2_a_family_reads_what_goes_and_has_it_deleted_at_once(
    amina: Family, conn: Connection, owner: Connection, where: Stage, zuri: Any, now: datetime
) -> None:
    """S2: a tombstone says what kind, when and by whom; the link leads nowhere then."""
    await amina.signed()
    page = text_of(await amina.get("/deletion"))
    assert "Our backups, for 30 days." in page
    assert await db.one(conn, int, "select count(*) from signup") == 1, "looking changes nothing"
    assert "It is deleted" in text_of(await amina.post("/deletion"))
    assert found_in(await dumped(owner)) == set()
    assert (await amina.get("/held")).status_code == 404
    [stone] = await queries.tombstones(conn, where.school_id)
    assert (stone.ordered_by, stone.person, stone.created_at) == ("family", "", now)
    assert (await verify.verify(conn, [zuri]))[1] == []


async def test_s2_a_hold_or_another_guardians_answer_leaves_it_to_a_person(
    amina: Family, conn: Connection, zuri: Any, now: datetime
) -> None:
    await amina.signed()
    second = await desk.second(conn, zuri, now, "refused")
    answer = await amina.post("/deletion")
    assert (answer.status_code, "A person looks at this first." in text_of(answer)) == (409, True)
    await conn.execute("delete from consent where id = $1", second.id)
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await writes.insert_hold(conn, None, "Counsel asks", wren, now)
    answer = await amina.post("/deletion")
    assert (answer.status_code, "cannot be deleted now" in text_of(answer)) == (409, True)
    assert "Delete it for me" in text_of(answer)
    assert await db.one(conn, int, "select count(*) from signup") == 1


async def test_f7_a_student_who_signs_for_themselves_gets_their_own(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now, name="Kofi Mensah", guardian=None, signs_for_self=True)
    consent = await desk.signer(conn, signup_id, "student")
    await conn.execute("update consent set email = 'kofi@students.example' where id = $1", consent.id)
    kofi = Family(browsers(), conn, settings, path_of(settings, consent))
    page = text_of(await proven(kofi))
    assert "This is all that we hold about you." in page
    assert "kofi@students.example" in page


@pytest.mark.parametrize(("language", "words"), [("en", "30 days after the event"), ("es", "30 días después del evento")])
async def test_c2_everybody_reads_how_long_we_keep_things_as_it_is_set(
    amina: Family, site: Any, settings: Settings, language: str, words: str
) -> None:
    """C2: made from the live settings, linked from every family's page."""
    assert f'href="/how-long/{language}"' in (await amina.client.get(f"{amina.path}/{language}")).text
    page = text_of(await amina.client.get(f"/how-long/{language}"))
    assert words in page
    assert ("3 years" if language == "en" else "3 años") in page
    assert (await amina.client.get("/how-long/xx")).status_code == 404
    assert settings.keep_forms_days == 1095
    assert site


@pytest.mark.parametrize("student", ["asked", "yes"])
async def test_s2_a_second_guardian_who_has_not_answered_deletes_nobody_elses_word(
    amina: Family, other: Family, conn: Connection, where: Stage, zuri: Any, now: datetime, student: str
) -> None:
    """S2, W3: a new text has set the first guardian's answer back to asked; what she signed stays proven."""
    await amina.signed()
    if student == "yes":
        await desk.student_says(conn, zuri, "yes", now)
    await conn.execute("update consent set state = 'asked' where signer = 'guardian'")
    assert (await proven(other)).status_code == 200
    answer = await other.post("/deletion")
    assert answer.status_code == 409
    page = text_of(answer)
    assert "A person looks at this first. Ask a person to delete it." in page
    assert "guardian has" not in page, "nobody learns here that there is another"
    assert await db.one(conn, int, "select count(*) from signup") == 1
    assert (await other.post("/requests", kind="erasure")).status_code == 303
    assert len(await queries.requests(conn, where.convening_id)) == 1


async def test_w3_what_one_guardian_asks_of_a_person_is_theirs_alone(
    amina: Family, other: Family, conn: Connection, where: Stage
) -> None:
    """W3: neither learns of the other, and neither takes the other's right to an answer."""
    await other.post("/requests", kind="erasure")
    for page in ("/held", "/deletion"):
        assert "You asked on" not in text_of(await amina.client.get(f"{amina.path}/en{page}", follow_redirects=True))
    assert "You asked on" in text_of(await other.get("/held"))
    for _ in range(2):
        await amina.post("/requests", kind="erasure")
    assert len(await queries.requests(conn, where.convening_id)) == 2


async def test_s2_an_objection_that_comes_while_a_deletion_waits_for_its_turn_is_heard_first(
    amina: Family, conn: Connection, pool: Pool, zuri: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, hold = await desk.second(conn, zuri, now), deciding.hold
    assert (await proven(amina)).status_code == 200

    async def after_an_objection(own: Connection, signup_id: UUID, moment: datetime) -> Any:
        monkeypatch.undo()
        async with db.transaction(pool) as other:
            await answering.object_to(other, second.id, desk.BY_CODE, moment)
        return await hold(own, signup_id, moment)

    monkeypatch.setattr(deciding, "hold", after_an_objection)
    assert (await amina.post("/deletion")).status_code == 409
    assert await db.one(conn, int, "select count(*) from signup") == 1


@pytest.mark.parametrize(("student", "status"), [("asked", 200), ("yes", 409)])
async def test_s2_who_has_not_answered_deletes_only_what_nobody_has_answered(
    amina: Family, conn: Connection, zuri: Any, now: datetime, student: str, status: int
) -> None:
    if student == "yes":
        await desk.student_says(conn, zuri, student, now)
    assert (await proven(amina)).status_code == 200
    assert (await amina.post("/deletion")).status_code == status
    assert await db.one(conn, int, "select count(*) from signup") == (0 if status == 200 else 1)
