"""Samples of what people get about surveys."""

from typing import Any, Final

from emails.messages import AnyMessage, FamilyReport, FamilySurvey, ReportDue, SurveyAsk
from emails.samples.facts import ACROSS_THE_CLOCK_CHANGE, SPRING, at
from emails.samples.families import WHEN, WHO

_CLOSES: Final = at("2027-03-22T12:00:00-04:00")
_ASKED: Final[dict[str, Any]] = {"name": "Tamsin Okafor-Reyes", "gathering": SPRING, "closes_at": _CLOSES, "anonymous": True}


def _family(named: str, said: dict[str, str]) -> tuple[tuple[str, AnyMessage], ...]:
    """Every letter of one language."""
    asked: dict[str, Any] = WHO | {"language": said["language"], "minutes": 3, "by": said["by"]}
    found: tuple[tuple[str, AnyMessage], ...] = (
        ("questions for a guardian", FamilySurvey(**asked, whose="guardian", round="first")),
        ("questions for a guardian, confidential", FamilySurvey(**asked, whose="guardian", round="first", is_named=True)),
        ("questions for a guardian, reminder", FamilySurvey(**asked, whose="guardian", round="again")),
        ("questions for a guardian, later", FamilySurvey(**asked, whose="guardian", round="later")),
        ("questions for a student", FamilySurvey(**asked, whose="student", round="first")),
        ("questions for who signs alone", FamilySurvey(**dict(asked, is_self=True), whose="student", round="first")),
        ("questions for a student, reminder", FamilySurvey(**asked, whose="student", round="again")),
        ("questions for a student, later", FamilySurvey(**asked, whose="student", round="later")),
        ("you said, we did", FamilyReport(**WHO, language=said["language"], day=said["day"])),
    )
    return tuple((f"{name}, in {named}", message) for name, message in found)


SURVEYS: Final[tuple[tuple[str, AnyMessage], ...]] = (
    ("survey", SurveyAsk(**_ASKED, round="first", minutes=4)),
    ("survey, reminder", SurveyAsk(**_ASKED, round="again", minutes=4, reader_zone="America/Denver")),
    ("survey, last reminder", SurveyAsk(**_ASKED, round="last", minutes=1)),
    ("survey, confidential", SurveyAsk(**dict(_ASKED, name="", anonymous=False), round="first", minutes=3)),
    (
        "survey, months later",
        SurveyAsk(
            **dict(_ASKED, gathering=ACROSS_THE_CLOCK_CHANGE),
            round="first",
            minutes=3,
            later=True,
        ),
    ),
    (
        "students wait for an answer",
        ReportDue(
            convening="Spring Convening 2027: Belonging",
            page="/office/convenings/0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10/report-back",
            by=at("2027-04-11T12:00:00-04:00"),
            time_zone="America/New_York",
        ),
    ),
    *(sample for named, said in WHEN.items() for sample in _family(named, said)),
)
