"""What contradicts itself in an agenda."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from service.convenings.clashes import find, roomless
from service.convenings.queries import ConveningRow, SessionRow

START = datetime(2027, 3, 10, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROW = ConveningRow(
    UUID(int=1), "a", "A", "", "America/New_York", START, START + 8 * HOUR, "", "", None, None, 50, 0, None, None,
    "draft", START, 0, 0,
)  # fmt: skip


def session(title: str, hour: float, **changes: Any) -> SessionRow:
    starts_at = START + hour * HOUR
    plain = SessionRow(
        UUID(int=ord(title[0])), ROW.id, None, 0, title, "workshop", "", title, starts_at, starts_at + HOUR, True, None, 0, 0
    )
    return structs.replace(plain, **changes)


def sentences(*agenda: SessionRow) -> list[str]:
    return [clash.sentence for clash in find(ROW, agenda)]


AT = "Wednesday, March 10, 11:30 a.m. to noon"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"room": "a  "}, [f"“A” and “B” are both in A, {AT}."]),
        ({"track": "funds"}, []),
        ({"signup": False}, []),
        ({"kind": "plenary"}, []),
        ({"kind": "plenary", "signup": False}, []),
        ({"room": " "}, []),
    ],
)
def test_another_session_at_the_same_time(changes: dict[str, Any], expected: list[str]) -> None:
    assert sentences(session("A", 2), session("B", 2.5, **changes)) == expected


def test_a_track_does_not_overlap_itself_whatever_the_spelling() -> None:
    one, other = session("A", 2, track="School  Funds"), session("B", 2.5, track="school funds ")
    assert sentences(other, one) == [f"“A” and “B” are both of the track School  Funds, {AT}."]


@pytest.mark.parametrize("kind", ["plenary", "social", "workshop"])
@pytest.mark.parametrize("other_kind", ["social", "workshop"])
def test_nobody_is_in_two_sessions_at_once(kind: Any, other_kind: Any) -> None:
    one, other = session("A", 2, signup=False, kind=kind), session("B", 2.5, signup=False, kind=other_kind)
    assert sentences(one, other) == [f"Everybody is in two sessions at once: “A” and “B”, {AT}."]
    assert sentences(one, structs.replace(other, signup=True)) == []


def test_sessions_that_touch_do_not_clash() -> None:
    assert sentences(session("A", 2, room="B12"), session("B", 3, room="B12")) == []


def test_those_without_a_room_are_named_by_themselves() -> None:
    agenda = [session("L", 7, room=""), session("B", 3), session("E", 1, room=" ")]
    assert [one.title for one in roomless(agenda)] == ["E", "L"]


def test_each_clash_names_its_sessions_in_the_order_of_the_agenda() -> None:
    late = session("L", 7.5, room="")
    early = session("E", -0.5)
    long = session("X", 1, room="E", starts_at=START - HOUR, ends_at=START + 9 * HOUR)
    found = find(ROW, [late, early, long])
    assert [(clash.sentence.partition("”")[0][1:], clash.sessions[0]) for clash in found] == [
        ("X", long.id), ("X", long.id), ("X", long.id), ("E", early.id), ("L", late.id),
    ]  # fmt: skip
    assert [clash.sentence for clash in found][:3] == [
        "“X” begins before the convening does.",
        "“X” ends after the convening has ended.",
        "“X” and “E” are both in E, Wednesday, March 10, 8:30 to 9:30 a.m.",
    ]
