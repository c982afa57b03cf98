"""The reckoning finds each broken promise: otherwise a chaos run could not fail."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from msgspec.structs import replace

from benchmarks.chaos.blows import Kill
from benchmarks.chaos.load import Answer
from benchmarks.chaos.plan import Plan
from benchmarks.chaos.reckoning import Doubt, Report, Spread, reckon, spread
from benchmarks.chaos.report import lines
from benchmarks.chaos.seen import Delivery, Registered, Seen

NOON = datetime(2031, 1, 1, 12, tzinfo=UTC)
ROOM = UUID(int=1)
PLAN = Plan(seed=3, seconds=60.0, messages=4, blows=())


def person(n: int) -> tuple[Answer, Registered, Delivery, list[bytes]]:
    """Somebody for whom all went well: the first two have seats, the others wait; each a second after the one before."""
    at = NOON + timedelta(seconds=n)
    registration_id, message_id = uuid5(ROOM, f"registration {n}"), f"{n}@plenary.example"
    state, kind, policy = ("confirmed", "invite", "resend") if n < 2 else ("waitlisted", "waitlisted", "hold")
    email = f"person.{n}@chaos.example"
    asked, told = at.timestamp(), at.timestamp() + 0.25
    return (
        Answer(n, str(ROOM), 201, str(registration_id), state, 1, asked, told),
        Registered(registration_id, ROOM, state, email),
        Delivery(
            id=uuid5(ROOM, f"delivery {n}"),
            kind=kind,
            policy=policy,
            state="sent",
            message_id=message_id,
            recipient=email,
            registration_id=registration_id,
            doubtful=False,
            attempts=1,
            error=None,
            recorded_at=at,
            sent_at=at + timedelta(seconds=0.5),
        ),
        [f"mail {n}".encode()],
    )


def good() -> Seen:
    answers, registrations, deliveries, copies = zip(*(person(n) for n in range(4)), strict=True)
    kept = {one.message_id: found for one, found in zip(deliveries, copies, strict=True)}
    return Seen(list(deliveries), list(registrations), 0, kept, frozenset(), list(answers))


def reckoned(seen: Seen, kills: Sequence[Kill] = (), took: float = 10.0) -> Report:
    return reckon(PLAN, seen, kills, [str(ROOM)], took, 0)


def kept(n: int, *copies: bytes) -> Seen:
    """All went well, but for what the mail server kept for one person."""
    seen = good()
    return replace(seen, kept={**seen.kept, f"{n}@plenary.example": list(copies)})


def delivery(n: int, seen: Seen | None = None, **changes: object) -> Seen:
    """All went well, but for one delivery."""
    seen = seen or good()
    rows = [replace(one, **changes) if number == n else one for number, one in enumerate(seen.deliveries)]
    return replace(seen, deliveries=rows)


def test_a_run_in_which_all_went_well_breaks_nothing() -> None:
    report = reckoned(good())
    assert report.failures == []
    assert (report.accepted, report.sent, report.repeated, report.drained_seconds) == (4, 4, 0, 10.0)
    assert lines(report)[0] == (
        "Chaos: 1.0 minutes, 4 messages, seed 3: lost 0, doubled 0 under `hold`, 0 doubtful and named."
    )


def test_a_doubt_is_named_with_what_the_mail_server_knows() -> None:
    report = reckoned(delivery(2, kept(2), state="unknown", doubtful=True, error="data: hung up", sent_at=None))
    assert report.failures == []
    (doubt,) = report.unknown
    assert doubt == Doubt(str(uuid5(ROOM, "delivery 2")), "waitlisted", "person.2@chaos.example", "data: hung up", 0)
    assert any("to person.2@chaos.example: data: hung up (the mail server has nothing)" in line for line in lines(report))


def test_an_invite_may_repeat_byte_for_byte_after_a_doubt() -> None:
    report = reckoned(delivery(0, kept(0, b"same", b"same"), doubtful=True))
    assert (report.failures, report.repeated) == ([], 1)


BROKEN = {
    "lost": [kept(1), kept(2), delivery(2, kept(2), state="queued", sent_at=None), replace(good(), deliveries=[])],
    "doubled under hold": [kept(2, b"same", b"same")],
    "repeated, but not byte for byte, or without a doubt": [
        delivery(0, kept(0, b"one", b"other"), doubtful=True),
        kept(0, b"same", b"same"),
    ],
    "doubtful, and not named": [
        replace(good(), unanswered=frozenset({"2@plenary.example"})),
        delivery(2, doubtful=True),
        delivery(2, state="cancelled", sent_at=None),
        delivery(2, state="unknown", error=None, sent_at=None),
    ],
    "dead": [delivery(3, kept(3), state="dead", error="refused", sent_at=None)],
    "kept by the mail server, and owed by nobody": [replace(good(), kept={**good().kept, "stranger": [b""]})],
    "answered 201, and not so": [replace(good(), registrations=[replace(good().registrations[3], state="confirmed")])],
    "registered twice": [replace(good(), registrations=[*good().registrations, good().registrations[0]])],
    "sold more seats": [replace(good(), registrations=[replace(one, state="confirmed") for one in good().registrations])],
    "never answered": [replace(good(), answers=[*good().answers[:3], replace(good().answers[3], status=503)])],
    "not through by the deadline": [replace(good(), unhandled=1)],
    "not asked at all": [replace(good(), answers=good().answers[:3])],
}


@pytest.mark.parametrize(("what", "seen"), [(what, seen) for what, cases in BROKEN.items() for seen in cases])
def test_each_broken_promise_is_found(what: str, seen: Seen) -> None:
    report = reckoned(seen)
    assert [one for one in report.failures if f" {what}" in one] != []
    assert [line for line in lines(report) if "BROKEN" in line] != []


def test_what_is_still_owed_at_the_deadline_breaks_the_run() -> None:
    assert reckoned(good(), took=-1.0).failures == ["1 not through by the deadline: 0 events"]


def test_two_deliveries_of_one_mail_are_a_double_whatever_they_are_called() -> None:
    seen = good()
    again = replace(seen.deliveries[2], id=UUID(int=9), message_id="9@plenary.example")
    report = reckoned(replace(seen, deliveries=[*seen.deliveries, again], kept={**seen.kept, "9@plenary.example": [b"x"]}))
    assert report.doubled == ["person.2@chaos.example (2 copies of 2 deliveries)"]


def test_recovery_lasts_from_the_kill_until_work_that_came_after_it_is_done() -> None:
    begin = NOON.timestamp()
    kills = [Kill("web", begin + 0.75, ""), Kill("smtp", begin + 1.5, ""), Kill("smtp", begin + 99, "")]
    report = reckoned(good(), kills)
    assert [one.seconds for one in report.recoveries] == [0.5, 1.0, None]
    assert report.by_kind["web"] == Spread(1, 0.5, 0.5, 0.5), "asked a second after noon, answered a quarter later"
    assert report.by_kind["smtp"] == Spread(1, 1.0, 1.0, 1.0), "no work came after the last kill, so it says nothing"
    assert report.by_kind["relay"] == Spread(0, 0.0, 0.0, 0.0)


def test_a_kill_while_something_else_is_down_is_not_one_alone() -> None:
    begin = NOON.timestamp()
    kills = [Kill("web", begin + 0.25, ""), Kill("worker", begin + 1.5, ""), Kill("smtp", begin + 1.75, "")]
    report = reckoned(good(), kills)
    assert [(one.seconds, one.alone) for one in report.recoveries] == [(1.0, True), (1.0, False), (0.75, False)]
    assert (report.alone["web"].n, report.alone["worker"].n, report.by_kind["worker"].n) == (1, 0, 1)


def test_the_95th_percentile_is_a_value_that_was_measured() -> None:
    assert spread(range(1, 21)) == Spread(20, 10, 19, 20)
