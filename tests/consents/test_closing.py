"""What happens at a deadline, on the day until which places are kept, and when the roster is locked: by the clock alone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from service import db
from service.consents import answer_writes, answering, assenting, closing_writes, deadlines, deciding, queries, roster, views
from service.consents.answer_rules import Checked, InPersonOnly, Lapsed, TooLateToAnswer
from service.consents.assent_rules import RosterLocked, StudentAnswer
from service.consents.assenting import From
from service.consents.rules import NotOpen
from service.db import Connection, Pool
from tests import make
from tests.consents import desk
from tests.consents.desk import BY_CODE, BY_SLIP, Stage
from tests.consents.test_answering import do, sign
from workers.schedule import Schedule

CHICAGO = ZoneInfo("America/Chicago")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """A panel with one seat, thirty days ahead."""
    return await desk.stage(conn, now, seats=1)


async def named(conn: Connection, where: Stage, now: datetime, *names: str) -> list[UUID]:
    """Students on the list in this order, each with a yes of their own."""
    found = [await desk.ask(conn, where, now, name) for name in names]
    for signup_id in found:
        await desk.student_says(conn, signup_id, "yes", now)
    return found


async def tick(pool: Pool, now: datetime) -> None:
    """One second of the worker's clock."""
    await Schedule(pool, lambda: now).tick(now)


async def kinds(conn: Connection, signup_id: UUID | None = None) -> list[str]:
    """What was recorded, in its order; about one sign-up where that is given."""
    return [
        str(one.__struct_config__.tag)
        for one in await make.recorded(conn)
        if signup_id is None or getattr(one, "signup_id", None) == signup_id
    ]


async def state(conn: Connection, signup_id: UUID) -> str:
    return (await desk.signer(conn, signup_id)).state


async def deadline(conn: Connection, signup_id: UUID) -> datetime:
    return (await queries.signup(conn, signup_id)).deadline_at


async def lock(conn: Connection, where: Stage) -> datetime:
    frame = await queries.frame(conn, where.panel_id)
    return deadlines.lock_at(frame.starts_at, frame.time_zone)


async def on_roster(conn: Connection, where: Stage, now: datetime) -> list[UUID]:
    return [one.signup_id for one in await roster.roster(conn, [where.panel_id], now)]


