"""What needs a person: each thing appears when it must, and is gone when it is done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from service.backups.queries import RestoredRow
from service.convenings.queries import ConveningRow, SessionRow
from service.deliveries.office_queries import StandingRow
from service.home import activity, overview
from service.home.health import Readiness
from service.home.overview import nobody_invited, nothing_owed
from service.home.overview_queries import FailedRow, FiguresRow, ReturnedRow
from service.home.seen import Seen, SeenOfAll
from service.surveys.standing_queries import SurveysRow
from tests import make

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RESTORED = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
WELL = Readiness("ok", "ok", "ok")


@pytest.fixture
def seen(now: datetime) -> Seen:
    """A published convening in three months that lacks nothing."""
    starts_at = now + 90 * DAY
    row = ConveningRow(
        id=make.nobody(now),
        slug="fall",
        title="Fall",
        summary="A day.",
        time_zone="America/New_York",
        starts_at=starts_at,
        ends_at=starts_at + 7 * HOUR,
        venue_name="Hall",
        venue_address="",
        venue_latitude=None,
        venue_longitude=None,
        capacity=50,
        taken=10,
        registration_opens_at=None,
        registration_closes_at=starts_at,
        state="published",
        created_at=now,
        waiting=0,
        held=0,
    )
    figures = FiguresRow(row.id, 10, 0, 0, 0, None)
    return Seen(now, row, [session(row)], figures, nobody_invited(row.id), nothing_owed(row.id))


def session(row: ConveningRow, **changes: Any) -> SessionRow:
    plain = SessionRow(
        id=make.nobody(row.created_at),
        convening_id=row.id,
        code=None,
        ordinal=0,
        title="Opening",
        kind="plenary",
        track="",
        room="Hall",
        starts_at=row.starts_at,
        ends_at=row.starts_at + HOUR,
        signup=False,
        capacity=None,
        taken=0,
        credit_minutes=0,
    )
    return replace(plain, **changes)


def starting(seen: Seen, ahead: timedelta, **row: Any) -> Seen:
    """The same convening, so long before its start."""
    return replace(seen, row=replace(seen.row, **row), now=seen.row.starts_at - ahead)


def titles(seen: Seen) -> list[str]:
    return [thing.title for thing in overview.for_one(seen)]


def test_a_convening_that_lacks_nothing_asks_for_nothing(seen: Seen) -> None:
    for ahead in (90 * DAY, 20 * DAY, 10 * DAY, HOUR, -HOUR, -9 * HOUR):
        assert titles(starting(seen, ahead)) == []


def returned(seen: Seen, *names: str, why: Literal["returned", "stopped", "held_back"] = "returned") -> list[ReturnedRow]:
    return [ReturnedRow(seen.row.id, seen.row.id, name, f"{name.lower()}@x.example", why) for name in names]


CASES: list[tuple[str, Callable[[Seen], Seen], Callable[[Seen], Seen]]] = [
    (
        "2 mails may or may not have arrived",
        lambda s: replace(s, mail=StandingRow(s.row.id, 0, 2, 0)),
        lambda s: replace(s, mail=StandingRow(s.row.id, 4, 0, 3)),
    ),
    ("A mail to Ada came back", lambda s: replace(s, returned=returned(s, "Ada")), lambda s: s),
    ("Mails to 2 people came back", lambda s: replace(s, returned=returned(s, "Ada", "Bea")), lambda s: s),
    ("A mail to Ada did not go", lambda s: replace(s, returned=returned(s, "Ada", why="stopped")), lambda s: s),
    ("Mails to 2 people did not go", lambda s: replace(s, returned=returned(s, "Ada", "Bea", why="held_back")), lambda s: s),
    (
        "Still a draft, and it starts in 5 weeks",
        lambda s: starting(s, 41 * DAY, state="draft"),
        lambda s: starting(s, 43 * DAY, state="draft"),
    ),
    (
        "Its agenda is empty",
        lambda s: replace(starting(s, 27 * DAY), agenda=[]),
        lambda s: replace(starting(s, 29 * DAY), agenda=[]),
    ),
    (
        "“Opening” has no room",
        lambda s: replace(starting(s, 3 * DAY), agenda=[session(s.row, room=" ")]),
        lambda s: replace(starting(s, -HOUR), agenda=[session(s.row, room=" ")]),
    ),
    (
        "Nobody knows where it is.",
        lambda s: starting(s, 3 * DAY, venue_name=""),
        lambda s: starting(s, 60 * DAY, venue_name=""),
    ),
    (
        "Two sessions clash",
        lambda s: replace(s, agenda=[session(s.row), session(s.row, title="Other", signup=True)]),
        lambda s: replace(s, agenda=[session(s.row), session(s.row, title="Other", signup=True, room="Attic")]),
    ),
    (
        "2 offers end today",
        lambda s: replace(s, offers=[s.now + HOUR, s.now + 2 * HOUR, s.now + DAY]),
        lambda s: replace(s, offers=[s.now + DAY]),
    ),
    (
        "40 seats are free while 3 people wait",
        lambda s: replace(starting(s, HOUR), figures=replace(s.figures, waiting=3)),
        lambda s: replace(starting(s, 3 * HOUR), figures=replace(s.figures, waiting=3)),
    ),
    (
        "2 people wrote what they need to take part",
        lambda s: replace(starting(s, 14 * DAY), needs=2),
        lambda s: replace(starting(s, 15 * DAY), needs=2),
    ),
]


@pytest.mark.parametrize(("title", "there", "gone"), CASES, ids=[case[0] for case in CASES])
def test_a_thing_appears_and_disappears(
    seen: Seen, title: str, there: Callable[[Seen], Seen], gone: Callable[[Seen], Seen]
) -> None:
    assert titles(there(seen)) == [title]
    assert titles(gone(seen)) == []


def test_every_thing_leads_to_a_page_of_the_console(seen: Seen) -> None:
    things = [thing for _, there, _ in CASES for thing in overview.for_one(there(seen))]
    assert {thing.path.partition("/")[2].partition("/")[0] for thing in things} == {"office"}
    assert all(thing.words and thing.action for thing in things)


@pytest.mark.parametrize(
    ("all_of_it", "title"),
    [
        (SeenOfAll(Readiness("ok", "never seen", "unknown")), "No mail leaves at the moment"),
        (SeenOfAll(Readiness("ok", "ok", "does not answer the relay")), "No mail leaves at the moment"),
        (SeenOfAll(WELL, [FailedRow("reminder_due", 1)]), "Nothing followed from 1 fact"),
        (SeenOfAll(WELL, restored=RestoredRow(RESTORED, RESTORED - DAY, RESTORED)), "A backup was restored"),
        (SeenOfAll(WELL, unknown=1), "1 mail of no convening may or may not have arrived"),
    ],
)
def test_the_installation_asks_too(all_of_it: SeenOfAll, title: str) -> None:
    assert [thing.title for thing in overview.for_all(all_of_it)] == [title]
    assert overview.for_all(SeenOfAll(WELL)) == []


def test_a_late_draft_leads_to_where_it_can_be_published_or_thrown_away(seen: Seen) -> None:
    [thing] = overview.for_one(starting(seen, 41 * DAY, state="draft"))
    assert (thing.action, thing.path) == ("Publish it or throw it away", f"/office/convenings/{seen.row.id}/standing")


def test_why_a_mail_is_not_there_is_said_as_it_is(seen: Seen) -> None:
    mails = [*returned(seen, "Ada"), *returned(seen, "Bea", why="stopped"), *returned(seen, "Cleo", "Dan", why="held_back")]
    assert [(one.title, one.words) for one in overview.for_one(replace(seen, returned=mails))] == [
        ("A mail to Ada came back", "ada@x.example does not take our mail, and this person counts on it."),
        ("A mail to Bea did not go", "We do not write to bea@x.example: call them."),
        (
            "Mails to 2 people did not go",
            "We did not write to Cleo and others then, and now we do: send them again.",
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "after", "titles"),
    [
        ({"stuck": 1}, 0, ["1 survey could not be closed"]),
        ({"to_agree": 2}, 0, ["2 texts of students wait for a second reader"]),
        ({"owes_answer": True}, 3, []),
        ({"owes_answer": True}, 8, ["Students wait to hear what adults did"]),
        ({}, 8, []),
    ],
)
def test_surveys_ask_for_a_person_when_they_must(seen: Seen, changes: dict[str, Any], after: int, titles: list[str]) -> None:
    over = replace(seen.row, state="completed")
    plain = SurveysRow(over.id, 0, 0, owes_answer=False)
    now = over.ends_at + after * DAY
    found = overview.for_one(replace(seen, row=over, now=now, surveys=replace(plain, **changes)))
    assert [one.title for one in found] == titles


def test_the_first_ten_offers_are_told_one_by_one_and_of_the_others_how_many_they_are(seen: Seen) -> None:
    def told(count: int) -> list[str]:
        offers = [seen.now + n * HOUR for n in range(1, count + 1)]
        return [one.title for one in activity.outgoing(replace(seen, offers=offers)) if "offer" in one.title]

    assert told(10) == ["An offer ends"] * 10
    assert told(11) == [*["An offer ends"] * 10, "1 more offer ends, from then on"]
    assert told(13) == [*["An offer ends"] * 10, "3 more offers end, from then on"]
