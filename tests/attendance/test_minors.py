"""Students at the door: only cleared ones come in, each is counted until signed out, and nobody is kept from going."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.attendance import release
from service.consents import day_facts
from service.consents.day_rules import DayFacts, Reachable
from service.db import Connection
from service.field_cipher import ring
from service.settings import Settings
from tests import make
from tests.attendance.conftest import HOUR, MINUTE, Door, scan
from tests.consents import desk, students
from tests.consents.students import Stage


async def test_a_cleared_student_is_signed_in_and_out_by_named_adults(at_stage: Door, zuri: UUID) -> None:
    at = at_stage.opens
    came = scan(at, signup_id=zuri, brought_by="Shirin Daylight", id_checked=True)
    assert await at_stage.said(came) == ["recorded"]
    [here] = (await at_stage.seen(at + HOUR)).students
    assert (here.is_here, here.signed_in_by, here.signed_in_at) == (True, "Shirin Daylight", at)
    gone = scan(at + HOUR, "out", signup_id=zuri, released_to="Amina Camberwell", id_checked=True)
    assert await at_stage.said(gone) == ["recorded"]
    [left] = (await at_stage.seen(at + 2 * HOUR)).students
    assert (left.is_here, left.signed_out_to, left.release) == (False, "Amina Camberwell", "listed")
    kinds = [type(one).__name__ for one in await make.recorded(at_stage.conn) if "Signed" in type(one).__name__]
    assert kinds[-2:] == ["StudentSignedIn", "StudentSignedOut"]


async def test_an_uncleared_student_is_never_checked_in_but_counted_until_signed_out(
    at_stage: Door, stage: Stage, now: datetime
) -> None:
    signup_id = await students.student(at_stage.conn, stage, now)
    at = at_stage.opens
    [answer] = await at_stage.take(scan(at, signup_id=signup_id))
    assert (answer.outcome, answer.reason) == ("refused", "not_cleared")
    seen = await at_stage.seen(at + HOUR)
    assert (seen.students, seen.count.minors, len(seen.uncleared), seen.count.is_kept) == ([], 1, 1, False)
    assert await at_stage.said(scan(at + HOUR, "out", signup_id=signup_id, released_to="An Uncle")) == ["recorded"]
    seen = await at_stage.seen(at + 2 * HOUR)
    assert (seen.count.minors, seen.uncleared, seen.count.is_kept) == (0, [], True)


async def test_a_yes_that_is_taken_back_on_the_day_makes_an_incident_of_whoever_is_here(
    at_stage: Door, stage: Stage, zuri: UUID, now: datetime
) -> None:
    at = at_stage.opens
    code = (await at_stage.conn.fetchval("select code from badge where signup_id = $1", zuri)) or ""
    await at_stage.take(scan(at, code=code))
    await at_stage.conn.execute("update consent set state = 'withdrawn' where signup_id = $1", zuri)
    seen = await at_stage.seen(at + HOUR)
    assert (seen.students, len(seen.uncleared), seen.count.minors) == ([], 1, 1)
    assert await at_stage.said(scan(at + HOUR, code=code)) == ["not_cleared"], "the badge is void, and still known"
    assert await at_stage.said(scan(at + HOUR + MINUTE, "out", code=code)) == ["recorded"]


async def test_a_tablet_that_let_somebody_in_without_network_hears_that_the_yes_was_gone(at_stage: Door, zuri: UUID) -> None:
    at = at_stage.opens
    await at_stage.conn.execute("update assent set state = 'no' where signup_id = $1", zuri)
    assert await at_stage.said(scan(at, signup_id=zuri), now=at + 3 * HOUR) == ["not_cleared"]
    assert (await at_stage.seen(at + 3 * HOUR)).count.minors == 1


async def test_a_minor_who_is_on_no_list_is_an_incident_and_becomes_no_registration(at_stage: Door) -> None:
    at, unlisted = at_stage.opens, uuid4()
    assert await at_stage.said(scan(at, unlisted_id=unlisted, called="A boy in a blue jacket")) == ["not_cleared"]
    seen = await at_stage.seen(at + HOUR)
    assert [(one.called, one.is_cleared) for one in seen.uncleared] == [("A boy in a blue jacket", False)]
    assert (seen.arrived, seen.people) == (0, [])
    assert await at_stage.said(scan(at + HOUR, "out", unlisted_id=unlisted, released_to="Mother")) == ["recorded"]
    assert (await at_stage.seen(at + HOUR)).count.minors == 0


async def test_students_are_not_scanned_at_rooms(at_stage: Door, zuri: UUID) -> None:
    [session_id] = await make.session_ids(at_stage.conn, at_stage.convening.id)
    assert await at_stage.said(scan(at_stage.opens, signup_id=zuri, session_id=session_id)) == ["door_only"]


async def test_a_minor_stays_on_site_overnight_until_somebody_signs_them_out(at_stage: Door, zuri: UUID) -> None:
    await at_stage.take(scan(at_stage.opens, signup_id=zuri))
    assert (await at_stage.seen(at_stage.opens + 30 * HOUR)).count.minors == 1


@pytest.mark.parametrize(
    ("adult", "said", "stands"),
    [
        ("Amina Camberwell", None, "listed"),
        ("AMINA  J. Cámberwell", None, "listed"),
        ("Ottoline Vega", None, "listed"),
        ("Somebody Else", None, "unlisted"),
        ("Somebody Else", "listed", "unlisted"),
        ("Somebody Else", "decided", "decided"),
        ("self", None, "unlisted"),
        ("", None, "unlisted"),
    ],
)
async def test_only_listed_adults_take_a_student_and_others_are_recorded_for_the_lead(
    at_stage: Door, zuri: UUID, settings: Settings, now: datetime, adult: str, said: Any, stands: str
) -> None:
    await write(at_stage.conn, settings, zuri, now, DayFacts(collectors=(Reachable("Ottoline Vega", "555-555-0100"),)))
    await at_stage.take(scan(at_stage.opens, signup_id=zuri))
    out = scan(at_stage.opens + HOUR, "out", signup_id=zuri, released_to=adult, release=said)
    assert await at_stage.said(out) == ["recorded"], "a sign-out is never refused"
    [left] = (await at_stage.seen(at_stage.opens + 2 * HOUR)).students
    doubted = [one for one in await make.recorded(at_stage.conn) if type(one).__name__ == "ReleaseDoubted"]
    assert (left.release, len(doubted)) == (stands, int(stands == "unlisted"))


async def test_a_student_goes_alone_only_where_the_form_says_so(at_stage: Door, stage: Stage, now: datetime) -> None:
    conn = at_stage.conn
    signup_id = await students.student(conn, stage, now, "Rio Vance")
    await students.guardian_says(conn, stage, signup_id, now, leave="self_sign_out")
    await students.student_says(conn, stage, signup_id, now)
    await students.settle(conn, stage, now)
    await at_stage.take(
        scan(at_stage.opens, signup_id=signup_id),
        scan(at_stage.opens + HOUR, "out", signup_id=signup_id, released_to="self"),
    )
    [left] = (await at_stage.seen(at_stage.opens + 2 * HOUR)).students
    assert left.release == "self"


async def test_a_stop_asks_the_lead_about_everybody(at_stage: Door, zuri: UUID, settings: Settings, now: datetime) -> None:
    await write(at_stage.conn, settings, zuri, now, DayFacts(do_not_release=("Karl Vance",)))
    await at_stage.take(
        scan(at_stage.opens, signup_id=zuri),
        scan(at_stage.opens + HOUR, "out", signup_id=zuri, released_to="Amina Camberwell"),
    )
    [left] = (await at_stage.seen(at_stage.opens + 2 * HOUR)).students
    assert left.release == "unlisted"


def test_a_name_is_compared_by_its_first_and_last_word() -> None:
    assert release.key("  José   María Núñez-Ortega ") == "jose ortega"
    assert release.key("Zoë") == "zoe zoe"
    assert release.key(" -- ") == ""
    assert release.sealed("a", "Zoë") != release.sealed("b", "Zoë")


async def write(conn: Connection, settings: Settings, signup_id: UUID, now: datetime, facts: DayFacts) -> None:
    """What the guardian writes for the day."""
    consent = await desk.signer(conn, signup_id)
    fields = [name for name in DayFacts.__struct_fields__ if getattr(facts, name) != getattr(DayFacts(), name)]
    async with conn.transaction():
        await day_facts.write(conn, ring(settings.field_keys), consent.id, facts, fields, now)
