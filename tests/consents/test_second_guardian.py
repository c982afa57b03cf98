"""W3: a second guardian has a link of their own, may object, and neither learns of the other; the district may want two."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.consents import answering, evidence, queries, rules, second_guardian, verify
from service.consents.rules import Guardian
from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import YES, Family, hidden, path_of, slip_of, state_of, text_of

YUSUF = Guardian("Yusuf Camberwell", "es", email="yusuf@families.example")


async def name(conn: Connection, signup_id: UUID, now: datetime, guardian: Guardian = YUSUF) -> UUID:
    async with conn.transaction():
        return await second_guardian.name(conn, signup_id, guardian, now)


async def yusuf_at(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, signup_id: UUID
) -> Family:
    """The second guardian with their own phone."""
    return Family(browsers(), conn, settings, path_of(settings, await desk.signer(conn, signup_id, "second_guardian")))


async def test_w3_neither_guardian_reads_anything_of_the_other(
    browsers: Callable[[], httpx.AsyncClient],
    conn: Connection,
    settings: Settings,
    zuri: UUID,
    amina: Family,
    now: datetime,
) -> None:
    await name(conn, zuri, now)
    yusuf = await yusuf_at(browsers, conn, settings, zuri)
    assert yusuf.path != amina.path
    await amina.signed()
    for family, others in ((amina, ("Yusuf", "yusuf@")), (yusuf, ("Amina", desk.MAIL, "a•••"))):
        for rest in ("", "/choices", "/paper", "/copy", "/withdrawal", "/objection", "/interpreter"):
            page = await family.get(rest)
            assert not [one for one in others if one in page.text], rest
    assert await state_of(conn, zuri) == "signed"
    assert (await yusuf.get("/copy")).status_code == 303, "the copy of one is not the other's"


async def test_w3_where_the_district_wants_two_one_signature_is_not_enough(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    await conn.execute("update district set signers_needed = 2")
    signup_id = await desk.ask(conn, where, now)
    await desk.student_says(conn, signup_id, "yes", now)
    first = Family(browsers(), conn, settings, path_of(settings, await desk.signer(conn, signup_id)))
    await first.signed()
    assert await desk.seated(conn, where) == []
    await name(conn, signup_id, now)
    await (await yusuf_at(browsers, conn, settings, signup_id)).signed()
    assert await desk.seated(conn, where) == [signup_id]


async def test_w3_the_second_guardians_own_objection_takes_the_seat_at_once_and_a_decision_gives_it_back(
    browsers: Callable[[], httpx.AsyncClient],
    conn: Connection,
    settings: Settings,
    where: Stage,
    zuri: UUID,
    amina: Family,
    now: datetime,
) -> None:
    await desk.student_says(conn, zuri, "yes", now)
    await amina.signed()
    assert await desk.seated(conn, where) == [zuri]
    await name(conn, zuri, now)
    yusuf = await yusuf_at(browsers, conn, settings, zuri)
    assert "Everything rests now" in text_of(await yusuf.post("/objection"))
    assert await desk.seated(conn, where) == []
    async with conn.transaction():
        await second_guardian.resolve(conn, zuri, "lifted", "Ruth Abara", "The order of this spring", now)
    assert await desk.seated(conn, where) == [zuri]


async def test_w3_an_objection_is_taken_in_once(conn: Connection, zuri: UUID, now: datetime) -> None:
    outcomes: list[bool] = []
    for _ in range(2):
        async with conn.transaction():
            outcomes.append(await second_guardian.record_objection(conn, zuri, "Tamsin Birchwell", now))
    assert outcomes == [True, False]
    assert await db.one(conn, int, "select count(*) from event where kind = 'consent_objected'") == 1


async def test_a_new_address_ends_the_link_that_went_to_the_old_one(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    await name(conn, zuri, now)
    wrong = await yusuf_at(browsers, conn, settings, zuri)
    assert (await wrong.get()).status_code == 200
    await name(conn, zuri, now, Guardian("Yusuf Camberwell", "es", email="y.camberwell@families.example"))
    assert (await wrong.get()).status_code == 404
    assert (await (await yusuf_at(browsers, conn, settings, zuri)).get()).status_code == 200


@pytest.mark.parametrize(
    ("guardian", "refusal"),
    [
        (Guardian("Yusuf", "en"), rules.NoWayToReach),
        (Guardian("Yusuf", "en", email=desk.MAIL.upper()), second_guardian.SameGuardian),
    ],
)
async def test_who_cannot_be_a_second_guardian(
    conn: Connection, zuri: UUID, now: datetime, guardian: Guardian, refusal: Any
) -> None:
    with pytest.raises(refusal):
        await name(conn, zuri, now, guardian)
    assert [one.signer for one in await queries.consents(conn, [zuri])] == ["guardian"]


async def test_who_has_answered_is_not_named_anew(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    await name(conn, zuri, now)
    await (await yusuf_at(browsers, conn, settings, zuri)).signed()
    with pytest.raises(rules.NotOpen):
        await name(conn, zuri, now)


async def test_w3_who_is_named_in_the_place_of_one_who_had_answered_inherits_nothing(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    """The text is renewed, and the school names another: answers, what helpers must know and the proof stay apart."""
    former = await name(conn, zuri, now)
    yusuf = await yusuf_at(browsers, conn, settings, zuri)
    async with conn.transaction():
        await answering.sign(conn, former, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    await conn.execute("update consent set state = 'superseded' where id = $1", former)
    assert await name(conn, zuri, now, YUSUF) == former, "the same person keeps it"
    named = await name(conn, zuri, now, Guardian("Noor Aldridge", "en", email="noor@families.example"))
    noor = await desk.signer(conn, zuri, "second_guardian")
    assert (named, noor.joins, noor.state) == (noor.id, None, "asked")
    assert named != former
    assert (await yusuf.get()).status_code == 404
    chain = await evidence.chain(conn, zuri)
    assert [one.consent_id for one in chain] == [former]
    assert (await verify.verify(conn, [zuri]))[1] == []


async def test_a_student_of_age_has_no_second_guardian(conn: Connection, where: Stage, now: datetime) -> None:
    grown = await desk.ask(conn, where, now, "Imani Roanoke", guardian=None, signs_for_self=True)
    with pytest.raises(rules.NoGuardianNeeded):
        await name(conn, grown, now)


async def test_e3_the_schools_own_address_shows_who_signs_whatever_a_slips_holder_typed_for_the_other(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now, name=None, guardian=None, grade=None, label="Slip 1")
    slip = Family(browsers(), conn, settings, slip_of(settings, signup_id))
    details = {
        "student": "Zuri Camberwell",
        "grade": "11",
        "guardian": "Amina Camberwell",
        "email": "typed@families.example",
    }
    chosen = hidden(await slip.post("/choices", phone="", **details))
    checked = await slip.client.post(f"{slip.at}/check", data=YES | {"carried": chosen})
    await slip.sign(await slip.post("/signing", carried=hidden(checked)), code="none")
    assert await state_of(conn, signup_id) == "signed_unverified"
    await name(conn, signup_id, now)
    await (await yusuf_at(browsers, conn, settings, signup_id)).signed()
    assert await state_of(conn, signup_id, "second_guardian") == "signed"
    by = [(one.signer, one.address_by) for one in await queries.consents(conn, [signup_id])]
    assert by == [("guardian", "family"), ("second_guardian", "school")]
