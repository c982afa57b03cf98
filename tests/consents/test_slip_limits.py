"""What whoever holds a slip can do, and what not: the school knows the family, the slip does not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from service.consents import age_writes, answering, deciding, evidence, queries
from service.consents.answer_rules import Checked
from service.db import Connection, Pool
from service.settings import Settings
from tests import make
from tests.consents import desk
from tests.consents.desk import BY_SLIP, Stage
from tests.consents.family import SIGNATURE, YES, Family, hidden, path_of, slip_of, text_of
from tests.consents.test_answering import do, sign
from workers.schedule import Schedule

Browsers = Callable[[], httpx.AsyncClient]


@pytest.fixture
async def slip(browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID) -> Family:
    """Whoever holds the slip of Zuri's family, in one browser."""
    return Family(browsers(), conn, settings, slip_of(settings, zuri))


async def sign_slip(slip: Family, **changes: str) -> httpx.Response:
    """Sign, where no code is asked for."""
    page = await slip.to_signing()
    return await slip.client.post(f"{slip.at}/signature", data=SIGNATURE | {"carried": hidden(page)} | changes)


async def test_f8_a_birth_date_on_a_slip_that_nobody_confirmed_takes_nothing_from_the_guardian(
    conn: Connection, pool: Pool, settings: Settings, browsers: Browsers, zuri: UUID, slip: Family, now: datetime
) -> None:
    """E3, F8. Whoever found the slip made the student 18 tomorrow."""
    tomorrow = (now + timedelta(days=1)).date()
    signed = await sign_slip(slip, born=tomorrow.replace(year=tomorrow.year - 18).isoformat())
    assert signed.status_code == 200, text_of(signed)
    later = now + timedelta(days=3)
    await Schedule(pool, lambda: later).tick(later)
    assert not (await queries.signup(conn, zuri)).signs_for_self
    guardian = await desk.signer(conn, zuri)
    assert (guardian.state, guardian.generation) == ("signed_unverified", 0)
    assert (await browsers().get(path_of(settings, guardian))).status_code == 200


async def test_f8_once_the_school_knows_who_signed_the_birth_date_on_a_slip_counts(
    conn: Connection, zuri: UUID, now: datetime
) -> None:
    tomorrow = (now + timedelta(days=1)).date()
    guardian = await desk.signer(conn, zuri)
    await sign(conn, guardian.id, now, BY_SLIP, born=tomorrow.replace(year=tomorrow.year - 18))
    later = now + timedelta(days=3)
    assert await age_writes.of_age(conn, later) == []
    await do(conn, deciding.confirm, zuri, "Zeb Foster", "telephone", now)
    assert await age_writes.of_age(conn, later) == [zuri]


@pytest.mark.parametrize("state", ["superseded", "withdrawn"])
async def test_f8_a_birth_date_that_a_guardian_proved_counts_whatever_became_of_the_answer(
    conn: Connection, zuri: UUID, now: datetime, state: str
) -> None:
    tomorrow = (now + timedelta(days=1)).date()
    guardian = await desk.signer(conn, zuri)
    await sign(conn, guardian.id, now, born=tomorrow.replace(year=tomorrow.year - 18))
    await conn.execute("update consent set state = $2 where id = $1", guardian.id, state)
    later = now + timedelta(days=3)
    assert await age_writes.of_age(conn, later) == [zuri]
    await sign_as_unknown(conn, guardian.id, now)
    await conn.execute("update consent set state = $2 where id = $1", guardian.id, state)
    assert await age_writes.of_age(conn, later) == []


async def sign_as_unknown(conn: Connection, consent_id: UUID, now: datetime) -> None:
    tomorrow = (now + timedelta(days=1)).date()
    await conn.execute("update consent set state = 'asked' where id = $1", consent_id)
    await sign(conn, consent_id, now + timedelta(minutes=1), BY_SLIP, born=tomorrow.replace(year=tomorrow.year - 18))


async def test_f8_who_has_come_of_age_is_an_event_that_the_school_hears_of(
    conn: Connection, zuri: UUID, now: datetime
) -> None:
    await do(conn, deciding.come_of_age, zuri, now)
    await do(conn, deciding.come_of_age, zuri, now)
    assert [one.__struct_config__.tag for one in await make.recorded(conn)].count("student_of_age") == 1


async def nameless(browsers: Browsers, conn: Connection, settings: Settings, where: Stage, now: datetime) -> UUID:
    """A slip without a name is filled in and signed, with an address that the school never saw."""
    signup_id = await desk.ask(conn, where, now, name=None, guardian=None, grade=None, label="Slip 1")  # pyright: ignore
    slip = Family(browsers(), conn, settings, slip_of(settings, signup_id))
    details = {"student": "Zuri Camberwell", "grade": "11", "guardian": "Amina Camberwell", "email": "kid@mail.example"}
    chosen = hidden(await slip.post("/choices", phone="", **details))
    checked = await slip.client.post(f"{slip.at}/check", data=YES | {"carried": chosen})
    page = await slip.post("/signing", carried=hidden(checked))
    signed = await slip.client.post(f"{slip.at}/signature", data=SIGNATURE | {"carried": hidden(page)})
    assert signed.status_code == 200, text_of(signed)
    return signup_id


