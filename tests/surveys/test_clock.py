"""Surveys follow the clock: opened in the closing session, mailed by day to those present, closed, the key destroyed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access import granting
from service.convenings import queries as convenings
from service.db import Connection
from service.registrations import changes
from service.settings import Settings
from service.surveys import report_back, rules
from service.surveys.report_back import SaidDid
from service.surveys.sealing import Keys
from service.web import links
from tests.surveys.conftest import FALL, add, given, tokens
from tests.surveys.conftest import RESPONSES as ROWS
from tests.workers.conftest import Office

ENDS = datetime(2026, 10, 15, 22, 30, tzinfo=UTC)
"""15:30 in Los Angeles."""
HOUR = timedelta(hours=1)


@pytest.fixture
async def asked(office: Office, organizer: httpx.AsyncClient) -> dict[str, str]:
    """The usual sets wait for their moment; the worker looks for the first time an hour and a half before the end."""
    made = await add(organizer)
    office.moment = ENDS - 1.5 * HOUR
    await office.tick()
    return made


async def states(conn: Connection) -> dict[str, str]:
    rows = await conn.fetch("select code, state from survey where convening_id = $1", FALL)
    return {row["code"]: row["state"] for row in rows}


def to(mails: Sequence[EmailMessage]) -> list[str]:
    return sorted(str(one["To"]).rpartition("<")[2].rstrip(">") for one in mails)


async def addresses(conn: Connection, survey_id: str) -> list[str]:
    sql = "select p.email from survey_invitation i join person p on p.id = i.person_id where i.survey_id = $1::uuid"
    return sorted(await db.many(conn, str, sql, UUID(survey_id)))


async def test_each_opens_at_its_own_moment_and_not_before(office: Office, asked: dict[str, str], conn: Connection) -> None:
    assert (await states(conn))["member_post"] == "ready"
    office.moment = ENDS - HOUR
    await office.tick()
    assert {code for code, state in (await states(conn)).items() if state == "open"} == {
        "member_post",
        "coach_post",
        "student_post",
    }
    office.moment = ENDS + timedelta(days=2, minutes=1)
    await office.tick()
    assert {code for code, state in (await states(conn)).items() if state == "ready"} == {
        "member_followup",
        "student_followup",
    }


async def test_who_is_asked_at_an_address_that_is_corrected_is_asked_at_the_new_one_and_the_old_link_opens_nothing(
    office: Office, asked: dict[str, str], conn: Connection, stranger: httpx.AsyncClient
) -> None:
    office.moment = ENDS + timedelta(hours=17, seconds=1)
    await office.tick()
    sent = await conn.fetchrow(
        """select d.recipient, d.person_id, d.subject_id from delivery d join survey_invitation i on i.id = d.subject_id
            where d.kind = 'survey_ask' and d.state = 'sent' and i.survey_id = $1 order by d.id limit 1""",
        UUID(asked["member_post"]),
    )
    assert sent is not None
    secret, new = office.settings.secret_key, "right@cedar-harbor.example"
    old_link, new_link = (links.token(secret, "survey", sent["subject_id"], generation) for generation in (0, 1))
    assert (await stranger.get(f"/answers/{old_link}")).status_code == 200
    await changes.correct_address(conn, sent["person_id"], new, office.later(minutes=1))
    mails = [one for one in await office.settle() if to([one]) == [new]]
    body = mails[0].get_body(("plain",))
    assert body is not None
    assert (len(mails), f"/s/{new_link}" in body.get_content()) == (1, True)
    assert [(await stranger.get(f"/answers/{one}")).status_code for one in (old_link, new_link)] == [404, 200]
    await office.tick()
    assert not [one for one in await office.settle() if to([one]) in ([new], [sent["recipient"]])]


async def test_exactly_those_present_are_mailed_by_day_where_they_are_and_nobody_twice(
    office: Office, asked: dict[str, str], conn: Connection
) -> None:
    office.moment = ENDS + timedelta(hours=2, seconds=1)
    mails = [one for one in await office.tick() if "next convening" in str(one["Subject"])]
    present = await addresses(conn, asked["member_post"]) + await addresses(conn, asked["coach_post"])
    assert len(await addresses(conn, asked["member_post"])) == 33
    late = [zone for zone in await quiet_zones(conn) if not 8 <= office.moment.astimezone(ZoneInfo(zone)).hour < 20]
    assert late, "17:30 in Los Angeles is night in New York"
    assert 0 < len(mails) < len(present)
    office.moment += 15 * HOUR
    mails += [one for one in await office.tick() if "next convening" in str(one["Subject"])]
    assert to(mails) == sorted(present)
    assert await office.tick() == []


async def quiet_zones(conn: Connection) -> list[str]:
    waiting = "select distinct quiet_zone from delivery where kind = 'survey_ask' and state = 'queued'"
    return await db.many(conn, str, waiting)


async def test_who_has_answered_is_not_written_to_again_not_even_by_a_mail_that_waits_for_the_morning(
    office: Office, asked: dict[str, str], conn: Connection, stranger: httpx.AsyncClient, settings: Settings
) -> None:
    office.moment = ENDS + timedelta(hours=2, seconds=1)
    first = to([one for one in await office.tick() if "next convening" in str(one["Subject"])])
    waiting = set(await addresses(conn, asked["member_post"])) - set(first)
    for token in await tokens(conn, settings, asked["member_post"]):
        answer = await stranger.post(f"/answers/{token}", json={"answers": {"m1": 9}})
        assert answer.status_code == 200
    office.moment += 15 * HOUR
    assert waiting
    assert not waiting & set(to(await office.tick()))
    office.moment = ENDS + timedelta(days=2, seconds=1)
    assert not set(to(await office.tick())) & set(await addresses(conn, asked["member_post"]))


@pytest.mark.parametrize("change", ["state = 'withdrawn'", "email = 'right@families.example'"])
async def test_who_takes_the_form_back_at_night_or_was_not_the_guardian_reads_nothing_of_the_student_in_the_morning(
    office: Office, asked: dict[str, str], conn: Connection, change: str
) -> None:
    """Neither a survey nor what was done with what students said."""
    for hours in (2.5, 40, 50, 100):
        office.moment = ENDS + hours * HOUR
        await office.tick()
    said = [SaidDid({"en": "Lunch is short."}, {"en": "It is longer."})]
    await report_back.write(conn, FALL, said, publish=True, now=office.moment)
    await office.tick()
    owed = "select recipient from delivery where kind = $1 and state = 'queued'"
    surveys, reports = [set(await db.many(conn, str, owed, kind)) for kind in ("family_survey", "family_report")]
    assert surveys == reports
    left, stays = sorted(reports)
    await conn.execute(f"update consent set {change} where email = $1", left)
    office.moment += 12 * HOUR
    families = {left, stays, "right@families.example"}
    assert families & set(to(await office.tick())) == {stays}


async def test_it_closes_by_itself_and_a_moment_later_no_key_is_left(
    office: Office, asked: dict[str, str], conn: Connection, stranger: httpx.AsyncClient, settings: Settings, keys: Keys
) -> None:
    office.moment = ENDS
    await office.tick()
    for token, row in zip(await tokens(conn, settings, asked["member_post"]), ROWS["member_post"], strict=False):
        assert (await stranger.post(f"/answers/{token}", json=given(row))).status_code == 200
    assert UUID(asked["member_post"]) in keys.kept()
    office.moment = ENDS + timedelta(days=10, seconds=1)
    await office.tick()
    assert (await states(conn))["member_post"] == "closed"
    assert UUID(asked["member_post"]) not in keys.kept()
    assert await db.one(conn, int, "select count(*) as n from answer where part = 'core'") == 22


async def test_a_survey_whose_key_is_lost_stays_open_and_the_others_go_on(
    office: Office, asked: dict[str, str], conn: Connection, keys: Keys
) -> None:
    office.moment = ENDS
    await office.tick()
    keys.destroy(UUID(asked["member_post"]))
    office.moment = ENDS + timedelta(days=10, seconds=1)
    await office.tick()
    found = await states(conn)
    assert (found["member_post"], found["coach_post"]) == ("open", "closed")


async def test_after_three_weeks_organizers_hear_once_that_students_wait(
    office: Office, asked: dict[str, str], conn: Connection, settings: Settings
) -> None:
    person_id = await db.one(conn, UUID, "select id from person order by id limit 1")
    await granting.grant_first(conn, person_id, ENDS)
    office.moment = ENDS + timedelta(days=21, seconds=1)
    found = [one for one in await office.tick() if "Students still wait" in str(one["Subject"])]
    assert len(found) == 1
    office.moment += timedelta(days=1)
    assert not [one for one in await office.tick() if "Students still wait" in str(one["Subject"])]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("T+2h", "2027-03-12T14:00-05:00"),
        ("T+2d", "2027-03-14T12:00-04:00"),
        ("T+1d 16:00", "2027-03-13T16:00-05:00"),
        ("T+10d", "2027-03-22T12:00-04:00"),
        ("T+75d", "2027-05-26T12:00-04:00"),
    ],
)
def test_days_keep_the_hour_on_the_wall_over_the_change_of_the_clocks(when: str, expected: str) -> None:
    noon = datetime(2027, 3, 12, 17, tzinfo=UTC)
    assert rules.due(when, noon, "America/New_York") == datetime.fromisoformat(expected)


async def test_the_fall_ends_when_the_file_says(conn: Connection, fall: datetime) -> None:
    assert (await convenings.convening(conn, FALL)).ends_at == ENDS


async def test_a_survey_that_is_opened_late_is_mailed_at_once(
    office: Office, organizer: httpx.AsyncClient, conn: Connection, app: Litestar
) -> None:
    made = await add(organizer)
    office.moment = ENDS + timedelta(days=13, hours=-4)
    app.state.clock = office.clock
    assert (await organizer.post(f"/surveys/{made['coach_post']}/opening")).status_code == 200
    mails = [one for one in await office.tick() if "next convening" in str(one["Subject"])]
    assert to(mails) == await addresses(conn, made["coach_post"]) != []
