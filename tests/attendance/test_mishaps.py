"""What goes wrong at a door: late scans, bad words, slips, clocks; nothing owed is lost, nobody counts twice."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from service import events
from service.attendance import certificate_queries, clock, desk_sync, looking, papers
from service.attendance.desk_sync import Legible
from service.consents import day_rules
from service.convenings import queries as convenings
from service.field_cipher import ring
from tests import make
from tests.attendance.conftest import HOUR, MINUTE, Door, scan
from tests.consents import students
from tests.consents.students import Stage


async def test_scans_that_arrive_after_the_end_was_declared_are_certified_too(door: Door, now: datetime) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    [room, *_] = await make.session_ids(door.conn, door.convening.id)
    await convenings.set_state(door.conn, door.convening.id, "completed")
    late = scan(door.opens + HOUR, registration_id=row.id, session_id=room)
    await door.take(scan(door.opens, registration_id=row.id), late, now=door.opens + 9 * HOUR)
    due = [one for one in await make.recorded(door.conn) if isinstance(one, events.CertificateDue)]
    assert [one.registration_id for one in due] == [row.id], "once, however many scans"
    await door.take(late, now=door.opens + 9 * HOUR)
    await door.take(scan(door.opens, undoes=late.scan_id), now=door.opens + 9 * HOUR)
    due = [one for one in await make.recorded(door.conn) if isinstance(one, events.CertificateDue)]
    assert len(due) == 2, "what is sent again changes nothing, what is taken back does"
    assert await certificate_queries.valid(door.conn, row.id) is None


async def test_an_alert_comes_once_for_one_visit_also_after_the_end(at_stage: Door, stage: Stage, now: datetime) -> None:
    minor = await students.student(at_stage.conn, stage, now)
    await convenings.set_state(at_stage.conn, stage.convening.id, "completed")

    async def alerts(at: datetime) -> int:
        await clock.turn(at_stage.conn, at)
        return sum(isinstance(one, events.UnclearedOnSite) for one in await make.recorded(at_stage.conn))

    for index in range(3):
        await at_stage.take(scan(at_stage.opens + index * MINUTE, signup_id=minor))
        assert await alerts(at_stage.opens + (index + 1) * MINUTE) == 1
    await at_stage.take(scan(at_stage.opens + HOUR, "out", signup_id=minor))
    await at_stage.take(scan(at_stage.opens + 2 * HOUR, signup_id=minor))
    assert await alerts(at_stage.opens + 2 * HOUR + MINUTE) == 2, "who comes again is told of again"


async def test_who_was_turned_away_and_is_cleared_later_is_signed_in_with_an_adult(
    at_stage: Door, stage: Stage, now: datetime
) -> None:
    conn, at = at_stage.conn, at_stage.opens
    minor = await students.student(conn, stage, now)
    assert await at_stage.said(scan(at, signup_id=minor)) == ["not_cleared"]
    await students.guardian_says(conn, stage, minor, now)
    await students.student_says(conn, stage, minor, now)
    await students.settle(conn, stage, now)
    seen = await at_stage.seen(at + MINUTE)
    assert [one.is_here for one in seen.students] == [False], "not signed in"
    assert seen.count.minors == 1, "but here"
    signing = scan(at + HOUR, signup_id=minor, brought_by="Shirin Daylight", id_checked=True)
    assert await at_stage.said(signing) == ["recorded"]
    seen = await at_stage.seen(at + 2 * HOUR)
    assert [(one.signed_in_at, one.signed_in_by) for one in seen.students] == [(at + HOUR, "Shirin Daylight")]


async def test_who_is_not_cleared_is_on_the_emergency_list_without_a_name(at_stage: Door, zuri: UUID, now: datetime) -> None:
    at = at_stage.opens
    await at_stage.take(scan(at, unlisted_id=uuid4(), called="A boy in a blue jacket"), scan(at, signup_id=zuri))
    await at_stage.conn.execute("update consent set state = 'withdrawn' where signup_id = $1", zuri)
    seen = await at_stage.seen(at + HOUR)
    one = at_stage.convening
    window = day_rules.window(one.starts_at, one.ends_at, one.time_zone)
    made = papers.emergency_list(one, window, [], seen.uncleared, at_stage.settings, at + HOUR)
    assert len(made.uncleared) == seen.count.minors == 2
    assert made.uncleared[0].label == "A boy in a blue jacket" or made.uncleared[1].label == "A boy in a blue jacket"
    assert not any("Zuri" in pair.label for pair in made.uncleared)


async def test_nobody_writes_down_who_was_at_coaching(door: Door, now: datetime) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    [*_, private] = await make.session_ids(door.conn, door.convening.id)
    given = scan(door.opens + 5 * HOUR, registration_id=row.id, session_id=private)
    assert await door.said(given) == await door.said(given) == ["private_session"]
    kept = await door.conn.fetchrow("select registration_id, session_id from scan where id = $1", given.scan_id)
    assert kept is not None
    assert tuple(kept) == (None, None)


async def test_the_walk_in_of_a_device_is_known_to_it_by_its_own_id(door: Door) -> None:
    walk_in = {"id": str(uuid4()), "name": "Percival Oak", "email": "percival@silver-sage.example", "device": "t"}
    out = {"scan_id": str(uuid4()), "registration_id": walk_in["id"], "direction": "out", "device": "t"}
    later = (door.opens + 2 * HOUR).isoformat()
    given = legible(door.opens + 3 * HOUR, [out | {"at": later}], [walk_in | {"at": door.opens.isoformat()}])
    taken = await take(door, given)
    assert [one.reason for one in taken.scans] == [""]
    [person] = (await door.seen(door.opens + 3 * HOUR)).people
    assert (person.is_here, person.left_at) == (False, door.opens + 2 * HOUR)


@pytest.mark.parametrize(
    "bad", [{"name": " "}, {"name": "see www.x.org"}, {"email": "ab"}, {"name": "Ann\u200bB"}, {"district": "x" * 201}]
)
async def test_one_bad_word_holds_up_nothing_else_that_a_device_brings(door: Door, now: datetime, bad: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    at = door.opens.isoformat()
    walk_in = {"id": str(uuid4()), "name": "N N", "email": "a@b.example", "at": at, "device": "t"} | bad
    good = {"scan_id": str(uuid4()), "registration_id": str(row.id), "direction": "in", "at": at, "device": "t"}
    worse = good | {"scan_id": str(uuid4()), "brought_by": "x" * 201}
    taken = await take(door, legible(door.opens + HOUR, [worse, good], [walk_in]))
    assert {one.reason for one in taken.scans} == {"", "unreadable"}
    assert [(one.reason, bool(one.detail)) for one in taken.walk_ins] == [("unreadable", True)]
    assert (await door.seen(door.opens + HOUR)).arrived == 1


async def test_a_door_takes_back_nothing_of_another_door(door: Door, now: datetime) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    given = scan(door.opens, registration_id=row.id)
    other = Door(door.conn, door.settings, await make.convening(door.conn, now, title="Other"))
    await other.take(scan(door.opens, undoes=given.scan_id))
    assert await door.said(given) == ["recorded"]
    assert (await door.seen(door.opens + HOUR)).arrived == 1
    assert await door.said(scan(door.opens, undoes=given.scan_id)) == ["recorded"]
    assert (await door.seen(door.opens + HOUR)).arrived == 0


async def test_a_scan_that_was_taken_back_in_the_same_breath_is_no_sign_in(at_stage: Door, zuri: UUID) -> None:
    given = scan(at_stage.opens, signup_id=zuri)
    await at_stage.take(scan(at_stage.opens, undoes=given.scan_id), given)
    assert not any(isinstance(one, events.StudentSignedIn) for one in await make.recorded(at_stage.conn))


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"called": "a\u0000b"}, "field-refused"),
        ({"at": "9999-12-31T10:00:00Z"}, "impossible-time"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "impossible-time"),
    ],
)
async def test_signs_and_times_that_cannot_be_are_refused_in_words(
    organizer: httpx.AsyncClient, door: Door, bad: Any, code: str
) -> None:
    one = {"scan_id": str(uuid4()), "unlisted_id": str(uuid4()), "direction": "in", "device": "t"}
    one |= {"at": "2026-12-31T10:00:00Z", "called": "x"} | bad
    answer = await organizer.post("/checkins", json={"convening_id": str(door.convening.id), "scans": [one]})
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_somebody_is_in_one_room_at_a_time_and_stands_alike_on_every_page(door: Door, now: datetime) -> None:
    rows = await make.crowd(door.conn, door.convening.id, range(2), now=now)
    first, second, _ = await make.session_ids(door.conn, door.convening.id)
    at = door.opens + HOUR
    await door.take(scan(at, registration_id=rows[0].id, session_id=first))
    await door.take(scan(at + 2 * HOUR + MINUTE, registration_id=rows[1].id, session_id=second))
    late = door.opens + 9 * HOUR
    listed = {one.person.registration_id: one.status for one in (await door.seen(late)).people}
    alone = await looking.of_person(door.conn, door.convening.id, rows[0].id, late)
    assert alone is not None
    assert alone.status == listed[rows[0].id]


async def test_two_sessions_at_once_hold_somebody_once(door: Door, now: datetime) -> None:
    agenda = [make.session_draft(now, 1, title=title, signup=False) for title in ("A", "B")]
    here = Door(door.conn, door.settings, await make.convening(door.conn, now, title="Two", sessions=agenda))
    row = await make.registered(door.conn, here.convening.id, now=now)
    one, other = await make.session_ids(door.conn, here.convening.id)
    at = here.opens + HOUR
    await here.take(*(scan(at + n * MINUTE, registration_id=row.id, session_id=room) for n, room in enumerate((one, other))))
    assert sorted(room.now for room in (await here.seen(at + 5 * MINUTE)).rooms) == [0, 1]


def legible(sent_at: datetime, scans: list[Any], walk_ins: list[Any]) -> Legible:
    return desk_sync.read_brought(json.dumps({"sent_at": sent_at.isoformat(), "scans": scans, "walk_ins": walk_ins}))


async def take(door: Door, given: Legible) -> Any:
    class Nobody:
        person_id = None

    async with door.conn.transaction():
        request: Any = None
        visitor: Any = Nobody()
        keys = ring(door.settings.field_keys)
        return await desk_sync.take(door.conn, request, keys, door.convening.id, given, visitor, given.sent_at)
