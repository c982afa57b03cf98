"""The golden numbers of the fall's surveys, from its answers through the public path."""

from typing import Any

import httpx
import msgspec
import pytest

from service.db import Connection
from service.settings import Settings
from tests.surveys.conftest import FALL, GOLDEN, RESPONSES, add, answer_all, opened, tokens
from tests.web.sheets import Book

CONTACTS_OF_OURS = 3
"""So many of the twelve schools on the panel had no contact in the file's network, and have one in our demo."""


async def results(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings, code: str
) -> dict[str, Any]:
    """Ask, answer, close and look."""
    survey_id = (await add(organizer))[code]
    assert (await opened(organizer, survey_id))["state"] == "open"
    found = await tokens(conn, settings, survey_id)
    assert len(found) == invited(code)
    await answer_all(stranger, found, RESPONSES[code])
    early = await organizer.get(f"/surveys/{survey_id}/results")
    assert (early.status_code, early.json()["code"]) == (409, "survey-not-closed")
    closed = await organizer.post(f"/surveys/{survey_id}/closing")
    assert closed.json()["state"] == "closed", closed.text
    shown = await organizer.get(f"/surveys/{survey_id}/results")
    assert shown.status_code == 200, shown.text
    return shown.json()


async def test_the_members_answers_give_the_golden_numbers(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    found = await results(organizer, stranger, conn, settings, "member_post")
    golden = GOLDEN["member_post"]
    by_id = {one["id"]: one for one in found["questions"]}
    assert (found["n"], found["invited"], found["response_rate"]) == (
        golden["n"],
        golden["invited"],
        golden["response_rate"],
    )
    assert by_id["m1"]["score"] == golden["nps"]
    assert by_id["m1"]["counts"] == [golden["detractors"], golden["passives"], golden["promoters"]]
    assert by_id["m2"]["counts"] == golden["m2_counts"]
    assert by_id["m2"]["missing"] == golden["m2_missing"]
    [change] = [one for one in found["pairs"] if one["now"] == "m6b"]
    assert change["mean_change"] == golden["m6_mean_change"]


async def test_nine_students_show_nothing_but_that_they_are_fewer_than_ten(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    found = await results(organizer, stranger, conn, settings, "student_post")
    survey_id = found.pop("survey_id")
    assert found == {
        "code": "student_post",
        "audience": "students",
        "privacy": "anonymous",
        "shown": False,
        "reason": "Fewer than 10 students answered.",
    }
    listed = (await organizer.get(f"/convenings/{FALL}/surveys")).json()["surveys"]
    [one] = [row for row in listed if row["id"] == survey_id]
    assert (one["invited"], one["answered"]) == (None, None)
    for kind in ("csv", "xlsx", "jsonl", "json"):
        answer = await organizer.get(f"/surveys/{survey_id}/export.{kind}")
        assert answer.status_code == 200
    text = (await organizer.get(f"/surveys/{survey_id}/export.csv")).text
    assert [line for line in text.splitlines()[1:] if line] == [",,,,,,Fewer than 10 students answered."]
    _, *lines = (await organizer.get(f"/surveys/{survey_id}/export.jsonl")).content.splitlines()
    nothing = {"question": "", "words": "", "type": "", "what": "", "people": None, "share": ""}
    assert [msgspec.json.decode(line) for line in lines] == [nothing | {"note": "Fewer than 10 students answered."}]
    book = Book((await organizer.get(f"/surveys/{survey_id}/export.xlsx")).content)
    assert book.sheets["Rows"][1:] == [[None] * 6 + ["Fewer than 10 students answered."]]


async def test_seven_school_contacts_are_shown_together_and_by_nothing(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    found = await results(organizer, stranger, conn, settings, "school_contact_post")
    assert (found["n"], found["invited"]) == (GOLDEN["school_contact_post"]["n"], invited("school_contact_post"))
    assert found["shown"]
    assert not found.get("filters")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl", "json"])
async def test_no_file_comes_before_the_end(organizer: httpx.AsyncClient, kind: str) -> None:
    survey_id = (await add(organizer))["member_post"]
    await opened(organizer, survey_id)
    answer = await organizer.get(f"/surveys/{survey_id}/export.{kind}")
    assert (answer.status_code, answer.json()["code"]) == (409, "survey-not-closed")


def invited(code: str) -> int:
    """How many are asked, as the file says."""
    return RESPONSES["invited"][code] + (CONTACTS_OF_OURS if code == "school_contact_post" else 0)
