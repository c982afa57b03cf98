"""What a convening still lacks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from service.convenings.checklist import Missing, missing
from service.convenings.queries import ConveningRow, SessionRow

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
START, END = NOW + timedelta(days=90), NOW + timedelta(days=90, hours=7)
WHOLE = ConveningRow(
    UUID(int=1), "fall", "Fall", "A day.", "America/New_York", START, END, "Hall", "1 Quay Street", None, None,
    50, 0, None, START, "draft", NOW, 0, 0,
)  # fmt: skip
SESSION = SessionRow(
    UUID(int=2), UUID(int=1), None, 0, "Opening", "plenary", "", "Great Hall", START, END, False, None, 0, 0
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "must", "field"),
    [
        ({"title": " "}, True, "title"),
        ({"time_zone": "Mars/Olympus"}, True, "timezone"),
        ({"starts_at": NOW}, True, "starts_at"),
        ({"starts_at": NOW - timedelta(hours=2), "ends_at": NOW}, True, "starts_at"),
        ({"capacity": 0}, True, "capacity"),
        ({"venue_name": "", "venue_address": " "}, True, "venue_name"),
        ({"summary": "\n"}, False, "summary"),
        ({"registration_closes_at": None}, False, "registration_closes_at"),
        ({"registration_closes_at": NOW}, False, "registration_closes_at"),
    ],
)
def test_each_thing_that_is_missing_is_one_line_that_leads_to_its_field(
    changes: dict[str, Any], must: bool, field: str
) -> None:
    [found] = missing(structs.replace(WHOLE, **changes), [SESSION], NOW)
    assert (found.must, found.path) == (must, f"/details#{field}")


def test_nothing_is_missing_from_a_whole_convening() -> None:
    assert missing(WHOLE, [SESSION], NOW) == []
    assert missing(structs.replace(WHOLE, venue_name=""), [SESSION], NOW) == []


def test_the_agenda_lacks_sessions_rooms_and_limits() -> None:
    bare = structs.replace(SESSION, room=" ", signup=True)
    assert missing(WHOLE, [], NOW) == [Missing(False, "Its agenda is empty.", "agenda", "agenda")]
    assert missing(WHOLE, [bare], NOW) == [
        Missing(False, "“Opening” has no room.", f"sessions/{bare.id}", "room"),
        Missing(False, "“Opening” takes as many as choose it.", f"sessions/{bare.id}", "capacity"),
    ]
    assert [one.sentence for one in missing(WHOLE, [bare, bare], NOW)] == [
        "2 sessions have no room.",
        "2 sessions take as many as choose them.",
    ]


@pytest.mark.parametrize("state", ["published", "cancelled", "completed"])
def test_what_people_see_already_does_not_lack_time(state: str) -> None:
    under_way = structs.replace(WHOLE, state=state, starts_at=NOW, registration_closes_at=NOW)
    assert missing(under_way, [SESSION], NOW) == []
    over = structs.replace(under_way, starts_at=NOW - timedelta(hours=1), ends_at=NOW, capacity=0)
    assert missing(over, [], NOW) == []
    assert bool(missing(structs.replace(under_way, capacity=0), [SESSION], NOW)) == (state == "published")
