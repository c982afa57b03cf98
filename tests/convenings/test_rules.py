"""Where a convening stands, and which times contradict each other."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from service.convenings import rules
from service.convenings.rules import Draft, Standing, Venue
from service.errors import Refused
from service.text import slugify
from tests import make

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
START = NOW + make.AHEAD
END = START + 7 * make.HOUR
SECOND = timedelta(seconds=1)


def standing(**changes: Any) -> Standing:
    plain = Standing("published", START, END, None, None, seats_left=3, waiting=0)
    return msgspec.structs.replace(plain, **changes)


@pytest.mark.parametrize(
    ("changes", "moment", "phase"),
    [
        ({"state": "draft"}, NOW, "draft"),
        ({"state": "draft"}, END, "draft"),
        ({"state": "cancelled"}, NOW, "cancelled"),
        ({"state": "completed"}, END, "completed"),
        ({"registration_opens_at": NOW + SECOND}, NOW, "announced"),
        ({"registration_opens_at": NOW}, NOW, "open"),
        ({}, NOW, "open"),
        ({"seats_left": 1}, START - SECOND, "open"),
        ({"seats_left": 0}, NOW, "full"),
        ({"seats_left": 2, "waiting": 1}, NOW, "full"),
        ({"registration_closes_at": NOW + SECOND}, NOW, "open"),
        ({"registration_closes_at": NOW}, NOW, "closed"),
        ({"registration_closes_at": NOW, "seats_left": 0}, NOW, "closed"),
        ({"registration_closes_at": END}, START, "under_way"),
        ({}, START, "under_way"),
        ({}, END - SECOND, "under_way"),
        ({}, END, "over"),
    ],
)
def test_the_phase_follows_from_the_state_the_seats_and_now(changes: dict[str, Any], moment: datetime, phase: str) -> None:
    assert rules.phase(standing(**changes), moment) == phase


def draft(**changes: Any) -> Draft:
    return make.draft(NOW, **changes)


HALF_LOCATED = Venue(name="Hall", latitude=40.0)


@pytest.mark.parametrize(
    ("wrong", "refusal", "pointer"),
    [
        (draft(ends_at=START), rules.EndsBeforeStart, "/ends_at"),
        (draft(ends_at=START - SECOND), rules.EndsBeforeStart, "/ends_at"),
        (draft(ends_at=START + timedelta(days=60) + SECOND), rules.TooLong, "/ends_at"),
        (draft(registration_closes_at=END + SECOND), rules.WindowReversed, "/registration_closes_at"),
        (draft(registration_opens_at=END), rules.WindowReversed, "/registration_opens_at"),
        (
            draft(registration_opens_at=NOW, registration_closes_at=NOW),
            rules.WindowReversed,
            "/registration_closes_at",
        ),
        (draft(venue=HALF_LOCATED), rules.VenueHalfLocated, "/venue"),
        (
            draft(sessions=[make.session_draft(NOW, 1), make.session_draft(NOW, 2, ends_at=START + 2 * make.HOUR)]),
            rules.EndsBeforeStart,
            "/sessions/1/ends_at",
        ),
        (draft(sessions=[make.session_draft(NOW, -0.5)]), rules.SessionOutside, "/sessions/0/starts_at"),
        (draft(sessions=[make.session_draft(NOW, 6.5)]), rules.SessionOutside, "/sessions/0/starts_at"),
        (
            draft(sessions=[make.session_draft(NOW, signup=False, capacity=3)]),
            rules.CapacityNeedsSignup,
            "/sessions/0/capacity",
        ),
    ],
)
def test_times_that_contradict_each_other_are_refused_with_the_field(
    wrong: Draft, refusal: type[Refused], pointer: str
) -> None:
    with pytest.raises(refusal) as refused:
        rules.check_times(wrong)
    assert refused.value.pointer == pointer


def test_times_at_their_limits_are_accepted() -> None:
    rules.check_times(
        draft(
            ends_at=START + timedelta(days=60),
            registration_opens_at=NOW,
            registration_closes_at=START + timedelta(days=60),
            sessions=[make.session_draft(NOW, 0), make.session_draft(NOW, 60 * 24 - 1)],
        )
    )


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Fall Convening 2026", "fall-convening-2026"),
        ("  Équité & “Élan” — day 1! ", "equite-elan-day-1"),
        ("学校の集い", "convening"),
        ("a" * 59 + " bcd", "a" * 59),
    ],
)
def test_a_slug_is_plain_words(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_unknown_fields_and_naive_times_are_refused() -> None:
    plain = msgspec.to_builtins(draft())
    assert msgspec.convert(plain, Draft) == draft()
    for wrong in ({"colour": "red"}, {"starts_at": "2027-03-01T10:00:00"}, {"capacity": -1}, {"title": " \t"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(plain | wrong, Draft)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(plain | {"sessions": [{"id": str(uuid4())}]}, Draft)
