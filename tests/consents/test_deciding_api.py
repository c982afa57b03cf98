"""What schools and districts say about an answer, through the API: done once, named, and audited without a name."""

from datetime import datetime
from uuid import UUID

import httpx

from service import db
from service.consents import deciding_examples, interpreting
from service.db import Connection
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.test_answers_api import office

__all__ = ["office"]


async def test_w3_an_objection_and_its_resolution_with_a_name_and_a_reason(
    office: httpx.AsyncClient, conn: Connection, zuri: UUID
) -> None:
    path = f"/signups/{zuri}"
    none = await office.post(f"{path}/resolution", json=deciding_examples.RESOLUTION)
    assert (none.status_code, none.json()["code"]) == (409, "no-objection")
    for _ in range(2):
        held = await office.post(f"{path}/objection", json=deciding_examples.OBJECTION)
        assert (held.status_code, held.json()["guardian"]) == (200, "on_hold_objection")
    bare = {key: value for key, value in deciding_examples.RESOLUTION.items() if key != "reason"}
    assert (await office.post(f"{path}/resolution", json=bare)).status_code == 422
    resolved = await office.post(f"{path}/resolution", json=deciding_examples.RESOLUTION)
    assert (resolved.status_code, resolved.json()["guardian"]) == (200, "asked")
    said = await db.many(conn, str, "select action || detail::text from audit_entry")
    assert sorted(one.partition("{")[0] for one in said) == ["objection_recorded", "objection_resolved"]
    assert not [one for one in said if "Ruth" in one or "Zuri" in one]


async def test_w3_a_second_guardian_is_named_and_a_wrong_one_is_refused(
    office: httpx.AsyncClient, conn: Connection, zuri: UUID
) -> None:
    path = f"/signups/{zuri}/second-guardian"
    refused = await office.post(path, json=deciding_examples.SECOND | {"email": desk.MAIL})
    assert (refused.status_code, refused.json()["code"]) == (422, "same-guardian")
    assert (await office.post(path, json=deciding_examples.SECOND | {"diagnosis": "x"})).status_code == 422
    named = await office.post(path, json=deciding_examples.SECOND)
    assert named.status_code == 200, named.text
    assert (await desk.signer(conn, zuri, "second_guardian")).email == "yusuf@families.example"


async def test_e3_a_confirmation_needs_a_signature_that_waits_and_keeps_who_called(
    office: httpx.AsyncClient, conn: Connection, zuri: UUID
) -> None:
    path = f"/signups/{zuri}/confirmation"
    early = await office.post(path, json=deciding_examples.CONFIRMATION)
    assert (early.status_code, early.json()["code"]) == (409, "nothing-to-confirm")
    student = deciding_examples.CONFIRMATION | {"interpreter": {"name": "Zuri Camberwell", "role": "daughter"}}
    refused = await office.post(path, json=student)
    assert (refused.status_code, refused.json()["code"]) == (422, "student-interprets")


async def test_t5_an_interpreter_is_noted_where_one_was_asked_for(
    office: httpx.AsyncClient, conn: Connection, zuri: UUID, now: datetime
) -> None:
    path = f"/signups/{zuri}/interpreter"
    nobody = await office.post(path, json=deciding_examples.INTERPRETER)
    assert (nobody.status_code, nobody.json()["code"]) == (409, "nobody-waits")
    async with conn.transaction():
        await interpreting.ask(conn, (await desk.signer(conn, zuri)).id, "so", "", now)
    assert (await office.post(path, json=deciding_examples.INTERPRETER)).status_code == 200


async def test_more_time_is_refused_before_its_days(office: httpx.AsyncClient, zuri: UUID) -> None:
    refused = await office.post(f"/signups/{zuri}/extension", json=deciding_examples.EXTENSION)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-extension-now")


async def test_the_same_sign_up_under_the_same_key_is_done_once(
    office: httpx.AsyncClient, conn: Connection, where: Stage
) -> None:
    guardian = {"name": "Amina Camberwell", "language": "en", "email": desk.MAIL}
    student = {"name": "Zuri Camberwell", "grade": 12, "school_id": str(where.school_id), "guardian": guardian}
    body = {"basis": "directory", "students": [student]}
    headers = {"Idempotency-Key": "once"}
    path = f"/panels/{where.panel_id}/signups"
    first, again = [await office.post(path, json=body, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert await db.one(conn, int, "select count(*) from signup") == 1
    other = await office.post(path, json=body | {"basis": "school_official"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
