"""What a coach writes: sealed at rest, read by the coach, by the member once it is shared, and by nobody else."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.coaching import notes
from service.coaching.rules import ChangedMeanwhile
from service.db import Connection
from service.errors import NotFound
from service.field_cipher import Ring, ring
from service.settings import Settings
from tests.access.conftest import Browser, seal, sign_in
from tests.access.test_rights import give
from tests.coaching.conftest import House, coach_of
from tests.consents.test_rekey import rekeyed

SECRET = "Is thinking of leaving the district."
OLD, NEW = "aa" * 32, "bb" * 32


async def written(conn: Connection, house: House, keys: Ring, now: datetime, *, shared: bool = False) -> UUID:
    note_id = db.new_id(now)
    about = (house.coach, house.ana.person_id)
    await notes.write(conn, keys, note_id, *about, None, SECRET, now, shared=shared)
    return note_id


async def test_a_note_is_sealed_before_it_is_stored_and_no_table_has_a_word_of_it(
    conn: Connection, house: House, settings: Settings, now: datetime
) -> None:
    keys = ring(settings.field_keys)
    await written(conn, house, keys, now)
    tables = await db.many(conn, str, "select tablename::text from pg_tables where schemaname = 'public'")
    for table in tables:
        rows = await conn.fetch(f'select t::text as row from "{table}" t')
        assert not [row for row in rows if "leaving" in row["row"]], table
    sealed = await db.one(conn, bytes, "select sealed from coach_note")
    assert (b"leaving" in sealed, len(sealed)) == (False, 4 + 12 + 256 + 16)
    assert await db.many(conn, str, "select kind from event where payload::text like '%note%'") == []
    assert await db.many(conn, str, "select action from audit_entry") == []
    assert [one.text for one in await notes.of_pair(conn, keys, house.coach, house.ana.person_id)] == [SECRET]


async def test_the_member_reads_what_is_shared_as_long_as_it_is(
    conn: Connection, house: House, settings: Settings, now: datetime
) -> None:
    keys, ana = ring(settings.field_keys), house.ana.person_id
    note_id = await written(conn, house, keys, now)
    assert await notes.for_member(conn, keys, ana) == []
    seen = (await notes.one(conn, keys, note_id, house.coach))[0].mark
    await notes.rewrite(conn, keys, note_id, house.coach, "You lead well.", seen, now, shared=True)
    assert [one.text for one in await notes.for_member(conn, keys, ana)] == ["You lead well."]
    assert await notes.for_member(conn, keys, house.ben.person_id) == []
    seen = (await notes.one(conn, keys, note_id, house.coach))[0].mark
    await notes.rewrite(conn, keys, note_id, house.coach, "You lead well.", seen, now, shared=False)
    assert await notes.for_member(conn, keys, ana) == []


async def test_another_coach_reads_changes_and_deletes_none_of_them_and_nobody_writes_about_a_stranger(
    conn: Connection, house: House, settings: Settings, now: datetime
) -> None:
    keys = ring(settings.field_keys)
    note_id = await written(conn, house, keys, now)
    other = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    for attempt in (
        notes.one(conn, keys, note_id, other),
        notes.rewrite(conn, keys, note_id, other, "x", "", now, shared=True),
        notes.delete(conn, keys, note_id, other, ""),
        notes.write(conn, keys, db.new_id(now), other, house.ana.person_id, None, "x", now, shared=True),
        notes.write(conn, keys, note_id, house.coach, house.ana.person_id, db.new_id(now), "x", now, shared=True),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await notes.of_pair(conn, keys, other, house.ana.person_id) == []


async def test_two_windows_do_not_write_over_one_another(
    conn: Connection, house: House, settings: Settings, now: datetime
) -> None:
    keys = ring(settings.field_keys)
    note_id = await written(conn, house, keys, now)
    seen = (await notes.one(conn, keys, note_id, house.coach))[0].mark
    later = datetime.fromtimestamp(now.timestamp() + 60, now.tzinfo)
    await notes.rewrite(conn, keys, note_id, house.coach, "From the other window.", seen, later, shared=False)
    with pytest.raises(ChangedMeanwhile):
        await notes.rewrite(conn, keys, note_id, house.coach, "From this one.", seen, later, shared=False)
    with pytest.raises(ChangedMeanwhile):
        await notes.delete(conn, keys, note_id, house.coach, seen)


async def test_the_key_can_be_changed_and_a_lost_one_is_said_on_the_page(
    conn: Connection, house: House, settings: Settings, now: datetime
) -> None:
    await written(conn, house, Ring([OLD]), now, shared=True)
    [lost] = await notes.for_member(conn, Ring([NEW]), house.ana.person_id)
    assert (lost.readable, lost.text) == (False, notes.LOST)
    assert rekeyed(settings, f"{NEW},{OLD}") == (0, "1 values sealed anew, 0 under older keys.", "")
    assert [one.text for one in await notes.for_member(conn, Ring([NEW]), house.ana.person_id)] == [SECRET]


@pytest.mark.parametrize("role", ["organizer", "system_admin", "member", "evaluator"])
async def test_no_page_shows_a_note_to_anybody_else(
    conn: Connection, house: House, settings: Settings, now: datetime, browser: Browser, tamsin: UUID, role: str
) -> None:
    note_id = await written(conn, house, ring(settings.field_keys), now, shared=True)
    await give(conn, now, tamsin, role)  # pyright: ignore[reportArgumentType]
    await sign_in(browser, conn, settings)
    ana, convening = house.ana.person_id, house.convening.id
    paths = [f"/coach/notes/{note_id}", f"/coach/members/{ana}", "/me/coaching", f"/office/people/{ana}", "/audit"]
    paths += [f"/office/convenings/{convening}/coaching", f"/office/registrations/{house.ana.id}", "/me", "/directory"]
    for path in paths:
        assert SECRET not in (await browser.get(path)).text, path


async def test_a_coach_writes_shares_and_deletes_on_the_page_and_a_double_click_is_one_note(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "coach")
    await conn.execute("update membership set coach_id = $1 where person_id = $2", tamsin, house.ana.person_id)
    await sign_in(browser, conn, settings)
    page = f"/coach/members/{house.ana.person_id}"
    form = {"seal": await seal(browser), "note": str(db.new_id(now)), "text": SECRET}
    for _ in range(2):
        assert (await browser.post(page, data=form)).headers["location"] == f"{page}?saved=note"
    shown = await browser.get(page)
    assert (shown.text.count(SECRET), "Who reads this: you." in shown.text) == (1, True)
    assert (await browser.post(page, data=form | {"text": " "})).status_code == 422
    note_id = await db.one(conn, UUID, "select id from coach_note")
    assert await db.many(conn, str, "select action from audit_entry where action <> 'signed_in'") == []
    seen = (await notes.one(conn, ring(settings.field_keys), note_id, tamsin))[0].mark
    await browser.post(f"/coach/notes/{note_id}/removal", data={"seal": form["seal"], "seen": seen})
    assert await db.one(conn, int, "select count(*) from coach_note") == 0
