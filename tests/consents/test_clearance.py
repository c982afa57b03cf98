"""In no order of what is written by hand does somebody uncleared hold a seat: the database sees to it.

What people and the clock do through their own actions is in test_consent_machine.py. Badges and check-in lists read the
roster, so what is held of the roster holds of them.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from service import db
from service.db import Connection
from tests import make

BIRTHDAY = timedelta(days=3)
CONSENTS = (
    "asked",
    "opened",
    "signed_unverified",
    "signed",
    "signed_paper",
    "refused",
    "on_hold_objection",
    "expired",
    "withdrawn",
    "superseded",
)
ASSENTS = ("not_asked", "asked", "yes", "no", "talk_first")
SIGNERS = ("guardian", "second_guardian", "second_guardian", "student")
STEPS = st.one_of(
    st.tuples(st.sampled_from(SIGNERS), st.sampled_from(CONSENTS), st.booleans()),
    st.tuples(st.sampled_from(SIGNERS), st.sampled_from(CONSENTS), st.booleans()),
    st.tuples(st.sampled_from(SIGNERS), st.sampled_from(CONSENTS), st.booleans()),
    st.tuples(st.just("assent"), st.sampled_from(ASSENTS), st.just(True)),
    st.tuples(st.just("birthday"), st.just("known"), st.booleans()),
    st.tuples(st.just("school"), st.just("withdraws"), st.booleans()),
    st.tuples(st.just("needs two"), st.just(""), st.booleans()),
    st.tuples(st.just("of age"), st.just(""), st.booleans()),
    st.tuples(st.just("lock"), st.just("lapses"), st.booleans()),
    st.tuples(st.just("extension"), st.just(""), st.just(True)),
    st.tuples(st.just("sit down"), st.just(""), st.just(True)),
    st.tuples(st.just("write by hand"), st.just(""), st.just(True)),
)

ON_STAGE = (("guardian", "signed", True), ("assent", "yes", True), ("sit down", "", True))
"""How somebody gets a seat; half of the stories go on from there."""


class Panel(Struct):
    """A panel of one seat and a student who is signed up for it."""

    panel_id: UUID
    signup_id: UUID
    version_id: UUID


class Known(Struct):
    """What a person would say about the student; the truth that the database is held to."""

    signers: dict[str, tuple[str, bool]]
    assent: str = "not_asked"
    withdrawn: bool = False
    needs_two: bool = False
    of_age: bool = False
    lapsed: bool = False

    @property
    def cleared(self) -> bool:
        yes = {who for who, (state, joins) in self.signers.items() if joins and state in ("signed", "signed_paper")}
        states = {who: state for who, (state, _) in self.signers.items()}
        if self.withdrawn or self.lapsed or self.assent != "yes":
            return False
        if self.of_age:
            return "student" in yes
        guardians = yes - {"student"}
        signed_no = {
            who for who, (state, joins) in self.signers.items() if state in ("signed", "signed_paper") and not joins
        }
        no = signed_no | {who for who, state in states.items() if state in ("refused", "withdrawn", "on_hold_objection")}
        return not no - {"student"} and len(guardians) >= (2 if self.needs_two else 1)


async def panel(conn: Connection, now: datetime) -> Panel:
    """With everything that it stands on."""
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, kind="student_panel", signup=False)])
    [session_id] = await make.session_ids(conn, convening.id)
    ids = [db.new_id(now) for _ in range(5)]
    district, school, panel_id, signup, version = ids
    for sql, values in (
        ("insert into district values ($1, $2, 'D', 'NY', 'America/New_York')", (district, district.hex)),
        ("insert into school (id, code, district_id, name) values ($1, $2, $3, 'S')", (school, school.hex, district)),
        ("insert into panel (id, session_id, seats, created_at) values ($1, $2, 1, $3)", (panel_id, session_id, now)),
        (
            """insert into consent_version (id, template, number, created_at, published_at)
               select $1, 'panelist', count(*) + 1, $2::timestamptz, $2::timestamptz from consent_version""",
            (version, now),
        ),
        (
            """insert into signup (id, panel_id, school_id, label, name, basis, deadline_at, created_at)
               values ($1, $2, $3, 'Zuri', 'Zuri', 'directory', $4::timestamptz, $4::timestamptz)""",
            (signup, panel_id, school, now),
        ),
        ("insert into assent (signup_id) values ($1)", (signup,)),
    ):
        await conn.execute(sql, *values)
    return Panel(panel_id, signup, version)


async def answer(conn: Connection, found: Panel, signer: str, state: str, *, joins: bool, now: datetime) -> None:
    """One signer's consent as it stands now."""
    await conn.execute(
        """insert into consent (id, signup_id, signer, state, joins, version_id, capacity, signed_at, created_at, changed_at)
           values ($1, $2, $3, $4, $5, $6, 'parent', $7::timestamptz, $7::timestamptz, $7::timestamptz)
           on conflict (signup_id, signer) do update set state = excluded.state, joins = excluded.joins,
                  version_id = excluded.version_id, capacity = excluded.capacity, signed_at = excluded.signed_at""",
        db.new_id(now),
        found.signup_id,
        signer,
        state,
        joins,
        found.version_id,
        now,
    )