async def test_at_the_deadline_silence_expires_and_the_next_alternate_has_the_place_and_the_seat(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    first, second, third = await named(conn, where, now, "Zuri", "Milo", "Ines")
    await sign(conn, (await desk.signer(conn, third)).id, now)
    over = await deadline(conn, first)
    await tick(pool, over - SECOND)
    assert await state(conn, first) == "asked"
    assert await desk.seated(conn, where) == []
    await sign(conn, (await desk.signer(conn, second)).id, over - SECOND)
    await tick(pool, over)
    await tick(pool, over)
    assert await state(conn, first) == "expired"
    assert await desk.seated(conn, where) == [second]
    assert (await kinds(conn, first)).count("consent_expired") == 1
    assert [one for one in await kinds(conn, second) if one in ("alternate_moved_up", "seat_given")] == [
        "alternate_moved_up",
        "seat_given",
    ]
    assert "alternate_moved_up" not in await kinds(conn, third)
    with pytest.raises(NotOpen):
        await sign(conn, (await desk.signer(conn, first)).id, over)


async def test_an_alternate_who_moves_up_without_all_answers_has_a_place_and_no_seat(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    first, second = await named(conn, where, now, "Zuri", "Milo")
    await conn.execute("update signup set deadline_at = deadline_at + interval '5 days' where id = $1", second)
    over = await deadline(conn, first)
    await tick(pool, over)
    assert await desk.seated(conn, where) == []
    rows = await queries.of_panel(conn, where.panel_id)
    assert await views.waiting(conn, rows, where.panel_id, 1, over) == set()
    await sign(conn, (await desk.signer(conn, second)).id, over)
    assert await desk.seated(conn, where) == [second]
    assert (await kinds(conn, second)).count("alternate_moved_up") == 1


async def test_a_late_sign_up_has_its_own_deadline(conn: Connection, pool: Pool, where: Stage, now: datetime) -> None:
    [early] = await named(conn, where, now, "Zuri")
    over = await deadline(conn, early)
    [late] = await named(conn, where, over - 2 * DAY, "Milo")
    await tick(pool, over)
    assert [await state(conn, one) for one in (early, late)] == ["expired", "asked"]
    await tick(pool, await deadline(conn, late))
    assert await state(conn, late) == "expired"


@pytest.mark.parametrize("answer", ["signed_unverified", "refused", "on_hold_objection", "withdrawn", "draft"])
async def test_who_has_answered_or_was_never_asked_does_not_expire(
    conn: Connection, pool: Pool, where: Stage, now: datetime, answer: str
) -> None:
    [signup_id] = await named(conn, where, now, "Zuri")
    if answer == "signed_unverified":
        await sign(conn, (await desk.signer(conn, signup_id)).id, now, BY_SLIP)
    else:
        await conn.execute("update consent set state = $1", answer)
    await tick(pool, await deadline(conn, signup_id))
    assert await state(conn, signup_id) == answer


async def test_w3_one_of_two_guardians_is_not_enough_and_a_second_who_is_not_needed_expires_nothing(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    [signup_id] = await named(conn, where, now, "Zuri")
    await desk.second(conn, signup_id, now)
    await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    over = await deadline(conn, signup_id)
    await tick(pool, over)
    assert await desk.seated(conn, where) == [signup_id]
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == "asked"
    await conn.execute("update signup set signers_needed = 2")
    await tick(pool, over)
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == "expired"
    assert await state(conn, signup_id) == "signed"
    assert await desk.seated(conn, where) == []


async def test_more_time_opens_the_form_again_and_takes_no_place_from_who_moved_up(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    first, second = await named(conn, where, now, "Zuri", "Milo")
    await conn.execute("update signup set deadline_at = deadline_at + interval '9 days' where id = $1", second)
    over = await deadline(conn, first)
    await tick(pool, over)
    until = (await lock(conn, where)).date() - DAY
    await do(conn, deciding.extend, first, until, "Hospital stay", None, over)
    assert await state(conn, first) == "asked"
    await sign(conn, (await desk.signer(conn, first)).id, over)
    assert await desk.seated(conn, where) == [], "the place is the one's who moved up"
    await sign(conn, (await desk.signer(conn, second)).id, over)
    assert await desk.seated(conn, where) == [second]
    await tick(pool, await deadline(conn, first))
    assert await state(conn, first) == "signed"


async def test_more_time_without_an_answer_expires_once_more(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    [signup_id] = await named(conn, where, now, "Zuri")
    over = await deadline(conn, signup_id)
    await tick(pool, over)
    await do(conn, deciding.extend, signup_id, (over + 3 * DAY).date(), "Hospital stay", None, over)
    longer = await deadline(conn, signup_id)
    await tick(pool, longer - SECOND)
    assert await state(conn, signup_id) == "asked"
    await tick(pool, longer)
    assert await state(conn, signup_id) == "expired"
    assert (await kinds(conn, signup_id)).count("consent_expired") == 2


async def test_unused_kept_places_are_given_to_the_next_on_their_day(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    other = db.new_id(now)
    await conn.execute(
        "insert into school (id, code, district_id, name) values ($1, 'chs', $2, 'Cedar')", other, where.school_id
    )
    until = now + 5 * DAY
    await conn.execute("insert into panel_hold values ($1, $2, 1, $3)", where.panel_id, other, until)
    [signup_id] = await named(conn, where, now, "Zuri")
    await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    await tick(pool, until - SECOND)
    assert await desk.seated(conn, where) == []
    await tick(pool, until)
    await tick(pool, until + SECOND)
    assert await desk.seated(conn, where) == [signup_id]
    assert (await kinds(conn)).count("places_released") == 1
    assert (await kinds(conn, signup_id))[-2:] == ["alternate_moved_up", "seat_given"]


ZONES = ("America/Chicago", "America/Phoenix", "Pacific/Auckland", "America/New_York", "Asia/Kolkata")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("days", [4, 100, 104, 330])
async def test_the_database_and_the_rule_reckon_the_same_lock(
    conn: Connection, where: Stage, now: datetime, zone: str, days: int
) -> None:
    """Over both changes of the clocks, and in zones without any."""
    await conn.execute(
        "update convening set starts_at = $1::timestamptz, ends_at = $1::timestamptz + interval '1 day', time_zone = $2",
        now + timedelta(days=days),
        zone,
    )
    at = await lock(conn, where)
    assert await closing_writes.due(conn, at - SECOND) == []
    assert await closing_writes.due(conn, at) == [where.panel_id]


async def test_at_the_lock_who_is_not_cleared_is_off_and_nothing_online_brings_them_back(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    await conn.execute("update panel set seats = 9")
    slip, silent, quiet, cleared = await named(conn, where, now, "Slip", "Silent", "Quiet", "Cleared")
    await desk.student_says(conn, quiet, "asked", now)
    for one in (quiet, cleared):
        await sign(conn, (await desk.signer(conn, one)).id, now)
    await sign(conn, (await desk.signer(conn, slip)).id, now, BY_SLIP)
    at = await lock(conn, where)
    await tick(pool, at - SECOND)
    assert "signup_lapsed" not in await kinds(conn)
    await tick(pool, at)
    await tick(pool, at + DAY)
    assert sorted(one for one in (await kinds(conn)) if one in ("signup_lapsed", "roster_locked")) == [
        "roster_locked",
        *["signup_lapsed"] * 3,
    ]
    assert await on_roster(conn, where, at) == [cleared]
    with pytest.raises(Lapsed):
        await do(conn, deciding.confirm, slip, "Zeb Fosterlane", "phone", at)
    with pytest.raises(Lapsed):
        await sign(conn, (await desk.signer(conn, silent)).id, at)
    with pytest.raises(RosterLocked):
        await says(conn, quiet, at)
    await conn.execute("update consent set state = 'signed' where signup_id = $1", slip)
    assert await on_roster(conn, where, at) == [cleared], "not even by hand"
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await conn.execute("insert into seat values ($1, $2, $3)", slip, where.panel_id, at)
    for signup_id in (slip, silent, quiet):
        row = await queries.signup(conn, signup_id)
        assert not row.is_under_way
        assert views.standing_of(row, await queries.consents(conn, [signup_id]), at).missing[-1].startswith("The roster was")


async def says(conn: Connection, signup_id: UUID, now: datetime) -> bool:
    """The student's yes on their own page."""
    given = StudentAnswer(answer="yes", name_use="first_only", topics=dict.fromkeys(desk.TOPICS, "green"))
    async with conn.transaction():
        return await assenting.answer(conn, signup_id, given, 1, "en", From("203.0.113.9", "Chrome"), now)


async def test_a_clock_that_is_late_lets_nobody_in(conn: Connection, where: Stage, now: datetime) -> None:
    """No worker ran since before the lock: each answer settles what the clock owes first."""
    await conn.execute("update panel set seats = 9")
    slip, quiet, gone = await named(conn, where, now, "Slip", "Quiet", "Gone")
    await desk.student_says(conn, quiet, "asked", now)
    await sign(conn, (await desk.signer(conn, quiet)).id, now)
    await sign(conn, (await desk.signer(conn, slip)).id, now, BY_SLIP)
    await conn.execute("update signup set deadline_at = deadline_at + interval '1 year' where id = $1", gone)
    at = await lock(conn, where)
    for refusal, action in (
        (Lapsed, do(conn, deciding.confirm, slip, "Zeb Fosterlane", "phone", at)),
        (RosterLocked, says(conn, quiet, at)),
        (Lapsed, sign(conn, (await desk.signer(conn, gone)).id, at)),
    ):
        with pytest.raises(refusal):
            await action
    assert await on_roster(conn, where, at) == []


async def test_after_the_lock_a_withdrawal_frees_the_seat_at_once_and_only_who_is_cleared_moves_up(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    """M4, and who was not complete at the lock stays where they are."""
    seated, slow, ready = await named(conn, where, now, "Seated", "Slow", "Ready")
    for one in (seated, ready):
        await sign(conn, (await desk.signer(conn, one)).id, now)
    at = await lock(conn, where)
    await tick(pool, at)
    assert await on_roster(conn, where, at) == [seated]
    await do(conn, answering.withdraw, (await desk.signer(conn, seated)).id, BY_CODE, at + DAY)
    assert await on_roster(conn, where, at + DAY) == [ready]
    await tick(pool, at + DAY)
    with pytest.raises(Lapsed):
        await sign(conn, (await desk.signer(conn, slow)).id, at + DAY)
    with pytest.raises((Lapsed, NotOpen, TooLateToAnswer)):
        await sign(conn, (await desk.signer(conn, seated)).id, at + DAY)
    assert await on_roster(conn, where, at + DAY) == [ready]


async def paper(conn: Connection, signup_id: UUID, now: datetime, **more: Any) -> None:
    consent = await desk.signer(conn, signup_id)
    document = await desk.document(conn)
    async with conn.transaction():
        await answering.sign_on_paper(conn, consent.id, desk.signing(), document, Checked("Zeb Fosterlane", **more), now)


async def test_on_site_only_a_guardian_in_person_brings_a_student_back_and_the_student_is_asked_too(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    [signup_id] = await named(conn, where, now, "Zuri")
    await desk.student_says(conn, signup_id, "asked", now)
    at = await lock(conn, where) + 3 * DAY
    await tick(pool, at)
    with pytest.raises(InPersonOnly):
        await paper(conn, signup_id, at)
    await paper(conn, signup_id, at, in_person=True)
    await tick(pool, at + SECOND)
    assert await on_roster(conn, where, at) == [], "W4: the student has not said yes"
    await says(conn, signup_id, at + 2 * SECOND)
    assert await on_roster(conn, where, at + 2 * SECOND) == [signup_id]
    entry = b"".join(
        await db.many(
            conn,
            bytes,
            "select b.body from evidence_body b join evidence e on e.id = b.evidence_id where kind = 'signed_paper'",
        )
    )
    assert b'"in_person":true' in entry
    assert b'"checked_by":"Zeb Fosterlane"' in entry


async def test_on_site_no_paper_makes_a_seat_where_none_is_free_and_none_counts_after_the_end(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    ready, late = await named(conn, where, now, "Ready", "Late")
    await sign(conn, (await desk.signer(conn, ready)).id, now)
    at = await lock(conn, where)
    await tick(pool, at)
    await paper(conn, late, at + DAY, in_person=True)
    assert await on_roster(conn, where, at + DAY) == [ready]
    await do(conn, answering.withdraw, (await desk.signer(conn, ready)).id, BY_CODE, at + DAY)
    assert await on_roster(conn, where, at + DAY) == [late]
    over = await answer_writes.ends_at(conn, where.convening_id)
    with pytest.raises(NotOpen):
        await paper(conn, ready, over, in_person=True)


async def test_before_the_lock_a_paper_has_the_deadline_of_everybody(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    [signup_id] = await named(conn, where, now, "Zuri")
    over = await deadline(conn, signup_id)
    with pytest.raises(TooLateToAnswer):
        await paper(conn, signup_id, over, in_person=True)


async def test_a_convening_that_is_moved_away_from_the_lock_takes_everybody_back(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    [signup_id] = await named(conn, where, now, "Zuri")
    await sign(conn, (await desk.signer(conn, signup_id)).id, now, BY_SLIP)
    at = await lock(conn, where)
    await tick(pool, at)
    assert (await queries.signup(conn, signup_id)).lapsed_at == at
    await conn.execute(
        "update convening set starts_at = starts_at + interval '60 days', ends_at = ends_at + interval '60 days'"
    )
    await tick(pool, at + SECOND)
    assert (await queries.signup(conn, signup_id)).lapsed_at is None
    await do(conn, deciding.confirm, signup_id, "Zeb Fosterlane", "phone", at + SECOND)
    assert await on_roster(conn, where, at + SECOND) == [signup_id]


@pytest.mark.parametrize(
    "change",
    ["update convening set state = 'draft'", "update convening set ends_at = '2026-01-01Z', starts_at = '2025-12-31Z'"],
)
async def test_drafts_and_what_is_over_are_left_alone(conn: Connection, where: Stage, now: datetime, change: str) -> None:
    [signup_id] = await named(conn, where, now, "Zuri")
    over = await deadline(conn, signup_id)
    await conn.execute(change)
    assert await closing_writes.due(conn, over + 60 * DAY) == []


async def test_a_signed_no_keeps_no_place(conn: Connection, where: Stage, now: datetime) -> None:
    first, second = await named(conn, where, now, "Zuri", "Milo")
    await sign(conn, (await desk.signer(conn, second)).id, now)
    await sign(conn, (await desk.signer(conn, first)).id, now, choices=desk.choices(join="no", topics={}))
    assert await desk.seated(conn, where) == [second]
