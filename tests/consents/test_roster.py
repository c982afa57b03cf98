"""Whatever was done, and whenever somebody looks: a roster has nobody who is not cleared at that very moment."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.consents import assent_rules, roster
from service.db import Connection
from tests.consents import students
from tests.consents.students import Stage
from tests.consents.test_clearance import BIRTHDAY, ON_STAGE, STEPS, Known, do, panel

DAY = timedelta(days=1)
MOMENTS = (timedelta(0), BIRTHDAY - timedelta(seconds=1), BIRTHDAY, BIRTHDAY + timedelta(seconds=1), 9 * DAY)


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now)


async def on_it(conn: Connection, found: Stage, now: datetime) -> list[UUID]:
    return [row.signup_id for row in await roster.roster(conn, [found.panel_id], now)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=2, max_size=10), begun=st.booleans())
async def test_nobody_uncleared_is_on_a_roster_at_any_moment_whatever_was_done(
    conn: Connection, now: datetime, steps: list[tuple[str, str, bool]], begun: bool
) -> None:
    found, known, birthday = await panel(conn, now), Known({}), set[str]()
    for step in [*(ON_STAGE if begun else ()), *steps]:
        await do(conn, found, known, step, now)
        if step[0] == "birthday":
            birthday = set(known.signers) if step[2] else set()
    signed = {who for who, (state, _) in known.signers.items() if state in ("signed", "signed_paper")}
    grown = not known.of_age and bool(signed & birthday - {"student"})
    for moment in MOMENTS:
        on_stage = await roster.roster(conn, [found.panel_id], now + moment)
        assert not on_stage or known.cleared
        assert not (on_stage and grown and moment >= BIRTHDAY), "F8"


async def test_f8_on_the_birthday_a_guardians_yes_no_longer_puts_anybody_on_the_roster(
    conn: Connection, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now)
    await students.guardian_says(conn, stage, signup_id, now, valid_until=now + 3 * DAY)
    await students.student_says(conn, stage, signup_id, now)
    assert await on_it(conn, stage, now) == [signup_id]
    assert await on_it(conn, stage, now + 3 * DAY - timedelta(seconds=1)) == [signup_id]
    assert await on_it(conn, stage, now + 3 * DAY) == []


async def test_f8_who_has_come_of_age_and_signs_for_themselves_is_on_it_again(
    conn: Connection, now: datetime, stage: Stage
) -> None:
    signup_id, later = await students.student(conn, stage, now), now + 5 * DAY
    await students.guardian_says(conn, stage, signup_id, now, valid_until=now + 3 * DAY)
    await students.student_says(conn, stage, signup_id, now)
    await conn.execute("update signup set signs_for_self = true")
    assert await on_it(conn, stage, later) == []
    await conn.execute(
        """insert into consent (id, signup_id, signer, state, joins, answers, version_id, capacity, signed_at, created_at,
                                changed_at)
           select gen_random_uuid(), signup_id, 'student', 'signed', true, answers, version_id, 'student', $1, $1, $1
             from consent""",
        later,
    )
    await students.settle(conn, stage, later)
    assert await on_it(conn, stage, later) == [signup_id]


@pytest.mark.parametrize(
    "sql",
    [
        "update consent set state = 'withdrawn'",
        "update consent set state = 'on_hold_objection'",
        "update consent set joins = false",
        "update assent set state = 'no'",
        "update assent set state = 'talk_first'",
        "update signup set withdrawn_at = created_at",
        "update signup set signers_needed = 2",
    ],
)
async def test_w3_w4_m4_who_was_withdrawn_objected_to_or_said_no_is_gone_at_once(
    conn: Connection, now: datetime, stage: Stage, sql: str
) -> None:
    signup_id = await students.seated(conn, stage, now)
    assert await on_it(conn, stage, now) == [signup_id]
    await conn.execute(sql)
    assert await on_it(conn, stage, now) == []


async def test_a_roster_keeps_the_order_of_the_seats_and_each_panel_its_own(conn: Connection, now: datetime) -> None:
    first, second = await students.stage(conn, now), await students.stage(conn, now + timedelta(minutes=1))
    here = [await students.seated(conn, first, now + timedelta(minutes=n), f"Student {n}") for n in range(2)]
    there = await students.seated(conn, second, now)
    assert await on_it(conn, first, now) == here
    assert await on_it(conn, second, now) == [there]


@pytest.mark.parametrize(
    ("guardian", "student", "made_up", "badge"),
    [
        ("full", "full", "", "Zuri Camberwell"),
        ("full", "first_only", "", "Zuri"),
        ("first_only", "full", "", "Zuri"),
        ("first_only", "made_up", "Sky", "Sky"),
        ("made_up", "full", "", "Panelist"),
    ],
)
async def test_f9_the_most_private_answer_about_the_name_is_the_one_on_the_badge(
    conn: Connection, now: datetime, stage: Stage, guardian: str, student: str, made_up: str, badge: str
) -> None:
    signup_id = await students.student(conn, stage, now)
    await students.guardian_says(conn, stage, signup_id, now, name_use=guardian)
    await students.student_says(conn, stage, signup_id, now, name_use=student, made_up=made_up)
    [row] = await roster.roster(conn, [stage.panel_id], now)
    assert row.badge_name == badge


@pytest.mark.parametrize(
    ("guardian", "student", "colour"),
    [
        ({"race": "yes", "services": "yes"}, {"race": "green", "services": "yellow"}, "yellow"),
        ({"race": "yes", "services": "no"}, {"race": "green", "services": "green"}, "red"),
        ({"race": "yes", "services": "yes"}, {"race": "green", "services": "red"}, "red"),
        ({"race": "yes"}, {"race": "green", "services": "green"}, "red"),
        ({"race": "yes", "services": "yes"}, {"race": "green"}, "red"),
        ({}, {}, "red"),
    ],
)
async def test_p6_a_topic_is_open_only_where_guardian_and_student_both_say_so(
    conn: Connection, now: datetime, stage: Stage, guardian: dict[str, Any], student: dict[str, Any], colour: str
) -> None:
    signup_id = await students.student(conn, stage, now)
    await students.guardian_says(conn, stage, signup_id, now, topics=guardian)
    await students.student_says(conn, stage, signup_id, now, topics=student)
    [row] = await roster.roster(conn, [stage.panel_id], now)
    assert row.colours(["race", "services"])["services"] == colour


async def test_p6_two_guardians_must_both_agree_to_a_topic() -> None:
    yes, no = {"race": "yes"}, {"race": "no"}
    assert assent_rules.colours(["race"], {"race": "green"}, [yes, yes]) == {"race": "green"}
    assert assent_rules.colours(["race"], {"race": "green"}, [yes, no]) == {"race": "red"}
    assert assent_rules.colours(["race"], {"race": "green"}, []) == {"race": "red"}


def test_who_has_no_name_yet_is_called_by_the_label() -> None:
    assert assent_rules.badge_name("", "Slip 3", ["full"], "") == "Slip 3"
    assert assent_rules.badge_name("  ", "", ["first_only"], "") == "Panelist"
