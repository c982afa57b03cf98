"""Lists as they leave: few at once, nothing held for who leaves or stands still, and a break that looks like one."""

import asyncio
import http.client
from datetime import datetime

import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.db import Connection
from service.settings import Settings
from service.web import downloads
from service.web.table_files import FORMATS
from tests import make
from tests.web.reader import Reader
from tests.web.serving import serving

MANY = 6_000
"""Of more than a kilobyte each: more than the line between two processes holds by itself."""
FILL = """
with made as (
  insert into person (id, name, email, created_at)
  select gen_random_uuid(), 'Somebody ' || n, 'somebody.' || n || '.' || $1::uuid || '@load.example', $2
    from generate_series(1, $3::int) n returning id, name)
insert into registration (id, convening_id, person_id, state, seated, source, name, access_needs, created_at, changed_at)
select gen_random_uuid(), $1, id, 'waitlisted', false, 'organizer', name, repeat(md5(name), 31), $2, $2 from made
"""


@pytest.fixture
async def path(owner: Connection, conn: Connection, settings: Settings, app: Litestar, now: datetime) -> str:
    """The address of 600 registrations, without the format; no mail hangs on them."""
    app.state.clock = lambda: now
    await keep_token(conn, "a program", settings.organizer_token, now)
    return await filled(owner, conn, now, 600)


async def filled(owner: Connection, conn: Connection, now: datetime, count: int) -> str:
    convening = await make.convening(conn, now)
    await owner.execute("set session_replication_role = replica")
    await owner.execute(FILL, convening.id, now, count)
    await owner.execute("set session_replication_role = default")
    return f"/api/v1/convenings/{convening.id}/registrations/export"


async def connections(owner: Connection) -> int:
    return await db.one(owner, int, "select count(*)::int from pg_stat_activity where application_name = 'plenary-web-file'")


async def until_free(owner: Connection) -> None:
    """A connection that was cut is gone from PostgreSQL a moment later."""
    async with asyncio.timeout(5):
        while await connections(owner):
            continue


async def noted(conn: Connection) -> int:
    return await db.one(conn, int, "select count(*)::int from audit_entry where action = 'list_exported'")


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_whole_file_comes_in_chunks_with_its_name_and_nothing_keeps_it(
    app: Litestar, settings: Settings, owner: Connection, path: str, kind: str
) -> None:
    reader = Reader(app, settings, f"{path}.{kind}")
    await reader.take()
    headers = {name.decode(): value.decode() for name, value in reader.told[0]["headers"]}
    assert (reader.status, reader.ended) == (200, True)
    assert headers["content-disposition"] == f'attachment; filename="fall-convening-registrations-2026-12-01.{kind}"'
    assert headers["content-type"].partition(";")[0] == FORMATS[kind].media_type  # type: ignore[index]
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "content-length" not in headers
    if kind != "xlsx":
        assert (reader.body.count(b"\n"), len(reader.told)) == (601, 5)
    await until_free(owner)


async def test_rows_are_read_in_one_look_that_changes_nothing_on_a_connection_of_their_own(
    app: Litestar, settings: Settings, owner: Connection, conn: Connection, path: str
) -> None:
    standing = asyncio.Event()
    reader = Reader(app, settings, f"{path}.csv")
    taking = asyncio.create_task(reader.take(standing))
    await reader.began.wait()
    assert await connections(owner) == 1
    await owner.execute("delete from registration")
    standing.set()
    await taking
    assert reader.body.count(b"\n") == 601, "it shows the moment at which it began"


@pytest.mark.parametrize("kind", FORMATS)
async def test_who_leaves_in_the_midst_holds_nothing_any_more(
    app: Litestar, settings: Settings, owner: Connection, path: str, kind: str
) -> None:
    reader = Reader(app, settings, f"{path}.{kind}")
    taking = asyncio.create_task(reader.take(asyncio.Event()))
    await reader.began.wait()
    reader.gone.set()
    await taking
    assert not reader.ended
    assert app.state.slots.count == 0
    await until_free(owner)


