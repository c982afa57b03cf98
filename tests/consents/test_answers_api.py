"""Papers taken in and proofs handed out, through the API."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.consents import answer_examples
from service.consents.verify import verify
from service.db import Connection
from tests import make
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import Family, state_of
from tests.panels.test_api import TOKEN


@pytest.fixture
async def office(site: Litestar, conn: Connection, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """An organizer's program."""
    site.state.clock = lambda: now
    await keep_token(conn, "tests", TOKEN, now)
    transport = httpx.ASGITransport(app=site, client=("203.0.113.7", 40000))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/api/v1", headers=headers) as client:
        yield client


def paper(**changes: Any) -> dict[str, Any]:
    """What stands on the paper."""
    answered = answer_examples.PAPER["choices"] | {"topics": dict.fromkeys(desk.TOPICS, "no")}
    return answer_examples.PAPER | {"choices": answered} | changes


async def test_e7_a_paper_counts_as_signed_with_the_text_that_was_printed(
    office: httpx.AsyncClient, conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await desk.student_answers(conn, zuri, "yes", now)
    answer = await office.post(f"/signups/{zuri}/paper-consent", json=paper(language="es"))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["guardian"], answer.json()["cleared"]) == ("signed_paper", True)
    assert await desk.seated(conn, where) == [zuri]
    consent = await desk.signer(conn, zuri)
    [_, entry] = (await office.get(f"/consents/{consent.id}/evidence")).json()["entries"]
    assert (entry["kind"], entry["body"]["checked_by"]) == ("signed_paper", "Zeb Fosterlane")
    assert entry["body"]["document"]["language"] == "es"
    assert "Permiso para participar" in entry["body"]["document"]["text"]
    assert entry["body"]["origin"]["factor"] == "paper"
    assert await verify(conn, [zuri]) == (2, [])
    acts = await db.many(conn, str, "select action || coalesce(detail::text, '') from audit_entry order by at, id")
    assert sorted(act.partition("{")[0] for act in acts) == ["evidence_seen", "paper_taken"]
    assert "Amina" not in "".join(acts)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"language": "vi"}, 422, "no-such-text"),
        ({"version": 2}, 409, "text-changed"),
        ({"checked_by": " "}, 422, "invalid-field"),
        ({"capacity": "student"}, 422, "wrong-capacity"),
        ({"born": "2008-01-01"}, 422, "student-of-age"),
        ({"diagnosis": "x"}, 422, "invalid-field"),
        ({"choices": answer_examples.PAPER["choices"]}, 422, "topics-unanswered"),
    ],
)
async def test_a_paper_that_cannot_be_right_is_refused(
    office: httpx.AsyncClient, conn: Connection, zuri: UUID, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await office.post(f"/signups/{zuri}/paper-consent", json=paper(**changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await state_of(conn, zuri) == "asked"


async def test_nobodys_paper_and_nobodys_proof_are_not_there(office: httpx.AsyncClient, now: datetime) -> None:
    nobody = make.nobody(now)
    assert (await office.post(f"/signups/{nobody}/paper-consent", json=paper())).status_code == 404
    assert (await office.get(f"/consents/{nobody}/evidence")).status_code == 404


async def test_the_proof_of_a_signature_online_has_its_circumstances(
    office: httpx.AsyncClient, amina: Family, conn: Connection, zuri: UUID
) -> None:
    await amina.signed()
    consent = await desk.signer(conn, zuri)
    [entry] = (await office.get(f"/consents/{consent.id}/evidence")).json()["entries"]
    origin = {"client": "203.0.113.9", "agent": "Chrome on Android", "factor": "code_by_mail"}
    assert (entry["body"]["origin"], entry["body"]["name"]) == (origin, "Amina Camberwell")
