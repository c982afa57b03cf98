"""A state machine over consent, through the actions that people and the clock have: never an uncleared student on a roster.

Badges and check-in lists read the roster and nothing else, so what is held here of `service.consents.roster` holds of them.
Beside what the machine believes there is no second opinion in it: after each step the database is asked who is cleared, and
that is compared with the living yes of everybody who signs, the student's own yes, the lock and the birthday.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from service import db
from service.consents import (
    age_writes,
    answering,
    closing,
    closing_writes,
    deadlines,
    deciding,
    queries,
    roster,
    second_guardian,
    signing_up,
    versions,
    views,
)
from service.consents.answer_rules import Checked
from service.consents.queries import ConsentRow
from service.consents.rules import Signer
from service.db import Connection
from service.errors import NotFound, Refused
from tests.consents import desk
from tests.consents.desk import BY_CODE, BY_SLIP, Stage
from tests.consents.test_answering import sign
from tests.consents.test_closing import says
from tests.consents.test_texts import body

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Town(Struct):
    """A panel of one seat, Zuri who is first and Milo who waits, and what time it is."""

    conn: Connection
    where: Stage
    zuri: UUID
    milo: UUID
    now: datetime
    lock: datetime
    papers: set[UUID]
    """Sign-ups for which a guardian signed in person after the lock."""
    off: set[UUID]
    """Sign-ups that were not cleared at some moment after the lock, and for whom nobody signed in person since."""


Step: TypeAlias = Callable[[Town, UUID], Awaitable[object]]


async def signer(town: Town, who: UUID, kind: Signer) -> ConsentRow:
    """Raises NotFound where nobody of that kind signs."""
    for one in await queries.consents(town.conn, [who]):
        if one.signer == kind:
            return one
    raise NotFound


def signs(kind: Signer, *, join: str = "yes", origin: Any = BY_CODE, days: int = 0) -> Step:
    """Somebody signs online; with `days` the guardian writes a birthday so many days ahead."""

    async def step(town: Town, who: UUID) -> object:
        consent = await signer(town, who, kind)
        more: dict[str, Any] = {} if join == "yes" else {"choices": desk.choices(join="no", topics={})}
        if kind == "student":
            more["capacity"] = "student"
        if days:
            day = (town.now + days * DAY).date()
            more["born"] = day.replace(year=day.year - 18)
        return await sign(town.conn, consent.id, town.now, origin, **more)

    return step


def paper(*, in_person: bool) -> Step:
    """A guardian's paper, looked at by a named person."""

    async def step(town: Town, who: UUID) -> object:
        consent, document = await signer(town, who, "guardian"), await desk.document(town.conn)
        checked = Checked("Zeb Fosterlane", in_person=in_person)
        await answering.sign_on_paper(town.conn, consent.id, desk.signing(), document, checked, town.now)
        if in_person and town.now >= town.lock:
            town.papers.add(who)
            town.off.discard(who)
        return None

    return step


def answers(action: Any, kind: Signer) -> Step:
    """A no, a withdrawal or an objection."""

    async def step(town: Town, who: UUID) -> object:
        return await action(town.conn, (await signer(town, who, kind)).id, BY_CODE, town.now)

    return step


async def second_is_asked(town: Town, who: UUID) -> object:
    return await desk.second(town.conn, who, town.now)


async def both_are_needed(town: Town, who: UUID) -> object:
    return await town.conn.execute("update signup set signers_needed = 2 where id = $1", who)


async def student_yes(town: Town, who: UUID) -> object:
    return await says(town.conn, who, town.now)


async def student_no(town: Town, who: UUID) -> object:
    return await desk.student_says(town.conn, who, "no", town.now)


async def lifted(town: Town, who: UUID) -> object:
    return await second_guardian.resolve(town.conn, who, "lifted", "Ruth Abara", "Both agree.", town.now)


async def upheld(town: Town, who: UUID) -> object:
    return await second_guardian.resolve(town.conn, who, "upheld", "Ruth Abara", "They do not.", town.now)


async def confirmed(town: Town, who: UUID) -> object:
    return await deciding.confirm(town.conn, who, "Zeb Fosterlane", "phone", town.now)


async def extended(town: Town, who: UUID) -> object:
    """An organizer's override: more time, with a reason."""
    return await deciding.extend(town.conn, who, (town.lock - 2 * DAY).date(), "Hospital stay", None, town.now)


async def renewed(town: Town, _: UUID) -> object:
    version = await versions.begin(town.conn, "panelist", town.now)
    await versions.write(town.conn, version.id, "en", body("panelist"))
    return await versions.publish(town.conn, version.id, town.now, material=True)


