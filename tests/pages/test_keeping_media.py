"""M3: what is published of students is recorded where they allow it, and must come down as soon as they do not."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.consents import second_guardian, signing_up
from service.consents.rules import Guardian
from service.db import Connection, Pool
from service.errors import Refused
from service.keeping import erasing, media, media_queries
from service.keeping.erasing import Order
from service.settings import Settings
from tests.consents import students
from tests.consents.students import Stage
from tests.pages.office import Office, enter, read
from workers.schedule import Schedule

DAY = timedelta(days=1)
PHOTO = {"use": "photo_network", "title": "The panel from behind", "place": "our gallery", "day": "2027-01-05"}


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now)


@pytest.fixture
async def zuri(conn: Connection, stage: Stage, now: datetime) -> UUID:
    """Cleared, with photos and recordings inside the network."""
    signup_id = await students.seated(conn, stage, now)
    await students.guardian_says(conn, stage, signup_id, now, photos="network", recording="network")
    return signup_id


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage) -> Office:
    return await enter(browser, conn, settings, now, stage.convening.id)


def path(stage: Stage) -> str:
    return f"/office/convenings/{stage.convening.id}/media"


async def due(conn: Connection, stage: Stage, now: datetime) -> list[tuple[str, datetime]]:
    """Why, and by when."""
    found, _ = await media.to_take_down(conn, [stage.convening.id], 3 * DAY, now)
    return [(one.why, one.due_at) for one in found]


async def test_m3_an_item_is_recorded_with_a_cleared_student_who_allows_it(
    office: Office, conn: Connection, now: datetime, stage: Stage, zuri: UUID
) -> None:
    assert (await office.send(path(stage), **PHOTO, students=str(zuri))).status_code == 303
    page = await office.read(path(stage))
    assert "Everything that is published may stay today." in page
    assert "Zuri Camberwell" in page
    assert await due(conn, stage, now) == []


@pytest.mark.parametrize(
    ("use", "why"),
    [
        ("photo_public", "the answer about photos does not allow it"),
        ("recording_public", "the answer about recording does not allow it"),
        ("quote_without_name", "the answer about quotes does not allow it"),
    ],
)
async def test_m3_what_an_answer_does_not_allow_is_refused_by_name(
    office: Office, conn: Connection, stage: Stage, zuri: UUID, use: str, why: str
) -> None:
    answer = await office.send(path(stage), **PHOTO | {"use": use}, students=str(zuri))
    assert answer.status_code == 422
    assert f"Zuri Camberwell: {why}" in read(answer)
    assert await media_queries.items(conn, [stage.convening.id]) == []


async def test_m3_who_is_not_cleared_is_in_nothing(
    office: Office, conn: Connection, now: datetime, stage: Stage, zuri: UUID
) -> None:
    mateo = await students.student(conn, stage, now, "Mateo Lindqvist")
    answer = await office.send(path(stage), **PHOTO, students=[str(zuri), str(mateo)])
    assert (answer.status_code, "Mateo Lindqvist: not cleared" in read(answer)) == (422, True)
    nobody = await office.send(path(stage), **PHOTO)
    assert (nobody.status_code, "Choose who is in it" in read(nobody)) == (422, True)


@pytest.mark.parametrize("changes", [{"title": "Zuri on stage"}, {"place": "https://news.example/zuricamberwell.html"}])
async def test_m3_no_title_names_a_student(office: Office, stage: Stage, zuri: UUID, changes: dict[str, str]) -> None:
    """M3, S2: it would stay when everything about the student is deleted."""
    answer = await office.send(path(stage), **PHOTO | changes, students=str(zuri))
    assert (answer.status_code, "must not have a student’s name" in read(answer).replace("'", "’")) == (422, True)


Step = Callable[[Connection, Stage, UUID, datetime], Any]


async def _withdraws(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    await students.guardian_says(conn, stage, zuri, at, "withdrawn", photos="network")


async def _objects(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    async with conn.transaction():
        await second_guardian.record_objection(conn, zuri, "Tamsin Birchwell", at)


async def _changes(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    await students.guardian_says(conn, stage, zuri, at, photos="none")


async def _student_no(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    await students.student_says(conn, stage, zuri, at, answer="no")


async def _school(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    async with conn.transaction():
        await signing_up.withdraw(conn, zuri, at)


async def _birthday(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    await conn.execute("update consent set valid_until = $2 where signup_id = $1", zuri, at)


async def _deleted(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    async with conn.transaction():
        await erasing.erase(conn, [zuri], Order("family"), at)


async def _names_another(conn: Connection, stage: Stage, zuri: UUID, at: datetime) -> None:
    async with conn.transaction():
        await second_guardian.name(conn, zuri, Guardian(name="Bo C", language="en", email="bo@families.example"), at)


@pytest.mark.parametrize("began", [_withdraws, _objects, _student_no, _school])
@pytest.mark.parametrize("then", [_names_another, _deleted])
async def test_m3_nothing_that_comes_later_gives_more_time_to_take_it_down(
    office: Office, conn: Connection, now: datetime, stage: Stage, zuri: UUID, began: Step, then: Step
) -> None:
    """M3: three days from the moment at which the yes ended, whatever is named or deleted three days after it."""
    await office.send(path(stage), **PHOTO, students=str(zuri))
    await began(conn, stage, zuri, now + DAY)
    with suppress(Refused):
        await then(conn, stage, zuri, now + 4 * DAY)
    [(_, until)] = await due(conn, stage, now + 4 * DAY)
    assert until == now + 4 * DAY


async def test_m3_the_clock_remembers_since_when_it_must_come_down_and_forgets_it_with_a_new_yes(
    office: Office, pool: Pool, conn: Connection, now: datetime, stage: Stage, zuri: UUID
) -> None:
    """M3: also where what began it is not to be seen any more: here another no about photos."""
    await office.send(path(stage), **PHOTO, students=str(zuri))
    for day in (1, 3):
        await _changes(conn, stage, zuri, now + day * DAY)
        await Schedule(pool, lambda: now).tick(now + day * DAY)
    assert await due(conn, stage, now + 3 * DAY) == [("the answer about photos does not allow it", now + 4 * DAY)]
    await students.guardian_says(conn, stage, zuri, now + 3 * DAY, photos="network")
    await Schedule(pool, lambda: now).tick(now + 3 * DAY)
    await _changes(conn, stage, zuri, now + 5 * DAY)
    assert await due(conn, stage, now + 5 * DAY) == [("the answer about photos does not allow it", now + 8 * DAY)]


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        (_withdraws, "not cleared"),
        (_objects, "not cleared"),
        (_changes, "the answer about photos does not allow it"),
        (_student_no, "not cleared"),
        (_school, "not cleared"),
        (_birthday, "18 now, and not asked yet"),
        (_deleted, "everything about the student was deleted"),
    ],
)
async def test_m3_however_a_yes_ends_what_is_published_must_come_down_within_three_days(
    office: Office, conn: Connection, now: datetime, stage: Stage, zuri: UUID, ends: Step, why: str
) -> None:
    """M3, M4: at once, since it is computed from the answers; and with a named person it is done."""
    await office.send(path(stage), **PHOTO, students=str(zuri))
    later = now + 5 * DAY
    await ends(conn, stage, zuri, later)
    assert await due(conn, stage, later) == [(why, later + 3 * DAY)]
    [item] = await media_queries.items(conn, [stage.convening.id])
    site: Any = office.browser._transport
    site.app.state.clock = lambda: later
    await conn.execute("update web_session set idle_until = $1, ends_at = $1", later + DAY)
    assert "1 thing must come down." in await office.read(path(stage))
    assert "1 published thing must come down" in await office.read(f"/office/convenings/{stage.convening.id}")
    assert (await office.send(f"/office/media/{item.id}/signups/{zuri}/down")).status_code == 303
    assert await due(conn, stage, later) == []
    [row] = await media_queries.in_them(conn, [stage.convening.id])
    assert (row.down_at, row.down_by) == (later, "Tamsin Birchwell")
    assert await db.one(conn, int, "select count(*) from audit_entry where action = 'media_down'") == 1
