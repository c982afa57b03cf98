"""W2, F8: from which age students sign for themselves, state by state and by a district's own rule."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest

from service.consents import age_writes, answering, documents, policies
from service.consents.answer_rules import StudentOfAge
from service.consents.rules import NotOpen
from service.db import Connection, Pool
from service.settings import Settings
from service.web import links
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import Family, text_of
from tests.consents.test_answering import do, sign
from workers.schedule import Schedule

CHICAGO = ZoneInfo("America/Chicago")
RULES = [("IL", None, 18), ("AL", None, 18), ("NE", None, 19), ("MS", None, 21), ("MS", 18, 18), ("IL", 19, 19)]
"""A state, a district's own rule, and the age that follows."""


def birthday(now: datetime, age: int, days: int) -> date:
    """Born so that they are `age` so many days from now."""
    day = (now.astimezone(CHICAGO) + timedelta(days=days)).date()
    return day.replace(year=day.year - age)


async def where_it_counts(conn: Connection, state: str, own: int | None) -> None:
    await conn.execute("update district set state = $1, student_signs_at = $2", state, own)


@pytest.mark.parametrize(("state", "own", "age"), RULES)
async def test_w2_a_guardian_signs_until_the_birthday_that_the_state_or_the_district_names(
    conn: Connection, zuri: UUID, now: datetime, state: str, own: int | None, age: int
) -> None:
    await where_it_counts(conn, state, own)
    assert (await documents.occasion(conn, zuri)).signs_at == age
    consent = await desk.signer(conn, zuri)
    with pytest.raises(StudentOfAge):
        await sign(conn, consent.id, now, born=birthday(now, age, 0))
    await sign(conn, consent.id, now, born=birthday(now, age, 1))
    until = (await desk.signer(conn, zuri)).valid_until
    assert until == datetime.combine((now + timedelta(days=1)).astimezone(CHICAGO).date(), datetime.min.time(), CHICAGO)


@pytest.mark.parametrize(("state", "own", "age"), RULES)
async def test_f8_on_that_birthday_pending_items_lapse_the_link_stops_and_the_student_is_asked(
    conn: Connection,
    pool: Pool,
    settings: Settings,
    where: Stage,
    zuri: UUID,
    now: datetime,
    browsers: Callable[[], httpx.AsyncClient],
    state: str,
    own: int | None,
    age: int,
) -> None:
    await where_it_counts(conn, state, own)
    await desk.student_says(conn, zuri, "yes", now)
    other = await desk.second(conn, zuri, now)
    consent = await desk.signer(conn, zuri)
    await sign(conn, consent.id, now, born=birthday(now, age, 4))
    assert await desk.seated(conn, where) == [zuri]
    until = (await desk.signer(conn, zuri)).valid_until
    assert until is not None
    await Schedule(pool, lambda: until).tick(until)
    assert await desk.seated(conn, where) == []
    assert (await desk.signer(conn, zuri, "second_guardian")).state == "expired"
    own_form = await desk.signer(conn, zuri, "student")
    assert own_form.state == "asked"
    old = "/c/" + links.token(settings.secret_key, "consent", consent.id, consent.generation)
    assert (await browsers().get(old)).status_code == 404
    with pytest.raises(NotOpen):
        await do(conn, answering.refuse, other.id, desk.BY_CODE, until)
    await sign(conn, own_form.id, until, capacity="student", name="Zuri Camberwell")
    assert await desk.seated(conn, where) == [zuri]
    assert await age_writes.of_age(conn, until) == []


async def test_w2_the_familys_page_says_the_age_that_counts_for_it(
    conn: Connection, amina: Family, zuri: UUID, now: datetime
) -> None:
    await where_it_counts(conn, "NE", None)
    assert "From 19 on, students sign for themselves." in text_of(await amina.to_signing())


def test_w2_the_districts_page_names_the_states_whose_age_is_another() -> None:
    hint = (Path(__file__).parents[2] / "service/members/templates/place_fields.html").read_text()
    names = {"NE": "Nebraska", "MS": "Mississippi"}
    others = {state: age for state, age in policies.STUDENT_SIGNS_AT.items() if age != policies.USUAL}
    assert set(others) == set(names)
    assert f"counts: {policies.USUAL}, " in hint
    assert all(f"in {names[state]} {age}" in hint for state, age in others.items())
