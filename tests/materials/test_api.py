"""Materials by a program: listed, links made, files put there, removed."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar

from service.access.actions import keep_token
from service.convenings.queries import ConveningRow
from service.db import Connection
from tests import make
from tests.materials import files
from tests.web.conftest import knocking

TOKEN = "organizer-token-only-for-tests"
LINK = {"title": "Slides", "url": "https://slides.example/x", "audience": "public", "no_student": True}
PLACE = {"title": "Handout", "audience": "seats", "shared": "after", "no_student": True}


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    return await make.convening(conn, now, sessions=[make.session_draft(now)])


@pytest.fixture
async def program(site: Litestar, conn: Connection, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    site.state.clock = lambda: now
    await keep_token(conn, "the environment's own", TOKEN, now)
    async with knocking(site, authorization=f"Bearer {TOKEN}") as client:
        yield client


def path(convening: ConveningRow) -> str:
    return f"/api/v1/convenings/{convening.id}/materials"


async def test_a_link_and_a_place_for_a_file_are_made_and_the_file_is_put_there(
    program: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    link = await program.post(path(convening), json=LINK)
    assert (link.status_code, link.json()["kind"], link.json()["opens_at"] is not None) == (201, "link", True)
    place = (await program.post(path(convening), json=PLACE)).json()
    assert (place["size"], place["sha256"], place["opens_at"][:16]) == (0, "", convening.ends_at.isoformat()[:16])
    at = f"/api/v1/materials/{place['id']}/file?name=a.pdf&no_student=true"
    put = await program.put(at, content=files.PDF)
    assert (put.status_code, put.json()["size"], put.json()["media_type"]) == (200, len(files.PDF), "application/pdf")
    listed = (await program.get(path(convening))).json()["items"]
    assert listed == [link.json(), put.json()]
    gone = await program.delete(f"/api/v1/materials/{place['id']}")
    assert (gone.status_code, gone.json()) == (200, put.json())
    assert [one["kind"] for one in (await program.get(path(convening))).json()["items"]] == ["link"]
    acts = await conn.fetch("select action from audit_entry order by action")
    assert [row["action"] for row in acts] == ["material_added", "material_added", "material_removed", "material_replaced"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"no_student": False}, "/no_student"),
        ({"media_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"}, "/no_student"),
        ({"no_student": False, "media_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"}, "/media_id"),
        ({"url": "http://a.example"}, "/url"),
        ({"title": ""}, "/title"),
        ({"audience": "all"}, "/audience"),
        ({"shared": "moment"}, "/shared_at"),
        ({"shared_at": "2027-01-01T00:00:00Z"}, "/shared_at"),
        ({"shared": "moment", "shared_at": "0001-01-01T00:00:00Z"}, "/shared_at"),
        ({"session_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"}, "/session_id"),
        ({"chosen_only": True}, "/chosen_only"),
        ({"language": "Klingon!"}, "/language"),
        ({"secret": 1}, "/secret"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_pointer(
    program: httpx.AsyncClient, convening: ConveningRow, changes: dict[str, Any], pointer: str
) -> None:
    answer = await program.post(path(convening), json=LINK | changes)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert (await program.get(path(convening))).json() == {"items": []}


async def test_a_file_must_be_named_said_to_show_nobody_and_be_what_its_name_says(
    program: httpx.AsyncClient, convening: ConveningRow
) -> None:
    made = (await program.post(path(convening), json=PLACE)).json()["id"]
    at = f"/api/v1/materials/{made}/file"
    for query, content, code in (
        ("?no_student=true", files.PDF, "invalid-field"),
        ("?name=a.pdf", files.PDF, "who-is-in-it"),
        ("?name=a.pdf&no_student=true", b"", "no-file"),
        ("?name=a.html&no_student=true", b"<p>", "file-not-taken"),
        ("?name=a.png&no_student=true", files.PDF, "file-not-what-it-says"),
    ):
        answer = await program.put(at + query, content=content)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    link = (await program.post(path(convening), json=LINK)).json()["id"]
    for one in (link, make.nobody(convening.created_at)):
        answer = await program.put(f"/api/v1/materials/{one}/file?name=a.pdf&no_student=true", content=files.PDF)
        assert answer.status_code == 404
    assert (await program.delete(f"/api/v1/materials/{make.nobody(convening.created_at)}")).status_code == 404
