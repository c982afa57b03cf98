"""Who has answered, what somebody planned, and what only their own link opens is told by no list, feed, mail or badge."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.db import Connection
from service.keeping import person_queries
from service.keeping import queries as keeping
from service.settings import Settings
from service.web import links
from tests.surveys.conftest import FALL, add, opened, tokens
from tests.surveys.test_clock import ENDS, addresses, to
from tests.workers.conftest import Office

HOUR = timedelta(hours=1)
ASKED = "next convening"
BASE = "http://127.0.0.1:8000"


@pytest.fixture
async def asked(office: Office, organizer: httpx.AsyncClient) -> dict[str, str]:
    """The surveys, opened by the clock; the first mails are out or wait for the morning."""
    made = await add(organizer)
    office.moment = ENDS - HOUR
    await office.tick()
    office.moment = ENDS + timedelta(hours=2, seconds=1)
    await office.tick()
    return made


def asking(mails: Sequence[EmailMessage]) -> list[EmailMessage]:
    return [one for one in mails if ASKED in str(one["Subject"])]


async def test_a_mail_that_waited_for_the_morning_does_not_go_to_who_was_not_there_after_all(
    office: Office, asked: dict[str, str], conn: Connection, owner: Connection
) -> None:
    sql = "select subject_id from delivery where kind = 'survey_ask' and state = 'queued' order by id"
    invitation = await db.one(conn, UUID, f"{sql} limit 1")
    waiting = await db.one(conn, int, f"select count(*) as n from ({sql}) q")
    person = "select r.id, p.email from survey_invitation i join person p on p.id = i.person_id"
    row = await conn.fetchrow(
        f"{person} join registration r on r.person_id = p.id and r.convening_id = $2 where i.id = $1", invitation, FALL
    )
    await owner.execute("delete from presence where registration_id = $1", row["id"])
    office.moment += 15 * HOUR
    sent = to(asking(await office.tick()))
    assert (row["email"] not in sent, len(sent)) == (True, waiting - 1)


async def test_a_students_mail_does_not_go_once_the_yes_is_taken_back(
    office: Office, asked: dict[str, str], conn: Connection
) -> None:
    office.moment = ENDS + timedelta(days=1, hours=2)
    await office.schedule.tick(office.moment)
    await office.react()
    sql = "select count(*) as n from delivery where kind = 'family_survey' and state = 'queued'"
    assert await db.one(conn, int, sql) > 0
    await conn.execute("update consent set answers = jsonb_set(answers, '{survey}', '\"no\"')")
    assert not [one for one in await office.settle() if "student" in str(one["Subject"]).lower()]
    assert await db.one(conn, int, sql) == 0


async def test_the_feed_and_the_list_of_mails_say_nothing_of_who_is_reminded(
    office: Office, asked: dict[str, str], conn: Connection, organizer: httpx.AsyncClient
) -> None:
    assert await db.one(conn, int, "select count(*) as n from event where kind = 'survey_mail_reached'") > 30
    kinds: set[str] = set()
    page = {"items": [{"kind": ""}], "next": 0}
    while page["items"]:
        page = (await organizer.get("/events", params={"limit": 200, "after": page["next"]})).json()
        kinds |= {one["kind"] for one in page["items"]}
    assert ("survey_mail_due" in kinds, "survey_mail_reached" in kinds) == (True, False)
    listed = (await organizer.get("/deliveries", params={"limit": 200})).json()["items"]
    assert "survey_ask" not in {one["kind"] for one in listed}
    await conn.execute(
        "update delivery set state = 'dead' where id = (select id from delivery where kind = 'survey_ask' limit 1)"
    )
    listed = (await organizer.get("/deliveries", params={"limit": 200})).json()["items"]
    assert [one["state"] for one in listed if one["kind"] == "survey_ask"] == ["dead"]


async def test_at_close_nothing_is_left_of_who_was_reminded(office: Office, asked: dict[str, str], conn: Connection) -> None:
    office.moment = ENDS + timedelta(days=13)
    await office.tick()
    sql = """select s.code, count(*) from delivery d join survey_invitation i on i.id = d.subject_id
               join survey s on s.id = i.survey_id where d.kind in ('survey_ask', 'family_survey') group by s.code"""
    assert {row["code"] for row in await conn.fetch(sql)} <= {"school_contact_post"}
    reached = "select payload ->> 'survey_id' as survey from event where kind = 'survey_mail_reached'"
    assert {row["survey"] for row in await conn.fetch(reached)} <= {asked["school_contact_post"]}
    assert not await conn.fetchval(
        "select count(*) from survey_invitation i join survey s on s.id = i.survey_id "
        "where answered and s.privacy = 'anonymous' and s.state = 'closed'"
    )


async def test_who_comes_by_a_badge_sees_neither_a_plan_nor_whether_it_was_answered(
    app: Litestar, asked: dict[str, str], conn: Connection, settings: Settings
) -> None:
    mailed = f"/s/{(await tokens(conn, settings, asked['member_post']))[0]}"
    invitation = links.take_apart(mailed.removeprefix("/s/")).id
    by_badge = f"/s/{links.token(settings.secret_key, 'badge', invitation, 0)}"
    app.state.clock = lambda: ENDS + 3 * HOUR
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as phone:
        assert (await phone.post(mailed, data={"q-m1": "9"})).status_code == 303
        assert (await phone.post(f"{mailed}/commitment", data={"words": "Ask every principal"})).status_code == 303
        assert "You have answered." in (await phone.get(mailed)).text
        assert "Ask every principal" in (await phone.get(f"{mailed}/commitment")).text
        assert "You have answered." not in (await phone.get(by_badge)).text
        assert "Ask every principal" not in (await phone.get(f"{by_badge}/commitment")).text
        seen = (await phone.get(f"/api/v1/answers/{by_badge.removeprefix('/s/')}")).json()
        assert seen["answered"] is False


async def test_what_somebody_planned_stands_in_the_mail_months_later_and_in_no_list_of_mails(
    office: Office, asked: dict[str, str], conn: Connection
) -> None:
    await conn.execute(
        """insert into commitment (convening_id, person_id, words, created_at)
           select $1, person_id, 'Ask every principal & listen', now() from survey_invitation
            where survey_id = $2::uuid order by id limit 1""",
        FALL,
        UUID(asked["member_post"]),
    )
    office.moment = datetime(2026, 12, 29, 18, tzinfo=UTC)
    mails = await office.tick()
    office.moment += timedelta(hours=6)
    mails += await office.tick()
    later = [one for one in mails if "What has come of it?" in str(one["Subject"])]
    told = [body for one in later if "You planned: Ask every principal & listen" in (body := plain(one))]
    assert (len(later), len(told)) == (33, 1)
    assert not await conn.fetchval("select count(*) from delivery where message::text like '%every principal%'")


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_an_open_survey_of_a_cancelled_convening_is_mailed_about_no_more_and_still_closes(
    office: Office, asked: dict[str, str], conn: Connection, owner: Connection
) -> None:
    await owner.execute("update convening set state = 'cancelled' where id = $1", FALL)
    office.moment = ENDS + timedelta(days=2, seconds=1)
    assert not asking(await office.tick())
    office.moment = ENDS + timedelta(days=10, seconds=1)
    await office.tick()
    sql = "select state from survey where id = $1::uuid"
    assert await db.one(conn, str, sql, UUID(asked["member_post"])) == "closed"


async def test_one_mail_and_not_two_follow_a_late_opening(
    office: Office, organizer: httpx.AsyncClient, conn: Connection, app: Litestar
) -> None:
    made = await add(organizer)
    office.moment = ENDS + timedelta(days=6, hours=1)
    app.state.clock = office.clock
    await opened(organizer, made["coach_post"])
    first = asking(await office.tick())
    office.moment += timedelta(minutes=1)
    assert set(await addresses(conn, made["coach_post"])) <= set(to(first))
    assert not asking(await office.tick())


async def test_no_page_that_counts_somebodys_mails_tells_whether_they_answered(
    office: Office, asked: dict[str, str], conn: Connection
) -> None:
    """A mail asks who has not answered, so one more of them says that they have not."""
    office.moment = ENDS + timedelta(days=4, hours=4)
    await office.tick()
    sql = "select i.person_id from survey_invitation i join delivery d on d.subject_id = i.id where i.person_id is not null"
    people = await db.many(conn, UUID, f"{sql} group by 1 order by 1")
    schools = await db.many(conn, UUID, "select distinct school_id from signup order by 1")
    counts = [(await person_queries.holds_now(conn, one, office.moment)).mails for one in people]
    letters = [(await keeping.school(conn, one)).mails for one in schools]
    assert (len(people) > 3, any(letters)) == (True, True)
    await conn.execute("delete from delivery where tells_who_answered(kind, state, subject_id)")
    assert [(await person_queries.holds_now(conn, one, office.moment)).mails for one in people] == counts
    assert [(await keeping.school(conn, one)).mails for one in schools] == letters


async def test_gaps_in_the_feed_do_not_say_how_many_were_reminded(
    office: Office, asked: dict[str, str], conn: Connection
) -> None:
    assert await conn.fetchval("select count(*) from event where kind = 'survey_mail_reached' and position < 0") > 30
    seen = await db.many(conn, int, "select position from event where position > 0 order by 1")
    assert seen == list(range(1, len(seen) + 1))


async def test_after_the_close_neither_place_nor_age_of_a_row_says_who_answered(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    made = (await add(organizer))["member_post"]
    await opened(organizer, made)
    for token in (await tokens(conn, settings, made))[::3]:
        assert (await stranger.post(f"/answers/{token}", json={"answers": {"m1": 9}})).status_code == 200
    asked = await conn.fetch(
        "select id, person_id from survey_invitation where survey_id = $1::uuid order by id", UUID(made)
    )
    await organizer.post(f"/surveys/{made}/closing")
    rows = await conn.fetch(
        "select id, person_id, xmin::text as age from survey_invitation where survey_id = $1::uuid order by ctid", UUID(made)
    )
    assert len({row["age"] for row in rows}) == 1
    assert [(row["id"], row["person_id"]) for row in rows] == [tuple(row) for row in asked]
