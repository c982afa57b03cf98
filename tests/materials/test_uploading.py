"""A file comes whole or not at all, for as much room as there is, whoever else uploads meanwhile."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar
from msgspec.structs import replace

from service import db
from service.app import create_app
from service.db import Connection, Pool
from service.materials.rules import CHUNK, MEGABYTE
from service.settings import Settings
from service.web import reading
from tests.materials import files
from tests.materials.conftest import Scene, ids
from tests.pages.office import audit, read
from tests.web.test_bodies import part

ROWS = "select (select count(*) from material) + (select count(*) from material_chunk) as n"


async def nothing_is_there(conn: Connection) -> bool:
    return await db.one(conn, int, ROWS) == 0


async def test_a_file_is_stored_in_pieces_and_comes_back_as_it_was(scene: Scene, conn: Connection) -> None:
    content = files.PDF + bytes(range(256)) * 3000
    assert (await scene.upload(content=content)).status_code == 303
    sizes = "select array_agg(octet_length(content) order by ordinal) as sizes from material_chunk"
    assert await db.one(conn, list, sizes) == [CHUNK, CHUNK, len(content) - 2 * CHUNK]
    [made] = await ids(conn, scene.convening.id)
    answer = await scene.office.browser.get(f"/materials/{made}")
    assert (answer.content, answer.headers["content-type"]) == (content, "application/pdf")
    assert (await audit(conn, "material_added")) == [{"kind": "file"}]
    assert "opening.pdf" in await scene.office.read(scene.path)


@pytest.mark.parametrize(
    ("name", "content", "fields", "words"),
    [
        ("a.html", b"<script>", {}, "We take PDF, PowerPoint"),
        ("a.pptx", files.with_macros(), {}, "Save it without macros"),
        ("a.pdf", b"", {}, "This file is empty."),
        ("a.pdf", files.PDF, {"title": ""}, "Write what it is."),
        ("a.pdf", files.PDF, {"nobody": ""}, "Say that no student is in it"),
        ("a.pdf", files.PDF, {"audience": "all"}, "Choose who may see it."),
        ("a.pdf", files.PDF, {"shared": "moment"}, "Write a day and a time"),
        ("a.pdf", files.PDF, {"chosen_only": "yes"}, "Choose a session, or let everybody"),
        ("a.pdf", files.PDF, {"session_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"}, "Choose a session of this"),
        ("a.pdf", files.PDF, {"media_id": "no"}, "Choose from what is offered here."),
        ("a.pdf", files.PDF, {"language": "xx"}, "Choose a language."),
    ],
)
async def test_what_cannot_be_taken_is_refused_at_its_field_and_leaves_nothing(
    scene: Scene, conn: Connection, name: str, content: bytes, fields: dict[str, str], words: str
) -> None:
    answer = await scene.upload(name, content, **fields)
    assert (answer.status_code, words in read(answer)) == (422, True)
    assert "Choose the file again: nothing of it was kept." in read(answer)
    assert await nothing_is_there(conn)


async def test_every_wrong_field_is_named_at_once(scene: Scene) -> None:
    page = read(await scene.upload("a.html", title="", nobody=""))
    assert all(words in page for words in ("Write what it is.", "Say that no student", "We take PDF"))


async def test_a_form_without_a_file_and_one_of_another_session_are_refused(scene: Scene, conn: Connection) -> None:
    assert "Choose a file." in read(await scene.office.send(f"{scene.path}/file", title="T"))
    assert (await scene.upload(seal="another")).status_code == 403
    assert await nothing_is_there(conn)


@pytest.mark.slow
async def test_a_file_that_is_too_large_is_read_to_its_end_and_refused_in_words(
    scene: Scene, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await scene.upload(content=files.PDF + bytes(25 * MEGABYTE))
    assert (answer.status_code, "more than 25 MB" in read(answer)) == (422, True)
    monkeypatch.setattr(reading, "_announced", lambda _: 200 * MEGABYTE)
    assert (await scene.upload()).status_code == 413
    assert await nothing_is_there(conn)


async def broken(site: Litestar, scene: Scene, messages: list[dict[str, Any]], stalls: asyncio.Event | None = None) -> int:
    """The status of the answer to an upload of which this arrives, and no more; `stalls` is set when there is no more."""
    coming, told = iter(messages), list[Any]()

    async def receive() -> Any:
        if message := next(coming, None):
            return message
        if stalls:
            stalls.set()
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        told.append(message)

    cookies = "; ".join(f"{one.name}={one.value}" for one in scene.office.browser.cookies.jar)
    path = f"{scene.path}/file"
    headers = {"host": "127.0.0.1:8000", "content-type": "multipart/form-data; boundary=x", "cookie": cookies}
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("203.0.113.7", 40000),
        "server": ("127.0.0.1", 8000),
    }
    await site(scope, receive, send)
    return told[0]["status"]


async def test_an_upload_that_breaks_off_or_stalls_leaves_nothing_and_holds_no_connection(
    site: Litestar, scene: Scene, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"seal": scene.office.sealed, "title": "T", "audience": "seats"}.items()
    )
    half = fields.encode() + b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + files.PDF
    assert await broken(site, scene, [part(half), {"type": "http.disconnect"}]) == 400
    assert await broken(site, scene, [part(half, more=False)]) == 400
    monkeypatch.setattr(reading, "PATIENCE", 0.2)
    busy = "select count(*) from pg_stat_activity where state like 'idle in transaction%'"
    waits = asyncio.Event()
    stalled = asyncio.create_task(broken(site, scene, [part(half)], waits))
    await waits.wait()
    assert await db.one(conn, int, busy) == 0
    assert await stalled == 408
    assert await nothing_is_there(conn)


@pytest.mark.slow
async def test_two_uploads_at_once_do_not_share_the_last_room(
    scene: Scene, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    small = create_app(replace(settings, material_mb=1, materials_mb=1), pool)
    small.state.clock = lambda: now
    transport = httpx.ASGITransport(app=small, client=("203.0.113.7", 40000))
    cookies = scene.office.browser.cookies
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", cookies=cookies) as client:
        scene.office.browser = client
        content = files.PDF + bytes(600_000)
        answers = await asyncio.gather(*(scene.upload(content=content) for _ in range(3)))
        assert sorted(one.status_code for one in answers) == [303, 422, 422]
        refused = next(one for one in answers if one.status_code == 422)
        assert "The files of this convening may take 1 MB together, and take 586 KB now." in read(refused)
        [made] = await ids(conn, scene.convening.id)
        again = await scene.upload(content=content, path=f"/office/materials/{made}/file")
        assert again.status_code == 303, "another version takes the room of the one before"
    assert await db.one(conn, int, "select count(distinct file_id) as n from material_chunk") == 1


async def test_another_version_takes_the_place_of_the_one_before_at_once(scene: Scene, conn: Connection) -> None:
    await scene.upload()
    [made] = await ids(conn, scene.convening.id)
    before = await scene.office.browser.get(f"/materials/{made}")
    path = f"/office/materials/{made}/file"
    assert (await scene.upload("second.html", path=path)).status_code == 422
    assert (await scene.office.browser.get(f"/materials/{made}")).content == before.content
    assert (await scene.upload("second.pdf", files.PDF + b"2", path=path)).status_code == 303
    after = await scene.office.browser.get(f"/materials/{made}")
    assert (after.content, after.headers["etag"] != before.headers["etag"]) == (files.PDF + b"2", True)
    assert "second.pdf" in after.headers["content-disposition"]
    assert await db.one(conn, int, "select count(*) as n from material_chunk") == 1
    assert [len(await audit(conn, one)) for one in ("material_added", "material_replaced")] == [1, 1]


async def test_a_picture_is_stored_without_what_its_camera_wrote(scene: Scene, conn: Connection) -> None:
    assert (await scene.upload("photo.jpg", files.jpeg())).status_code == 303
    [made] = await ids(conn, scene.convening.id)
    answer = await scene.office.browser.get(f"/materials/{made}")
    assert files.GPS not in answer.content
    assert answer.headers["content-length"] == str(len(answer.content))
