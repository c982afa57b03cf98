"""W3, F8: what an objection holds up and what it leaves: the answers before it, and a student who signs for themselves."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.consents import answering, deciding, queries, second_guardian, views
from service.consents.answer_rules import NoObjection
from service.consents.rules import NoGuardianNeeded
from service.db import Connection
from tests.consents import desk
from tests.consents.desk import BY_CODE, Stage
from tests.consents.test_answering import do, sign
from tests.consents.test_superseding import family

DAY = timedelta(days=1)
LIFTED = ("lifted", "Ruth Abara", "The order of this spring")


async def states(conn: Connection, signup_id: Any) -> dict[str, str]:
    """By signer."""
    return {one.signer: one.state for one in await queries.consents(conn, [signup_id])}


@pytest.mark.parametrize("before", ["asked", "opened", "refused", "withdrawn", "expired", "draft"])
async def test_w3_an_objection_lifted_leaves_the_second_guardian_as_they_were(
    conn: Connection, where: Stage, now: datetime, before: str
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    other = await desk.second(conn, signup_id, now, before)
    if before == "refused":
        await conn.execute("update consent set state = 'asked' where id = $1", other.id)
        await do(conn, answering.refuse, other.id, BY_CODE, now)
    seated = await desk.seated(conn, where)
    for _ in range(2):
        await do(conn, answering.object_to, other.id, BY_CODE, now)
    assert await desk.seated(conn, where) == []
    await do(conn, second_guardian.resolve, signup_id, *LIFTED, now)
    assert (await states(conn, signup_id))["second_guardian"] == before
    assert await desk.seated(conn, where) == seated == ([] if before in ("refused", "withdrawn") else [signup_id])


async def test_w3_an_objection_in_writing_lifted_brings_back_the_second_guardians_own_yes_and_no(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    other = await desk.second(conn, signup_id, now)
    for join in ("yes", "no"):
        await sign(conn, other.id, now, choices=desk.choices() if join == "yes" else desk.choices(join="no", topics={}))
        await do(conn, second_guardian.record_objection, signup_id, "Tamsin Birchwell", now)
        await do(conn, second_guardian.resolve, signup_id, *LIFTED, now)
        assert (await states(conn, signup_id))["second_guardian"] == "signed"
        assert await desk.seated(conn, where) == ([signup_id] if join == "yes" else [])


async def test_w3_an_objection_upheld_is_a_no_and_no_lifting_comes_after_it(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    other = await desk.second(conn, signup_id, now)
    await do(conn, answering.object_to, other.id, BY_CODE, now)
    await do(conn, second_guardian.resolve, signup_id, "upheld", "Ruth Abara", "They do not.", now)
    with pytest.raises(NoObjection):
        await do(conn, second_guardian.resolve, signup_id, *LIFTED, now)
    assert (await states(conn, signup_id))["second_guardian"] == "refused"


async def test_f8_no_objection_of_a_guardian_holds_up_a_student_who_has_come_of_age(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    await desk.student_says(conn, signup_id, "yes", now)
    born = (now + DAY).date()
    await sign(conn, (await desk.signer(conn, signup_id)).id, now, born=born.replace(year=born.year - 18))
    other = await desk.second(conn, signup_id, now)
    await do(conn, answering.object_to, other.id, BY_CODE, now)
    later = now + 2 * DAY
    await do(conn, deciding.come_of_age, signup_id, later)
    assert (await states(conn, signup_id))["second_guardian"] == "expired"
    own = await desk.signer(conn, signup_id, "student")
    await sign(conn, own.id, later, capacity="student", name="Zuri Camberwell")
    assert await desk.seated(conn, where) == [signup_id]
    with pytest.raises(NoGuardianNeeded):
        await do(conn, second_guardian.record_objection, signup_id, "Tamsin Birchwell", later)
    with pytest.raises(NoObjection):
        await do(conn, second_guardian.resolve, signup_id, *LIFTED, later)
    assert await desk.seated(conn, where) == [signup_id]


async def test_f8_the_database_and_the_plain_status_ask_a_grown_student_alone(
    conn: Connection, where: Stage, now: datetime
) -> None:
    """Even where a guardian's row rests on hold."""
    signup_id = await desk.ask(conn, where, now, "Imani Roanoke", guardian=None, signs_for_self=True)
    await desk.student_says(conn, signup_id, "yes", now)
    await desk.second(conn, signup_id, now, "on_hold_objection")
    mail = "select m.state from family_mail m join consent c on c.id = m.id where c.signer = 'student'"
    assert await conn.fetchval(mail) == "asked"
    await sign(conn, (await desk.signer(conn, signup_id, "student")).id, now, capacity="student", name="Imani Roanoke")
    assert await desk.seated(conn, where) == [signup_id]
    row = await queries.signup(conn, signup_id)
    assert views.standing_of(row, await queries.consents(conn, [signup_id]), now).cleared
