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
    moving,
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
    newest: int
    """The newest text whose meaning was new while the roster was open: no older yes counts."""
    seconds_no: set[UUID]
    """Sign-ups whose second guardian has said no themselves, and not yes since."""


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
        await sign(town.conn, consent.id, town.now, origin, **more)
        if kind == "second_guardian":
            (town.seconds_no.discard if join == "yes" else town.seconds_no.add)(who)
        return None

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
        await action(town.conn, (await signer(town, who, kind)).id, BY_CODE, town.now)
        if kind == "second_guardian" and action is not answering.object_to:
            town.seconds_no.add(who)
        return None

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


async def objection_in_writing(town: Town, who: UUID) -> object:
    return await second_guardian.record_objection(town.conn, who, "Tamsin Birchwell", town.now)


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
    published = await versions.publish(town.conn, version.id, town.now, material=True)
    if town.now < town.lock:
        town.newest = published.number
    return None


async def moved(town: Town, _: UUID) -> object:
    """Sixty days later, by itself: the clock and the reaction that families follow come after it."""
    by = timedelta(days=60)
    await town.conn.execute(
        "update convening set starts_at = starts_at + $1::interval, ends_at = ends_at + $1::interval", by
    )
    frame = await queries.frame(town.conn, town.where.panel_id)
    town.lock = deadlines.lock_at(frame.starts_at, frame.time_zone)
    town.off.clear()
    town.papers.clear()
    return None


async def families_follow(town: Town, _: UUID) -> object:
    return await moving.follow(town.conn, town.where.convening_id, town.now)


async def school_withdraws(town: Town, who: UUID) -> object:
    return await signing_up.withdraw(town.conn, who, town.now)


async def clock(town: Town, _: UUID) -> object:
    """What a worker does each second; without this step no worker runs."""
    for panel_id in await closing_writes.due(town.conn, town.now):
        await closing.close(town.conn, panel_id, town.now)
    for one in await age_writes.of_age(town.conn, town.now):
        await deciding.come_of_age(town.conn, one, town.now)
    if town.now < town.lock:
        town.newest = await db.one(town.conn, int, "select max(number) from consent_version where template = 'panelist'")
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
    "second no": answers(answering.refuse, "second_guardian"),
    "second signed no": signs("second_guardian", join="no"),
    "second withdraws": answers(answering.withdraw, "second_guardian"),
    "second objects": answers(answering.object_to, "second_guardian"),
    "objection in writing": objection_in_writing,
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
    "moved": moved,
    "families follow": families_follow,
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
    "guardian yes; student no; new version; student yes; guardian yes",
    "both are needed; second is asked; guardian yes; student yes; second objects; objection upheld; new version; second yes",
    "both are needed; second is asked; guardian yes; student yes; second yes; second objects; new version; objection lifted",
    "second is asked; guardian yes; student yes; second no; second objects; objection lifted; clock; objection in writing; "
    "objection lifted; second yes; objection in writing; objection lifted",
    "guardian yes; student yes; second is asked; second signed no; objection in writing; objection lifted; both are needed",
    "guardian yes, birthday soon; student yes; second is asked; second objects; a week; a week; clock; objection lifted; "
    "student signs for themselves; objection in writing",
    "guardian yes; student yes; the lock; new version; clock; moved; clock; student no; student yes; guardian yes",
    "guardian yes; student yes; the lock; clock; moved; new version; clock; families follow; guardian yes",
]
"""Stories around the lock, new texts, objections and birthdays that chance would seldom tell."""
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
    return Town(conn, where, zuri, milo, now, lock, set(), set(), 1, set())


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
        and await number(town, one) >= town.newest
    ]
    against = any(
        one.state in ("refused", "withdrawn", "on_hold_objection")
        or (one.state in ("signed", "signed_paper") and not one.joins)
        for one in asked
    )
    needed = 1 if row.signs_for_self else row.signers_needed
    return (
        row.withdrawn_at is None
        and row.student == "yes"
        and not against
        and (row.signs_for_self or who not in town.seconds_no)
        and len(yes) >= needed
    )


async def number(town: Town, one: ConsentRow) -> int:
    """Which text somebody signed."""
    return await db.one(town.conn, int, "select number from consent_version where id = $1", one.version_id)


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
@example(story=told(LATE[7]), begun=False)
@example(story=told(LATE[8]), begun=False)
@example(story=told(LATE[9]), begun=False)
@example(story=told(LATE[10]), begun=False)
@example(story=told(LATE[11]), begun=False)
@example(story=told(LATE[12]), begun=False)
@example(story=told(LATE[13]), begun=False)
@example(story=told(LATE[14]), begun=False)
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
        "second no": ["second is asked"],
        "second signed no": ["second is asked"],
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
        [
            "guardian yes, birthday soon",
            "student yes",
            "second is asked",
            "second objects",
            "a week",
            "a week",
            "clock",
            "student signs for themselves",
        ],
        [*READY, "second is asked", "second yes", "objection in writing", "objection lifted"],
        [*READY, "the lock", "clock", "new version", "moved", "clock", "families follow", "guardian yes"],
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
