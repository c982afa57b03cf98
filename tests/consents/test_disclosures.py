"""F5: who outside a school sees what about a student stands in the student's log, once for one look."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.consents import answering, disclosures
from service.db import Connection
from service.deliveries import family_looks
from tests.access.conftest import person
from tests.consents import desk, students
from tests.consents.desk import Stage
from tests.consents.test_erasing import mailed

TOKEN = "a-token-of-an-organizer-for-tests"
LOG = "select fields from disclosure where signup_id = $1 order by id"


@pytest.fixture
async def api(site: Litestar, conn: Connection, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """A program of the organizers."""
    site.state.clock = lambda: now
    await keep_token(conn, "roster sync", TOKEN, now)
    transport = httpx.ASGITransport(app=site)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/api/v1", headers=headers) as client:
        yield client


async def test_f5_each_answer_of_the_api_with_a_student_in_it_is_in_the_log(
    conn: Connection, now: datetime, where: Stage, zuri: UUID, api: httpx.AsyncClient
) -> None:
    """F5: list, one student, readiness and proof; the same program with the same question is one entry."""
    consent = await desk.signer(conn, zuri)
    for _ in range(2):
        for path in (
            f"/panels/{where.panel_id}/signups",
            f"/signups/{zuri}",
            f"/convenings/{where.convening_id}/readiness",
        ):
            assert (await api.get(path)).status_code == 200
    assert (await api.get(f"/signups/{zuri}/disclosures")).json()["items"][0]["viewer"] == "the program “roster sync”"
    assert await db.many(conn, list[str], LOG, zuri) == [list(disclosures.LISTING.fields)]
    async with conn.transaction():
        await answering.refuse(conn, consent.id, desk.BY_CODE, now)
    assert (await api.get(f"/consents/{consent.id}/evidence")).status_code == 200
    shown = (await api.get(f"/signups/{zuri}/disclosures")).json()["items"]
    both = disclosures.EVIDENCE, disclosures.LISTING
    assert sorted(one["fields"] for one in shown) == sorted(list(one.fields) for one in both)


async def test_f5_the_log_of_nobody_is_not_found(api: httpx.AsyncClient, zuri: UUID) -> None:
    assert (await api.get(f"/signups/{zuri}/disclosures")).json() == {"items": []}
    assert (await api.get(f"/signups/{UUID(int=1)}/disclosures")).status_code == 404


async def test_f5_the_same_look_within_an_hour_is_one_entry_and_another_is_another(
    conn: Connection, now: datetime, where: Stage, zuri: UUID
) -> None:
    """F5: another person, other facts, another purpose, or an hour later."""
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    odalys = await person(conn, now, "Odalys Brightwater", "odalys@network.example")
    looks = [
        (wren, disclosures.BOARD, now, 1),
        (wren, disclosures.BOARD, now + timedelta(minutes=59), 0),
        (odalys, disclosures.BOARD, now + timedelta(minutes=59), 1),
        (wren, disclosures.ONE_STUDENT, now + timedelta(minutes=59), 1),
        (wren, disclosures.BOARD, now + timedelta(minutes=60), 1),
    ]
    for who, purpose, at, new in looks:
        assert await disclosures.disclose(conn, zuri, who, purpose, at) == new
    assert len(await disclosures.of_signup(conn, zuri)) == 4


async def test_f5_a_list_is_one_statement_and_leaves_slips_and_the_own_school_out(conn: Connection, now: datetime) -> None:
    """F5: a slip without a name says nothing about anybody; a school's own contact is no outsider."""
    found = await students.stage(conn, now)
    zuri = await students.student(conn, found, now)
    slip = await desk.ask(
        conn,
        Stage(found.convening.id, found.panel_id, found.school_id),
        now,
        name=None,
        grade=None,
        guardian=None,
        label="S",
    )
    tamsin, wren = [await person(conn, now, name, f"{name}@network.example") for name in ("tamsin", "wren")]
    await conn.execute("insert into school_contact (person_id, school_id) values ($1, $2)", tamsin, found.school_id)
    assert await disclosures.disclose_list(conn, [zuri, slip], tamsin, disclosures.BOARD, now) == 0
    assert await disclosures.disclose_list(conn, [zuri, slip], wren, disclosures.BOARD, now) == 1
    assert [row.viewer for row in await disclosures.of_signup(conn, zuri)] == ["wren"]


async def test_f5_mails_to_a_family_are_looked_at_like_the_student(
    conn: Connection, now: datetime, where: Stage, zuri: UUID, api: httpx.AsyncClient
) -> None:
    """F5: by the API and in the console; a mail to somebody of the network says nothing about a student."""
    consent = await desk.signer(conn, zuri)
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await mailed(conn, zuri, consent.id, desk.MAIL, None, now)
    await mailed(conn, zuri, zuri, "wren@network.example", wren, now)
    for _ in range(2):
        assert len((await api.get("/deliveries")).json()["items"]) == 2
    assert await db.many(conn, list[str], LOG, zuri) == [list(family_looks.LISTED.fields)]
    ids = await db.many(conn, UUID, "select id from delivery")
    assert await family_looks.disclose(conn, ids, wren, family_looks.READ, now) == 1
    assert where.panel_id
