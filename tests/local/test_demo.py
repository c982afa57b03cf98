"""The demo's data: all of it, once, and never in the past where it is to be open."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
import yaml

from service.db import Connection, many, one
from service.local import demo
from service.local.demo import Calendar
from service.settings import Settings

FOLDER = Path(__file__).parent.parent.parent / "demo"
NEW_YORK = ZoneInfo("America/New_York")


class Row(msgspec.Struct, frozen=True):
    slug: str
    state: str
    starts_at: datetime
    ends_at: datetime
    sessions: int


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return msgspec.convert(yaml.safe_load((FOLDER / "convenings.yaml").read_text()), Calendar)


async def convenings(conn: Connection) -> dict[str, Row]:
    rows = await many(
        conn,
        Row,
        """select c.slug, c.state, c.starts_at, c.ends_at, count(s.id)::int as sessions
             from convening c left join session s on s.convening_id = c.id group by c.id""",
    )
    return {row.slug: row for row in rows}


async def test_it_is_loaded_whole_and_only_once(conn: Connection, settings: Settings, now: datetime):
    assert await demo.load(conn, FOLDER, settings, now)
    assert not await demo.load(conn, FOLDER, settings, now)
    counts = [await one(conn, int, "select count(*) from district"), await one(conn, int, "select count(*) from school")]
    assert counts == [12, 17]
    assert await one(conn, int, "select count(*) from person") == 57, "two of them walked in"
    assert await one(conn, int, "select count(*) from membership m join coach c on c.person_id = m.coach_id") == 32
    assert await one(conn, int, "select count(*) from school_contact") == 17
    found = await convenings(conn)
    assert {slug: (row.state, row.sessions) for slug, row in found.items()} == {
        "fall-2026": ("completed", 9),
        "spring-2027": ("published", 7),
    }
    assert await one(conn, int, "select count(*) from delivery") == 0, "nobody is written to"


async def test_people_sign_up_for_workshops_and_coaching_only(conn: Connection, settings: Settings, now: datetime):
    await demo.load(conn, FOLDER, settings, now)
    kinds = await many(conn, str, "select distinct kind from session where signup order by kind")
    assert kinds == ["coaching", "workshop"]


async def test_dates_stay_while_the_open_convening_is_far_enough_ahead(conn: Connection, settings: Settings, now: datetime):
    await demo.load(conn, FOLDER, settings, now)
    found = await convenings(conn)
    assert found["spring-2027"].starts_at == datetime(2027, 3, 10, 8, 30, tzinfo=NEW_YORK)
    assert found["fall-2026"].ends_at == datetime(2026, 10, 15, 15, 30, tzinfo=ZoneInfo("America/Los_Angeles"))


@pytest.mark.parametrize("today", [(2025, 3, 1), (2026, 10, 14), (2027, 2, 20), (2027, 8, 1), (2031, 12, 31)])
async def test_dates_move_by_whole_weeks_and_keep_the_hour_on_the_wall(
    conn: Connection, settings: Settings, today: tuple[int, int, int]
):
    moment = datetime(*today, 12, 0, tzinfo=UTC)
    await demo.load(conn, FOLDER, settings, moment)
    found = await convenings(conn)
    spring = found["spring-2027"].starts_at.astimezone(NEW_YORK)
    assert spring >= moment + timedelta(days=29), "thirty days, give or take a changed clock"
    assert (spring.strftime("%a %H:%M"), (spring.date() - datetime(2027, 3, 10).date()).days % 7) == ("Wed 08:30", 0)  # noqa: DTZ001
    assert found["fall-2026"].ends_at < moment
    first = await one(conn, datetime, "select min(starts_at) from session where code = 's-s1'")
    assert first.astimezone(NEW_YORK).strftime("%H:%M") == "09:30"
    assert first.astimezone(NEW_YORK).date() == spring.date()


def test_dates_move_no_further_than_needed(calendar: Calendar):
    start = datetime(2027, 3, 10, 13, 30, tzinfo=UTC)
    assert demo.weeks_ahead(calendar, start - timedelta(days=30)) == timedelta(0)
    assert demo.weeks_ahead(calendar, start - timedelta(days=29)) == timedelta(weeks=1)
    assert demo.weeks_ahead(calendar, start - timedelta(days=23)) == timedelta(weeks=1)
    assert demo.weeks_ahead(calendar, start - timedelta(days=22)) == timedelta(weeks=2)


async def test_panels_have_topics_a_moderator_whom_we_know_and_places_for_schools(
    conn: Connection, settings: Settings, now: datetime
):
    await demo.load(conn, FOLDER, settings, now)
    assert await one(conn, int, "select count(*) from topic") == 7
    assert await many(conn, str, "select code from topic where explicit_optin order by code") == [
        "access_to_services",
        "sexuality",
    ]
    rows = await conn.fetch(
        """select s.code, p.seats, p.recording, coalesce(m.name, '') as moderator,
                  array(select topic_code from panel_topic t where t.panel_id = p.id order by ordinal) as topics,
                  (select coalesce(sum(places), 0) from panel_hold h where h.panel_id = p.id) as kept
             from panel p join session s on s.id = p.session_id left join person m on m.id = p.moderator_id
            order by s.code"""
    )
    assert [tuple(row) for row in rows] == [
        ("f-s4", 6, "none", "Marisela Quillfeather", ["quality_of_teaching", "school_culture", "race"], 0),
        ("f-s6", 7, "staff_notes", "Thaddeus Okonjo-Vale", ["school_funding", "access_to_services", "career_readiness"], 0),
        ("s-s2", 7, "none", "Marisela Quillfeather", ["school_culture", "race", "sexuality"], 3),
        (
            "s-s4",
            7,
            "network",
            "Rosalind Ashgrove-Tam",
            ["career_readiness", "quality_of_teaching", "access_to_services"],
            2,
        ),
    ]
    untils = await many(
        conn,
        str,
        """select distinct (h.held_until at time zone c.time_zone)::text from panel_hold h join panel p on p.id = h.panel_id
             join session s on s.id = p.session_id join convening c on c.id = s.convening_id""",
    )
    assert [until[11:] for until in untils] == ["00:00:00"], "until the end of a day"
