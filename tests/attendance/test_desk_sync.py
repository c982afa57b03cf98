"""What a tablet at the door is given and what it brings: whose it is, and when it happened."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar

from service.attendance.rules import shows_now
from service.settings import Settings
from tests.access.conftest import TAMSIN, person, seal, sign_in
from tests.access.test_rights import give
from tests.attendance.conftest import MINUTE, Door
from tests.consents import students


async def test_a_desk_of_one_convening_opens_no_other_and_an_uncleared_student_is_nowhere_on_it(
    at_stage: Door, door: Door, tablet: httpx.AsyncClient, zuri: UUID, stage: Any, settings: Settings, now: datetime
) -> None:
    conn = at_stage.conn
    await students.student(conn, stage, now, "Rio Vance")
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "front_desk", at_stage.convening.id)
    await sign_in(tablet, conn, settings)
    held = await tablet.get(f"/desk/{at_stage.convening.id}/held")
    assert (held.status_code, "Zuri" in held.text, "Rio" in held.text) == (200, True, False)
    for path in ("", "/held"):
        assert (await tablet.get(f"/desk/{door.convening.id}{path}")).status_code == 404
    sealed = await seal(tablet)
    for fields, status in (({}, 422), ({"brought": "{"}, 400), ({"brought": '{"sent_at": 1}'}, 422)):
        answer = await tablet.post(f"/desk/{at_stage.convening.id}/brought", data={"seal": sealed} | fields)
        assert answer.status_code == status, answer.text
    stale = await tablet.post(f"/desk/{at_stage.convening.id}/brought", data={"seal": "x", "brought": "{}"})
    assert stale.status_code == 403


async def test_what_is_under_way_offline_is_taken_in_with_the_name_of_who_kept_the_desk(
    at_stage: Door, tablet: httpx.AsyncClient, zuri: UUID, settings: Settings, now: datetime, app: Litestar
) -> None:
    conn = at_stage.conn
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await give(conn, now, tamsin, "front_desk", at_stage.convening.id)
    app.state.clock = lambda: at_stage.opens + 5 * MINUTE
    await sign_in(tablet, conn, settings)
    sealed = await seal(tablet)
    brought = (
        f'{{"sent_at": "{(at_stage.opens + 4 * MINUTE).isoformat()}", "scans": [{{"scan_id": "{UUID(int=5)}", '
        f'"signup_id": "{zuri}", "direction": "in", "at": "{at_stage.opens.isoformat()}", "device": "tablet 1"}}]}}'
    )
    answer = await tablet.post(f"/desk/{at_stage.convening.id}/brought", data={"seal": sealed, "brought": brought})
    assert answer.json() == {"scans": [{"scan_id": str(UUID(int=5)), "outcome": "recorded"}], "walk_ins": [], "openings": []}
    found = await conn.fetchrow("select person_id, at from scan")
    assert found is not None
    assert (found["person_id"], found["at"]) == (tamsin, at_stage.opens + MINUTE), "its clock was a minute slow"


async def test_a_request_that_was_long_on_its_way_moves_nothing_past_what_the_next_one_brings(
    at_stage: Door, tablet: httpx.AsyncClient, zuri: UUID, settings: Settings, now: datetime, app: Litestar
) -> None:
    conn, second = at_stage.conn, timedelta(seconds=1)
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "front_desk", at_stage.convening.id)
    app.state.clock = lambda: at_stage.opens
    await sign_in(tablet, conn, settings)
    sealed = await seal(tablet)
    for number, direction, done, way in [(5, "in", 10 * second, 9 * second), (6, "out", 13 * second, 0 * second)]:
        sent = at_stage.opens + done + second
        at = (sent - second - MINUTE).isoformat()
        scan = {
            "at": at,
            "scan_id": str(UUID(int=number)),
            "signup_id": str(zuri),
            "direction": direction,
            "device": "tablet 1",
        }
        brought = json.dumps({"sent_at": (sent - MINUTE).isoformat(), "scans": [scan]})
        app.state.clock = lambda now=sent + way: now
        form = {"seal": sealed, "brought": brought, "reckoned_at": sent.isoformat()}
        answer = await tablet.post(f"/desk/{at_stage.convening.id}/brought", data=form)
        assert answer.json()["scans"] == [{"scan_id": scan["scan_id"], "outcome": "recorded"}]
    found = await conn.fetch("select direction, at from scan order by at")
    assert [(row["direction"], row["at"]) for row in found] == [
        ("in", at_stage.opens + 10 * second),
        ("out", at_stage.opens + 13 * second),
    ], "the clock is a minute slow, and the first was nine seconds on its way"


def test_a_device_that_reckons_wrongly_is_not_believed(now: datetime) -> None:
    sent = now - MINUTE
    assert shows_now(sent, None, now) == shows_now(sent, now - MINUTE, now) == shows_now(sent, now + MINUTE, now) == sent