async def test_who_stands_still_is_cut_off(
    app: Litestar, settings: Settings, owner: Connection, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "STANDSTILL", 0.02)
    reader = Reader(app, settings, f"{path}.csv")
    await reader.take(asyncio.Event())
    assert (reader.status, reader.ended, app.state.slots.count) == (200, False, 0)
    await until_free(owner)


async def test_a_file_that_takes_too_long_is_cut_off_and_before_its_first_byte_answered_in_words(
    app: Litestar, settings: Settings, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "LONGEST", 0.0)
    reader = Reader(app, settings, f"{path}.csv")
    await reader.take()
    assert (reader.status, reader.ended, b"We are busy for a moment" in reader.body) == (503, True, True)


async def test_a_database_that_goes_away_in_the_midst_leaves_no_clean_end(
    app: Litestar, settings: Settings, owner: Connection, path: str
) -> None:
    standing = asyncio.Event()
    reader = Reader(app, settings, f"{path}.csv")
    taking = asyncio.create_task(reader.take(standing))
    await reader.began.wait()
    await end_connections(owner)
    standing.set()
    await taking
    assert (reader.status, reader.ended, reader.body.count(b"\n")) == (200, False, 251)


async def end_connections(owner: Connection) -> None:
    await owner.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'plenary-web-file'"
    )


async def test_a_third_file_of_the_same_person_is_refused_in_words_and_nothing_is_written_down(
    app: Litestar, settings: Settings, conn: Connection, path: str
) -> None:
    standing = asyncio.Event()
    readers = [Reader(app, settings, f"{path}.csv") for _ in range(downloads.MOST_EACH)]
    taking = [asyncio.create_task(one.take(standing)) for one in readers]
    for one in readers:
        await one.began.wait()
    late = Reader(app, settings, f"{path}.csv")
    await late.take()
    assert (late.status, b"too-many-files" in late.body) == (503, True)
    assert await noted(conn) == downloads.MOST_EACH
    stranger = Reader(app, settings, f"{path}.csv")
    stranger.scope["headers"] = []
    await stranger.take()
    assert stranger.status == 401, "who may not take it along learns nothing of others"
    standing.set()
    await asyncio.gather(*taking)
    assert [one.ended for one in readers] == [True] * downloads.MOST_EACH


def test_all_together_take_no_more_than_a_process_has_places_for() -> None:
    slots = downloads.Slots()
    held = [slots.taken(number // downloads.MOST_EACH) for number in range(downloads.MOST)]
    for one in held:
        one.__enter__()
    with pytest.raises(downloads.TooManyFiles), slots.taken("somebody else"):
        pass
    held[0].__exit__(None, None, None)
    with slots.taken("somebody else"):
        assert slots.count == downloads.MOST


@pytest.mark.slow
async def test_over_a_real_line_a_break_is_a_failed_download_and_memory_does_not_follow_the_file(
    settings: Settings, owner: Connection, conn: Connection, path: str, now: datetime
) -> None:
    large = await filled(owner, conn, now, MANY)
    with serving(settings) as web:
        for kind in ("csv", "jsonl"):
            await asyncio.to_thread(lambda kind=kind: begun(web.port, settings, f"{path}.{kind}").read())
        before = web.resident_megabytes()
        for kind in ("csv", "jsonl"):
            content = await asyncio.to_thread(lambda kind=kind: begun(web.port, settings, f"{large}.{kind}").read())
            assert len(content) > 100_000
            del content
        assert web.resident_megabytes() - before < 4
        line = await asyncio.to_thread(begun, web.port, settings, f"{large}.csv")
        await end_connections(owner)
        with pytest.raises(http.client.IncompleteRead):
            await asyncio.to_thread(line.read)
        code, written = web.end()
    assert (code, "a file broke off" in written, "Traceback" in written) == (0, True, False)


def begun(port: int, settings: Settings, path: str) -> http.client.HTTPResponse:
    """An answer of which no more is read than its head."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path, headers={"Authorization": f"Bearer {settings.organizer_token}"})
    return line.getresponse()
