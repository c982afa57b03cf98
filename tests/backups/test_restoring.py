"""A backup goes into an empty database, and life goes on from it: nothing owed is lost, nothing is sent twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from service import db, schema
from service.backups import making, queries
from service.backups.making import make as back_up
from service.backups.restoring import Restored, go_on, restore
from service.consents import verify
from service.convenings import actions as convenings
from service.convenings.rules import Patch
from service.db import Connection
from service.errors import StartRefused
from service.local.servers import Servers
from service.registrations import actions as registrations
from service.schema import Upgraded
from tests import make
from tests.backups.conftest import Installation
from tests.workers.conftest import Office, ics, kind

MOMENT = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)
"""Two hours before the demo's open convening reminds its people, a week before it begins."""
HOURS = 20
"""So long the old installation goes on."""


@pytest.fixture
async def another_database(servers: Servers) -> str:
    """The address of a second empty one."""
    conn = await asyncpg.connect(servers.database_url())
    name = f"plenary_{uuid4().hex}"
    await conn.execute(f"create database {name}")
    await conn.close()
    return servers.database_url(name)


@pytest.fixture
async def old(first_release: str, installation: Installation) -> Office:
    """The installation that the backup is of, upgraded: all is done but for an invite that is owed, and two who ask.

    What follows from the first is owed; to the second nobody has reacted yet.
    """
    await schema.upgrade(first_release)
    office = await installation(first_release, MOMENT)
    await office.tick()
    async with office.pool.acquire() as conn:
        convening_id = await open_convening(conn)
        await make.registered(conn, convening_id, 0, now=MOMENT)
        await make.stranger(conn, convening_id, make.request(1), now=MOMENT)
        await office.react()
        await make.stranger(conn, convening_id, make.request(2), now=MOMENT)
    return office


async def open_convening(conn: Connection) -> UUID:
    return await db.one(conn, UUID, "select id from convening where state = 'published'")


async def carried_on(office: Office) -> None:
    """What an installation does in `HOURS` hours."""
    await office.settle()
    for _ in range(HOURS):
        office.later(hours=1)
        await office.tick()


def mails(office: Office) -> dict[str, bytes]:
    """All that its mail server took, by Message-ID; no mail was taken twice."""
    taken = office.caught(len(office.catcher.folder))
    by_id = {str(one["Message-ID"]): raw for (_, raw), one in zip(taken, office.mails(len(taken)), strict=True)}
    assert len(by_id) == len(taken)
    return by_id


async def owed_to(office: Office) -> Counter[tuple[str, str]]:
    """What was ever owed to whom."""
    async with office.pool.acquire() as conn:
        rows = await conn.fetch("select kind, recipient from delivery")
    return Counter((row["kind"], row["recipient"]) for row in rows)


async def test_what_was_sent_since_the_backup_is_not_sent_again_and_nothing_owed_is_lost(
    old: Office, another_database: str, installation: Installation, tmp_path: Path
):
    file = tmp_path / "all.dump"
    assert await back_up(old.settings, file, old.moment) > 100_000
    await carried_on(old)
    given = msgspec.structs.replace(old.settings, database_url=another_database)

    done = await restore(given, file, old.moment, old.moment)

    new = await installation(another_database, old.moment)
    new.later(minutes=10)
    await new.schedule.catch_up(new.moment)
    await new.tick()
    new.later(minutes=10)
    await new.settle()
    sent_before, sent_now = mails(old), mails(new)
    again = {key: raw for key, raw in sent_now.items() if key in sent_before}
    assert done == Restored(MOMENT, (), 1)
    assert all(raw == sent_before[key] for key, raw in again.items()), "a revision may repeat, byte for byte"
    assert {kind(mail) for mail in new.mails(len(sent_now))} == {"REQUEST"}
    assert sent_now == again, "nothing else goes out by itself"
    lost = await owed_to(old) - await owed_to(new)
    assert lost == {("confirm_address", make.request(2).email): 1}, "a place that nobody confirmed in time is not asked for"
    assert len(await owed_to(old)) > 5
    async with new.pool.acquire() as conn:
        doubtful = await conn.fetch("select kind, error from delivery where state = 'unknown'")
        assert {row["kind"] for row in doubtful} == {"confirm_address", "reminder"}
        assert {row["error"] for row in doubtful} == {"A backup was restored: this may have been sent before."}
        assert await verify.verify(conn, []) == (48, [])


