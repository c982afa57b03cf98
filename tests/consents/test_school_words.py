"""Ages by state, days in two languages, one plain status, codes on paper: pure."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
import segno
import yaml

from emails import wording
from service.consents import deadlines, policies
from service.consents.rules import Status, StudentStatus
from service.consents.speaking import ENGLISH, LANGUAGES, OWN_NAMES, own_name
from service.consents.status_words import GUARDIAN, STUDENT, guardian_mark, sum_mark
from service.consents.views import Signup
from service.web import qr

MIDNIGHT = datetime(2026, 12, 18, 6, tzinfo=UTC)
T = datetime(2026, 3, 20, 15, tzinfo=UTC)
"""Seventeen days before, on March 3, clocks have not changed yet; on T they have."""


def test_w2_the_ages_are_those_of_the_states_table() -> None:
    table = yaml.safe_load((Path(__file__).parents[2] / "demo/state_policies.yaml").read_text())
    usual = table["defaults"]["student_signs_at"]
    assert usual == policies.USUAL
    for state, rules in table["states"].items():
        assert policies.signs_at(state) == rules.get("student_signs_at", usual), state
    assert set(policies.STUDENT_SIGNS_AT) <= set(table["states"])
    assert (policies.signs_at(" ne "), policies.signs_at(""), policies.signs_at("nowhere")) == (19, 18, 18)


def test_languages_are_named_by_their_own_names_english_and_spanish_first() -> None:
    assert list(OWN_NAMES)[:2] == ["en", "es"]
    assert (own_name("ar"), own_name("es"), own_name("xx")) == ("العربية", "Español", "xx")


def test_a_deadline_at_midnight_is_the_end_of_the_day_before_in_both_languages() -> None:
    zone, spanish = "America/Chicago", LANGUAGES["es"]
    assert ENGLISH.until(MIDNIGHT, zone) == "Thursday, December 17, end of the day, Central Time"
    assert spanish.until(MIDNIGHT, zone) == "jueves 17 de diciembre, hasta el final del día, hora del Centro"
    assert ENGLISH.until(MIDNIGHT, "America/New_York") == "Friday, December 18, 1:00 a.m., Eastern Time"
    assert spanish.until(MIDNIGHT, "America/Phoenix") == "jueves 17 de diciembre, 11:00 p. m., hora de Arizona"


def test_each_language_names_every_zone_of_a_district() -> None:
    named = {spoken.code: spoken.zone("America/Detroit", MIDNIGHT) for spoken in LANGUAGES.values()}
    assert named == {"en": "Eastern Time", "es": "hora del Este", "ar": "بتوقيت الشرق"}
    assert LANGUAGES["es"].zone("Europe/Berlin", MIDNIGHT) == "hora de Berlin"
    assert set(wording.NAMES.values()) <= set(LANGUAGES["es"].zones) | {"UTC"}


@pytest.mark.parametrize(
    ("at", "has_mail", "calls"),
    [
        ("2026-03-03T07:59:00-06:00", True, False),
        ("2026-03-03T08:00:00-06:00", True, True),
        ("2026-02-01T08:00:00-06:00", True, False),
        ("2026-02-01T08:00:00-06:00", False, True),
    ],
)
def test_the_call_list_begins_at_eight_of_the_familys_day_across_the_change_of_clocks(
    at: str, has_mail: bool, calls: bool
) -> None:
    found = deadlines.is_to_call(datetime.fromisoformat(at), T, "America/New_York", "America/Chicago", has_mail=has_mail)
    assert found == calls


def signup(**changes: Any) -> Signup:
    """One that is asked."""
    plainly: dict[str, Any] = {
        "id": UUID(int=1),
        "panel_id": UUID(int=2),
        "school_id": UUID(int=3),
        "school": "S",
        "label": "Zuri",
        "grade": 12,
        "basis": "directory",
        "signs_for_self": False,
        "guardian": "asked",
        "student": "not_asked",
        "cleared": False,
        "seated": False,
        "alternate": False,
        "missing": [],
        "deadline_at": MIDNIGHT,
        "created_at": MIDNIGHT,
    }
    return Signup(**plainly | changes)


def test_every_status_has_one_of_the_five_marks_and_words_without_an_answer() -> None:
    said = [
        sum_mark(signup(guardian=guardian, student=student), withdrawn=False)
        for guardian in get_args(Status)
        for student in get_args(StudentStatus)
    ]
    assert {one.kind for one in said} == {"", "part", "act", "shut"}
    assert all(one.words for one in said)
    assert set(GUARDIAN) == set(get_args(Status))
    assert set(STUDENT) == set(get_args(StudentStatus))


def test_ready_is_who_holds_a_seat_and_withdrawn_is_said_first() -> None:
    ready = signup(guardian="signed", student="yes", cleared=True, seated=True)
    waiting = signup(guardian="signed_paper", student="yes", cleared=True)
    refused = signup(guardian="signed", student="yes", missing=["The answer is no."])
    assert [sum_mark(one, withdrawn=False).words for one in (ready, waiting, refused)] == [
        "Ready",
        "Ready, waits for a place",
        "Said no",
    ]
    off = signup(guardian="withdrawn", student="yes")
    assert sum_mark(off, withdrawn=True).words == "Withdrawn by the school"
    assert guardian_mark(off, withdrawn=True) == sum_mark(off, withdrawn=True), "nobody says that the family took it back"


def test_w4_a_students_no_is_not_participating() -> None:
    assert sum_mark(signup(guardian="signed", student="no"), withdrawn=False).words == "Not participating"


def test_a_text_in_each_language_has_the_same_places_to_fill_in() -> None:
    import string

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    keys = [key for key in ENGLISH.words if key.startswith(("slip_", "call_"))]
    assert len(keys) == 12
    for spoken in LANGUAGES.values():
        for key in keys:
            assert places(str(spoken.words[key])) == places(str(ENGLISH.words[key])), (spoken.code, key)


def test_the_code_on_paper_is_the_code_of_the_address() -> None:
    url = "https://plenary.example/slip/AZngsBGqfSGaP3wfW-CgwW8mVqPpAyvWJ3mO1cWzq2E"
    found = qr.code(url)
    dark = set[tuple[int, int]]()
    for move in found.path.split("M")[1:]:
        place, _, rest = move.partition("h")
        x, y = map(int, place.split())
        dark |= {(x + step, y) for step in range(int(rest.partition("v")[0]))}
    matrix = segno.make_qr(url, error="m").matrix
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert found.size == len(matrix) + 8
