"""The readiness board and a student's page in the console: who is cleared, who must act, and who looked."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.consents import board_rules, queries, signing_up
from service.consents.rules import Student
from service.consents.views import Signup
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN
from tests.consents import students
from tests.consents.students import Stage
from tests.pages.office import Office, audit, enter

DAY = timedelta(days=1)


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now)


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    return await enter(browser, conn, settings, now)


def path(stage: Stage, more: str = "") -> str:
    return f"/office/convenings/{stage.convening.id}/students{more}"


async def looks(conn: Connection, signup_id: UUID) -> list[tuple[list[str], str]]:
    rows = await conn.fetch(
        """select d.fields, d.purpose, p.email from disclosure d join person p on p.id = d.person_id
            where signup_id = $1 order by d.created_at, d.id""",
        signup_id,
    )
    assert {row["email"] for row in rows} <= {TAMSIN}
    return [(row["fields"], row["purpose"]) for row in rows]


async def play(conn: Connection, stage: Stage, now: datetime) -> dict[str, UUID]:
    """One student in each group, and three who need a person."""
    found = {"cleared": await students.seated(conn, stage, now, "Jaylen Whitmoor")}
    for name, state in (
        ("Imani Crestwell", "on_hold_objection"),
        ("Beau Trapplewood", "asked"),
        ("Luca Fennimore", "withdrawn"),
        ("Safiya Nurmagan", "signed_unverified"),
    ):
        found[state] = await students.student(conn, stage, now, name, language="es" if name[0] == "S" else "en")
        await students.guardian_says(conn, stage, found[state], now, state)
    found["talk"] = await students.student(conn, stage, now, "Rosie Duvalier-Mott")
    await students.guardian_says(conn, stage, found["talk"], now)
    await students.student_says(conn, stage, found["talk"], now, answer="talk_first")
    return found


async def test_numbers_of_the_cleared_first_then_who_is_missing_what_and_who_must_act(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    await play(conn, stage, now)
    page = await office.read(path(stage))
    assert "1 student is cleared of 5 who can still come. 3 students need a person now." in page
    assert page.index("Not cleared yet: 4") < page.index("Cleared: 1") < page.index("Not coming: 1")
    for words in (
        "A guardian objects. The district decides. The student has not answered. The district: Decides about the objection.",
        "The form is signed on a slip. The school calls the guardian to confirm it.",
        "The student wants to talk with somebody first. The school: Talks with the student.",
        "The form is out and was not opened. The student has not answered. The family: Answers the form.",
        "Has a seat.",
    ):
        assert words in page, words
    assert page.index("Imani") < page.index("Safiya") < page.index("Beau"), "who needs a person stands first"
    assert "amina@families.example" not in page


async def test_the_board_is_searched_without_accents_and_filtered(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    await play(conn, stage, now)
    assert "1 student of 6" in await office.read(path(stage, "?q=duvalier"))
    assert "6 students of 6" in await office.read(path(stage, "?q=marlow"))
    assert "3 students of 6" in await office.read(path(stage, "?standing=calls"))
    assert "1 student of 6" in await office.read(path(stage, f"?standing=cleared&panel={stage.panel_id}"))
    assert "Nobody is found." in await office.read(path(stage, f"?panel={make.nobody(now)}"))
    for wrong in ("?standing=perhaps", "?panel=1", "?q=a%0Ab"):
        assert (await office.browser.get(path(stage, wrong))).status_code == 422


async def test_the_days_to_the_deadline_are_counted_in_the_families_zone(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    await play(conn, stage, now)
    page = await office.read(path(stage))
    assert "Days to the deadlines" in page
    assert "Thursday, December 17 16 1" in page


async def test_from_t_17_on_the_school_calls_who_is_silent(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now)
    dates = board_rules.calendar(stage.convening.starts_at, stage.convening.time_zone, now)
    office.browser._transport.app.state.clock = lambda: dates.call_from
    await _again(conn, dates.call_from)
    page = await office.read(f"/office/signups/{signup_id}")
    assert "The school: Calls the family: the deadline is near." in page


async def _again(conn: Connection, later: datetime) -> int:
    """The session lives on while the clock jumps."""
    return await db.run(conn, "update web_session set idle_until = $1, ends_at = $1", later + DAY)


async def test_f5_a_list_is_logged_for_each_named_student_and_a_page_reloaded_is_one_look(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now)
    slip = await _slip(conn, stage, now)
    for _ in range(3):
        await office.read(path(stage))
    assert [purpose for _, purpose in await looks(conn, signup_id)] == [
        "To see on the readiness board who may be on stage",
    ]
    await office.read(f"/office/signups/{signup_id}")
    page = await office.read(f"/office/signups/{signup_id}")
    assert sorted(purpose for _, purpose in await looks(conn, signup_id)) == [
        "To help with one student’s sign-up",
        "To see on the readiness board who may be on stage",
    ]
    assert "Tamsin Birchwell" in page.partition("Who saw this student’s data")[2]
    await office.read(f"/office/signups/{slip}")
    assert await looks(conn, slip) == [], "a slip has no student yet"
    office.browser._transport.app.state.clock = lambda: now + DAY
    await _again(conn, now + DAY)
    await office.read(path(stage))
    assert len(await looks(conn, signup_id)) == 3


async def _slip(conn: Connection, stage: Stage, now: datetime) -> UUID:
    async with conn.transaction():
        slip = Student(school_id=stage.school_id, label="Slip 1")
        [made] = await signing_up.sign_up(conn, stage.panel_id, None, [slip], signing_up.Caller(None), now)
    assert isinstance(made, signing_up.SignedUp)
    return made.id


async def test_a_student_is_taken_off_at_once_and_a_second_click_changes_nothing(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    signup_id = await students.seated(conn, stage, now)
    where = f"/office/signups/{signup_id}"
    for _ in range(2):
        assert (await office.send(f"{where}/withdrawal")).headers["location"] == f"{where}?saved=withdrawn"
    assert not (await queries.signup(conn, signup_id)).is_seated
    assert await audit(conn, "signup_withdrawn") == [{"panel": str(stage.panel_id)}]
    page = await office.read(f"{where}?saved=withdrawn")
    assert "Taken off the list." in page
    assert "Take this student off the list" not in page


async def test_an_extension_between_t_14_and_t_3_keeps_its_reason_and_is_never_a_yes(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now)
    await students.student_says(conn, stage, signup_id, now)
    where = f"/office/signups/{signup_id}"
    first = stage.convening.starts_at.date()
    early = await office.send(f"{where}/extension", until=str(first - 5 * DAY), reason="They were ill.")
    assert early.status_code == 409
    later = now + 20 * DAY
    office.browser._transport.app.state.clock = lambda: later
    await _again(conn, later)
    await conn.execute("update consent set state = 'expired'")
    page = await office.read(where)
    assert "An organizer: Can give this family more time, with a reason." in page
    given = {"until": str(first - 5 * DAY), "reason": "The <b>father</b> was ill."}
    for wrong, sentence in (
        ({"until": "soon"}, "Write a day"),
        ({"reason": " "}, "Write why, so that others understand it later."),
        ({"until": str(first)}, "The roster is locked"),
    ):
        answer = await office.send(f"{where}/extension", **given | wrong)
        assert (answer.status_code, sentence in answer.text) == (422, True), wrong
    done = await office.send(f"{where}/extension", **given)
    assert done.headers["location"] == f"{where}?saved=extended"
    row = await queries.signup(conn, signup_id)
    assert (row.is_cleared, row.deadline_at > later) == (False, True)
    answer = await office.browser.get(where)
    assert "The &lt;b&gt;father&lt;/b&gt; was ill." in answer.text
    assert await audit(conn, "signup_extended") == [{"panel": str(stage.panel_id)}], "without the reason"


async def test_r2_another_convenings_students_are_not_found(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    elsewhere = await make.convening(conn, now, title="Elsewhere")
    office = await enter(browser, conn, settings, now, elsewhere.id)
    signup_id = await students.seated(conn, stage, now)
    where = f"/office/signups/{signup_id}"
    statuses = [(await office.browser.get(one)).status_code for one in (where, path(stage))]
    statuses += [(await office.send(f"{where}/{one}")).status_code for one in ("withdrawal", "extension")]
    assert statuses == [404] * 4
    assert (await queries.signup(conn, signup_id)).is_seated
    assert await looks(conn, signup_id) == []


async def test_an_empty_board_says_what_to_do(office: Office, conn: Connection, now: datetime, stage: Stage) -> None:
    assert "No school has put a student on its list yet." in await office.read(path(stage))
    empty = await make.convening(conn, now, title="No panel")
    page = await office.read(f"/office/convenings/{empty.id}/students")
    assert "There is no student panel yet." in page


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"guardian": "draft"}, ("missing", "Plenary")),
        ({"guardian": "signed", "student": "not_asked"}, ("missing", "The school")),
        ({"guardian": "signed", "student": "asked"}, ("missing", "The student")),
        ({"guardian": "signed", "student": "no"}, ("out", "Nobody")),
        ({"guardian": "refused"}, ("out", "Nobody")),
        ({"guardian": "opened", "signs_for_self": True}, ("missing", "The student")),
        ({"guardian": "expired"}, ("out", "Nobody")),
    ],
)
def test_each_standing_names_who_must_act(now: datetime, given: dict[str, Any], expected: tuple[str, str]) -> None:
    plain: dict[str, Any] = {"guardian": "asked", "student": "not_asked", "signs_for_self": False} | given
    signup = _signup(now, **plain)
    dates = board_rules.calendar(now + 30 * DAY, "America/New_York", now)
    step = board_rules.next_step(signup, dates, withdrawn=False)
    assert (board_rules.group(signup, withdrawn=False), step.who) == expected


def _signup(now: datetime, **changes: Any) -> Any:
    anybody = make.nobody(now)
    return Signup(
        **{
            "id": anybody,
            "panel_id": anybody,
            "school_id": anybody,
            "school": "S",
            "label": "Z",
            "grade": None,
            "basis": None,
            "cleared": False,
            "seated": False,
            "alternate": False,
            "missing": ["Something."],
            "deadline_at": now,
            "created_at": now,
        }
        | changes
    )


async def test_the_overview_says_how_many_students_need_a_person(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    await play(conn, stage, now)
    page = await office.read("/office")
    assert "3 students need a person" in page
    assert "1 objection, 1 student wants to talk first, 1 signature to confirm." in page
    dates = board_rules.calendar(stage.convening.starts_at, stage.convening.time_zone, now)
    office.browser._transport.app.state.clock = lambda: dates.call_from
    await _again(conn, dates.call_from)
    assert "1 signature to confirm, 1 family to call." in await office.read(f"/office/convenings/{stage.convening.id}")
    assert "4 students need a person now." in await office.read(path(stage))


async def test_the_overview_counts_who_is_ready_of_those_who_can_still_come(
    office: Office, conn: Connection, stage: Stage, now: datetime
) -> None:
    await play(conn, stage, now)
    for where, mark in (("/office", f"{stage.convening.id}."), (f"/office/convenings/{stage.convening.id}", "")):
        text = (await office.browser.get(where)).text
        assert f'data-live="{mark}ready">1<' in text
        assert f'data-live="{mark}students">5<' in text
        assert path(stage) in text