async def test_what_a_lock_kept_from_being_done_is_done_before_the_clock_goes_on(
    old: Office, another_database: str, installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Done later, it would be of a moment after the old installation, and its mail would go out a second time."""
    await back_up(old.settings, tmp_path / "all.dump", old.moment)
    given = msgspec.structs.replace(old.settings, database_url=another_database)
    ended = old.later(hours=HOURS)
    await restore(given, tmp_path / "all.dump", ended, ended)
    new = await installation(another_database, ended)
    locked, expire = iter(range(2)), registrations.expire_overdue

    async def held_up(conn: Connection, convening_id: UUID, now: datetime) -> int:
        for _ in locked:
            raise asyncpg.LockNotAvailableError("canceling statement due to lock timeout")
        return await expire(conn, convening_id, now)

    monkeypatch.setattr(registrations, "expire_overdue", held_up)
    await new.schedule.catch_up(new.later(minutes=10))
    async with new.pool.acquire() as conn:
        said = await conn.fetch("select created_at from event where kind in ('hold_expired', 'offer_expired')")
        assert {row["created_at"] for row in said} >= {ended}
        assert await db.one(conn, int, "select count(*) as n from restoration where settled_at is not null") == 1


async def test_life_goes_on_above_what_readers_and_calendars_have_seen(
    old: Office, another_database: str, installation: Installation, tmp_path: Path
):
    await back_up(old.settings, tmp_path / "all.dump", old.moment)
    given = msgspec.structs.replace(old.settings, database_url=another_database)
    await restore(given, tmp_path / "all.dump", old.moment, old.moment)
    new = await installation(another_database, old.later(minutes=1))
    await new.schedule.catch_up(new.moment)
    await new.settle()
    async with new.pool.acquire() as conn:
        convening_id = await open_convening(conn)
        made = await make.registered(conn, convening_id, 3, now=new.moment)
        await convenings.change(conn, convening_id, Patch(title="Winter Convening, once more"), new.moment)
    await new.settle()
    new.later(minutes=6)
    changed = await new.settle()
    assert made.state == "confirmed"
    assert {int(ics(mail)["SEQUENCE"]) > queries.REVISIONS for mail in changed if kind(mail)} == {True}
    async with new.pool.acquire() as conn:
        newest = await db.one(conn, int, "select max(position) as n from event")
        assert newest > queries.FAR_ABOVE
        assert await db.one(conn, int, "select count(*) as n from event where handled_at is null") == 0
        assert await db.one(conn, int, "select count(*) as n from restoration where settled_at is not null") == 1


async def test_an_installation_that_was_moved_sends_everything_that_it_owed_once(
    old: Office, another_database: str, installation: Installation, tmp_path: Path
):
    already = mails(old)
    await back_up(old.settings, tmp_path / "all.dump", old.moment)
    given = msgspec.structs.replace(old.settings, database_url=another_database)
    assert await restore(given, tmp_path / "all.dump", None, old.moment) == Restored(MOMENT, (), 0)
    new = await installation(another_database, old.moment)
    await carried_on(new)
    await carried_on(old)
    assert not mails(new).keys() & already.keys()
    assert await owed_to(new) == await owed_to(old)
    assert len(mails(new)) == len(mails(old)) - len(already)
    async with new.pool.acquire() as conn:
        assert await db.one(conn, int, "select count(*) as n from delivery where state = 'unknown'") == 0


async def test_the_moment_of_the_end_lies_between_the_backup_and_now(old: Office, another_database: str, tmp_path: Path):
    await back_up(old.settings, tmp_path / "all.dump", old.moment)
    given = msgspec.structs.replace(old.settings, database_url=another_database)
    for wrong in (old.moment - timedelta(seconds=1), old.moment + timedelta(hours=2)):
        with pytest.raises(StartRefused, match=r"^The backup is of 2027-03-03 12:00:00 UTC: name a moment between"):
            await restore(given, tmp_path / "all.dump", wrong, old.moment + timedelta(hours=1))
    assert await tables_in(another_database) == 0


async def test_a_file_without_its_keys_is_refused_before_anything_is_written(
    old: Office, another_database: str, tmp_path: Path
):
    await back_up(old.settings, tmp_path / "all.dump", old.moment)
    for changes, sentence in (
        ({"secret_key": "another-one-" * 4}, "PLENARY_SECRET_KEY is not the one of this backup"),
        ({"field_keys": ("1e" * 32,)}, "PLENARY_FIELD_KEYS lacks 1 of the keys of this backup"),
    ):
        given = msgspec.structs.replace(old.settings, database_url=another_database, **changes)
        with pytest.raises(StartRefused, match=sentence):
            await restore(given, tmp_path / "all.dump", None, old.moment)
    assert await tables_in(another_database) == 0


async def tables_in(url: str) -> int:
    conn = await asyncpg.connect(url)
    count: int = await conn.fetchval("select count(*) from pg_tables where schemaname = 'public'")
    await conn.close()
    return count


async def test_a_database_that_another_program_has_restored_works_only_after_it_was_reckoned_with(
    old: Office, servers: Servers
):
    """It stands in the same server, under another name."""
    await old.pool.close()
    conn = await asyncpg.connect(servers.database_url())
    name = f"plenary_{uuid4().hex}"
    await conn.execute(f"create database {name} template {old.settings.database_url.split('/')[3].split('?', 1)[0]}")
    await conn.close()
    url = servers.database_url(name)
    given = msgspec.structs.replace(old.settings, database_url=url)
    conn = await asyncpg.connect(url)
    with pytest.raises(StartRefused, match=r"copied from elsewhere\. Run `python -m service\.backups restored`"):
        await schema.check(conn)
    assert await schema.upgrade(url) == Upgraded()
    with pytest.raises(StartRefused, match=r"restored or copied"):
        await schema.check(conn)
    assert await go_on(given, old.moment, old.moment) == Restored(MOMENT, (), 1)
    await schema.check(conn)
    await conn.close()


async def test_only_an_empty_database_is_filled_and_only_from_a_backup(old: Office, another_database: str, tmp_path: Path):
    await back_up(old.settings, tmp_path / "all.dump", old.moment)
    with pytest.raises(StartRefused, match=r"is there already\. Name another file\.$"):
        await back_up(old.settings, tmp_path / "all.dump", old.moment)
    with pytest.raises(StartRefused, match=r"^The database is not empty\."):
        await restore(old.settings, tmp_path / "all.dump", None, old.moment)
    (tmp_path / "torn.dump").write_bytes((tmp_path / "all.dump").read_bytes()[:50_000])
    (tmp_path / "other.dump").write_text("hello")
    given = msgspec.structs.replace(old.settings, database_url=another_database)
    for name in ("torn", "other"):
        with pytest.raises(StartRefused, match=r"^pg_restore failed: "):
            await restore(given, tmp_path / f"{name}.dump", None, old.moment)
    assert await tables_in(another_database) == 0


async def test_a_backup_that_breaks_off_leaves_no_file_and_is_not_written_down(
    old: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full_disk(_name: str, _url: str, *args: str) -> str:
        Path(args[-1].removeprefix("--file=")).write_bytes(b"half of it")
        raise StartRefused("pg_dump failed: no space left on device")

    monkeypatch.setattr(making, "run", full_disk)
    with pytest.raises(StartRefused, match=r"no space left"):
        await back_up(old.settings, tmp_path / "all.dump", old.moment)
    assert not any((tmp_path / name).exists() for name in ("all.dump", "all.dump.part"))
    with pytest.raises(StartRefused, match=r"^There is no folder"):
        await back_up(old.settings, tmp_path / "nowhere" / "all.dump", old.moment)
    async with old.pool.acquire() as conn:
        assert await queries.age(conn, old.moment) is None