async def sit_down(conn: Connection, found: Panel, now: datetime) -> bool:
    """Whether the database gives the seat."""
    try:
        async with conn.transaction():
            await conn.execute(
                "insert into seat (signup_id, panel_id, created_at) values ($1, $2, $3)",
                found.signup_id,
                found.panel_id,
                now,
            )
    except (asyncpg.ForeignKeyViolationError, asyncpg.UniqueViolationError):
        return False
    return True


async def do(conn: Connection, found: Panel, known: Known, step: tuple[str, str, bool], now: datetime) -> None:
    """One thing that somebody does, told to the database and to what we know."""
    what, state, flag = step
    signup: dict[str, tuple[str, Any]] = {
        "school": ("update signup set withdrawn_at = $2 where id = $1", now if flag else None),
        "lock": ("update signup set lapsed_at = $2 where id = $1", now if flag else None),
        "needs two": ("update signup set signers_needed = $2 where id = $1", 2 if flag else 1),
        "of age": ("update signup set signs_for_self = $2 where id = $1", flag),
        "extension": ("update signup set deadline_at = $2 where id = $1", now + timedelta(days=9)),
        "birthday": ("update consent set valid_until = $2 where signup_id = $1", now + BIRTHDAY if flag else None),
        "assent": (
            "update assent set answered_at = '2026-12-01Z', state = $2 where signup_id = $1",
            state,
        ),
    }
    if what in signup:
        sql, value = signup[what]
        await conn.execute(sql, found.signup_id, value)
    elif what == "sit down":
        await sit_down(conn, found, now)
    elif what == "write by hand":
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("insert into clearance (signup_id) values ($1)", found.signup_id)
    else:
        await answer(conn, found, what, state, joins=flag, now=now)
        known.signers[what] = (state, flag)
    match what:
        case "school":
            known.withdrawn = flag
        case "lock":
            known.lapsed = flag
        case "needs two":
            known.needs_two = flag
        case "of age":
            known.of_age = flag
        case "assent":
            known.assent = state
        case _:
            pass


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=12), begun=st.booleans())
async def test_nobody_uncleared_holds_a_seat_whatever_is_done_in_whatever_order(
    conn: Connection, now: datetime, steps: list[tuple[str, str, bool]], begun: bool
) -> None:
    found, known = await panel(conn, now), Known({})
    for step in [*(ON_STAGE if begun else ()), *steps]:
        await do(conn, found, known, step, now)
        cleared = await db.one(
            conn, bool, "select exists (select from clearance where signup_id = $1) as is_so", found.signup_id
        )
        seated = await db.one(conn, bool, "select exists (select from seat where signup_id = $1) as is_so", found.signup_id)
        taken = await db.one(conn, int, "select taken from panel where id = $1", found.panel_id)
        assert cleared == known.cleared, step
        assert taken == int(seated)
        assert not seated or cleared


async def test_a_cleared_student_sits_down_and_stands_up_when_the_yes_is_taken_back(conn: Connection, now: datetime) -> None:
    found = await panel(conn, now)
    assert not await sit_down(conn, found, now)
    await answer(conn, found, "guardian", "signed", joins=True, now=now)
    assert not await sit_down(conn, found, now)
    await conn.execute("update assent set state = 'yes', answered_at = $1", now)
    assert await sit_down(conn, found, now)
    await answer(conn, found, "guardian", "withdrawn", joins=True, now=now)
    assert await db.one(conn, int, "select count(*) from seat") == 0
    assert await db.one(conn, int, "select taken from panel") == 0


async def test_no_seat_of_a_panel_is_taken_twice_and_none_on_another_panel(conn: Connection, now: datetime) -> None:
    first, second = await panel(conn, now), await panel(conn, now + timedelta(minutes=1))
    for found in (first, second):
        await answer(conn, found, "guardian", "signed_paper", joins=True, now=now)
        await conn.execute("update assent set state = 'yes', answered_at = $1 where signup_id = $2", now, found.signup_id)
    elsewhere = Panel(second.panel_id, first.signup_id, first.version_id)
    with pytest.raises(asyncpg.CheckViolationError):
        await sit_down(conn, elsewhere, now)
    assert await sit_down(conn, first, now)
    beside = Panel(first.panel_id, db.new_id(now), first.version_id)
    await conn.execute(
        """insert into signup (id, panel_id, school_id, label, deadline_at, created_at)
           select $1, panel_id, school_id, 'Milo', deadline_at, created_at from signup where id = $2""",
        beside.signup_id,
        first.signup_id,
    )
    await conn.execute("insert into assent (signup_id, state, answered_at) values ($1, 'yes', $2)", beside.signup_id, now)
    await answer(conn, beside, "guardian", "signed_paper", joins=True, now=now)
    with pytest.raises(asyncpg.CheckViolationError, match="no_panel_seat_twice"):
        await sit_down(conn, beside, now)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from clearance",
        "update clearance set valid_until = null",
        "update evidence set kind = 'signed'",
        "delete from evidence",
        "truncate evidence",
        "update evidence_body set body = ''",
        "update disclosure set purpose = ''",
        "delete from disclosure",
        "update panel set taken = -1",
        "update consent_version set number = 2",
        "insert into consent_text (version_id, language, body) select id, 'en', 'other' from consent_version",
    ],
)
async def test_what_proves_and_what_clears_cannot_be_rewritten(conn: Connection, now: datetime, sql: str) -> None:
    found = await panel(conn, now)
    await answer(conn, found, "guardian", "signed", joins=True, now=now)
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
        await conn.execute(sql)
