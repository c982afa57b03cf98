"""Two entries of one district, or of one school: what hangs on them, who signs for students, what stands against it."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.consents import answering, signing_up
from service.consents.rules import NotYours
from service.db import Connection, Pool
from service.errors import NotFound
from service.keeping import queries as keeping
from service.members import places
from service.merging import place_actions as actions
from service.merging.place_rules import StandsAgainst
from service.merging.rules import NoSuchPick, NotLooked
from tests import make
from tests.access.conftest import person
from tests.consents import desk
from tests.consents.desk import Stage
from tests.members.conftest import Places
from tests.merging.places import district, merged, school_in


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """A panel whose families are asked, of Lake Marlow High."""
    return await desk.stage(conn, now)


async def hold(conn: Connection, panel_id: UUID, school_id: UUID, count: int, until: datetime) -> None:
    await conn.execute("insert into panel_hold values ($1, $2, $3, $4)", panel_id, school_id, count, until)


async def test_people_schools_and_messages_of_a_district_go_on_in_the_one_that_stays(
    conn: Connection, network: Places, tamsin: UUID, now: datetime
) -> None:
    twin = await district(conn, "Cedar Harbour Public Schools", now)
    other = await school_in(conn, twin, "Harbour High", now)
    wren = await person(conn, now, "Wren Okonkwo", "wren@cedar-harbor.example")
    await db.run(conn, "update person set district_id = $1 where id = $2", twin, wren)
    done = await merged(conn, "district", network.cedar, twin, tamsin, now)
    assert [(one.what, one.count) for one in done.facts.moves] == [("Schools", 1), ("People", 1)]
    row = await places.district(conn, network.cedar)
    assert (row.name, row.code, row.schools, row.people) == (
        "Cedar Harbor Public Schools",
        "cedar-harbor-public-schools",
        2,
        1,
    )
    assert (await places.school(conn, other)).district_id == network.cedar
    assert await places.district_stays_as(conn, twin) == network.cedar
    with pytest.raises(NotFound):
        await places.district(conn, twin)


async def test_what_is_chosen_stands_afterwards_and_registrations_to_come_say_it(
    conn: Connection, network: Places, tamsin: UUID, now: datetime
) -> None:
    twin = await district(
        conn, "Cedar Harbour", now, time_zone="America/Denver", student_signs_at="19", signers="2", state="NY"
    )
    convening = await make.convening(conn, now)
    made = [await make.registered(conn, convening.id, n, now=now) for n in (1, 2)]
    await db.run(
        conn, "update person set district_id = $1 where id = any($2)", network.cedar, [one.person_id for one in made]
    )
    await db.run(conn, "update registration set district_name = 'Cedar Harbor Public Schools' where id = $1", made[0].id)
    await db.run(conn, "update registration set district_name = 'The Harbor' where id = $1", made[1].id)
    chosen = dict.fromkeys(("name", "state", "time_zone", "signs_at"), "former")
    await merged(conn, "district", network.cedar, twin, tamsin, now, **chosen)
    row = await places.district(conn, network.cedar)
    assert (row.name, row.state, row.time_zone, row.student_signs_at) == ("Cedar Harbour", "NY", "America/Denver", 19)
    assert row.signers_needed == 2, "where nobody chooses the stricter rule stays"
    said = await db.many(conn, str, "select district_name from registration order by name")
    assert sorted(said) == ["Cedar Harbour", "The Harbor"]
    assert "registration_changed" in [one.__struct_config__.tag for one in await make.recorded(conn)]


async def test_students_contacts_and_kept_places_of_a_school_go_on_with_the_one_that_stays(
    conn: Connection, where: Stage, tamsin: UUID, now: datetime
) -> None:
    twin = await school_in(conn, where.school_id, "Lake Marlow H. S.", now)
    zuri = await desk.ask(conn, where, now, school_id=twin)
    await desk.student_says(conn, zuri, "yes", now)
    consent = await desk.signer(conn, zuri)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    wren = await person(conn, now, "Wren Okonkwo", "wren@lm.example")
    await conn.execute("insert into school_contact values ($1, $2, 'Lead', '555')", wren, twin)
    soon, later = now + timedelta(days=3), now + timedelta(days=5)
    await hold(conn, where.panel_id, where.school_id, 1, soon)
    await hold(conn, where.panel_id, twin, 1, later)
    assert await desk.seated(conn, where) == [zuri]
    await merged(conn, "school", where.school_id, twin, tamsin, now)
    assert await desk.seated(conn, where) == [zuri], "what was signed counts as before"
    assert await keeping.of_school(conn, where.school_id) == [zuri]
    assert await db.many(conn, UUID, "select school_id from school_contact") == [where.school_id]
    kept = await db.many(conn, str, "select places || ' ' || (held_until = $1)::text as kept from panel_hold", later)
    assert kept == ["2 true"]


async def test_w3_where_families_were_asked_by_other_rules_those_stay_or_nothing_is_merged(
    conn: Connection, where: Stage, tamsin: UUID, now: datetime
) -> None:
    two = await district(conn, "Lake Marlow District", now, signers="2", state="IL")
    await desk.ask(conn, where, now)
    for kept, former in ((where.school_id, two), (two, where.school_id)):
        read = await actions.look(conn, "district", kept, former, now)
        assert read.objections == []
        side = "kept" if kept == where.school_id else "former"
        assert read.usual["signers"] == side, "what families were asked by is offered"
        wrong = {"signers": "former" if side == "kept" else "kept"}
        assert (
            "were asked" in read.against({**read.usual, **wrong})[0]
            or "was asked" in read.against({**read.usual, **wrong})[0]
        )
        with pytest.raises(StandsAgainst):
            await merged(conn, "district", kept, former, tamsin, now, **wrong)
    after = now + timedelta(days=40)  # the convening is over
    done = await merged(conn, "district", where.school_id, two, tamsin, after, signers="former")
    assert done.kept.students == 0
    assert (await places.district(conn, where.school_id)).signers_needed == 2


async def test_w2_where_families_of_both_are_asked_by_different_ages_nothing_is_merged_yet(
    conn: Connection, where: Stage, tamsin: UUID, now: datetime
) -> None:
    older = await district(conn, "Lake Marlow (MS)", now, state="MS")
    theirs = await school_in(conn, older, "Marlow Middle", now)
    await desk.ask(conn, where, now)
    await desk.ask(conn, where, now, name="Noor", school_id=theirs)
    read = await actions.look(conn, "district", where.school_id, older, now)
    assert "by different rules" in read.objections[0]
    with pytest.raises(StandsAgainst):
        await merged(conn, "district", where.school_id, older, tamsin, now)
    # the same of two schools: the district that they are in decides
    with pytest.raises(StandsAgainst):
        await merged(conn, "school", where.school_id, theirs, tamsin, now)
    # one who was taken off the list is asked nothing
    await db.run(conn, "update signup set withdrawn_at = $1 where school_id = $2", now, theirs)
    await merged(conn, "school", where.school_id, theirs, tamsin, now, district="kept")
    assert (await places.school(conn, where.school_id)).district_id == where.school_id


async def test_two_lists_for_one_panel_are_not_thrown_together(
    conn: Connection, where: Stage, tamsin: UUID, now: datetime
) -> None:
    twin = await school_in(conn, where.school_id, "Lake Marlow H. S.", now)
    await desk.ask(conn, where, now)
    await desk.ask(conn, where, now, school_id=twin)
    read = await actions.look(conn, "school", where.school_id, twin, now)
    assert "Both have students for “Belonging at school" in read.objections[0]
    with pytest.raises(StandsAgainst):
        await merged(conn, "school", where.school_id, twin, tamsin, now)
    assert await places.school_stays_as(conn, twin) is None


async def test_a_message_that_is_to_leave_by_itself_and_a_legal_hold_stand_against_it(
    conn: Connection, network: Places, where: Stage, tamsin: UUID, now: datetime
) -> None:
    twin = await school_in(conn, where.school_id, "Lake Marlow H. S.", now)
    await desk.ask(conn, where, now)
    await conn.execute(
        """insert into bulk_message (id, audience, district_id, subject, words, state, release_at, created_at)
           values ($1, 'members', $2, 'Spring', 'x', 'scheduled', $3, $3)""",
        db.new_id(now),
        network.sage,
        now,
    )
    read = await actions.look(conn, "district", network.cedar, network.sage, now)
    assert read.objections == ["“Spring” is to leave by itself to one of them, and would reach more people. Hold it first."]
    await conn.execute(
        "insert into legal_hold (id, convening_id, reason, begun_at) values ($1, $2, 'A letter', $3)",
        db.new_id(now),
        where.convening_id,
        now,
    )
    with pytest.raises(StandsAgainst):
        await merged(conn, "school", where.school_id, twin, tamsin, now)


async def test_what_changed_since_is_looked_at_again_and_a_choice_is_one_of_two(
    conn: Connection, network: Places, tamsin: UUID, now: datetime
) -> None:
    ids = network.cedar, network.sage
    read = await actions.look(conn, "district", *ids, now)
    with pytest.raises(NoSuchPick):
        await actions.merge(conn, "district", ids, {"name": "neither"}, read.mark, tamsin, now)
    await school_in(conn, network.sage, "Sage High", now)
    with pytest.raises(NotLooked):
        await actions.merge(conn, "district", ids, {}, read.mark, tamsin, now)


async def test_two_organizers_at_once_in_either_direction_merge_once(
    conn: Connection, pool: Pool, network: Places, tamsin: UUID, now: datetime
) -> None:
    twin = await school_in(conn, network.cedar, "Tidewater Acad.", now)
    for kind, kept, former in (("school", network.school, twin), ("district", network.cedar, network.sage)):
        one = await actions.look(conn, kind, kept, former, now)
        other = await actions.look(conn, kind, former, kept, now)
        done = await asyncio.gather(
            make.alone(pool, lambda c: actions.merge(c, kind, (kept, former), {}, one.mark, tamsin, now)),  # noqa: B023
            make.alone(pool, lambda c: actions.merge(c, kind, (former, kept), {}, other.mark, tamsin, now)),  # noqa: B023
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in done) == ["Look", "NotFound"]


async def test_a_list_that_comes_in_meanwhile_waits_and_finds_that_the_school_is_not_there(
    conn: Connection, pool: Pool, where: Stage, tamsin: UUID, now: datetime
) -> None:
    twin = await school_in(conn, where.school_id, "Lake Marlow H. S.", now)
    student = signing_up.Student(label="Slip 1", school_id=twin)
    caller = signing_up.Caller(None, frozenset({twin}))
    async with db.transaction(pool) as first:
        read = await actions.look(first, "school", where.school_id, twin, now)
        await actions.merge(first, "school", (where.school_id, twin), {}, read.mark, tamsin, now)
        waiting = asyncio.create_task(
            make.alone(pool, lambda c: signing_up.sign_up(c, where.panel_id, None, [student], caller, now))
        )
        await asyncio.wait([waiting], timeout=0.2)
        assert not waiting.done()
    [outcome] = await waiting
    assert isinstance(outcome, NotYours)
    assert await db.one(conn, int, "select count(*) as n from signup") == 0


async def test_what_was_erased_of_students_of_the_former_school_stands_in_the_log_of_the_one_that_stays(
    conn: Connection, where: Stage, tamsin: UUID, now: datetime
) -> None:
    twin = await school_in(conn, where.school_id, "Lake Marlow H. S.", now)
    await conn.execute(
        """insert into erasure (id, signup_id, school_id, convening_id, ordered_by, what, created_at)
           values ($1, $1, $2, $3, 'family', '{}', $4)""",
        db.new_id(now),
        twin,
        where.convening_id,
        now,
    )
    await merged(conn, "school", where.school_id, twin, tamsin, now)
    assert len(await keeping.tombstones(conn, where.school_id)) == 1


async def test_a_short_code_that_went_is_nobody_elses(
    conn: Connection, network: Places, tamsin: UUID, now: datetime
) -> None:
    await merged(conn, "district", network.cedar, network.sage, tamsin, now)
    again = await places.district(conn, await district(conn, "Silver Sage Unified", now))
    assert again.code == "silver-sage-unified-2"
    third = await district(conn, "Cedar", now)
    await merged(conn, "district", third, network.cedar, tamsin, now)
    assert await places.district_stays_as(conn, network.sage) == third, "through two of them"