@pytest.mark.parametrize(("knows_address", "state"), [(False, "signed_unverified"), (True, "signed")])
async def test_e3_an_address_from_a_slip_shows_who_signs_once_the_guardian_called_it_theirs(
    browsers: Browsers,
    conn: Connection,
    settings: Settings,
    where: Stage,
    now: datetime,
    knows_address: bool,
    state: str,
) -> None:
    """E3. The guardian did sign; but a student may have typed an address of their own, to change the answers later."""
    signup_id = await nameless(browsers, conn, settings, where, now)
    async with conn.transaction():
        await deciding.confirm(conn, signup_id, "Zeb Foster", "telephone", now, knows_address=knows_address)
    guardian = await desk.signer(conn, signup_id)
    assert guardian.state == "signed"
    later = Family(browsers(), conn, settings, path_of(settings, guardian))
    await later.post("/code")
    assert (await later.post("/proof", code=await later.code())).status_code == 303
    opened = [(await later.get(path)).status_code for path in ("/day", "/held.json")]
    assert opened == ([200, 200] if knows_address else [303, 303])
    assert ((await later.post("/day", collector1_name="Kid")).status_code == 409) is not knows_address
    await later.signed(photos="public")
    assert (await desk.signer(conn, signup_id)).state == state
    [word] = [one for one in await evidence.chain(conn, signup_id) if one.kind == "confirmed"]
    assert msgspec.json.decode(word.body or b"")["knows_address"] is knows_address


async def test_a_paper_takes_the_place_of_what_somebody_wrote_on_the_slips_page(
    browsers: Browsers, conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    """The guardian brings the paper; nobody knows whose the name and the address are that were typed before."""
    signup_id = await nameless(browsers, conn, settings, where, now)
    before = await desk.signer(conn, signup_id)
    text = await desk.document(conn)
    paper = desk.signing(name="Nadia Camberwell")
    await do(conn, answering.sign_on_paper, before.id, paper, text, Checked("Zeb Fosterlane"), now)
    after = await desk.signer(conn, signup_id)
    assert (after.state, after.name, after.email) == ("signed_paper", "Nadia Camberwell", "")
    assert (await browsers().get(path_of(settings, before))).status_code == 404


async def test_m4_who_has_only_a_slip_takes_a_yes_back_in_two_steps(slip: Family, conn: Connection, zuri: UUID) -> None:
    """M4, E5: without a mail address; the page after signing says so, and where a copy comes from."""
    thanks = await sign_slip(slip)
    assert f"{slip.at}/withdrawal" in thanks.text
    assert "For a copy, ask the school: it prints one." in text_of(thanks)
    assert f"{slip.at}/withdrawal" in (await slip.get()).text
    asked = await slip.get("/withdrawal")
    assert "No reason is needed." in text_of(asked)
    assert (await desk.signer(conn, zuri)).state == "signed_unverified", "looking changes nothing"
    for _ in range(2):
        assert (await slip.post("/withdrawal")).status_code == 200
    assert (await desk.signer(conn, zuri)).state == "withdrawn"
    assert [one.kind for one in await evidence.chain(conn, zuri)] == ["signed", "withdrawn"]


async def test_m4_nobody_takes_anything_back_on_a_slip_that_was_not_answered(
    slip: Family, conn: Connection, zuri: UUID
) -> None:
    assert "No reason is needed." not in text_of(await slip.get("/withdrawal"))
    assert (await slip.post("/withdrawal")).status_code == 409
    assert (await desk.signer(conn, zuri)).state == "asked"


async def test_a_used_slip_looks_the_same_after_a_yes_and_after_a_no(slip: Family, conn: Connection, zuri: UUID) -> None:
    """Whoever finds the slip learns no earlier answer."""
    await sign_slip(slip)
    slip.client.cookies.clear()
    after_yes = [text_of(await slip.get(rest)) for rest in ("", "/withdrawal")]
    await conn.execute("update consent set state = 'refused', joins = false, answers = null where signup_id = $1", zuri)
    assert [text_of(await slip.get(rest)) for rest in ("", "/withdrawal")] == after_yes
    assert (await slip.post("/withdrawal")).status_code == 200
    assert (await desk.signer(conn, zuri)).state == "refused"


async def test_f8_once_a_student_has_come_of_age_the_familys_slip_opens_nothing(
    conn: Connection, settings: Settings, browsers: Browsers, zuri: UUID, now: datetime
) -> None:
    """What it would open is the student's own word now."""
    slip = Family(browsers(), conn, settings, slip_of(settings, zuri))
    assert (await slip.client.get(slip.at)).status_code == 200
    await do(conn, deciding.come_of_age, zuri, now)
    assert (await slip.client.get(slip.at)).status_code == 404
    assert (await slip.client.post(f"{slip.at}/refusal", data={})).status_code == 404
    former = path_of(settings, await desk.signer(conn, zuri))
    assert {(await slip.client.get(former + one)).status_code for one in ("", "/held", "/deletion")} == {404}