async def school_withdraws(town: Town, who: UUID) -> object:
    return await signing_up.withdraw(town.conn, who, town.now)


async def clock(town: Town, _: UUID) -> object:
    """What a worker does each second; without this step no worker runs."""
    for panel_id in await closing_writes.due(town.conn, town.now):
        await closing.close(town.conn, panel_id, town.now)
    for one in await age_writes.of_age(town.conn, town.now):
        await deciding.come_of_age(town.conn, one, town.now)
    return None


def later(step: timedelta) -> Step:
    """Time passes, and no worker runs."""

    async def pass_(town: Town, _: UUID) -> object:
        town.now += step
        return None

    return pass_


async def at_the_lock(town: Town, _: UUID) -> object:
    town.now = max(town.now, town.lock)
    return None


STEPS: dict[str, Step] = {
    "guardian yes": signs("guardian"),
    "guardian yes, birthday soon": signs("guardian", days=9),
    "guardian signed no": signs("guardian", join="no"),
    "guardian signs a slip": signs("guardian", origin=BY_SLIP),
    "school confirms": confirmed,
    "guardian no": answers(answering.refuse, "guardian"),
    "guardian withdraws": answers(answering.withdraw, "guardian"),
    "second is asked": second_is_asked,
    "both are needed": both_are_needed,
    "second yes": signs("second_guardian"),
    "second withdraws": answers(answering.withdraw, "second_guardian"),
    "second objects": answers(answering.object_to, "second_guardian"),
    "objection lifted": lifted,
    "objection upheld": upheld,
    "student yes": student_yes,
    "student no": student_no,
    "student signs for themselves": signs("student"),
    "student withdraws": answers(answering.withdraw, "student"),
    "paper": paper(in_person=False),
    "paper in person": paper(in_person=True),
    "override": extended,
    "new version": renewed,
    "school withdraws": school_withdraws,
    "clock": clock,
    "an hour": later(HOUR),
    "a week": later(7 * DAY),
    "the lock": at_the_lock,
}
LATE = [
    "guardian signs a slip; student yes; the lock; school confirms; clock; school confirms",
    "guardian yes; student yes; second is asked; second objects; the lock; objection lifted; clock; objection lifted",
    "guardian yes; the lock; student yes; clock; student yes; paper in person; student yes; guardian withdraws",
    "guardian yes; student yes; the lock; new version; guardian withdraws; guardian yes; paper in person",
    "guardian yes, birthday soon; student yes; a week; a week; the lock; clock; student signs for themselves",
    "a week; a week; a week; clock; override; guardian yes; student yes; the lock; guardian withdraws; guardian yes",
    "both are needed; second is asked; guardian yes; student yes; the lock; second yes; paper in person; second yes",
]
"""Stories around the lock that chance would seldom tell."""
READY = ["guardian yes", "student yes"]
STORIES = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(["zuri", "zuri", "milo"])), min_size=3, max_size=14
)


def told(story: str) -> list[tuple[str, str]]:
    """A story of Zuri, from her steps in their order."""
    return [(what, "zuri") for what in story.split("; ")]


async def town_of(conn: Connection, now: datetime) -> Town:
    """Thirty days before, both asked."""
    await conn.execute("delete from role_grant")
    where = await desk.stage(conn, now, seats=1)
    zuri, milo = [await desk.ask(conn, where, now, name) for name in ("Zuri Camberwell", "Milo Reyes")]
    frame = await queries.frame(conn, where.panel_id)
    lock = deadlines.lock_at(frame.starts_at, frame.time_zone)
    return Town(conn, where, zuri, milo, now, lock, set(), set())


async def living_yes(town: Town, who: UUID) -> bool:
    """In the words of a person: everybody who must say yes has said it, to the text that counts, and nobody objects."""
    row = await queries.signup(town.conn, who)
    signers = {one.signer: one for one in await queries.consents(town.conn, [who])}
    asked = [one for kind, one in signers.items() if (kind == "student") == row.signs_for_self]
    yes = [
        one
        for one in asked
        if one.state in ("signed", "signed_paper")
        and one.joins
        and (row.signs_for_self or one.valid_until is None or one.valid_until > town.now)
    ]
    against = any(
        one.state in ("refused", "withdrawn") or (one.state in ("signed", "signed_paper") and not one.joins) for one in asked
    )
    needed = 1 if row.signs_for_self else row.signers_needed
    return (
        row.withdrawn_at is None
        and row.student == "yes"
        and not against
        and all(one.state != "on_hold_objection" for one in signers.values())
        and len(yes) >= needed
    )


