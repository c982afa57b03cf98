"""What the console's pages about registrations and invitations offer and say, and when they do not."""

from datetime import datetime, timedelta

import httpx
import pytest

from service import db
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations.office_words import mark
from service.settings import Settings
from service.web.state_words import STATE_WORDS
from tests import make
from tests.pages.office import Office, enter, read


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """Somebody who organizes everything."""
    return await enter(browser, conn, settings, now)


async def test_nobody_is_offered_to_be_registered_where_nobody_can_be(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    over = await make.convening(conn, now, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    for one in (convening, over):
        path = f"/office/convenings/{one.id}/registrations"
        assert f'href="{path}/new"' in (await office.browser.get(path)).text
    await convening_actions.cancel(conn, convening.id, now)
    await db.run(
        conn, "update convening set starts_at = $2, ends_at = $3 where id = $1", over.id, now - timedelta(hours=1), now
    )
    for one, why in ((convening, "this convening was cancelled."), (over, "this convening has taken place.")):
        path = f"/office/convenings/{one.id}/registrations"
        page = await office.read(path)
        assert ("Register somebody" in page, why in page) == (False, True)


async def test_too_many_who_are_chosen_are_not_called_nobody(office: Office, now: datetime, convening: ConveningRow) -> None:
    path = f"/office/convenings/{convening.id}/invitations/statement"
    many = await office.send(path, people=" ".join(db.new_id(now).hex for _ in range(1001)))
    assert many.status_code == 422
    assert "At most 1,000 people can be invited at once." in read(many)
    assert "Nobody is chosen" not in read(many)
    none = await office.send(path, people="")
    assert read(none).count("Nobody is chosen") == 1


async def test_one_person_is_invited_above_the_list(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    path = f"/office/convenings/{convening.id}/invitations"
    assert (await office.send(path, name="Wren Okonkwo", email="wren@cedar-harbor.example")).status_code == 303
    page = await office.read(path)
    assert page.index("Invite one person") < page.index("Who was invited") < page.index("Newest first")


async def test_long_lists_are_counted_with_separators(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await conn.execute(
        """with people as (insert into person (id, name, email, created_at)
             select gen_random_uuid(), 'P', n || '@a.example', $2::timestamptz from generate_series(1, 1200) n returning id)
           insert into invitation (id, convening_id, person_id, mailed_at, created_at)
           select gen_random_uuid(), $1, id, $2, $2 from people""",
        convening.id,
        now,
    )
    page = await office.read(f"/office/convenings/{convening.id}/invitations")
    assert "of 1,200 invited people 1,200" in page
    assert "No answer yet: 1,200" in page


async def test_a_state_is_called_the_same_on_the_page_of_a_person_and_on_that_of_the_registration(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    assert mark(row)[1] == STATE_WORDS["confirmed"] == "Has a seat"
    assert f"{convening.title} Has a seat ·" in await office.read(f"/office/people/{row.person_id}")
    small = await make.convening(conn, now, capacity=1, title="Small Convening")
    await make.crowd(conn, small.id, (2, 1), now=now)
    assert "Small Convening On the list ·" in await office.read(f"/office/people/{row.person_id}")