async def check(town: Town, what: str) -> None:
    """Nobody uncleared is on the roster, however late the clock; nobody who was off at the lock comes back by themselves."""
    on_stage = {row.signup_id for row in await roster.roster(town.conn, [town.where.panel_id], town.now)}
    assert len(on_stage) <= 1, what
    for who in (town.zuri, town.milo):
        living = await living_yes(town, who)
        assert who not in on_stage or living, what
        assert who not in on_stage or who not in town.off, f"{what}: back after the lock"
        row = await queries.signup(town.conn, who)
        stand = views.standing_of(row, await queries.consents(town.conn, [who]), town.now)
        assert who not in on_stage or stand.cleared, what
        assert not stand.cleared or living, what
        if town.now >= town.lock and not row.is_cleared and who not in town.papers:
            town.off.add(who)
        if not row.is_cleared:
            await refused_by_hand(town, who)
    taken = await db.one(town.conn, int, "select taken from panel where id = $1", town.where.panel_id)
    assert taken == await db.one(town.conn, int, "select count(*) from seat"), what


async def refused_by_hand(town: Town, who: UUID) -> None:
    """The database itself gives no seat, and lets nobody write a clearance."""
    for sql, refusal in (
        (f"insert into seat values ('{who}', '{town.where.panel_id}', now())", asyncpg.ForeignKeyViolationError),
        (f"insert into clearance (signup_id) values ('{who}')", asyncpg.InsufficientPrivilegeError),
    ):
        with pytest.raises(refusal):
            async with town.conn.transaction():
                await town.conn.execute(sql)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES, begun=st.booleans())
@example(story=told(LATE[0]), begun=False)
@example(story=told(LATE[1]), begun=False)
@example(story=told(LATE[2]), begun=False)
@example(story=told(LATE[3]), begun=False)
@example(story=told(LATE[4]), begun=False)
@example(story=told(LATE[5]), begun=False)
@example(story=told(LATE[6]), begun=False)
async def test_in_no_order_of_what_people_and_the_clock_do_is_an_uncleared_student_on_a_roster(
    conn: Connection, now: datetime, story: list[tuple[str, str]], begun: bool
) -> None:
    outer = conn.transaction()
    await outer.start()
    try:
        town = await town_of(conn, now)
        for what, name in [*((one, "zuri") for one in READY if begun), *story]:
            try:
                async with conn.transaction():
                    await STEPS[what](town, town.zuri if name == "zuri" else town.milo)
            except (Refused, NotFound) as refusal:
                event(f"{what}: {type(refusal).__name__}")
            else:
                event(f"{what}: done")
            await check(town, what)
    finally:
        await outer.rollback()


@pytest.mark.parametrize("what", sorted(STEPS))
async def test_each_step_of_the_machine_can_be_done(conn: Connection, now: datetime, what: str) -> None:
    """A machine whose steps are always refused would prove nothing."""
    before: dict[str, list[str]] = {
        "guardian withdraws": ["guardian yes"],
        "school confirms": ["guardian signs a slip"],
        "second yes": ["second is asked"],
        "second withdraws": ["second is asked", "second yes"],
        "second objects": ["second is asked"],
        "objection lifted": ["second is asked", "second objects"],
        "objection upheld": ["second is asked", "second objects"],
        "student signs for themselves": ["guardian yes, birthday soon", "a week", "a week", "clock"],
        "student withdraws": ["guardian yes, birthday soon", "a week", "a week", "clock", "student signs for themselves"],
        "paper in person": ["the lock", "clock"],
        "override": ["a week", "a week", "an hour", "a week", "clock"],
    }
    town = await town_of(conn, now)
    for one in [*before.get(what, []), what]:
        async with conn.transaction():
            await STEPS[one](town, town.zuri)
        await check(town, one)


async def test_the_machine_reaches_the_stage_in_every_way_that_there_is(conn: Connection, now: datetime) -> None:
    """Online, by a confirmed slip, on paper, in person after the lock, as an alternate, of age, with a new version."""
    ways = [
        READY,
        ["guardian signs a slip", "school confirms", "student yes"],
        ["paper", "student yes"],
        ["the lock", "clock", "paper in person", "student yes"],
        [*READY, "new version", "guardian yes"],
        ["guardian yes, birthday soon", "student yes", "a week", "a week", "clock", "student signs for themselves"],
    ]
    for way in ways:
        outer = conn.transaction()
        await outer.start()
        town = await town_of(conn, now)
        for what in way:
            async with conn.transaction():
                await STEPS[what](town, town.zuri)
            await check(town, what)
        assert [row.signup_id for row in await roster.roster(conn, [town.where.panel_id], town.now)] == [town.zuri], way
        await outer.rollback()
